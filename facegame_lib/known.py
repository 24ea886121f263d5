"""CLASSIFY: none of these: how much a face is like any that was taught, without examples of others.

A vote always has a winner. What gives away a face that was never taught is how far even its nearest
neighbours are, set against how far the pictures of one taught face lie from each other. Novelty by the
distance to the nearest: M. Markou, S. Singh, "Novelty detection: a review", Signal Processing 83(12), 2003.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from facegame_lib.errors import NotEnough
from facegame_lib.inner import inner


class Known:
    """The `near` nearest samples count. `edge` is the distance, in those usual between samples of one label,
    at which it is as likely a taught face as none; `steep` is how fast the score falls there.

    Fitted: `usual_`, that usual distance, and `X_` `(n, d)`.
    """

    def __init__(self, near: int = 3, edge: float = 0.85, steep: float = 8.0) -> None:
        self.near, self.edge, self.steep = near, edge, steep

    def fit(
        self,
        X: NDArray[Any],
        y: Sequence[str] | NDArray[Any],
        groups: Sequence[int] | NDArray[Any] | None = None,
    ) -> Self:
        """Learn embeddings `X` `(n, d)`, their labels `y` `(n,)` and which come of one picture, `groups`
        `(n,)`. Raises `NotEnough` for none."""
        if len(X) == 0 or len(X) != len(y):
            raise NotEnough("nothing_to_fit", pictures=len(X), labels=len(y))
        self.X_ = np.asarray(X, np.float64)
        self._squares = np.square(self.X_).sum(axis=1)
        y, groups = np.asarray(y), np.arange(len(X)) if groups is None else np.asarray(groups)
        apart = self._distances(self.X_)
        apart[(y[:, np.newaxis] != y) | (groups[:, np.newaxis] == groups)] = np.inf
        mean = self._nearest(apart)
        mean = mean[np.isfinite(mean)]
        self.usual_ = max(float(np.median(mean)), 1e-6) if len(mean) else 1e-6
        return self

    def score(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """From 0, nothing like what was taught, to 1; shape `(n,)`."""
        ratio = self._nearest(self._distances(np.asarray(X, np.float64))) / self.usual_
        return np.asarray(1.0 / (1.0 + np.exp(np.clip(self.steep * (ratio - self.edge), -50, 50))))

    def _distances(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        squares = np.square(X).sum(axis=1)[:, np.newaxis] + self._squares - 2 * inner(X, self.X_)
        return np.asarray(np.sqrt(np.maximum(squares, 0.0)))

    def _nearest(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mean of the nearest ones of each row, fewer if there are not so many that are finite."""
        count = min(self.near, distances.shape[1])
        near = np.partition(distances, range(count), axis=1)[:, :count]
        finite = np.isfinite(near)
        total = np.where(finite, near, 0.0).sum(axis=1)
        return np.asarray(np.where(finite.any(axis=1), total / np.maximum(finite.sum(axis=1), 1), np.inf))
