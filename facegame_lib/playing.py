"""MATCH in the loop: one match after another, and what each frame, tick and silence is to it.

A part of the game (`Game.playing`). It has no clock: times come in, in seconds.
"""

from __future__ import annotations

import math
import random
from typing import Final

from facegame_lib import views
from facegame_lib.best import BestScores
from facegame_lib.events import Event, FaceSeen, NothingSeen, Paused, Quit, Resumed, Skipped, Started, Tick
from facegame_lib.match import Match, Phase
from facegame_lib.prediction import Prediction
from facegame_lib.snapshot import ResultView

NO_FRAMES: Final = 2.0  # seconds without a frame after which a match pauses
ASLEEP: Final = 5.0  # seconds without even a tick: the computer slept
_LIVE: Final = (Phase.COUNTDOWN, Phase.PLAYING)
_BACK_WITH_FRAMES: Final = ("no_frames", "asleep")  # pauses that the next frame ends


class Playing:
    """At most one match, and the `result` of one that ended. The rules are those of `Game`."""

    def __init__(
        self, seconds: float, countdown: float, seed: int | None, order: tuple[str, ...], best: BestScores
    ) -> None:
        self.seconds, self.countdown, self.order, self.best = seconds, countdown, order, best
        self.seed = random.randrange(2**31) if seed is None else seed
        self.match: Match | None = None
        self.result: ResultView | None = None
        self._framed = self._ticked = -math.inf

    @property
    def active(self) -> bool:
        """Whether a match counts down, is on or waits."""
        return self.match is not None and self.match.phase in (*_LIVE, Phase.PAUSED)

    def start(self, labels: tuple[str, ...], at: float) -> None:
        """A match of these labels; the next one has the next seed. Raises what `Match` does."""
        match = Match(labels, self.seed, self.seconds, self.countdown, order=self.order)
        self._framed = max(self._framed, at)  # the camera has as long as ever for its first frame
        self.seed, self.match, self.result = self.seed + 1, match.on(Started(at=at)), None

    def leave(self) -> None:
        """Away from the match and its result, to the faces."""
        self.match = self.result = None

    def pass_time(self, at: float) -> None:
        """It is so late now: a match that got no frames, or nothing at all, has been paused since."""
        silent, since, self._ticked = at - self._ticked, self._ticked, at
        if self.match is None or self.match.phase not in _LIVE:
            return
        if ASLEEP < silent < math.inf:
            self._on(Paused("asleep", at=since))
        elif at - self._framed > NO_FRAMES:
            self._on(Paused("no_frames", at=at))

    def tick(self, at: float) -> None:
        """Nothing else happened."""
        self._on(Tick(at=at))

    def see(self, seen: Prediction, at: float) -> None:
        """A frame came, and looks like that. One in which nothing is to be seen counts for nothing."""
        self._framed = at
        if self.match is None:
            return
        if self.match.phase is Phase.PAUSED and self.match.why in _BACK_WITH_FRAMES:
            self.resume(at)
        if seen.sight == "nothing":
            self._on(NothingSeen(at=at))
        else:
            closeness = min(1.0, max(0.0, seen.closeness(self.match.target)))
            self._on(FaceSeen(seen.label if seen.sight == "face" else None, closeness, at=at))

    def pause(self, at: float) -> None:
        """The player's own pause."""
        self._on(Paused("player", at=at))

    def resume(self, at: float) -> None:
        """On with it."""
        self._framed = max(self._framed, at)
        self._on(Resumed(at=at))

    def skip(self, at: float) -> None:
        """The player gives the label up."""
        self._on(Skipped(at=at))

    def quit(self, at: float) -> None:
        """The player has had enough."""
        self._on(Quit(at=at))

    def interrupt(self, why: str, at: float) -> None:
        """Pause a match that is going on, for that reason."""
        if self.match is not None and self.match.phase in _LIVE:
            self._on(Paused(why, at=at))

    def end_pause(self, why: str, at: float) -> None:
        """Go on with a match that was paused for that reason."""
        if self.match is not None and self.match.phase is Phase.PAUSED and self.match.why == why:
            self.resume(at)

    def _on(self, event: Event) -> None:
        """Let the match have that event, and take its result when it ends by it."""
        if self.match is None:
            return
        before, self.match = self.match.phase, self.match.on(Tick(at=event.at))  # it may be over by now
        self.match = self.match if self.match.phase is Phase.OVER else self.match.on(event)
        if self.match.phase is Phase.OVER and before is not Phase.OVER:
            self.result = views.result(self.match, self.best)
