"""The thread that drives a game: what the page sends goes in, each new snapshot comes out.

A notebook's message handlers have to be short and may run on several threads; here they only leave what
came in a mailbox. Commands and pictures wait in line; of live frames only the newest is kept. The thread
also ticks, so that a match ends even when the page sends nothing more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from facegame_lib.errors import FaceGameError
from facegame_lib.game import Game
from facegame_lib.snapshot import Snapshot

TICK = 0.1  # seconds
# Counts on while the computer sleeps, so that a match waits for who opens the laptop again. Python's own
# monotonic clock does so on Windows, which has none of these two, and not on Linux and macOS.
_AWAKE_OR_NOT = getattr(time, "CLOCK_BOOTTIME", None) or getattr(time, "CLOCK_MONOTONIC", None)
logger = logging.getLogger(__name__)


def now() -> float:
    """Seconds on a clock that nobody sets, and that counts the computer's sleep."""
    return time.monotonic() if _AWAKE_OR_NOT is None else time.clock_gettime(_AWAKE_OR_NOT)


class Driver:
    """Runs `game` on a thread of its own and calls `show(snapshot)` there when there is a new one.

    `answer()` is called for each frame that was dealt with or dropped.
    """

    def __init__(
        self, game: Game, show: Callable[[Snapshot], None], answer: Callable[[], None] = lambda: None
    ) -> None:
        self.game = game
        self._show = show
        self._answer = answer
        self._jobs: deque[Callable[[float], object]] = deque()
        self._frame: tuple[bytes, float] | None = None
        self._shown: Snapshot | None = None
        self._wake = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="facegame", daemon=True)
        self._thread.start()

    def post(self, job: Callable[[float], object]) -> None:
        """Have `job(at)` done on the game's thread, in its turn."""
        with self._wake:
            self._jobs.append(job)
            self._wake.notify()

    def frame(self, data: bytes, stamp: float) -> None:
        """A live frame: it takes the place of one that waits, which is dropped."""
        with self._wake:
            dropped, self._frame = self._frame, (data, stamp)
            self._wake.notify()
        if dropped is not None:
            self._answer()

    def close(self) -> None:
        """Stop after the job at hand."""
        with self._wake:
            self._open = False
            self._wake.notify()

    def _run(self) -> None:
        ticked = 0.0
        while self._open:
            with self._wake:
                if not self._jobs and self._frame is None and not self.game.busy:
                    self._wake.wait(TICK)
                jobs, self._jobs = self._jobs, deque()
                frame, self._frame = self._frame, None
            for job in jobs:
                self._safely(job)
            if frame is not None:
                data, stamp = frame
                self._safely(lambda at: self.game.frame(data, at, stamp))  # noqa: B023 (done at once)
                self._publish()
                self._answer()
            at = now()
            if at - ticked >= TICK or (self.game.busy and frame is None):
                ticked = at
                self._safely(self.game.tick)
            self._publish()

    def _safely(self, job: Callable[[float], object]) -> None:
        """Whatever goes wrong is told to the player, and the game goes on."""
        try:
            job(now())
        except FaceGameError as error:
            self.game.tell(error)
        except Exception:
            logger.exception("facegame: unexpected error; the game goes on")
            self.game.tell(FaceGameError("unexpected"))

    def _publish(self) -> None:
        snapshot = self.game.snapshot
        if snapshot is not self._shown:
            self._shown = snapshot
            self._safely(lambda at: self._show(snapshot))
