"""A real Reco server: a crowd of cartoon players that comes, plays and goes, and one phone's page."""

from __future__ import annotations

import asyncio
import contextlib
import re
import statistics
import threading
import time
from pathlib import Path

import film
import labs
import reco
from flat import Notes
from in_lab import HITCHES, PATIENCE, be_patient, lag
from playwright.sync_api import Browser, Error, expect, sync_playwright
from pocket import Pocket
from table import ALLOW, FAKE_DEVICE
from watch import BAR, PAGE, Log, Pulse, fill_the_inspector, memory

from facegame_lib.reco import crowd

JUDGED = {
    "server MB": "memory",
    **PAGE,
    "crowd answer p50 ms": "lag",
    **BAR,
}
PLAYERS, RATE, MATCH = 4, 3.0, 32.0  # in the crowd; frames a second of each; seconds that each plays


def play(notes: Notes, minutes: float, folder: Path) -> None:
    """Play for that long. What goes wrong is noted."""
    with (
        sync_playwright() as playwright,
        contextlib.contextmanager(reco.real)(folder) as server,
        labs.chromium(
            playwright,
            FAKE_DEVICE,
            ALLOW,
            f"--use-file-for-fake-video-capture={film.make(folder / 'film.mjpeg')}",
        ) as browser,
    ):
        log = Log(folder / "server.log")
        url, _, token = server.address.partition("/#")
        notes.began = notes.began + notes.at
        crowds = threading.Thread(target=lambda: asyncio.run(_crowds(url, token, notes, 60 * minutes)))
        crowds.start()
        _phone(browser, server.address, notes, 60 * minutes)
        crowds.join()
        time.sleep(5)
        for complaint in log.complaints():
            notes.wrong(complaint)


async def _crowds(url: str, token: str, notes: Notes, until: float) -> None:
    """Crowds, one after the other."""
    pictures = crowd.film()
    while notes.at < until:
        players = [crowd.Player(url, token, n, pictures[n % len(pictures)], RATE) for n in range(PLAYERS)]
        try:
            await asyncio.gather(*(player.connect() for player in players))
            await asyncio.gather(*(player.teach() for player in players))
            began = time.perf_counter()
            await asyncio.gather(*(player.play(began, MATCH) for player in players))
            for player in players:
                if player.samples_lost:
                    notes.wrong(f"{player.samples_lost} pictures lost")
        except Exception as error:
            notes.wrong(f"a crowd: {type(error).__name__} {error}")
        await asyncio.gather(*(player.leave() for player in players))
        await asyncio.sleep(3)  # what they left is freed in a while
        for player in players:
            for complaint in player.complaints:
                notes.wrong(f"a crowd's player: {complaint}")
        notes.count("players of crowds", len(players))
        notes.count("frames answered", sum(player.answered for player in players))
        late = [1000 * latency for player in players for latency in player.latencies]
        answer = {"crowd answer p50 ms": round(statistics.median(late), 1)} if late else {}
        notes.add(**{"server MB": memory("facegame_lib.cli", "serve")}, **answer)


def _phone(browser: Browser, address: str, notes: Notes, until: float) -> None:
    """One phone: comes, plays, has itself forgotten, and comes again, in one page."""
    player = Pocket(browser, address)
    player.patience = PATIENCE
    be_patient(player.page)
    fill_the_inspector(player.page)
    pulse = Pulse(player.page)
    hitches = 0
    while notes.at < until and hitches < HITCHES:
        try:
            _one_game(player, notes)
        except (AssertionError, Error) as hitch:
            notes.wrong(f"a phone's game could not be played: {str(hitch)[:600]}")
            player.shot(f"soak-phone-hitch-{hitches}")
            hitches += 1
            player.page.evaluate("sessionStorage.clear()")  # somebody else, from the beginning
            player.page.reload()
        bars = player.page.evaluate("(window.bars ?? []).splice(0)")
        notes.add(**pulse.figures(), **lag(bars))
        for complaint in player.errors:
            notes.wrong(f"phone: {complaint}")
        player.errors.clear()
        player.asked.clear()
    player.context.close()


def _one_game(player: Pocket, notes: Notes) -> None:
    page = player.page
    player.start()
    player.menu().get_by_role("checkbox").uncheck()
    player.shut()
    for face in film.FACES:
        player.record(face, at=film.start_of(face) + 0.4)
        notes.count("phone's pictures", player.count(face))
    player.train()
    page.get_by_role("button", name="Play").click()
    expect(player.app).to_have_attribute("data-stage", "result")
    expect(page.locator(".result-picture")).to_be_visible(timeout=30_000)
    notes.count("phone's points", int(re.search(r"\d+", page.locator(".result h2").inner_text())[0]))
    notes.count("phone's matches")
    page.get_by_role("button", name="Back to the faces").click()
    expect(player.app).to_have_attribute("data-stage", "teach")
    player.menu().get_by_role("button", name="Forget me").click()
    page.get_by_role("button", name="Yes, forget me").click()
    expect(page.locator(".news")).to_contain_text("has forgotten")
