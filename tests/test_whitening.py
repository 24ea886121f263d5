"""The metric and the score for none of these, on points whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from facegame_lib.classifier import KnnClassifier
from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.known import Known
from facegame_lib.whitening import Whitening

LABELS = np.repeat(["a", "b"], 20)


def points(seed: int = 0, dim: int = 60) -> np.ndarray:
    """Two labels that differ in the second direction, drowned in what varies along three others."""
    X = np.random.default_rng(seed).normal(0, 0.1, (40, dim))
    X[:, 2:5] *= 40
    X[20:, 1] += 2
    return X


def test_what_varies_within_a_label_counts_less() -> None:
    """Neighbours that three loud directions hide are found once these are whitened."""
    X, new = points(dim=12), points(1, dim=12)
    plain = KnnClassifier(5).fit(X.astype(np.float32), LABELS)
    metric = Whitening().fit(X, LABELS)
    white = KnnClassifier(5).fit(metric.transform(X), LABELS)
    assert (plain.predict(new.astype(np.float32)) == LABELS).mean() < 0.8
    assert (white.predict(metric.transform(new)) == LABELS).mean() >= 0.9


def test_it_whitens_as_the_formula_says() -> None:
    """Hardly shrunk, the scatter within labels is 1 in all directions."""
    X = points(dim=6)
    Z = Whitening(1e-12).fit(X, LABELS).transform(X).astype(np.float64)
    for label in "ab":
        Z[label == LABELS] -= Z[label == LABELS].mean(axis=0)
    np.testing.assert_allclose(Z.T @ Z / len(Z), np.eye(6), atol=1e-3)


def test_shrunk_wholly_it_keeps_all_distances() -> None:
    """With nothing of the measured scatter left, distances are as they were, but for one factor."""
    X = points()
    Z = Whitening(1.0).fit(X, LABELS).transform(X)
    ratio = np.linalg.norm(Z[1:] - Z[0], axis=1) / np.linalg.norm(X[1:] - X[0], axis=1)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-3)


def test_pictures_all_alike_are_no_trouble() -> None:
    """One point twenty times over has no scatter: numbers come out all the same."""
    assert np.isfinite(Whitening().fit(np.ones((40, 9)), LABELS).transform(np.zeros((2, 9)))).all()


def test_what_cannot_be_learnt_is_refused() -> None:
    """Nothing, labels of another number, and a shrinking that cannot be."""
    for part in (Whitening(), Known()):
        with pytest.raises(NotEnough):
            part.fit(np.empty((0, 4)), [])
        with pytest.raises(NotEnough):
            part.fit(np.ones((3, 4)), ["a"])
    with pytest.raises(BadSetting):
        Whitening(0)


def test_a_new_sample_is_known_and_a_stranger_is_not() -> None:
    """What lies among the taught is known; far away it is not, and less so the farther."""
    X = np.random.default_rng(0).normal(0, 1, (40, 8))
    X[20:] += 9
    known = Known(edge=1.1).fit(X, LABELS)
    among = np.random.default_rng(1).normal(0, 1, (50, 8))
    assert (known.score(among) > 0.5).mean() > 0.6
    between, far = known.score(np.stack([np.full(8, 4.5), np.full(8, 90.0)]))
    assert far <= between < 0.01


def test_a_copy_does_not_vouch_for_its_picture() -> None:
    """Each picture twice: the usual distance is that between pictures, if one says which are one."""
    X = np.random.default_rng(0).normal(0, 1, (40, 8))
    twice, groups = np.repeat(X, 2, axis=0), np.repeat(np.arange(40), 2)
    alone = Known(near=1).fit(X, LABELS).usual_
    assert Known(near=1).fit(twice, np.repeat(LABELS, 2), groups).usual_ == pytest.approx(alone)
    assert Known(near=1).fit(twice, np.repeat(LABELS, 2)).usual_ < 1e-5
    assert Known().fit(X[:1], ["a"]).usual_ > 0


def test_at_the_edge_it_is_even() -> None:
    """A half at `edge` usual distances, and the steeper the surer beyond it."""
    X = np.zeros((20, 2))
    X[:, 0] = np.arange(20)  # one apart from the next
    new = np.array([[-3.0, 0.0]])
    assert Known(near=1, edge=3).fit(X, ["a"] * 20).score(new) == pytest.approx(0.5)
    soft, steep = (Known(near=1, edge=2.8, steep=by).fit(X, ["a"] * 20).score(new) for by in (2, 20))
    assert steep < soft < 0.5
