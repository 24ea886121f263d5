"""CLASSIFY: a space where distance counts what tells faces apart, not what varies in each of them.

While a face is held, the head moves, the light changes and the net's numbers vary in some directions more
than in others. Whitening scales each direction by how much it varies within the faces, so that these count
less: K. Fukunaga, "Introduction to Statistical Pattern Recognition", 2nd ed., 1990, section 2.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import Floats
from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.inner import inner


class Whitening:
    """`shrink`: how much of the scatter that was measured is replaced by one that is alike in all directions,
    0 to 1; a few pictures say little of so many directions.

    Fitted: `mean_` `(d,)`, `axes_` `(r, d)` with r less than the number of pictures.
    """

    def __init__(self, shrink: float = 0.3) -> None:
        if not 0 < shrink <= 1:
            raise BadSetting("out_of_range", name="shrink", low="> 0", high=1, found=shrink)
        self.shrink = shrink

    def fit(self, X: NDArray[Any], y: Sequence[str] | NDArray[Any]) -> Self:
        """Learn embeddings `X` `(n, d)` and their labels `y` `(n,)`. Raises `NotEnough` for none."""
        if len(X) == 0 or len(X) != len(y):
            raise NotEnough("nothing_to_fit", pictures=len(X), labels=len(y))
        X = np.asarray(X, np.float64)
        mean = X.mean(axis=0)
        self.mean_ = mean.astype(np.float32)
        # Within the span of the pictures, of which there are fewer than numbers in each (eigenvectors of the
        # small matrix of their products): the same whitening at a hundredth of the time.
        variance, U = np.linalg.eigh((X - mean) @ (X - mean).T)
        kept = variance > 1e-7 * max(float(variance[-1]), 1e-12)
        if not kept.any():  # all alike: there is no direction to tell apart
            self.axes_ = np.eye(1, X.shape[1], dtype=np.float32)
            return self
        length = np.sqrt(variance[kept])
        span, Z = (X - mean).T @ U[:, kept] / length, U[:, kept] * length
        _, index = np.unique(np.asarray(y), return_inverse=True)
        for label in range(index.max() + 1):
            Z[index == label] -= Z[index == label].mean(axis=0)
        within = Z.T @ Z / len(Z)
        even = max(float(np.trace(within)) / len(within), 1e-12)
        scatter, turn = np.linalg.eigh((1 - self.shrink) * within + self.shrink * even * np.eye(len(within)))
        self.axes_ = np.ascontiguousarray((span @ (turn / np.sqrt(scatter))).T, np.float32)
        return self

    def transform(self, X: NDArray[Any]) -> Floats:
        """Embeddings `(n, d)` whitened: `(n, r)`, float32."""
        return np.asarray(inner(np.asarray(X, np.float32) - self.mean_, self.axes_), np.float32)
