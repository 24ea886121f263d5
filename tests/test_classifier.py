"""k nearest neighbours, held against scikit-learn's."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from facegame_lib.classifier import Classifier, KnnClassifier, nearest, unit
from facegame_lib.errors import BadSetting, NotEnough

Weights = Literal["uniform", "distance"]


def taught(
    n: int = 60, d: int = 24, labels: int = 4, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Random embeddings, in loose clusters, and their labels."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, labels, n)
    y[:labels] = range(labels)
    X = rng.normal(size=(labels, d))[y] + rng.normal(size=(n, d))
    return X.astype(np.float32), np.array(["smile", "zapallo", "ñandú", "笑顔", "e", "f"])[y]


def theirs(k: int, weights: Weights) -> KNeighborsClassifier:
    """What ours has to agree with."""
    return KNeighborsClassifier(k, metric="cosine", weights=weights, algorithm="brute")


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("k", [1, 2, 3, 5, 10, 60])
@pytest.mark.parametrize("seed", range(4))
def test_the_vote_is_scikit_learns(k: int, weights: Weights, seed: int) -> None:
    """For random data, every k and both weights, the probabilities are scikit-learn's, and so the labels."""
    X, y = taught(labels=2 + seed, seed=seed)
    queries = taught(n=40, seed=seed + 100)[0]
    ours, other = KnnClassifier(k, weights).fit(X, y), theirs(k, weights).fit(X, y)
    assert ours.classes_.tolist() == other.classes_.tolist()
    np.testing.assert_allclose(ours.predict_proba(queries), other.predict_proba(queries), atol=1e-4)
    assert ours.predict(queries).tolist() == other.predict(queries).tolist()


@pytest.mark.parametrize("k", [1, 4, 10])
def test_a_picture_that_was_taught_decides_alone(k: int) -> None:
    """A query equal to a sample is certain, as in scikit-learn, for any k with distance weights."""
    X, y = taught(d=1280)
    ours = KnnClassifier(k).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(ours, theirs(k, "distance").fit(X, y).predict_proba(X), atol=1e-4)
    assert set(np.unique(ours)) == {0.0, 1.0}


def test_a_picture_taught_under_two_labels_is_half_each() -> None:
    """Two samples that are equal and have different labels share the vote."""
    X, y = taught(d=1280)
    X, y = np.vstack([X, X[:1]]), np.append(y, "other")
    ours = KnnClassifier(10).fit(X, y).predict_proba(X[:1])
    np.testing.assert_allclose(ours, theirs(10, "distance").fit(X, y).predict_proba(X[:1]), atol=1e-4)
    assert sorted(ours[0])[-2:] == [0.5, 0.5]


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_with_few_samples_all_of_them_vote(weights: Weights) -> None:
    """A k larger than the number of samples is that number."""
    X, y = taught(n=6, labels=3)
    queries = taught(n=10, seed=9)[0]
    np.testing.assert_allclose(
        KnnClassifier(100, weights).fit(X, y).predict_proba(queries),
        theirs(6, weights).fit(X, y).predict_proba(queries),
        atol=1e-4,
    )


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_the_shares_are_probabilities(weights: Weights) -> None:
    """Each row has one number per label, none below 0, and sums to 1."""
    X, y = taught()
    shares = KnnClassifier(7, weights).fit(X, y).predict_proba(taught(n=25, seed=3)[0])
    assert shares.shape == (25, 4)
    assert shares.min() >= 0
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_length_does_not_count() -> None:
    """The distance is the cosine's: a brighter picture's longer vector changes nothing."""
    X, y = taught()
    queries = taught(n=10, seed=3)[0]
    ours = KnnClassifier(5)
    before = ours.fit(X, y).predict_proba(queries)
    np.testing.assert_allclose(ours.fit(X * 1000, y).predict_proba(queries * 0.01), before, atol=1e-5)


def test_equal_distances_go_by_the_order_taught() -> None:
    """Of samples equally far the first taught is nearest, so that a match repeats."""
    distances = np.full((1, 200), 0.5, np.float32)
    distances[0, [40, 70]] = 0.1
    assert nearest(distances, 6).tolist() == [[40, 70, 0, 1, 2, 3]]


def test_a_sample_at_no_distance_has_no_vote() -> None:
    """An infinite distance, with which a sample is left out, counts for nothing with either weight."""
    X = taught(n=4)[0]
    distances = np.array([[np.inf, 0.2, 0.2, 0.2]], np.float32)
    for weights in ("uniform", "distance"):
        ours = KnnClassifier(4, weights).fit(X, ["a", "a", "b", "b"])
        np.testing.assert_allclose(ours.vote(distances), [[1 / 3, 2 / 3]])


def test_a_vector_of_zeros_is_near_to_nothing() -> None:
    """A picture without any feature is equally far from all and its vote is still one of numbers."""
    X, y = taught()
    shares = KnnClassifier(60, "uniform").fit(X, y).predict_proba(np.zeros((1, 24), np.float32))
    assert np.isfinite(shares).all()
    np.testing.assert_allclose(shares[0], [np.mean(y == label) for label in np.unique(y)])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused(bad: float) -> None:
    """NaN or infinity in what is taught or asked is refused; what was taught before still stands."""
    X, y = taught()
    broken = X.copy()
    broken[3, 5] = bad
    ours = KnnClassifier(5).fit(X, y)
    before = ours.predict_proba(X[:5])
    with pytest.raises(BadSetting):
        ours.fit(broken, y)
    with pytest.raises(BadSetting):
        ours.predict_proba(broken)
    np.testing.assert_array_equal(ours.predict_proba(X[:5]), before)


@pytest.mark.parametrize(("pictures", "labels"), [(0, 0), (3, 2), (0, 2), (2, 3)])
def test_nothing_cannot_be_learnt(pictures: int, labels: int) -> None:
    """No samples, or not as many labels as samples, are refused, and the sentence counts them."""
    with pytest.raises(NotEnough) as caught:
        KnnClassifier().fit(np.ones((pictures, 4), np.float32), ["a"] * labels)
    assert str(pictures) in str(caught.value)


@pytest.mark.parametrize("wrong", [{"k": 0}, {"k": -3}, {"weights": "cubic"}])
def test_an_impossible_setting_is_refused(wrong: dict[str, Any]) -> None:
    """A k below 1 or unknown weights are refused by name, at once and not at the first match."""
    with pytest.raises(BadSetting) as caught:
        KnnClassifier(**wrong)
    assert next(iter(wrong)) in str(caught.value)


def test_fit_returns_itself_and_scikit_learns_fit_in() -> None:
    """Ours answers to scikit-learn's verbs, and theirs are classifiers to us."""
    X, y = taught()
    ours = KnnClassifier()
    assert ours.fit(X, y) is ours
    assert isinstance(ours, Classifier)
    assert isinstance(LogisticRegression().fit(X, y), Classifier)


def test_unit_rows_have_length_one() -> None:
    """Rows come out at length 1 in their direction, and one vector alone is one row."""
    rows = unit(np.array([[3.0, 4.0], [0.0, 1e-3]], np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, 1.0]], rtol=1e-6)
    assert unit(np.array([3.0, 4.0])).shape == (1, 2)
    assert rows.dtype == np.float32
