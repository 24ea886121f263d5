"""One burst: planned here, timed where the camera is."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest

from facegame_lib.burst import GRACE, Burst, BurstPlan
from facegame_lib.errors import BadSetting


def test_the_plan_is_twenty_pictures_in_three_seconds() -> None:
    """By default the first of twenty pictures is due at once and they are spread evenly over 3 seconds."""
    due = BurstPlan().due
    assert len(due) == 20
    assert due[0] == 0.0
    assert {round(after - before, 9) for before, after in pairwise(due)} == {0.15}
    assert due[-1] < 3.0


@pytest.mark.parametrize(("pictures", "seconds"), [(1, 3.0), (2, 1.0), (200, 60.0)])
def test_every_plan_stays_inside_its_seconds(pictures: int, seconds: float) -> None:
    """However many pictures, they rise from 0 and end before the burst does."""
    due = BurstPlan(pictures, seconds).due
    assert len(due) == pictures
    assert due[0] == 0.0
    assert sorted(set(due)) == list(due)
    assert due[-1] < seconds


@pytest.mark.parametrize(
    "wrong",
    [
        {"pictures": 0},
        {"pictures": 201},
        {"seconds": 0.0},
        {"seconds": 60.1},
        {"seconds": math.nan},
        {"countdown": -1.0},
        {"countdown": 11.0},
        {"countdown": math.nan},
    ],
)
def test_an_impossible_plan_is_refused(wrong: dict[str, Any]) -> None:
    """A number outside its range, NaN included, is refused by name."""
    with pytest.raises(BadSetting) as caught:
        BurstPlan(**wrong)
    assert next(iter(wrong)) in str(caught.value)


def test_a_picture_gives_the_next_burst() -> None:
    """A burst is a value: a picture makes another one, with its stamp, and leaves the first as it was."""
    burst = Burst(1, "smile", 2, started=10.0)
    after = burst.picture(0.0).picture(0.16)
    assert (burst.count, after.count) == (0, 2)
    assert after.stamps == (0.0, 0.16)
    assert (after.id, after.category, after.take) == (1, "smile", 2)


def test_a_burst_is_done_with_its_last_picture() -> None:
    """It is done when all its pictures are there, and not one picture earlier."""
    burst = Burst(1, "smile", 1, started=0.0, plan=BurstPlan(pictures=3))
    for stamp in (0.0, 1.0):
        burst = burst.picture(stamp)
    assert not burst.done(at=3.0)
    assert burst.picture(2.0).done(at=3.0)


def test_a_burst_is_done_when_the_camera_says_so() -> None:
    """With fewer pictures than planned it is done as soon as the camera's side has sent all it took."""
    burst = Burst(1, "smile", 1, started=0.0).picture(0.0)
    assert not burst.done(at=0.1)
    assert burst.end().done(at=0.1)
    assert burst.end().count == 1


def test_a_burst_is_not_waited_for_forever() -> None:
    """When its countdown, its seconds and a grace are over it is done, whatever arrived."""
    burst = Burst(1, "smile", 1, started=100.0, plan=BurstPlan(seconds=3.0, countdown=2.0))
    assert not burst.done(at=105.0 + GRACE)
    assert burst.done(at=105.0 + GRACE + 0.01)
