"""The measures of `facegame evaluate`, a few lines each, checked against scikit-learn and SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

BINS: Final = 10  # of confidence, equally wide: a face's share of 10 votes falls into few more


def ranks(values: ArrayLike) -> NDArray[np.float64]:
    """The rank of each value, from 1; equal ones share the mean of their ranks. Shape `(n,)`."""
    _, place, counts = np.unique(np.asarray(values, np.float64), return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place])


def spearman(a: ArrayLike, b: ArrayLike) -> float:
    """Rank correlation, -1 to 1: Pearson's of the ranks, which is right with ties too. 0 if one is constant,
    where it is not defined: a bar that never moves follows nothing.

    C. Spearman, "The proof and measurement of association between two things", 1904.
    """
    x, y = (ranks(values) - ranks(values).mean() for values in (a, b))
    spread = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / spread if spread else 0.0


def auroc(known: Sequence[float], unknown: Sequence[float]) -> float | None:
    """How often a known frame scores above an unknown one, a tie counting half: 1 is perfect, 1/2 is chance.

    From the ranks: H. Mann and D. Whitney, "On a test of whether one of two random variables is
    stochastically larger than the other", 1947. None if there is nothing of either kind.
    """
    n, m = len(known), len(unknown)
    if not n or not m:
        return None
    above = ranks([*known, *unknown])[:n].sum() - n * (n + 1) / 2
    return float(above) / (n * m)


def calibration_error(confidences: ArrayLike, right: ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error, 0 to 1: how far a bin's mean confidence is from its share of right
    answers, on average over the frames.

    The bins are equally wide, (0, 0.1], (0.1, 0.2] and so on: C. Guo et al., "On calibration of modern
    neural networks", ICML 2017, https://arxiv.org/abs/1706.04599.
    """
    confidence, correct = np.asarray(confidences, np.float64), np.asarray(right, np.float64)
    index = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    gaps = np.bincount(index, weights=confidence - correct, minlength=bins)
    return float(np.abs(gaps).sum() / max(1, len(confidence)))


def balanced_accuracy(truth: Sequence[Any], right: ArrayLike) -> float:
    """The share of right answers of each label, averaged over the labels, so that each weighs the same."""
    labels, correct = np.asarray(truth), np.asarray(right, np.float64)
    return float(np.mean([correct[labels == label].mean() for label in np.unique(labels)]))


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of those that are numbers; None if there is none."""
    numbers = [value for value in values if value is not None]
    return sum(numbers) / len(numbers) if numbers else None
