"""CLASSIFY: how near a face is to each label, for a bar that one can chase.

A vote answers "which label wins" and jumps from 0 to 1 within a frame or two. Closeness asks instead how far
a face has come on the way to a label: the straight way in embedding space from the mean of another label's
samples (0) to the mean of this label's (1), taken for each other label, the least of them counting. So it is
1/2 half way, falls when any other label comes nearer, and rises evenly while a face is being made.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import Floats, unit
from facegame_lib.errors import NotEnough


class Closeness:
    """`floor`: how far on the way the bar begins; `reach`: what part of what the player's own samples reach
    (all but the lowest quarter) fills it, because nobody makes a face twice alike.

    Fitted: `classes_` (sorted labels), `means_` `(classes, d)`, `full_` `(classes,)`.
    """

    def __init__(self, floor: float = 0.05, reach: float = 0.8) -> None:
        self.floor = floor
        self.reach = reach

    def fit(self, X: Floats, y: Sequence[str] | NDArray[Any]) -> Self:
        """Learn embeddings `X` `(n, d)` and their labels `y` `(n,)`. Raises `NotEnough` for one label."""
        if len(X) != len(y) or len(set(y)) < 2:
            raise NotEnough("one_category")
        X = unit(X)
        self.classes_, index = np.unique(np.asarray(y), return_inverse=True)
        labels = range(len(self.classes_))
        self.means_ = np.stack([X[index == label].mean(axis=0, dtype=np.float64) for label in labels])
        self._squares = np.square(self.means_).sum(axis=1)
        own = self._way(X)[np.arange(len(X)), index]
        lower = np.array([np.quantile(own[index == label], 0.25) for label in labels])
        self.full_ = np.clip(self.reach * lower, self.floor + 0.05, 1.0)  # 1: the mean always fills it
        return self

    def score(self, X: Floats) -> NDArray[np.float64]:
        """Closeness to each label, 0 to 1, shape `(n, classes)`."""
        return np.clip((self._way(unit(X)) - self.floor) / (self.full_ - self.floor), 0.0, 1.0)

    def _way(self, X: Floats) -> NDArray[np.float64]:
        """How far on the way to each label, the least over the others; `(n, classes)`, not clipped.

        With a = mean of the other and b = of this one, (x - a).(b - a) / |b - a|^2 is written out in inner
        products of x, a and b, so that a query costs one small matrix product.
        """
        dots = X @ self.means_.T  # x.m for each mean m
        inner = self.means_ @ self.means_.T
        way = np.full(dots.shape, np.inf)
        for label in range(len(self.classes_)):
            for other in range(len(self.classes_)):
                if other != label:
                    far = self._squares[label] - 2 * inner[label, other] + self._squares[other]
                    along = dots[:, label] - dots[:, other] - inner[label, other] + self._squares[other]
                    way[:, label] = np.minimum(way[:, label], along / max(float(far), 1e-12))
        return way


class Smoother:
    """Evens out what single frames jitter, causally: an exponential mean with time constant `seconds`, so
    that a step is followed with that lag whatever the frame rate. After a second without frames it begins
    anew."""

    def __init__(self, seconds: float = 0.1) -> None:
        self.seconds = seconds
        self._at = -math.inf
        self._values: tuple[float, ...] = ()

    def smooth(self, values: tuple[float, ...], at: float) -> tuple[float, ...]:
        """The mean at that time (seconds) of what has come so far; as many values as came in."""
        since = at - self._at
        if 0 <= since < 1 and len(values) == len(self._values):
            keep = math.exp(-since / self.seconds)
            values = tuple(
                keep * old + (1 - keep) * new for old, new in zip(self._values, values, strict=True)
            )
        self._at, self._values = at, values
        return values
