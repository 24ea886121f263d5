"""CLASSIFY: which of many rows can be the nearest to a query, told by reading a small part of each.

A distance over a thousand numbers costs what it takes to fetch them from memory: at 100,000 rows half a
gigabyte for each frame. So each row gets a short form: where it lies along the directions in which rows vary
most, and, as one number, the length of what is left. By the triangle inequality two short forms are never
further apart than their rows; a row whose short form is further away than the k-th nearest row found so far
cannot be among the k nearest, and is not looked at. What comes out is exact, whatever the rows are like; what
they are like decides how many are left. Where that is too many, all are.

Filtering by a distance that is never the larger one: T. Seidl, H.-P. Kriegel, "Optimal multi-step k-nearest
neighbor search", SIGMOD 1998.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib.inner import inner

SHORT: Final = 64  # directions of a short form
SEEN: Final = 512  # rows that the directions are made of: any directions are exact, these are good ones
MANY: Final = 4096  # rows from which it is worth while
_BLOCK: Final = 256  # rows that are shortened at a time: such stay in the cache
_SLACK: Final = 1e-4  # of a squared distance, far more than float32 gets wrong


class Shortlist:
    """The short forms of rows `X` `(n, d)`, which are kept, not copied."""

    def __init__(self, X: NDArray[np.floating[Any]]) -> None:
        self._X = X
        some = X[:: -(-len(X) // SEEN)].astype(np.float64)
        self._mean = some.mean(axis=0)
        self._directions = np.linalg.svd(some - self._mean, full_matrices=False)[2][:SHORT]  # orthonormal
        blocks = range(0, len(X), _BLOCK)
        self._short = np.concatenate([self._shorten(X[start : start + _BLOCK]) for start in blocks])
        self._squares = np.einsum("ij,ij->i", self._short, self._short)
        self._largest = float(self._squares.max())

    def near(self, x: NDArray[np.floating[Any]], k: int) -> NDArray[np.intp] | slice:
        """Rows among which the `k` nearest to `x` `(d,)` by Euclidean distance are, and all that are as near
        as the last of them: indices, in order, or a slice of all rows if they would be too many."""
        if k >= len(self._X):
            return slice(None)
        short = self._shorten(x[np.newaxis])
        own = float(np.square(short).sum())
        least = self._squares + (own - 2 * inner(short, self._short)[0])
        guess = np.argpartition(least, k - 1)[:k]
        apart = np.square(self._X[guess].astype(np.float64) - x).sum(axis=1)
        limit = float(apart.max()) + _SLACK * (own + self._largest)
        kept = np.flatnonzero(least <= limit)
        few = len(kept) <= len(self._X) // 16  # to gather rows costs more than to read on
        return kept if few else slice(None)

    def _shorten(self, X: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Short forms `(n, directions + 1)` of rows `(n, d)`."""
        X = X.astype(np.float64) - self._mean
        along = X @ self._directions.T if len(X) > 1 else inner(X, self._directions)
        rest = np.einsum("ij,ij->i", X, X) - np.einsum("ij,ij->i", along, along)
        return np.column_stack([along, np.sqrt(np.maximum(rest, 0.0))]).astype(np.float32)
