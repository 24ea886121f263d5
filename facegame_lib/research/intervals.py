"""How sure a mean is: intervals that do not take overlapping splits for independent trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

LEVEL: Final = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean and its 95 % interval; `low` and `high` are None where one trial alone says nothing of it."""

    mean: float
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, float | None]:
        return asdict(self)


def estimate(values: Sequence[Sequence[float]], ratio: float, low: float, high: float) -> Estimate:
    """The mean of a measure that lies from `low` to `high`; `values` holds each player's, one a split.

    Each player weighs the same. Of two players or more, Student's t over the players' means: people are
    independent, the splits of one are not. Of one player alone, the corrected resampled t over the splits,
    whose variance is (1/n + `ratio`) times that of the n values, `ratio` being the takes tried for each that
    is taught: splits share their pictures, so more of them do not make it as sure as 1/n would have it.
    C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning 52, 2003,
    https://doi.org/10.1023/A:1024068626366.
    """
    from scipy.stats import t

    means = np.array([np.mean(each) for each in values])
    trials, correction = (means, 0.0) if len(values) > 1 else (np.asarray(values[0]), ratio)
    mean, n = float(means.mean()), len(trials)
    if n < 2:
        return Estimate(mean, None, None)
    spread = float(np.sqrt((1 / n + correction) * trials.var(ddof=1)))
    reach = float(t.ppf((1 + LEVEL) / 2, n - 1)) * spread
    return Estimate(mean, max(low, mean - reach), min(high, mean + reach))
