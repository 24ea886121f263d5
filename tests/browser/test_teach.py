"""What the page offers besides the red buttons: what to look at, a neutral face, whom to record once more."""

from __future__ import annotations

from collections.abc import Callable

from film import EMPTY_ROOM, FACE_BACK
from playwright.sync_api import Page, expect
from table import Table

# Two recognisers that need no net; that of faces sees none in a picture of one colour.
GAME = """import facegame_lib as f, facegame_lib.testing as t
eyes = type("Eyes", (t.FakeEmbedder,), {"seen": lambda self, X: X.any(axis=1)})
brain = {"face": f.Recognizer(eyes()), "frame": f.Recognizer(t.FakeEmbedder())}
FaceGame(recognizer=brain, plan=f.BurstPlan(6, 0.6, 0), seconds=60, countdown=1, language="LANGUAGE")"""


def taught(page: Page, table: Table) -> None:
    """Two faces recorded, the third removed, and trained."""
    table.ready()
    table.card("zapallo").locator("[aria-label*=zapallo].fg-small").first.click()
    expect(table.game.locator(".fg-card")).to_have_count(3)
    page.keyboard.press("1")
    for card in table.game.locator(".fg-card:not(.fg-neutral)").all():
        card.locator(".fg-record").click()
        expect(card.locator(".fg-thumbnail")).to_have_count(6, timeout=15_000)
    table.train()


def test_no_face_counts_for_nothing_on_screen(page: Page, open_lab: Callable[..., Table]) -> None:
    """Nobody before the camera: the bar waits, grey, and says so; it goes on with the next face."""
    table = open_lab(page, GAME.replace("LANGUAGE", "en"))
    taught(page, table)
    page.keyboard.press("Enter")
    meter, words = table.game.locator(".fg-meter"), table.game.locator(".fg-seen")
    page.wait_for_function("() => window.bars.some((bar) => bar.closeness > 0.1)", timeout=15_000)
    page.evaluate(EMPTY_ROOM)
    expect(words).to_have_text("I see no face. Look at the camera.", timeout=10_000)
    expect(meter).to_have_class("fg-meter fg-blind")
    waiting = meter.get_attribute("aria-valuenow")
    table.shot("no-face-light")
    table.theme("Dark")
    table.shot("no-face-dark")
    table.theme("Light")
    assert meter.get_attribute("aria-valuenow") == waiting
    page.evaluate(FACE_BACK)
    expect(meter).not_to_have_class("fg-blind", timeout=10_000)
    expect(words).not_to_have_text("I see no face. Look at the camera.")
    assert not table.errors


def test_the_whole_picture_is_one_key_away(page: Page, open_lab: Callable[..., Table]) -> None:
    """The switch, by mouse and by key, sends the player to train anew; every frame counts then."""
    table = open_lab(page, GAME.replace("LANGUAGE", "en"))
    taught(page, table)
    switch = table.game.get_by_label("What to look at")
    start = table.game.get_by_role("button", name="▶ Play")
    expect(switch).to_have_value("face")
    table.shot("look-at-face")
    switch.select_option("frame")
    expect(start).to_be_hidden()
    expect(switch).to_have_value("frame")
    table.shot("look-at-frame")
    page.keyboard.press("l")
    expect(switch).to_have_value("face")
    page.keyboard.press("l")
    expect(switch).to_have_value("frame")
    table.train()
    page.evaluate(EMPTY_ROOM)
    page.keyboard.press("Enter")
    expect(table.game.locator(".fg-label")).not_to_have_text("Get ready", timeout=10_000)
    expect(table.game.locator(".fg-meter")).to_have_class("fg-meter")
    assert not table.errors


def test_a_neutral_face_is_offered_in_spanish_on_a_phone(page: Page, open_lab: Callable[..., Table]) -> None:
    """Its card asks for it and can go; by key it is there again, and what it is called is the player's."""
    table = open_lab(page, GAME.replace("LANGUAGE", "es"))
    table.ready()
    card = table.game.locator(".fg-neutral")
    expect(card).to_contain_text("Graba tu cara neutral")
    table.shot("neutral-es")
    card.get_by_label("Quitar neutral").click()
    expect(card).to_have_count(0)
    offer = table.game.get_by_role("button", name="+ Cara neutral")
    expect(offer).to_be_visible()
    table.camera.focus()
    page.keyboard.press("n")
    expect(card).to_have_count(1)
    expect(offer).to_be_hidden()
    page.keyboard.press("n")
    page.keyboard.press("Space")
    expect(card.locator(".fg-thumbnail")).to_have_count(6, timeout=15_000)
    expect(card).not_to_contain_text("Graba tu cara neutral")
    page.evaluate("document.querySelector('.fg-video').pause()")  # two faces that cannot be told apart
    for name in ("sonrisa", "sorpresa", "zapallo"):
        if name == "zapallo":
            page.evaluate("document.querySelector('.fg-video').play()")
        table.card(name).locator(".fg-record").click()
        expect(table.card(name).locator(".fg-thumbnail")).to_have_count(6, timeout=15_000)
    table.train()
    expect(table.game.locator(".fg-bar")).to_have_count(5)  # the neutral one and none of these, too
    expect(table.game.locator(".fg-learnt")).to_contain_text("Una segunda toma de")
    page.set_viewport_size({"width": 390, "height": 844})
    table.theme("Dark")
    table.game.locator(".fg-bar").last.scroll_into_view_if_needed()
    table.shot("neutral-es-phone")
    card.scroll_into_view_if_needed()
    table.shot("neutral-es-phone-card")
    table.theme("Light")
    assert not table.errors
