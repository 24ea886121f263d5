"""The projector's board of a real Reco server."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect
from pocket import PROJECTOR, Pocket
from reco import Reco


def test_the_board_shows_who_plays_and_their_score(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """A second screen watches: the player with a nickname appears, plays, scores and stands on the board of
    the day until it is cleared; nothing comes from another host, and the policy has nothing to refuse."""
    board = phone(quick.board, viewport=PROJECTOR)
    players, today = board.page.locator(".players"), board.page.locator(".today")
    expect(board.page.locator(".address")).to_have_text(f"http://{quick.host}", timeout=15_000)
    board.page.wait_for_function("() => document.querySelector('.qr').naturalWidth > 20")
    assert "#" not in board.page.url

    name = "<b>Zoë 🎃</b>"
    player = phone(quick.address)
    player.page.locator(".welcome").get_by_label(re.compile("Nickname")).fill(name)
    player.start()
    line = players.locator("li").filter(has_text=name)
    expect(line).to_contain_text("teaching faces")
    player.menu().get_by_role("checkbox").uncheck()
    player.shut()
    player.record_film("smile", "surprise", "zapallo")
    player.train()
    player.page.get_by_role("button", name="Play").click()
    expect(line).to_contain_text("playing")
    board.shot("board-playing")
    expect(player.app).to_have_attribute("data-stage", "result", timeout=30_000)
    score = re.search(r"\d+", player.page.locator(".result h2").inner_text())[0]
    assert int(score) > 0
    expect(line).to_contain_text("finished")
    row = today.locator("li").filter(has_text=name)
    expect(row.locator(".points")).to_have_text(score, timeout=10_000)
    board.shot("board-light")
    board.page.emulate_media(color_scheme="dark")
    board.shot("board-dark")

    board.page.get_by_role("button", name="Clear the board").click()
    board.shot("board-clear")
    board.page.get_by_role("button", name="Yes, clear it").click()
    expect(row).to_have_count(0)
    expect(today).to_contain_text("No scores yet")
    player.menu().get_by_role("button", name="Forget me").click()
    player.page.get_by_role("button", name="Yes, forget me").click()
    expect(line).to_have_count(0)
    assert board.errors == []
    assert board.strangers(quick.host) == set()


def test_the_players_token_does_not_open_the_board(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """Who comes to the board with a player's address is told which one to open."""
    board = phone(quick.board.partition("#")[0] + "#" + quick.address.partition("#")[2], viewport=PROJECTOR)
    expect(board.page.locator(".news")).to_contain_text("not the server's token")
    expect(board.page.locator(".address")).to_be_empty()


def test_the_board_speaks_spanish(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """A browser set to Spanish gets it."""
    board = phone(quick.board, viewport=PROJECTOR, locale="es-AR")
    expect(board.page.get_by_role("heading", name="Lo mejor de hoy")).to_be_visible()
    expect(board.page.locator(".address")).to_contain_text(quick.host)
    board.shot("board-spanish")
