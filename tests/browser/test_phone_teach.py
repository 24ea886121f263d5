"""What a phone offers besides the red button: a neutral face, what to look at, whom to record once more."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from film import EMPTY_ROOM, FACE_BACK
from playwright.sync_api import WebSocketRoute, expect
from pocket import LANDSCAPE, PORTRAIT, SMALL, Pocket
from reco import Reco


def test_the_neutral_face_is_offered(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """Its card is the last, says what it is for, can go and come back; who records it has it beside the
    faces, and Train never waits for it."""
    player = phone(quick.address, viewport=SMALL).start()
    faces, neutral = player.page.locator(".card[data-face]"), player.page.locator(".card[data-face].neutral")
    expect(faces.last).to_have_class(re.compile("neutral"))
    expect(neutral).to_have_count(1)
    assert neutral.evaluate("node => getComputedStyle(node).borderTopStyle") == "dashed"
    assert faces.first.evaluate("node => getComputedStyle(node).borderTopStyle") == "solid"
    neutral.click()
    expect(player.words).to_contain_text("The match never asks for it")
    player.shot("phone-neutral-chosen")
    player.remove("neutral")
    offer = player.page.get_by_role("button", name="+ Neutral face")
    player.shot("phone-neutral-removed")
    assert player.outside() == []
    offer.click()
    expect(neutral).to_have_count(1)
    expect(offer).to_be_hidden()

    player.menu().get_by_role("checkbox").uncheck()
    player.shut()
    player.remove("zapallo")
    for name in ("smile", "surprise"):
        player.record(name)
    expect(neutral).to_have_attribute("aria-pressed", "true")  # what could be recorded next
    player.train()
    expect(player.words).not_to_contain_text("The match never asks for it")
    player.record("neutral")
    expect(player.words).to_contain_text("The pictures changed since")
    player.train()
    expect(neutral.locator(".status")).to_contain_text("%")
    assert player.errors == []


def test_the_neutral_face_counts_for_no_limit(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """Besides it there may be eight faces, all on the screen; of the last two faces none can be removed."""
    player = phone(quick.address).start()
    add = player.page.get_by_role("button", name="+ Add a face")
    for number in range(4, 9):
        add.click()
        expect(player.card(f"face {number}")).to_be_visible()
    expect(add).to_be_hidden()
    for size in (SMALL, LANDSCAPE, PORTRAIT):
        player.page.set_viewport_size(size)
        player.shot(f"phone-nine-{size['width']}")
        assert player.outside() == []
        assert player.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    for name in (*(f"face {number}" for number in range(4, 9)), "zapallo"):
        player.remove(name)
    for name, may_go in (("smile", False), ("neutral", True)):
        player.card(name).click()
        player.page.locator(".thumbs .side .button").first.click()
        remove = player.page.get_by_role("dialog").locator(".danger")
        assert remove.is_enabled() is may_go
        player.shut()
    assert player.errors == []


def test_keys_choose_the_neutral_face_and_what_is_looked_at(
    quick: Reco, phone: Callable[..., Pocket]
) -> None:
    """N chooses the neutral face, or brings its card back; numbers choose the others only; L switches."""
    player = phone(quick.address).start()
    press, neutral = player.page.keyboard.press, player.page.locator(".card[data-face].neutral")
    press("n")
    expect(neutral).to_have_attribute("aria-pressed", "true")
    press("4")
    expect(neutral).to_have_attribute("aria-pressed", "true")
    press("2")
    expect(player.card("surprise")).to_have_attribute("aria-pressed", "true")
    player.remove("neutral")
    press("n")
    expect(neutral).to_have_count(1)
    looks = player.page.get_by_label("What to look at")
    expect(looks).to_have_value("face")
    press("l")
    expect(looks).to_have_value("frame")
    press("l")
    expect(looks).to_have_value("face")


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("es-AR", "dark")])
def test_the_whole_picture_can_be_looked_at(
    quick: Reco, phone: Callable[..., Pocket], locale: str, scheme: str
) -> None:
    """The menu has the switch. It sends the player to train anew; an empty room is a picture as any, then."""
    player = phone(quick.address, locale=locale, color_scheme=scheme).start().ready_to_play()
    play = player.page.get_by_role("button", name=re.compile("Play|Jugar"))
    expect(play).to_be_visible()
    looks = player.menu().get_by_label(re.compile("What to look at|Qué mirar"))
    player.shot(f"phone-look-{scheme}")
    looks.select_option("frame")
    expect(player.page.get_by_role("dialog")).to_be_hidden()
    expect(play).to_be_hidden()
    player.train()
    player.page.evaluate(EMPTY_ROOM)
    play.click()
    expect(player.page.get_by_role("button", name=re.compile("Skip|Saltar"))).to_be_enabled(timeout=10_000)
    player.page.evaluate("window.bars.length = 0")
    player.page.wait_for_function("() => window.bars.length > 5")
    expect(player.page.locator(".meter")).to_have_class("meter")
    assert player.errors == []


def test_where_there_is_no_switch_there_is_none(quick: Reco, phone: Callable[..., Pocket]) -> None:
    """A server that looks at one thing only offers nothing else, and L does nothing."""
    player = phone(quick.address)
    sent: list[str] = []
    player.page.route_web_socket(re.compile("socket.io"), lambda wire: _hide_the_switch(wire, sent))
    player.page.reload()
    player.start()
    player.menu()
    expect(player.page.get_by_label("3-2-1 first")).to_be_visible()
    expect(player.page.get_by_label("What to look at")).to_be_hidden()
    player.shut()
    player.page.keyboard.press("l")
    player.page.keyboard.press("2")
    player.page.keyboard.press("Space")
    expect(player.page.locator(".shutter")).to_have_class(re.compile("recording"))
    assert any("record" in message for message in sent)  # and so is all from before it
    assert not any("look_at" in message for message in sent)


def _hide_the_switch(wire: WebSocketRoute, sent: list[str]) -> None:
    """Between page and server: the page is shown no switch, and what it sends is written down."""
    server = wire.connect_to_server()

    def from_page(message: str | bytes) -> None:
        sent.append(message if isinstance(message, str) else "")
        server.send(message)

    def from_server(message: str | bytes) -> None:
        whole = isinstance(message, bytes) or '"looks_at"' not in message
        wire.send(message if whole else message.replace('"looks_at":"face"', '"looks_at":""'))

    wire.on_message(from_page)
    server.on_message(from_server)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_face_counts_for_nothing_on_screen(quick: Reco, phone: Callable[..., Pocket], scheme: str) -> None:
    """Nobody before the camera: the bar waits, grey, and the page says so; with the next face it goes on."""
    player = phone(quick.address, color_scheme=scheme).start().ready_to_play()
    player.page.get_by_role("button", name="Play").click()
    meter, caption = player.page.locator(".meter"), player.page.locator(".frame .caption")
    player.page.wait_for_function("() => window.bars.some((bar) => bar.closeness > 0.1)", timeout=15_000)
    player.page.evaluate(EMPTY_ROOM)
    expect(caption).to_have_text("I see no face. Look at the camera.", timeout=10_000)
    expect(meter).to_have_class("meter blind")
    waiting = meter.get_attribute("aria-valuenow")
    grey = player.page.locator(".meter-fill").evaluate("node => getComputedStyle(node).backgroundImage")
    assert grey == "none"
    player.page.evaluate("window.bars.length = 0")
    player.page.wait_for_function("() => window.bars.length > 3")
    assert meter.get_attribute("aria-valuenow") == waiting
    player.shot(f"phone-no-face-{scheme}")
    player.page.evaluate(FACE_BACK)
    expect(meter).not_to_have_class(re.compile("blind"), timeout=10_000)
    expect(caption).not_to_have_text("I see no face. Look at the camera.")
    assert player.errors == []


@pytest.mark.parametrize(
    ("locale", "said"), [("en-GB", "A second take of"), ("es-AR", "Una segunda toma de")]
)
def test_the_weakest_face_is_named(quick: Reco, phone: Callable[..., Pocket], locale: str, said: str) -> None:
    """Of faces that look the same, the page says which to record once more."""
    player = phone(quick.address, viewport=SMALL, locale=locale).start()
    player.menu().get_by_role("checkbox").uncheck()
    player.shut()
    player.page.evaluate("document.querySelector('.frame video').pause()")
    names = player.page.locator(".card:not(.neutral) .title").all_inner_texts()
    for name in names:
        if name == names[-1]:
            player.page.evaluate("document.querySelector('.frame video').play()")
        player.record(name)
    player.train()
    expect(player.words).to_contain_text(said)
    player.shot(f"phone-weakest-{locale[:2]}")
    assert player.errors == []
