"""Which clock the game goes by: one that nobody sets, that counts a sleep, and never the browser's."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from house import until
from player import FPS, Player, made

import facegame_lib
from facegame_lib.snapshot import Snapshot
from facegame_lib.widgets import driver
from facegame_lib.widgets.driver import Driver

PACKAGE = Path(facegame_lib.__file__).parent
WEB = PACKAGE.parent / "web" / "src"
# Who asks for the date, and may: how old a file is, until when a certificate holds, whose best of the day.
DATED = {"atomic.py", "certificate.py", "projector.py"}


def test_no_part_of_the_game_asks_for_the_date() -> None:
    """A clock that is set, by hand, by the net or in spring, is seen by none who runs a game or draws one."""
    asks = re.compile(r"\btime\.time(_ns)?\(|datetime\.(now|today|utcnow)|Date\.now|new Date\b")
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.glob("widgets/*.js"), *WEB.rglob("*.ts")]
    assert len(files) > 100
    assert {path.name for path in files if asks.search(path.read_text("utf-8"))} == DATED


def test_the_date_set_in_mid_match_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year forward or back, the clock of the game's thread goes on from where it was."""
    before = driver.now()
    for year in (-1, 1):
        monkeypatch.setattr(time, "time", lambda year=year: 1.8e9 + year * 3.2e7)
        assert 0 <= driver.now() - before < 60
        before = driver.now()


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="only Linux calls this clock by this name")
def test_the_clock_counts_while_the_computer_sleeps() -> None:
    """It is the one that goes on in a sleep, in which the monotonic one stands still."""
    assert abs(driver.now() - time.clock_gettime(time.CLOCK_BOOTTIME)) < 60
    assert driver._AWAKE_OR_NOT == time.CLOCK_BOOTTIME


def test_a_match_waits_for_who_opens_the_laptop_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that runs a game finds its clock a minute on: the match is paused, with the word, and its
    time is what it was."""
    player = Player().teach()
    player.play()
    assert player.now.match is not None
    left = player.now.match.left
    hours = [player.at]
    monkeypatch.setattr(driver, "now", lambda: hours[0])
    shown: list[Snapshot] = []
    running = Driver(player.game, shown.append)
    until(lambda: shown)
    hours[0] += 60.0
    until(lambda: shown[-1].match is not None and shown[-1].match.phase == "paused")
    running.close()
    match = shown[-1].match
    assert match is not None
    assert match.why == "asleep"
    assert match.left == pytest.approx(left, abs=0.2)


def test_what_the_browsers_clock_says_changes_nothing() -> None:
    """A frame's stamp comes back with the bar that it moved, and the game makes nothing else of it: with
    stamps that jump for days either way the same match is played."""
    matches = []
    for stamps in ([0.0], [1e15, -1e15, 0.0, 86_400_000.0]):
        player = Player().teach()
        player.play()
        for number in range(round(5 * FPS)):
            player.at += 1 / FPS
            frame = made(player.ids.index(player.target), number % 40)
            shown = player.game.frame(frame, player.at, stamp=stamps[number % len(stamps)])
            assert shown.stamp == stamps[number % len(stamps)]
        matches.append(replace(shown, stamp=0.0))
    assert matches[0] == matches[1]
    assert matches[0].match is not None
    assert matches[0].match.score > 3
