"""Fair turns: worker threads that serve each player a little at a time, and never an old frame.

Whoever has something waiting stands in a ring. A worker takes the first, does one thing for them and puts
them back at the end. Of live frames only the newest waits, so that too many players lower everybody's rate
and nobody's freshness. Learning stands in a ring of its own and gets at most half of the time while live
work waits: thirty who press Train at once must not stop a match.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from facegame_lib.errors import NotEnough

TICK: Final = 0.1  # seconds between two ticks of a game that waits for time
MAX_WAITING: Final = 256  # jobs of one player
_MEMORY: Final = 0.25  # seconds by which one kind of work may be ahead of the other
logger = logging.getLogger(__name__)

Job = Callable[[], None]


def nothing() -> None:
    """Do nothing."""


class Seat:
    """What waits of one player: jobs in their order, the newest frame, a tick.

    `tick` lets time pass and, when there is something to learn, learns a little of it; `busy` says whether
    there is. Both are called on a worker's thread, and never two things of one seat at a time.
    """

    def __init__(self, turns: Turns, tick: Job, busy: Callable[[], bool]) -> None:
        self.tick, self.busy = tick, busy
        self.jobs: deque[tuple[Job, Job]] = deque()  # what to do, and what if it never is
        self.frame: tuple[Job, Job] | None = None  # what to do with it, and what if it is dropped
        self.ticks = self.learns = self.at_work = self.closed = False
        self._turns = turns

    def post(self, job: Job, dropped: Job = nothing) -> None:
        """Have that done in its turn; `dropped` is called if the player leaves before.

        Raises `NotEnough` when too much waits already, or for a player who has left.
        """
        with self._turns.changed:
            if self.closed:
                raise NotEnough("session_over")
            if len(self.jobs) >= MAX_WAITING:
                raise NotEnough("too_fast")
            self.jobs.append((job, dropped))
            self._turns.wait(self)

    def newest(self, job: Job, dropped: Job) -> None:
        """A live frame: it takes the place of one that waits, whose `dropped` is called at once."""
        with self._turns.changed:
            old, self.frame = self.frame, (job, dropped)
            if self.closed:
                old, self.frame = self.frame, None
            self._turns.wait(self)
        if old is not None:
            old[1]()

    def pass_time(self) -> None:
        """Have `tick` called in its turn, once however often this is said."""
        with self._turns.changed:
            self.ticks = True
            self._turns.wait(self)

    def close(self) -> None:
        """Nothing more of this player's is begun; what waits is dropped."""
        with self._turns.changed:
            self.closed = True
            waiting = [*self.jobs, *([self.frame] if self.frame else [])]
            self.jobs.clear()
            self.frame, self.ticks, self.learns = None, False, False
        for _, dropped in waiting:
            dropped()

    @property
    def live(self) -> bool:
        """Whether something waits that should not wait long."""
        return bool(self.jobs) or self.frame is not None or (self.ticks and not self.learns)

    def take(self, learning: bool) -> Job:
        """The one thing to do now. What was sent comes before time passes: a burst that waited too long for
        its pictures would end without those that wait here."""
        if self.jobs:
            return self.jobs.popleft()[0]
        if not learning and self.frame is not None:
            (job, _), self.frame = self.frame, None
            return job
        self.ticks = False
        return self.tick


class Turns:
    """The ring of seats and the threads that serve it. `clock` gives seconds."""

    def __init__(self, workers: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self.changed = threading.Condition()
        self._live: deque[Seat] = deque()
        self._learning: deque[Seat] = deque()
        self._clock = clock
        self._ahead = 0.0  # seconds by which live work had more than learning
        self._open = True
        self._threads = [
            threading.Thread(target=self._run, name=f"facegame-turns-{i}", daemon=True)
            for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def seat(self, tick: Job, busy: Callable[[], bool]) -> Seat:
        """A place for one more player."""
        return Seat(self, tick, busy)

    def close(self) -> None:
        """Let the threads end after the job at hand."""
        with self.changed:
            self._open = False
            self.changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=10)

    def wait(self, seat: Seat) -> None:
        """Put the seat at the end of the rings that it belongs in. Called with `changed` held."""
        if seat.at_work or seat.closed:  # who is at work is put back after it
            return
        for ring, belongs in ((self._live, seat.live), (self._learning, seat.learns)):
            if belongs and seat not in ring:
                ring.append(seat)
                self.changed.notify()

    def one(self) -> bool:
        """Do one thing for whose turn it is; whether there was any."""
        with self.changed:
            if not (self._live or self._learning):
                return False
            learning = bool(self._learning) and (not self._live or self._ahead > 0)
            seat = (self._learning if learning else self._live).popleft()
            for ring in (self._live, self._learning):
                if seat in ring:
                    ring.remove(seat)  # a seat is served by one worker at a time
            if seat.closed:
                return True
            seat.at_work = True
            job = seat.take(learning)
        began = self._clock()
        busy = False
        try:
            job()
            busy = seat.busy()
        except Exception:
            logger.exception("facegame: unexpected error; the game goes on")
        took = self._clock() - began
        with self.changed:
            self._ahead += -took if learning else took
            self._ahead = max(-_MEMORY, min(_MEMORY, self._ahead))
            seat.at_work, seat.learns = False, busy and not seat.closed
            self.wait(seat)
        return True

    def _run(self) -> None:
        while True:
            with self.changed:
                while self._open and not (self._live or self._learning):
                    self.changed.wait()
                if not self._open:
                    return
            self.one()
