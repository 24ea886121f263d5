"""One player in a real JupyterLab, who plays whole games one after the other."""

from __future__ import annotations

import contextlib
import json
import re
import statistics
import sys
from pathlib import Path

import film
import labs
from flat import Notes
from playwright.sync_api import ConsoleMessage, Error, Page, expect, sync_playwright
from table import ALLOW, FAKE_DEVICE, Table
from watch import BAR, PAGE, Log, Pulse, fill_the_inspector, memory

JUDGED = {
    "kernel MB": "memory",
    **PAGE,
    "jupyter MB": "memory",
    "widgets": "memory",
    "threads": "memory",
    **BAR,
}
HITCHES = 8  # games that could not be played to their end, after which it is given up
PATIENCE = 8  # times longer than a test waits: what piles up is looked for, on a machine that works


def play(notes: Notes, minutes: float, folder: Path, trace: bool) -> None:
    """Play for that long. What goes wrong is noted."""
    environment = labs.environment(folder)
    with (
        sync_playwright() as playwright,
        contextlib.contextmanager(labs.serve_lab)(folder, environment) as lab,
        labs.chromium(
            playwright,
            FAKE_DEVICE,
            ALLOW,
            f"--use-file-for-fake-video-capture={film.make(folder / 'film.mjpeg')}",
        ) as browser,
    ):
        page = browser.new_page(viewport={"width": 1400, "height": 980})
        said: list[str] = []
        page.on("console", lambda message: _heard(message, said))
        be_patient(page)
        table = labs.open_notebook(page, lab, _cell(folder, trace))
        table.patience = PATIENCE
        table.ready()
        table.game.get_by_label("3-2-1 first").uncheck()
        logs = (Log(folder / "server.log"), Log(folder / "kernel.log"))
        fill_the_inspector(page)
        pulse = Pulse(page)
        sys.stdout.write(f"said before the game was there: {said}\n")
        said.clear()
        notes.began = notes.began + notes.at
        hitches = 0
        while notes.at < 60 * minutes:
            try:
                _one_game(table, notes)
            except (AssertionError, Error) as hitch:
                notes.wrong(f"a game could not be played: {str(hitch)[:600]}")
                table.shot(f"soak-hitch-{hitches}")
                hitches += 1
                if hitches == HITCHES:
                    break
                page.keyboard.press("Escape")
            _note(notes, table, pulse, folder)
            for complaint in (*table.errors, *said, *(line for log in logs for line in log.complaints())):
                notes.wrong(complaint)
            table.errors.clear()
            said.clear()


def _cell(folder: Path, trace: bool) -> str:
    """A game of ten seconds a match, watched."""
    here = str(Path(__file__).parent)
    return (
        f"import sys\nsys.path.append({here!r})\nimport inside\n"
        f"inside.watch({str(folder)!r}, {trace})\nFaceGame(seconds=10)"
    )


def be_patient(page: Page) -> None:
    """Have everything on that page waited for longer."""
    expect.set_options(timeout=15_000 * PATIENCE)
    page.set_default_timeout(30_000 * PATIENCE)


def _heard(message: ConsoleMessage, said: list[str]) -> None:
    if message.type == "error":
        said.append(f"console: {message.text[:300]} {message.location.get('url', '')}")


def _one_game(table: Table, notes: Notes) -> None:
    """Record the faces, train, play, look at the result; forget the pictures, one undo on the way; the other
    language, the camera off and on."""
    page, game = table.page, table.game
    for face in film.FACES:
        notes.count("pictures", _record(table, face))
    table.train()
    start = game.get_by_role("button", name=re.compile("Play|Jugar"))
    expect(start).to_have_class(re.compile("fg-go"))  # what it learnt is of these pictures
    start.click()
    expect(game.locator(".fg-end")).to_be_visible()
    expect(game.locator(".fg-picture")).to_be_visible()
    notes.count("points", int(re.search(r"\d+", game.locator(".fg-end h2").inner_text())[0]))
    notes.count("matches")
    page.keyboard.press("Escape")
    for face in film.FACES:
        _clear(table, face)
    table.camera.focus()
    page.keyboard.press("u")
    expect(table.card(film.FACES[-1]).locator(".fg-thumbnail")).not_to_have_count(0)
    _clear(table, film.FACES[-1])
    language = game.locator(".fg-language")
    language.select_option("es" if language.input_value() == "en" else "en")
    notes.count("switches of language")
    toggle = game.locator(".fg-camera-row button")
    toggle.click()
    expect(table.camera).to_have_attribute("data-state", "off")
    toggle.click()
    expect(table.camera).to_have_attribute("data-state", "live")
    notes.count("times the camera was off")


def _record(table: Table, face: str) -> int:
    """Press an empty card's red button while the film shows that face; how many pictures arrived. That it is
    recording meanwhile is not looked for: where the machine is busy, a look may come too late."""
    card = table.card(face)
    table.film_reaches(film.start_of(face) + 0.4)
    card.locator(".fg-record").click()
    arrived = re.compile(r"^[1-9].*(?:last: |llegaron )(\d+) (?:of|de) 20")
    expect(card.locator(".fg-status")).to_have_text(arrived)
    return int(arrived.search(card.locator(".fg-status").inner_text())[1])


def _clear(table: Table, face: str) -> None:
    card = table.card(face)
    card.locator("button.fg-small").last.click()
    expect(card.locator(".fg-thumbnail")).to_have_count(0)


def _note(notes: Notes, table: Table, pulse: Pulse, folder: Path) -> None:
    """Always between two games, with no picture kept: what a game takes rises and falls."""
    table.page.wait_for_timeout(5_500)  # so that the kernel's census is of now
    bars = table.page.evaluate("window.bars.splice(0)")
    figures = pulse.figures() | {"kernel MB": memory("ipykernel"), "jupyter MB": memory("jupyterlab")}
    figures |= json.loads((folder / "census.json").read_text("utf-8"))
    figures |= lag(bars)
    notes.add(**figures)


def lag(bars: list[dict[str, float]]) -> dict[str, float]:
    """From a frame's grab to the bar that it moved, in ms; how many a second."""
    if len(bars) < 2:
        return {}
    seconds = (bars[-1]["shown"] - bars[0]["shown"]) / 1000
    late = statistics.median(bar["shown"] - bar["stamp"] for bar in bars)
    return {"grab to bar p50 ms": round(late, 1), "predictions/s": round((len(bars) - 1) / seconds, 1)}
