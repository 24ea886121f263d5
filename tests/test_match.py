"""The match: one table says what may follow what, and time comes in with the events."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facegame_lib import match as m
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
from facegame_lib.match import TRANSITIONS, Match, Phase

LABELS = ("smile", "surprise", "zapallo")
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


def playing(**rules: Any) -> Match:
    """A match that is played since 0.0."""
    return Match(LABELS, **rules).on(Started(at=0.0))


def reach(match: Match, at: float, closeness: float = 1.0) -> Match:
    """The player makes the face that is asked for."""
    return match.on(FaceSeen(match.target, closeness=closeness, at=at))


def scored(match: Match, at: float) -> Match:
    """The player makes it and holds it, done at that time."""
    return reach(reach(match, at - match.hold), at)


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


def test_a_face_has_to_be_held() -> None:
    """The top scores when it is held for 300 ms, and not a moment sooner."""
    match = reach(playing(), 1.0)
    assert match.holding == 0.0
    assert reach(match, 1.29).score == 0
    assert reach(match, 1.15).holding == pytest.approx(0.5)
    after = reach(match, 1.3)
    assert after.score == 1
    assert after.goals == (m.Goal(match.target, 0.0, pytest.approx(1.3)),)
    assert (after.asked, after.asked_at, after.closeness, after.held_from) == (
        1,
        pytest.approx(1.3),
        0.0,
        None,
    )


def test_a_face_let_go_begins_anew() -> None:
    """Below the top for one frame, the 300 ms begin again."""
    match = reach(reach(playing(), 1.0), 1.2, closeness=0.89)
    assert match.holding == 0.0
    match = reach(match, 1.25)
    assert reach(match, 1.5).score == 0
    assert reach(match, 1.55).score == 1


def nothing(match: Match, *times: float) -> Match:
    """Frames without a face."""
    for at in times:
        match = match.on(NothingSeen(at=at))
    return match


def test_a_frame_without_a_face_counts_for_nothing() -> None:
    """It moves no bar, leaves no point of the match's picture, and is no part of a hold."""
    match = reach(reach(playing(), 1.0, closeness=0.95), 1.1, closeness=0.95)
    blind = nothing(match, 1.2, 1.3, 1.5)
    assert (blind.closeness, blind.trace, blind.score) == (0.95, match.trace, 0)
    assert match.holding == pytest.approx(1 / 3)
    assert blind.holding == pytest.approx(1 / 3)
    assert blind.on(Tick(at=1.6)).holding == pytest.approx(1 / 3)


def test_a_hold_goes_on_after_a_face_was_lost_for_a_moment() -> None:
    """What was held before counts, what passed without a face does not: 100 ms, a gap, and 200 ms more."""
    match = reach(nothing(reach(reach(playing(), 1.0), 1.1), 1.15, 1.5, 1.9), 2.0)
    assert (match.score, match.holding) == (0, pytest.approx(1 / 3))
    assert reach(match, 2.19).score == 0
    after = reach(match, 2.2)
    assert after.score == 1
    assert after.goals[0].scored == pytest.approx(2.2)


def test_a_face_lost_for_long_is_let_go() -> None:
    """A hold outlives no more than a second without a face, whether seen frame by frame or by none."""
    held = reach(reach(playing(), 1.0), 1.2)
    for times in ((1.5, 2.0, 2.25), (1.3,), (2.25,)):
        assert reach(nothing(held, *times), 2.3).holding == 0.0
    assert nothing(held, 1.5, 2.0).holding > 0
    gone = nothing(held, 1.5, 2.0, 2.25)
    assert (gone.holding, gone.held_from, gone.closeness) == (0.0, None, 1.0)
    assert reach(reach(gone, 2.3), 2.59).score == 0
    assert reach(reach(gone, 2.3), 2.6).score == 1


def test_no_face_at_all_holds_nothing() -> None:
    """Frames without a face from first to last score nothing, however full the bar was once."""
    match = nothing(reach(playing(), 1.0), *(1.0 + i / 15 for i in range(1, 60)))
    assert (match.score, match.asked) == (0, 0)
    assert nothing(playing(hold=0.0), 1.0, 2.0).score == 0


def test_the_likeliest_label_has_to_be_the_one_asked_for() -> None:
    """A full bar scores nothing while another label, or none, is likelier."""
    match = playing()
    other = next(label for label in LABELS if label != match.target)
    for label in (other, None, "never taught"):
        seen = match
        for at in (1.0, 1.2, 1.4, 1.6):
            seen = seen.on(FaceSeen(label, closeness=1.0, at=at))
        assert (seen.score, seen.closeness) == (0, 1.0)


def test_a_face_is_not_held_while_nothing_is_seen() -> None:
    """Two frames more than a second apart are no held face: nobody saw what was in between."""
    assert reach(reach(playing(), 1.0), 1.9).score == 1
    assert reach(reach(playing(), 1.0), 2.1).score == 0


def test_without_hold_the_top_scores_at_once() -> None:
    """A hold of 0 scores with the first frame."""
    assert reach(playing(hold=0.0), 0.5).score == 1


@pytest.mark.parametrize("labels", [("a", "b"), LABELS, tuple("abcdefgh"), ("a", "a", "b")])
def test_never_the_same_label_twice_in_a_row(labels: tuple[str, ...]) -> None:
    """Over hundreds of labels no one comes right after itself, and every one comes."""
    for seed in range(5):
        match = Match(labels, seed=seed, hold=0.0, seconds=3600).on(Started(at=0.0))
        asked = [match.target]
        for i in range(100):
            match = reach(match, i) if i % 2 else match.on(Skipped(at=float(i)))
            asked.append(match.target)
        assert all(before != after for before, after in pairwise(asked))
        assert set(asked) == set(labels)


def test_a_seed_repeats_and_another_does_not() -> None:
    """The same seed asks for the same labels in the same order, whatever the player does in between."""

    def asked(seed: int, step: float) -> list[str]:
        match = playing(seed=seed)
        targets = []
        for i in range(20):
            targets.append(match.target)
            match = match.on(Skipped(at=i * step))
        return targets

    assert asked(7, step=1.0) == asked(7, step=0.1)
    assert len({tuple(asked(seed, 1.0)) for seed in range(10)}) > 5


def test_an_order_is_asked_for_as_it_is() -> None:
    """With an order the labels come in it, and from its start when it is through."""
    match = playing(order=("zapallo", "smile", "smile"))
    targets = []
    for i in range(5):
        targets.append(match.target)
        match = match.on(Skipped(at=float(i)))
    assert targets == ["zapallo", "smile", "smile", "zapallo", "smile"]


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


def test_a_pause_lets_go_of_the_face() -> None:
    """What was held before a pause has to be made again after it, and the bar is down meanwhile."""
    paused = reach(playing(), 1.0).on(Paused(at=1.1))
    assert (paused.closeness, paused.held_from) == (0.0, None)
    assert reach(paused, 1.2).trace == paused.trace
    back = paused.on(Resumed(at=2.0))
    assert reach(reach(back, 2.1), 2.3).score == 0


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


@pytest.mark.parametrize("closeness", [math.nan, math.inf, -math.inf, -0.01, 1.01])
def test_a_closeness_that_is_none_is_refused(closeness: float) -> None:
    """NaN, infinity and what is outside 0 to 1 raise, and the match is as it was."""
    match = reach(playing(), 1.0)
    before = dataclasses.replace(match)
    with pytest.raises(BadSetting):
        match.on(FaceSeen("smile", closeness=closeness, at=1.1))
    assert match == before


@pytest.mark.parametrize("at", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_none_is_refused(at: float) -> None:
    """A time has to be a number, or the clock would hang or run away."""
    with pytest.raises(BadSetting):
        playing().on(Tick(at=at))


@pytest.mark.parametrize("labels", [(), ("smile",), ("smile", "smile"), "smile"])
def test_a_match_needs_two_labels(labels: Any) -> None:
    """No label, one, the same twice, or a string in place of a tuple is refused."""
    with pytest.raises(NotEnough):
        Match(labels)


def test_an_order_of_labels_not_taught_is_refused() -> None:
    """The sentence names the label that is not known, and those that are."""
    with pytest.raises(UnknownCategory) as caught:
        Match(LABELS, order=("smile", "frown"))
    assert "frown" in str(caught.value)
    assert "zapallo" in str(caught.value)


@pytest.mark.parametrize("name", ["seconds", "countdown", "hold", "top", "patience"])
@pytest.mark.parametrize("value", [-1.0, 1e9, math.nan, math.inf])
def test_an_impossible_rule_is_refused(name: str, value: float) -> None:
    """Each rule has its range, and the sentence names the rule."""
    with pytest.raises(BadSetting) as caught:
        Match(LABELS, **{name: value})
    assert name in str(caught.value)


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
