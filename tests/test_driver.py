"""The thread that drives a notebook's game: nothing that goes wrong ends it."""

from __future__ import annotations

import threading

import pytest

from facegame_lib import Game, Recognizer, SampleStore
from facegame_lib.snapshot import Snapshot
from facegame_lib.testing import FakeEmbedder
from facegame_lib.widgets.driver import Driver


def test_a_snapshot_that_cannot_be_shown_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The player is told that something went wrong, the log what it was, and the game goes on."""
    shown: list[Snapshot] = []
    told = threading.Event()

    def show(snapshot: Snapshot) -> None:
        shown.append(snapshot)
        if len(shown) == 1:
            raise UnicodeError("half of a pair")
        if snapshot.notice is not None and snapshot.notice.key == "error.unexpected":
            told.set()

    driver = Driver(Game(SampleStore(["a", "b"]), Recognizer(FakeEmbedder())), show)
    try:
        assert told.wait(20)
        assert "half of a pair" in caplog.text
    finally:
        driver.close()
