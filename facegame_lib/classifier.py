"""CLASSIFY: k nearest neighbours by cosine distance, in a few lines one can read aloud.

It answers to scikit-learn's verbs, `fit(X, y)`, `predict_proba(X)`, `classes_`, and any classifier that
does can stand in its place. Source of the method: T. Cover and P. Hart, "Nearest neighbor pattern
classification", IEEE Transactions on Information Theory 13(1), 1967.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.inner import inner
from facegame_lib.shortlist import MANY, Shortlist

Floats = NDArray[np.float32]
SAME: Final = 1e-6  # cosine distance up to which float32 cannot tell two embeddings apart


@runtime_checkable
class Classifier(Protocol):
    """What a classifier has to answer to; every one of scikit-learn's with `predict_proba` does."""

    classes_: Any

    def fit(self, X: Floats, y: Sequence[str] | NDArray[Any]) -> Any:
        """Learn embeddings `X` `(n, d)` and their labels `y` `(n,)`; returns itself."""
        ...

    def predict_proba(self, X: Floats) -> NDArray[Any]:
        """Probability of each class, shape `(n, classes)`."""
        ...


def unit(X: NDArray[Any]) -> Floats:
    """The rows at length 1, so that their products are cosines; shape `(n, d)` as it was."""
    X = np.atleast_2d(np.asarray(X, np.float32))
    if not np.isfinite(X).all():
        raise BadSetting("not_a_number", name="an embedding", found="NaN or infinite")
    return np.asarray(X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-12), np.float32)


def nearest(distances: Floats, k: int) -> NDArray[np.intp]:
    """Columns of the `k` smallest of each row, nearest first; shape `(n, k)`, ties by column.

    The same as the first `k` of a stable `argsort`, without putting all the others in order too.
    """
    last = np.partition(distances, k - 1, axis=1)[:, k - 1 : k]
    found = np.empty((len(distances), k), np.intp)
    for row, near in enumerate(distances <= last):
        columns = np.flatnonzero(near)
        found[row] = columns[np.argsort(distances[row, columns], kind="stable")[:k]]
    return found


class KnnClassifier:
    """The `k` nearest samples vote; with `weights="distance"` each vote counts 1 / its distance.

    Agrees with scikit-learn's `KNeighborsClassifier(k, metric="cosine", weights=...)`. With fewer than
    `k` samples all of them vote. Fitted: `classes_` (sorted labels), `X_` `(n, d)`, `y_` `(n,)` indices.
    """

    def __init__(self, k: int = 10, weights: Literal["uniform", "distance"] = "distance") -> None:
        if k < 1:
            raise BadSetting("out_of_range", name="k", low=1, high="...", found=k)
        if weights not in ("uniform", "distance"):
            raise BadSetting("not_one_of", name="weights", allowed="uniform, distance", found=weights)
        self.k = k
        self.weights = weights

    def fit(self, X: Floats, y: Sequence[str] | NDArray[Any]) -> Self:
        """Remember embeddings `X` `(n, d)` and their labels `y` `(n,)`. Raises `NotEnough` for none."""
        if len(X) == 0 or len(X) != len(y):
            raise NotEnough("nothing_to_fit", pictures=len(X), labels=len(y))
        self.X_ = unit(X)
        self.classes_, self.y_ = np.unique(np.asarray(y), return_inverse=True)
        self._shortlist = Shortlist(self.X_) if len(self.X_) >= MANY else None
        return self

    def predict_proba(self, X: Floats) -> NDArray[np.float64]:
        """Share of the votes of each class, shape `(n, classes)`, rows sum to 1."""
        return self.vote(self.distances(unit(X)))

    def distances(self, X: Floats) -> Floats:
        """Cosine distances from rows at length 1 to the samples, `(n, samples)`; of a single row among many
        samples infinite ones for those that cannot be among the `k` nearest."""
        if self._shortlist is None or len(X) != 1:
            return np.asarray(1.0 - inner(X, self.X_), np.float32)
        # Of rows at length 1 the Euclidean distances are in the same order as the cosine ones.
        some = self._shortlist.near(X[0], self.k)
        distances = np.full((1, len(self.X_)), np.inf, np.float32)
        distances[0, some] = 1.0 - inner(X, self.X_[some])[0]
        return distances

    def vote(self, distances: Floats) -> NDArray[np.float64]:
        """The same from cosine distances `(n, samples)`; infinite ones have no vote."""
        index = nearest(distances, min(self.k, distances.shape[1]))
        near = np.take_along_axis(distances, index, axis=1).astype(np.float64)
        if self.weights == "uniform":
            weight = np.isfinite(near).astype(np.float64)
        else:
            same = near <= SAME  # a picture that was taught: it alone decides, as in scikit-learn
            weight = np.where(same.any(axis=1, keepdims=True), same, 1.0 / np.maximum(near, SAME))
        votes = np.zeros((len(distances), len(self.classes_)))
        for label in range(len(self.classes_)):
            votes[:, label] = (weight * (self.y_[index] == label)).sum(axis=1)
        total: NDArray[np.float64] = votes.sum(axis=1, keepdims=True)
        return votes / total

    def predict(self, X: Floats) -> NDArray[Any]:
        """The label with the most votes of each row, shape `(n,)`."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])
