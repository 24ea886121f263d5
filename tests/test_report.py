"""What training found: which face would gain most from a second take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from facegame_lib.classifier import KnnClassifier
from facegame_lib.report import APART, Report, look_over

MIDDLES = {"a": (0.0, 0.0), "b": (9.0, 0.0), "c": (9.0, 0.9), "d": (0.0, 9.0)}


def points(middles: dict[str, tuple[float, float]], wide: float = 1.0) -> tuple[NDArray[Any], NDArray[Any]]:
    """Twelve points about each middle, `wide` across, and their labels."""
    dice = np.random.default_rng(1)
    X = [np.array(middle) + dice.uniform(-wide / 2, wide / 2, (12, 2)) for middle in middles.values()]
    return np.concatenate(X).astype(np.float32), np.repeat(list(middles), 12)


def report(X: NDArray[Any], y: NDArray[Any], twice: str = "", copies: int = 1) -> Report:
    """The report on these points; `twice`: the labels taught in two takes."""
    takes = np.array([1 + (label in twice and i % 2) for i, label in enumerate(y)])
    X, y, takes = (np.repeat(part, copies, axis=0) for part in (X, y, takes))
    groups = np.arange(len(y)) // copies
    return look_over(KnnClassifier().fit(X + 20, y), X, y, groups, takes)


def test_the_face_nearest_to_another_is_named_with_that_other() -> None:
    """Of four faces two are near each other: one of them is named, and the distance between them."""
    weakest = report(*points(MIDDLES)).weakest
    assert weakest is not None
    assert {weakest.label, weakest.near} == {"b", "c"}
    assert 1.0 < weakest.apart < APART
    assert report(*points(MIDDLES | {"c": (9.0, 5.0)})).weakest is None


def test_nothing_is_said_when_all_are_well_apart() -> None:
    """Faces that are several times as far from each other as their own pictures are need no second take."""
    assert report(*points(MIDDLES, wide=0.2)).weakest is None


def test_a_face_that_is_taken_for_another_is_not_passed_over_in_silence() -> None:
    """Well apart but for a picture among those of another face: one of the two is named all the same."""
    X, y = points(MIDDLES, wide=0.2)
    X[np.flatnonzero(y == "a")[0]] = MIDDLES["d"]
    found = report(X, y)
    assert found.confused is not None
    assert found.weakest is not None


def test_a_face_that_has_its_second_take_is_not_named_again() -> None:
    """The other one of the near two is, and when both have two takes nobody is."""
    X, y = points(MIDDLES)
    for twice, named in (("b", "c"), ("c", "b"), ("bc", None), ("abcd", None)):
        weakest = report(X, y, twice).weakest
        assert (weakest.label if weakest else None) == named


@pytest.mark.parametrize("copies", [2, 3])
def test_copies_of_a_picture_are_no_pictures(copies: int) -> None:
    """That a picture is learnt several times makes a face neither narrower nor nearer."""
    X, y = points(MIDDLES)
    one, more = report(X, y).weakest, report(X, y, copies=copies).weakest
    assert one is not None
    assert more == one


def test_pictures_that_are_all_alike_name_nobody() -> None:
    """Where each face is one and the same picture there is no usual distance, and nothing to say."""
    assert report(*points(MIDDLES, wide=0.0)).weakest is None
