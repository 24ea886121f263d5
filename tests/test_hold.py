"""A face that is made, held, lost and let go: what scores."""

from __future__ import annotations

import pytest
from matches import LABELS, playing, reach

from facegame_lib import match as m
from facegame_lib.events import (
    FaceSeen,
    NothingSeen,
    Paused,
    Resumed,
    Tick,
)
from facegame_lib.match import Match


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


def test_a_pause_lets_go_of_the_face() -> None:
    """What was held before a pause has to be made again after it, and the bar is down meanwhile."""
    paused = reach(playing(), 1.0).on(Paused(at=1.1))
    assert (paused.closeness, paused.held_from) == (0.0, None)
    assert reach(paused, 1.2).trace == paused.trace
    back = paused.on(Resumed(at=2.0))
    assert reach(reach(back, 2.1), 2.3).score == 0
