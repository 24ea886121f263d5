"""The rules of a match: which labels it asks for, and values that it refuses."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise
from typing import Any

import pytest
from matches import LABELS, playing, reach

from facegame_lib.errors import BadSetting, NotEnough, UnknownCategory
from facegame_lib.events import (
    FaceSeen,
    Skipped,
    Started,
    Tick,
)
from facegame_lib.match import Match


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
