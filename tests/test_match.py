"""The match: one table says what may follow what, and time comes in with the events."""

from __future__ import annotations

import dataclasses
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matches import LABELS, playing, reach, scored

from facegame_lib import match as m
from facegame_lib.errors import IllegalEvent
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
from facegame_lib.match import TRANSITIONS, Match, Phase

EVENTS: tuple[type[Event], ...] = (
    Started, Tick, FaceSeen, NothingSeen, Skipped, Paused, Resumed, Quit,
    CountdownEnded, TimeUp, PatienceEnded,
)  # fmt: skip


def event(kind: type[Event], at: float) -> Event:
    """An event of that kind."""
    return FaceSeen("smile", closeness=0.5, at=at) if kind is FaceSeen else kind(at=at)


def in_phase(phase: Phase) -> Match:
    """A match that got to that phase by events, at 10.0 at the latest."""
    ready = Match(LABELS, seed=7, countdown=3.0)
    counting = ready.on(Started(at=0.0))
    playing = counting.on(Tick(at=5.0))
    return {
        Phase.READY: ready,
        Phase.COUNTDOWN: counting,
        Phase.PLAYING: playing,
        Phase.PAUSED: playing.on(Paused(at=10.0)),
        Phase.OVER: playing.on(Quit(at=10.0)),
    }[phase]


@pytest.mark.parametrize(("phase", "kind"), list(product(Phase, EVENTS)))
def test_what_may_follow_is_the_table_and_nothing_else(phase: Phase, kind: type[Event]) -> None:
    """Every row of the table goes to its phase; what is no row raises and changes nothing."""
    match = in_phase(phase)
    assert match.phase is phase
    now = max(match.now, 0.5)
    before = dataclasses.replace(match)
    if (phase, kind) in TRANSITIONS:
        assert match.on(event(kind, now)).phase is TRANSITIONS[phase, kind]
    else:
        with pytest.raises(IllegalEvent) as caught:
            match.on(event(kind, now))
        assert kind.__name__ in str(caught.value)
        assert phase.value in str(caught.value)
    assert match == before


def test_the_table_is_closed() -> None:
    """The table cannot be changed, speaks of every phase and event, and leads nowhere from the end."""
    with pytest.raises(TypeError):
        TRANSITIONS[Phase.READY, Quit] = Phase.OVER  # type: ignore[index]
    assert {phase for phase, _ in TRANSITIONS} == set(Phase)
    assert {kind for _, kind in TRANSITIONS} == set(EVENTS)
    assert {after for (before, _), after in TRANSITIONS.items() if before is Phase.OVER} == {Phase.OVER}


def test_the_example_of_the_design_holds() -> None:
    """The three lines that show how a match is used do what they say."""
    match = Match(LABELS, seed=7).on(Started(at=0.0))
    match = match.on(FaceSeen("smile", closeness=0.93, at=0.10))
    assert match.closeness == 0.93
    assert match.phase is Phase.PLAYING


def test_a_match_is_a_value() -> None:
    """Nothing in a match can be set, and an event gives another match."""
    match = playing()
    with pytest.raises(dataclasses.FrozenInstanceError):
        match.phase = Phase.OVER  # type: ignore[misc]
    after = match.on(Tick(at=1.0))
    assert (match.elapsed, after.elapsed) == (0.0, 1.0)


def test_the_countdown_counts_and_then_it_is_on() -> None:
    """Three seconds are counted down, seen to the moment, and no second of play is lost by them."""
    match = Match(LABELS, countdown=3.0).on(Started(at=100.0))
    assert (match.phase, match.counting) == (Phase.COUNTDOWN, 3.0)
    assert match.on(Tick(at=101.5)).counting == 1.5
    assert match.on(Tick(at=102.99)).phase is Phase.COUNTDOWN
    begun = match.on(Tick(at=104.0))
    assert (begun.phase, begun.counting, begun.elapsed, begun.left) == (Phase.PLAYING, 0.0, 1.0, 29.0)


def test_without_a_countdown_it_is_on_at_once() -> None:
    """A countdown of 0 is over with the start, before anything else happens."""
    match = Match(LABELS, countdown=0.0).on(Started(at=5.0))
    assert (match.phase, match.counting) == (Phase.PLAYING, 0.0)


def test_faces_in_the_countdown_do_not_count() -> None:
    """A face made before the match is on scores nothing and leaves no trace."""
    match = Match(LABELS, countdown=3.0).on(Started(at=0.0))
    for at in (0.5, 1.0, 2.9):
        match = reach(match, at)
    assert (match.score, match.trace, match.held_from) == (0, (), None)


def test_time_ends_it() -> None:
    """After its seconds of play it is over, to the moment, and not before."""
    match = playing(seconds=30.0)
    assert match.on(Tick(at=29.9)).phase is Phase.PLAYING
    for at in (30.0, 31.0, 1e9):
        ended = match.on(Tick(at=at))
        assert (ended.phase, ended.elapsed, ended.left, ended.why) == (Phase.OVER, 30.0, 0.0, "")


def test_a_frame_that_comes_after_the_end_is_passed_over() -> None:
    """The last frames are still on their way when it ends; they change neither score nor trace."""
    match = reach(playing(), 29.9)
    late = reach(reach(match, 30.1), 31.0)
    assert late.phase is Phase.OVER
    assert (late.score, late.trace) == (0, match.trace)


def test_a_skipped_label_scores_nothing() -> None:
    """Skipping brings the next label and forgets what was held."""
    match = reach(playing(), 1.0).on(Skipped(at=1.1))
    assert (match.score, match.asked, match.asked_at, match.held_from) == (0, 1, pytest.approx(1.1), None)


def test_a_pause_costs_no_time() -> None:
    """After a pause, and another countdown, exactly the time is left that was left before."""
    match = playing(countdown=3.0).on(Tick(at=13.0))
    assert match.left == 20.0
    paused = match.on(Paused("hidden", at=13.5)).on(Tick(at=60.0))
    assert (paused.phase, paused.why, paused.left) == (Phase.PAUSED, "hidden", 19.5)
    resumed = paused.on(Resumed(at=80.0))
    assert (resumed.phase, resumed.counting, resumed.left) == (Phase.COUNTDOWN, 3.0, 19.5)
    assert resumed.on(Tick(at=84.0)).left == 18.5
    assert resumed.on(Tick(at=84.0)).why == ""
    assert resumed.on(Tick(at=102.5)).phase is Phase.OVER


def test_a_pause_in_the_countdown_begins_it_anew() -> None:
    """A countdown that was interrupted counts from three again."""
    match = Match(LABELS, countdown=3.0).on(Started(at=0.0)).on(Paused(at=2.5)).on(Resumed(at=10.0))
    assert (match.phase, match.counting, match.left) == (Phase.COUNTDOWN, 3.0, 30.0)


def test_patience_ends_a_long_pause() -> None:
    """A pause that is too long ends the match, with the word why it paused and the score there was."""
    match = scored(playing(patience=60.0), 5.0).on(Paused("camera", at=10.0))
    assert match.on(Tick(at=69.9)).phase is Phase.PAUSED
    ended = match.on(Tick(at=70.0))
    assert (ended.phase, ended.why, ended.score, ended.elapsed) == (Phase.OVER, "camera", 1, 10.0)


def test_quitting_ends_it_with_what_there_is() -> None:
    """A player who leaves keeps the score; the match says that it was they who left."""
    ended = scored(playing(), 5.0).on(Quit(at=12.0))
    assert (ended.phase, ended.why, ended.score, ended.left) == (Phase.OVER, "quit", 1, 18.0)


def test_a_clock_that_is_set_back_stands_still() -> None:
    """Events from before the last one count as of now: no time is won, none is lost."""
    match = playing().on(Tick(at=10.0))
    back = match.on(Tick(at=4.0)).on(Tick(at=-1e9))
    assert (back.now, back.elapsed) == (10.0, 10.0)
    assert back.on(Tick(at=10.5)).elapsed == 10.5
    assert reach(match, 3.0).trace[-1].second == 10.0


@pytest.mark.parametrize("offset", [0.0, -5e8, 1.7e9, 1e12])
def test_any_clock_will_do(offset: float) -> None:
    """Seconds since the computer started or since 1970: the match lasts as long, and no longer."""
    match = Match(LABELS, seconds=10.0).on(Started(at=offset))
    for i in range(1, 160):
        match = match.on(Tick(at=offset + i / 15))
        assert 0.0 <= match.elapsed <= 10.0
    assert match.phase is Phase.OVER
    assert match.elapsed == pytest.approx(10.0, abs=1e-3)


def test_the_trace_is_what_was_seen() -> None:
    """Every frame of play is a point: its second of play, the label asked for then, and how close it was."""
    match = playing(seed=3)
    first = match.target
    match = match.on(FaceSeen("x", closeness=0.2, at=0.5)).on(Paused(at=1.0)).on(Resumed(at=11.0))
    match = match.on(FaceSeen("x", closeness=0.7, at=12.0))
    assert match.trace == (m.Point(0.5, first, 0.2), m.Point(2.0, first, 0.7))


def test_the_mean_time_of_each_face() -> None:
    """Seconds from asked to scored are averaged by label; labels that did not score are not there."""
    match = playing(order=("smile", "zapallo", "smile"))
    for at in (2.0, 3.0, 7.0):
        match = scored(match, at)
    assert match.seconds_per_face() == pytest.approx({"smile": (2.0 + 4.0) / 2, "zapallo": 1.0})


STEPS = st.tuples(
    st.sampled_from(EVENTS[:8]), st.floats(-1.0, 12.0), st.sampled_from([*LABELS, None]), st.floats(0.0, 1.0)
)


@given(st.integers(0, 99), st.sampled_from([0.0, 0.3]), st.lists(STEPS, max_size=60))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_match_keeps_its_promises(seed: int, hold: float, steps: list[Any]) -> None:
    """Whatever legal events come: counts agree, time stays in bounds, it ends, it can be replayed."""
    start = Match(LABELS, seed, seconds=20.0, countdown=1.0, hold=hold, top=0.5, patience=30.0)
    match, at, happened = start, 0.0, []
    for kind, passed, label, closeness in [(Started, 0.0, None, 0.0), *steps]:
        at += passed
        now = FaceSeen(label, closeness=closeness, at=at) if kind is FaceSeen else kind(at=at)
        try:
            after = match.on(now)
        except IllegalEvent:
            continue
        happened.append(now)
        assert after.now >= match.now
        assert match.elapsed <= after.elapsed <= 20.0
        assert after.goals[: match.score] == match.goals
        assert after.trace[: len(match.trace)] == match.trace
        assert after.asked - match.asked in (0, 1)
        assert (after.target != match.target) == (after.asked != match.asked)
        assert 0.0 <= after.holding <= 1.0
        match = after
    assert match.score == len(match.goals) <= match.asked
    assert all(0.0 <= goal.asked <= goal.scored <= 20.0 for goal in match.goals)
    assert [point.second for point in match.trace] == sorted(point.second for point in match.trace)
    again = start
    for now in happened:
        again = again.on(now)
    assert again == match
    if happened:
        assert match.on(Tick(at=max(at, match.now) + 1000.0)).phase is Phase.OVER
