"""The confusion matrix whose cells open the pictures, in a real JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from table import Table

# Three coloured "faces", of which the second has the third's colour in its last take; no net, no camera.
BROWSE = """import facegame_lib as f, facegame_lib.testing as t
from facegame_lib.research import explain
from facegame_lib.widgets import ConfusionBrowser
store = f.SampleStore(["smile", "zapallo 🎃", "surprise"])
red, green, blue = (250, 20, 20), (20, 250, 20), (20, 20, 250)
for take, three in enumerate([(red, green, blue), (red, green, blue), (red, blue, blue)], start=1):
    for place, colour in enumerate(three):
        for number in range(6):
            frame = t.plain_frame(colour, seed=100 * take + 10 * place + number)
            store.add(store.categories[place].id, frame, take)
ConfusionBrowser(explain.confusion(explain.Lesson.make(store, f.Recognizer(t.FakeEmbedder()))), "LANGUAGE")"""


def test_a_cell_opens_its_pictures(page: Page, open_lab: Callable[..., Table]) -> None:
    """By mouse and by keyboard: the count is a button, its pictures come up with their takes, the matrix and
    what is open are told to those who hear the page; light and dark."""
    table = open_lab(page, BROWSE.replace("LANGUAGE", "en"))
    cell = table.game.get_by_role("button", name="zapallo 🎃 taken for surprise: 6 of 18 pictures")
    expect(cell).to_have_text("6", timeout=60_000)
    expect(table.game.locator(".fg-cell")).to_have_count(9)
    expect(table.game.get_by_role("table", name=re.compile("^Confusion matrix"))).to_be_visible()
    cell.click()
    expect(table.game.locator("figure img")).to_have_count(6)
    expect(table.game.get_by_role("status")).to_have_text(
        "6 pictures of zapallo 🎃 taken for surprise, the surest first"
    )
    expect(cell).to_have_attribute("aria-pressed", "true")
    loaded = (
        "imgs => imgs.every((img) => img.complete && img.naturalWidth === 64 && img.alt.includes('take 3'))"
    )
    page.wait_for_function(f"() => ({loaded})([...document.querySelectorAll('.fg-shown img')])")
    table.shot("confusion-light")
    table.theme("Dark")
    table.shot("confusion-dark")
    table.theme("Light")
    cell.focus()
    page.keyboard.press("ArrowLeft")
    here = table.game.get_by_role("button", name=re.compile("^zapallo 🎃 taken for smile"))
    expect(here).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(table.game.locator("figure img")).to_have_count(18)
    expect(table.game.locator("[aria-pressed=true]")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(table.game.get_by_role("status")).to_have_text("No picture of smile was taken for surprise.")
    expect(table.game.locator("figure")).to_have_count(0)
    assert not table.errors


def test_it_speaks_spanish_on_a_narrow_page(page: Page, open_lab: Callable[..., Table]) -> None:
    """Sentences and labels are Spanish, and nothing is wider than the page."""
    page.set_viewport_size({"width": 480, "height": 900})
    table = open_lab(page, BROWSE.replace("LANGUAGE", "es"))
    cell = table.game.get_by_role("button", name="zapallo 🎃 tomada por surprise: 6 de 18 imágenes")
    expect(cell).to_be_visible(timeout=60_000)
    expect(table.game).to_contain_text("46 de 54 imágenes se nombran bien")
    cell.click()
    expect(table.game.locator("figcaption").first).to_contain_text("toma 3")
    table.shot("confusion-es-narrow")
    wide = table.game.evaluate("(el) => el.scrollWidth - el.clientWidth")
    assert wide <= 1
    assert not table.errors
