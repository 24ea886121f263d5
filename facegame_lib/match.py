"""MATCH: phases, events, one transition table, score, progress.

A match is a frozen value; `match.on(event)` gives the next one. Which event may come in which phase is the
table `TRANSITIONS` and nothing else: what is not a row raises `IllegalEvent` and changes nothing. Time
comes in with the events (seconds of any clock that only goes forward), so a match can be replayed from a
list of them, and no test sleeps. The style is h11's (https://h11.readthedocs.io, `h11/_state.py`).

    playing = Match(("smile", "zapallo"), seed=7).on(Started(at=0.0))
    playing = playing.on(FaceSeen("smile", closeness=0.93, at=0.10))
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from facegame_lib.errors import BadSetting, IllegalEvent, NotEnough, UnknownCategory
from facegame_lib.events import (
    CountdownEnded,
    Event,
    FaceSeen,
    NothingSeen,
    PatienceEnded,
    Paused,
    Quit,
    Resumed,
    Skipped,
    Started,
    Tick,
    TimeUp,
)

GAP: Final = 1.0  # seconds between two frames with a face in them beyond which it no longer counts as held


class Phase(StrEnum):
    """Where a match stands."""

    READY = "ready"
    COUNTDOWN = "countdown"
    PLAYING = "playing"
    PAUSED = "paused"
    OVER = "over"


TRANSITIONS: Final[Mapping[tuple[Phase, type[Event]], Phase]] = MappingProxyType(
    {
        (Phase.READY, Started): Phase.COUNTDOWN,
        (Phase.COUNTDOWN, Tick): Phase.COUNTDOWN,
        (Phase.COUNTDOWN, FaceSeen): Phase.COUNTDOWN,
        (Phase.COUNTDOWN, NothingSeen): Phase.COUNTDOWN,
        (Phase.COUNTDOWN, CountdownEnded): Phase.PLAYING,
        (Phase.COUNTDOWN, Paused): Phase.PAUSED,
        (Phase.COUNTDOWN, Quit): Phase.OVER,
        (Phase.PLAYING, Tick): Phase.PLAYING,
        (Phase.PLAYING, FaceSeen): Phase.PLAYING,
        (Phase.PLAYING, NothingSeen): Phase.PLAYING,
        (Phase.PLAYING, Skipped): Phase.PLAYING,
        (Phase.PLAYING, Paused): Phase.PAUSED,
        (Phase.PLAYING, TimeUp): Phase.OVER,
        (Phase.PLAYING, Quit): Phase.OVER,
        (Phase.PAUSED, Tick): Phase.PAUSED,
        (Phase.PAUSED, FaceSeen): Phase.PAUSED,
        (Phase.PAUSED, NothingSeen): Phase.PAUSED,
        (Phase.PAUSED, Resumed): Phase.COUNTDOWN,
        (Phase.PAUSED, PatienceEnded): Phase.OVER,
        (Phase.PAUSED, Quit): Phase.OVER,
        (Phase.OVER, Tick): Phase.OVER,  # a last frame may be on its way
        (Phase.OVER, FaceSeen): Phase.OVER,
        (Phase.OVER, NothingSeen): Phase.OVER,
    }
)


_RULES: Final = (  # name, lowest, highest
    ("seconds", 1, 3600),
    ("countdown", 0, 10),
    ("hold", 0, 5),
    ("top", 0.01, 1),
    ("patience", 0, 3600),  # finite, so that a match always ends
)


class Goal(NamedTuple):
    """A label reached: asked for and scored at these seconds of play."""

    label: str
    asked: float
    scored: float


class Point(NamedTuple):
    """One frame's closeness to the label asked for at that second of play."""

    second: float
    label: str
    closeness: float


@dataclass(frozen=True)
class Match:
    """One match. The first six fields are its rules; the rest is where it stands.

    `labels`: at least two; `order`: labels to ask for in that order (again from its start when it is
    through), else each is drawn with `seed`, never the same twice in a row; `top`: the closeness that
    scores when it is held for `hold` seconds. `elapsed` counts seconds of play only; so do `held_from`,
    `seen_at` (the last frame with a face in it) and `frame_at` (the last one with or without).
    Raises `NotEnough`, `UnknownCategory` or `BadSetting`.
    """

    labels: Sequence[str]
    seed: int = 0
    seconds: float = 30.0
    countdown: float = 0.0
    hold: float = 0.3
    top: float = 0.9
    order: tuple[str, ...] = ()
    patience: float = 120.0

    phase: Phase = Phase.READY
    asked: int = 0
    asked_at: float = 0.0
    closeness: float = 0.0
    elapsed: float = 0.0
    now: float = -math.inf
    phase_since: float = 0.0
    held_from: float | None = None
    seen_at: float = -math.inf
    frame_at: float = -math.inf
    why: str = ""
    goals: tuple[Goal, ...] = ()
    trace: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        distinct = (self.labels,) if isinstance(self.labels, str) else tuple(dict.fromkeys(self.labels))
        object.__setattr__(self, "labels", distinct)
        if len(distinct) < 2:
            raise NotEnough("few_labels", found=len(distinct))
        for label in self.order:
            if label not in self.labels:
                raise UnknownCategory("unknown_category", found=label, known=", ".join(self.labels))
        for name, low, high in _RULES:
            if not low <= getattr(self, name) <= high:
                raise BadSetting("out_of_range", name=name, low=low, high=high, found=getattr(self, name))

    @property
    def score(self) -> int:
        """How many labels were reached."""
        return len(self.goals)

    @property
    def target(self) -> str:
        """The label asked for now."""
        if self.order:
            return self.order[self.asked % len(self.order)]
        return _drawn(self.labels, self.seed, self.asked)

    @property
    def left(self) -> float:
        """Seconds of play that are left."""
        return max(0.0, self.seconds - self.elapsed)

    @property
    def counting(self) -> float:
        """Seconds of the countdown that are left, 0 outside of one."""
        return (
            max(0.0, self.phase_since + self.countdown - self.now) if self.phase is Phase.COUNTDOWN else 0.0
        )

    def on(self, event: Event) -> Match:
        """The match after that event. Raises `IllegalEvent`, or `BadSetting` for a value that is none."""
        if not math.isfinite(event.at):
            raise BadSetting("not_a_number", name="at", found=event.at)
        if isinstance(event, FaceSeen) and not 0 <= event.closeness <= 1:
            raise BadSetting("out_of_range", name="closeness", low=0, high=1, found=event.closeness)
        at = max(event.at, self.now)  # a clock that was set back stands still
        return self._until(at)._apply(event, at)._until(at)

    def _until(self, at: float) -> Match:
        """What time itself brings, up to that moment."""
        match = self
        while (due := match._due(at)) is not None:
            match = match._apply(due, due.at)
        return match

    def _due(self, at: float) -> Event | None:
        match self.phase:
            case Phase.COUNTDOWN if at >= self.phase_since + self.countdown:
                return CountdownEnded(at=self.phase_since + self.countdown)
            case Phase.PLAYING if self.elapsed + at - self.now >= self.seconds - 1e-9:
                return TimeUp(at=self.now + self.seconds - self.elapsed)
            case Phase.PAUSED if at >= self.phase_since + self.patience:
                return PatienceEnded(at=self.phase_since + self.patience)
        return None

    def _apply(self, event: Event, at: float) -> Match:
        phase = TRANSITIONS.get((self.phase, type(event)))
        if phase is None:
            raise IllegalEvent("illegal_event", event=type(event).__name__, phase=self.phase)
        passed = at - self.now if self.phase is Phase.PLAYING else 0.0
        elapsed = min(self.seconds, self.elapsed + passed)  # a large clock's digits leave a trace of rounding
        since = self.phase_since if phase is self.phase else at
        match = replace(self, phase=phase, phase_since=since, now=at, elapsed=elapsed)
        match event:
            case FaceSeen() if phase is Phase.PLAYING:
                return match._seen(event)
            case NothingSeen() if phase is Phase.PLAYING:
                return match._unseen()
            case Skipped():
                return match._ask()
            case Paused(why=why):
                return replace(match, why=why, held_from=None, closeness=0.0)
            case Quit():
                return replace(match, why="quit", closeness=0.0)
            case TimeUp() | CountdownEnded():
                return replace(match, why="")
        return match

    def _seen(self, event: FaceSeen) -> Match:
        second = self.elapsed
        trace = (*self.trace, Point(second, self.target, event.closeness))
        reached = event.label == self.target and event.closeness >= self.top
        since = self._held_without(second) if self._blind else self.held_from
        since = since if second - self.seen_at <= GAP else None
        held_from = (second if since is None else since) if reached else None
        match = replace(
            self, closeness=event.closeness, trace=trace, held_from=held_from, seen_at=second, frame_at=second
        )
        if held_from is None or second - held_from < self.hold - 1e-9:
            return match
        goal = Goal(self.target, self.asked_at, second)
        return replace(match, goals=(*self.goals, goal))._ask()

    def _unseen(self) -> Match:
        held_from = self._held_without(self.elapsed) if self.elapsed - self.seen_at <= GAP else None
        return replace(self, held_from=held_from, frame_at=self.elapsed)

    def _held_without(self, second: float) -> float | None:
        """`held_from`, moved on by what passed since the last frame: that time was not held."""
        return None if self.held_from is None else self.held_from + second - self.frame_at

    @property
    def _blind(self) -> bool:
        """Whether there was no face in the last frame."""
        return self.seen_at < self.frame_at

    def _ask(self) -> Match:
        return replace(self, asked=self.asked + 1, asked_at=self.elapsed, held_from=None, closeness=0.0)

    @property
    def holding(self) -> float:
        """How much of the hold is done, from 0 to 1."""
        if self.held_from is None:
            return 0.0
        until = self.frame_at if self._blind else self.elapsed
        return 1.0 if self.hold == 0 else min(1.0, (until - self.held_from) / self.hold)

    def seconds_per_face(self) -> dict[str, float]:
        """Mean seconds from asked to scored, of each label that scored."""
        times: dict[str, list[float]] = {}
        for goal in self.goals:
            times.setdefault(goal.label, []).append(goal.scored - goal.asked)
        return {label: sum(values) / len(values) for label, values in times.items()}


def _drawn(labels: Sequence[str], seed: int, asked: int) -> str:
    """The label that is asked for as number `asked`: random by seed, never the one before again."""
    order = random.Random(seed)
    index = order.randrange(len(labels))
    for _ in range(asked):
        index = (index + order.randrange(1, len(labels))) % len(labels)
    return labels[index]
