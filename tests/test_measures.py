"""The measures of an evaluation against the libraries that they imitate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr
from sklearn.calibration import calibration_curve
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from facegame_lib.research import measures

DICE = np.random.default_rng(3)


@pytest.mark.parametrize("levels", [3, 1000])
def test_ranks_and_rank_correlation_are_scipys(levels: int) -> None:
    """Ranks and Spearman's correlation agree with SciPy's, with many ties and with few."""
    for _ in range(20):
        a, b = DICE.integers(0, levels, (2, 25))
        assert measures.ranks(a) == pytest.approx(rankdata(a))
        assert measures.spearman(a, b) == pytest.approx(float(spearmanr(a, b).statistic))


def test_a_bar_that_never_moves_follows_nothing() -> None:
    """The rank correlation of a constant, which is not defined, counts as 0."""
    assert measures.spearman([0.5] * 4, range(4)) == 0


@pytest.mark.parametrize("levels", [3, 1000])
def test_auroc_is_scikit_learns(levels: int) -> None:
    """The area under the ROC curve agrees with scikit-learn's, ties counting half."""
    for _ in range(20):
        known, unknown = DICE.integers(0, levels, 12), DICE.integers(0, levels, 7)
        expected = roc_auc_score([1] * 12 + [0] * 7, [*known, *unknown])
        assert measures.auroc(known.tolist(), unknown.tolist()) == pytest.approx(expected)
    assert measures.auroc([1.0], []) is None
    assert measures.auroc([], [1.0]) is None


def test_calibration_error_has_scikit_learns_bins() -> None:
    """The calibration error is the gaps of scikit-learn's curve, each weighed with its frames."""
    for confidence in (DICE.uniform(0, 1, 200), DICE.integers(0, 11, 200) / 10):
        right = DICE.uniform(0, 1, 200) < confidence**2
        share, trust = calibration_curve(right, confidence, n_bins=measures.BINS)
        bins = np.searchsorted(np.linspace(0, 1, measures.BINS + 1)[1:-1], confidence)
        weight = np.bincount(bins)[np.bincount(bins) > 0] / 200
        expected = float((weight * abs(share - trust)).sum())
        assert measures.calibration_error(confidence, right) == pytest.approx(expected)


def test_calibration_error_of_the_surely_wrong_is_one() -> None:
    """Who is sure and wrong is as far off as can be; who is sure and right, or knows nothing, is not off."""
    assert measures.calibration_error([1, 1], [False, False]) == 1
    assert measures.calibration_error([1, 0], [True, False]) == 0


def test_balanced_accuracy_is_scikit_learns() -> None:
    """Each label weighs the same, however many frames it has."""
    truth, guess = DICE.integers(0, 3, (2, 50))
    expected = balanced_accuracy_score(truth, guess)
    assert measures.balanced_accuracy(truth.tolist(), truth == guess) == pytest.approx(expected)
