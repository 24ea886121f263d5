"""A match against a model of it: three stopwatches that run down. Whatever comes in whatever order, at times
that creep, jump or go back, both say the same; what is not allowed raises and changes nothing.

Times are in 64ths of a second, so that sums are exact and a stopwatch ends when it ends.
"""

from __future__ import annotations

import math
from typing import Any

import machines
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from facegame_lib.errors import BadSetting, IllegalEvent
from facegame_lib.events import (
    CountdownEnded,
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
from facegame_lib.match import Match

LABELS = ("smile", "surprise", "zapallo")
TOP = 0.75
LEGAL = {  # the rules as a player would tell them: what can be done when
    Started: {"ready"},
    Skipped: {"playing"},
    Paused: {"countdown", "playing"},
    Resumed: {"paused"},
    Quit: {"countdown", "playing", "paused"},
    CountdownEnded: {"countdown"},
    TimeUp: {"playing"},
    PatienceEnded: {"paused"},
    **{kind: {"countdown", "playing", "paused", "over"} for kind in (Tick, FaceSeen, NothingSeen)},
}
NEXT = {
    Started: "countdown",
    Paused: "paused",
    Resumed: "countdown",
    Quit: "over",
    CountdownEnded: "playing",
    TimeUp: "over",
    PatienceEnded: "over",
}
PASSED = st.one_of(
    st.integers(0, 40).map(lambda n: n / 64),  # from frame to frame
    st.integers(0, 40).map(lambda n: n / 64),
    st.sampled_from([1.0, 1.0, 2.5, 3.0, 5.0, 19.0, 20.0, 31.0, 2.0**31]),  # a computer that slept
    st.sampled_from([0.0, -0.5, -60.0]),  # a clock that was set back
)
RARE = st.sampled_from([True, *[False] * 6])  # what ends a match


class Matches(RuleBasedStateMachine):
    """`left` are the stopwatches of the countdown, of play and of patience, in seconds."""

    @initialize(
        start=st.sampled_from([0.0, -64.0, 2.0**31]),
        countdown=st.sampled_from([0.0, 1.0, 3.0]),
        hold=st.sampled_from([0.0, 0.25]),
        seed=st.integers(0, 5),
        begun=st.sampled_from([True, True, True, False]),
    )
    def begin(self, start: float, countdown: float, hold: float, seed: int, begun: bool) -> None:
        self.rules = {"seconds": 20.0, "countdown": countdown, "patience": 30.0, "hold": hold, "top": TOP}
        self.match = Match(LABELS, seed, **self.rules)
        self.at = start  # what the clock says
        self.latest = -math.inf  # the latest that it ever said
        self.phase = "ready"
        self.left = {"countdown": countdown, "playing": 20.0, "paused": 30.0}
        self.score = 0
        self.asked_since = 0.0  # second of play
        if begun:
            self._on(Started(at=start))

    # -- what happens

    @rule(passed=PASSED, kind=st.sampled_from([Tick, NothingSeen, Skipped, Paused, Resumed, Started]))
    def something(self, passed: float, kind: Any) -> None:
        self._on(kind(at=self._later(passed)))

    @rule(kind=st.sampled_from([CountdownEnded, TimeUp, PatienceEnded, Quit]), rare=RARE)
    def an_end(self, kind: Any, rare: bool) -> None:
        if rare or self.phase not in LEGAL[kind]:
            self._on(kind(at=self._later(0.25)))

    @rule(passed=PASSED, closeness=st.sampled_from([0.0, 0.5, TOP, 1.0]), right=st.booleans())
    def a_face(self, passed: float, closeness: float, right: bool) -> None:
        label = self.match.target if right else None
        self._on(FaceSeen(label, closeness=closeness, at=self._later(passed)))

    @precondition(lambda self: self.phase == "ready")
    @rule()
    def the_start(self) -> None:
        self._on(Started(at=self.at))

    @precondition(lambda self: self.phase == "paused")
    @rule(passed=st.sampled_from([0.0, 1.0]))
    def on_with_it(self, passed: float) -> None:
        self._on(Resumed(at=self._later(passed)))

    @precondition(lambda self: self.phase == "playing")
    @rule(times=st.integers(1, 6))
    def a_face_that_is_held(self, times: int) -> None:
        """A 16th of a second from frame to frame: four of them are a hold, so six frames score."""
        before, enough = self.score, times == 6 and self.left["playing"] > 1 and self.at >= self.latest
        for _ in range(times):
            self._on(FaceSeen(self.match.target, closeness=1.0, at=self._later(1 / 16)))
        assert not enough or self.score > before

    @rule(at=st.sampled_from([math.nan, math.inf, -math.inf]))
    def no_time_at_all(self, at: float) -> None:
        self._refused(Tick(at=at), BadSetting)

    @rule(closeness=st.sampled_from([math.nan, -0.01, 1.01, math.inf]))
    def no_closeness_at_all(self, closeness: float) -> None:
        self._refused(FaceSeen("smile", closeness=closeness, at=self.at), BadSetting)

    # -- the model

    def _later(self, passed: float) -> float:
        self.at += passed
        return self.at

    def _on(self, event: Any) -> None:
        now = max(self.at, self.latest)  # a clock that was set back stands still
        phase, left = self._ran(
            self.phase, dict(self.left), 0.0 if self.phase == "ready" else now - self.latest
        )
        if phase not in LEGAL[type(event)]:
            self._refused(event, IllegalEvent)
            return
        before, self.match = self.match, self.match.on(event)
        if NEXT.get(type(event), phase) != phase:
            phase = NEXT[type(event)]
            if phase in ("countdown", "paused"):
                left[phase] = self.rules["countdown" if phase == "countdown" else "patience"]
        was_playing = phase == "playing"
        self.phase, self.left = self._ran(phase, left, 0.0)
        self.latest = now
        self._scored(before, event, was_playing)

    def _ran(self, phase: str, left: dict[str, float], passed: float) -> tuple[str, dict[str, float]]:
        """Where it stands after so many seconds in which nothing happens."""
        after = {"countdown": "playing", "playing": "over", "paused": "over"}
        while phase in after and passed >= left[phase]:
            passed -= left[phase]
            left[phase] = 0.0
            phase = after[phase]
        if phase in after:
            left[phase] -= passed
        return phase, left

    def _scored(self, before: Match, event: Any, was_playing: bool) -> None:
        """At most one more, by a face that is the right one and close enough, and held for long enough."""
        more = self.match.score - self.score
        close = isinstance(event, FaceSeen) and event.label == before.target and event.closeness >= TOP
        if self.rules["hold"] == 0:
            assert more == int(close and was_playing)
        else:
            held = self.match.elapsed - self.asked_since
            assert more == 0 or (more == 1 and close and was_playing and held >= self.rules["hold"])
        self.score = self.match.score
        if self.match.asked != before.asked:
            assert more == 1 or isinstance(event, Skipped)
            assert self.match.target != before.target
            self.asked_since = self.match.elapsed

    def _refused(self, event: Any, kind: type[Exception]) -> None:
        before = repr(self.match)
        with pytest.raises(kind):
            self.match.on(event)
        assert repr(self.match) == before

    # -- what holds

    @invariant()
    def it_stands_where_the_model_does(self) -> None:
        assert self.match.phase == self.phase
        assert self.match.left == self.left["playing"]
        assert self.match.counting == (self.left["countdown"] if self.phase == "countdown" else 0.0)

    @invariant()
    def its_numbers_make_sense(self) -> None:
        assert self.match.score == len(self.match.goals) <= self.match.asked
        assert 0 <= self.match.holding <= 1
        assert all(0 <= goal.asked <= goal.scored <= 20 for goal in self.match.goals)

    def teardown(self) -> None:
        """And whatever happened, it ends: nothing goes on for ever."""
        if hasattr(self, "match") and self.phase != "ready":
            assert self.match.on(Tick(at=max(self.at, self.latest) + 60)).phase == "over"


TestMatches = machines.test_of(Matches, "Any sequence of events leaves the match and its model alike.")
