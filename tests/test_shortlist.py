"""The nearest of many rows, found without reading all of each: the same ones as by reading them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from facegame_lib import classifier
from facegame_lib.classifier import KnnClassifier, nearest, unit
from facegame_lib.shortlist import Shortlist

Floats = NDArray[np.float32]
D = 160  # more than the numbers of a short form


def lesson(kind: str, n: int = 6000) -> Floats:
    """Rows at length 1: bursts of near twins, noise without any order, or few different rows."""
    dice = np.random.default_rng(7)
    if kind == "noise":
        return unit(dice.normal(size=(n, D)))
    bursts = dice.normal(size=(60, 8)) @ dice.normal(size=(8, D)) + 3
    rows = bursts[dice.integers(0, 60, n)]
    return unit(rows if kind == "twins" else rows + 0.05 * dice.normal(size=(n, D)))


@pytest.mark.parametrize("kind", ["bursts", "noise", "twins"])
@pytest.mark.parametrize("k", [1, 10, 37])
def test_none_of_the_nearest_is_left_out(kind: str, k: int) -> None:
    """All rows as near as the k-th nearest in float64 are on the list, for queries of all kinds."""
    X = lesson(kind)
    shortlist = Shortlist(X)
    strange = unit(np.random.default_rng(1).normal(size=(5, D)))
    for x in [*X[:5], *unit(X[5:10] + X[10:15]), *strange]:
        apart = np.square(X.astype(np.float64) - x).sum(axis=1)
        nearest_ones = np.flatnonzero(apart <= np.partition(apart, k - 1)[k - 1])
        kept = np.arange(len(X))[shortlist.near(x, k)]
        assert np.isin(nearest_ones, kept).all()
        assert (np.diff(kept) > 0).all()


def test_of_rows_with_an_order_few_are_left() -> None:
    """Of bursts of near twins most rows are not looked at; of noise nothing can be left out."""
    X = lesson("bursts")
    some = Shortlist(X).near(unit(X[:1] + X[1:2])[0], 10)
    assert not isinstance(some, slice)
    assert len(some) < len(X) / 16
    noise = lesson("noise")
    assert Shortlist(noise).near(-noise[0], 10) == slice(None)


def test_fewer_rows_than_are_asked_for_are_all_on_the_list() -> None:
    """With k rows or less there is nothing to leave out."""
    X = lesson("bursts", 60)
    assert Shortlist(X).near(X[0], 60) == Shortlist(X).near(X[0], 100) == slice(None)


def test_rows_that_are_all_alike_are_all_as_near() -> None:
    """Nothing varies: every row is as near as every other."""
    X = np.ones((50, D), np.float32)
    assert Shortlist(X).near(X[0], 3) == slice(None)


@pytest.mark.parametrize("kind", ["bursts", "noise", "twins"])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_a_vote_among_many_is_the_same_to_the_bit(
    kind: str, weights: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ties and all, a frame's probabilities are those of a classifier that reads every row."""
    X = lesson(kind)
    y = np.array(list("abcdefg"))[np.arange(len(X)) % 7]  # twins differ in their labels: order decides
    short = KnnClassifier(10, weights).fit(X, y)  # type: ignore[arg-type]
    monkeypatch.setattr(classifier, "MANY", len(X) + 1)
    whole = KnnClassifier(10, weights).fit(X, y)  # type: ignore[arg-type]
    for x in unit(X[:40] + 0.01 * np.random.default_rng(2).normal(size=(40, D))):
        np.testing.assert_array_equal(short.predict_proba(x[None]), whole.predict_proba(x[None]))


@pytest.mark.parametrize("k", [1, 3, 10, 50])
def test_the_nearest_are_the_first_of_a_stable_sort(k: int) -> None:
    """Columns come nearest first, ties and infinities in the order they stand in."""
    dice = np.random.default_rng(3)
    distances = dice.integers(0, 6, (30, 50)).astype(np.float32)
    distances[distances == 5] = np.inf
    expected = np.argsort(distances, axis=1, kind="stable")[:, :k]
    np.testing.assert_array_equal(nearest(distances, k), expected)
