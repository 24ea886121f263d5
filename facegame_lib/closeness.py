"""CLASSIFY: how near a face is to each label, for a bar that one can chase.

A vote answers "which label wins" and jumps from 0 to 1 within a frame or two. Closeness asks, for each
label, how far its nearest samples are compared with those of the nearest *other* label:

    ratio = d_other / (d_other + d_label)        d: mean cosine distance of the 3 nearest samples

which is 1/2 half way between two labels and grows smoothly towards the taught face; `floor` and `ceiling`
say which ratios are empty and full. The ceiling is the player's own: what the taught pictures reach when
those next to them in time (their twins) are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import Floats, nearest, unit

NEIGHBOURS: Final = 3
TWINS: Final = 4  # pictures before and after that are too alike to judge one by: 0.6 s of a burst


class Closeness:
    """Fitted: `classes_` (sorted labels), `X_` `(n, d)`, `y_` `(n,)` indices, `floor_`, `ceiling_` `(classes,)`."""

    def __init__(self, floor: float = 0.45, margin: float = 0.9) -> None:
        self.floor = floor
        self.margin = margin

    def fit(self, X: Floats, y: Sequence[str] | NDArray[Any]) -> Self:
        """Learn from embeddings `X` `(n, d)`, in the order they were taken, and their labels `y` `(n,)`."""
        self.X_ = unit(X)
        self.classes_, self.y_ = np.unique(np.asarray(y), return_inverse=True)
        distances = 1.0 - self.X_ @ self.X_.T
        place = np.arange(len(self.X_))
        distances[np.abs(place[:, None] - place) <= TWINS] = np.inf
        ratios = self._ratios(distances)
        own = ratios[place, self.y_]
        self.ceiling_ = np.array(
            [_median(own[self.y_ == label], otherwise=0.8) for label in range(len(self.classes_))]
        )
        self.ceiling_ = np.maximum(self.floor + self.margin * (self.ceiling_ - self.floor), self.floor + 0.05)
        return self

    def score(self, X: Floats) -> NDArray[np.float64]:
        """Closeness to each label, 0 to 1, shape `(n, classes)`."""
        ratios = self._ratios(1.0 - unit(X) @ self.X_.T)
        return np.clip((ratios - self.floor) / (self.ceiling_ - self.floor), 0.0, 1.0)

    def _ratios(self, distances: Floats) -> NDArray[np.float64]:
        far = np.full((len(distances), len(self.classes_)), np.inf)
        for label in range(len(self.classes_)):
            own = distances[:, self.y_ == label]
            near = np.take_along_axis(own, nearest(own, NEIGHBOURS), axis=1).astype(np.float64)
            near = np.where(np.isfinite(near), np.maximum(near, 1e-6), np.nan)
            with np.errstate(all="ignore"):
                far[:, label] = np.nan_to_num(np.nansum(near, axis=1) / np.isfinite(near).sum(axis=1), nan=1.0)
        ratios = np.empty_like(far)
        for label in range(len(self.classes_)):
            other = np.delete(far, label, axis=1).min(axis=1)
            ratios[:, label] = other / (other + far[:, label])
        return ratios


def _median(values: NDArray[np.float64], otherwise: float) -> float:
    return float(np.median(values)) if len(values) else otherwise
