"""A whole game, played in real Chromium."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from film import FACES, SPAN, start_of
from playwright.sync_api import Page, expect
from table import SHOTS, Table

from facegame_lib import Match

SEED = 3
GAME = f"FaceGame(seconds=10, seed={SEED})"


def _play(table: Table, shots: str) -> str:
    """Play a whole game, with a screenshot of each stage; what training took."""
    icons: list[str] = []
    table.page.on("request", lambda request: icons.append(request.url) if "favicon" in request.url else None)
    table.ready()
    table.shot(f"{shots}-1-open")
    table.game.get_by_label("3-2-1 first").uncheck()
    for number, face in enumerate(FACES):
        if number == 1:  # by keyboard: choose the card, then the space bar
            table.page.keyboard.press(str(FACES.index(face) + 1))
            arrived = table.record(face, press=lambda: table.page.keyboard.press("Space"))
        else:
            arrived = table.record(face)
        assert arrived >= 19, f"{arrived} of 20 pictures of {face} arrived"
    expect(table.game.locator(".fg-thumbnail img[src^=blob]")).to_have_count(60, timeout=10_000)
    table.shot(f"{shots}-2-recorded")

    asked = time.perf_counter()
    table.train()
    seconds = time.perf_counter() - asked
    expect(table.game.locator(".fg-learnt")).to_contain_text("named rightly")
    expect(table.game.locator(".fg-rate")).to_contain_text("frames/s")
    table.shot(f"{shots}-3-trained")
    asked_for = len(icons)

    first = Match(FACES, seed=SEED).target
    table.film_reaches(start_of(first) + SPAN - 0.4)  # so that the face is the film's one after the countdown
    table.page.keyboard.press("Enter")
    expect(table.game.locator(".fg-big-words")).to_have_text("2", timeout=5_000)
    table.shot(f"{shots}-4-countdown")
    table.page.wait_for_function("() => window.bars.some((b) => b.closeness > 0.5)", timeout=15_000)
    SHOTS.mkdir(parents=True, exist_ok=True)
    table.game.screenshot(path=SHOTS / f"{shots}-match.png")
    table.shot(f"{shots}-5-match")
    expect(table.game.locator(".fg-cheer.fg-on")).to_be_attached(timeout=12_000)
    table.shot(f"{shots}-6-cheer")
    assert len(icons) == asked_for, "the tab's icon was asked for while frames were sent"
    expect(table.game.locator(".fg-end h2")).to_contain_text("points", timeout=20_000)
    expect(table.game.locator(".fg-picture")).to_be_visible(timeout=10_000)
    table.page.wait_for_function("() => document.querySelector('.fg-picture').naturalWidth > 400")
    table.shot(f"{shots}-7-end")
    assert table.page.locator("link.fg-busy").count() == 0  # no frames, no held icon
    table.page.keyboard.press("Escape")
    expect(table.game.locator(".fg-tryout")).to_be_visible()
    table.page.set_viewport_size({"width": 390, "height": 844})
    table.shot(f"{shots}-8-phone")
    return f"trained in {seconds:.2f} s from the button to the bars"


def _figures(bars: list[dict[str, float]]) -> str:
    late = sorted(bar["shown"] - bar["stamp"] for bar in bars)
    seconds = (bars[-1]["shown"] - bars[0]["shown"]) / 1000
    return (
        f"{(len(bars) - 1) / seconds:.1f} predictions/s; from a frame's grab to the bar it moved:"
        f" p50 {statistics.median(late):.0f} ms, p95 {late[int(len(late) * 0.95)]:.0f} ms"
    )


@pytest.mark.parametrize("place", ["lab", "voila"])
def test_a_whole_game_is_played(
    place: str,
    page: Page,
    open_lab: Callable[..., Table],
    open_voila: Callable[..., Table],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Three faces are recorded, learnt and played: it scores, the bar moves, the picture is shown."""
    table = (open_lab if place == "lab" else open_voila)(page, GAME)
    trained = _play(table, place)

    score = int(re.search(r"\d+", table.game.locator(".fg-end h2").inner_text())[0])
    assert score > 0
    closeness = [bar["closeness"] for bar in table.bars()]
    moves = [after - before for before, after in pairwise(closeness)]
    assert max(closeness) > 0.9
    assert min(closeness) < 0.3
    assert any(move > 0.02 for move in moves)
    assert any(move < -0.02 for move in moves)
    assert not table.errors
    with capsys.disabled():
        print(f"\n{place}: {score} points; {trained}; {_figures(table.bars())}")  # noqa: T201


def test_the_seed_decides_which_label_comes_first() -> None:
    """The first label of a seeded match is what the film's cue above relies on."""
    assert Match(FACES, seed=SEED).target in FACES
    assert Match(FACES, seed=SEED).target == Match(FACES, seed=SEED).target
