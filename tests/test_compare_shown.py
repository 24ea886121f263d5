"""A comparison as people see it: the table, the picture, the intervals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from lab import Other, store_of

from facegame_lib.errors import BadSetting
from facegame_lib.research import compare, flattery
from facegame_lib.research.comparison import Comparison
from facegame_lib.research.intervals import estimate
from facegame_lib.testing import FakeEmbedder


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Two embedders and two classifiers on one player's three takes."""
    both = {"fine": FakeEmbedder(), "coarse": Other()}
    return compare(store_of(tint=90), both, ["knn", "knn-uniform"], timed=2, cache=False)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_table_has_a_line_for_each(found: Comparison, language: str) -> None:
    """Each combination is a line under the head, in columns, and the intervals say what they are of."""
    head, *lines = found.table(language).splitlines()
    assert [line.split()[:2] for line in lines[:4]] == [
        ["fine", "knn"],
        ["fine", "knn-uniform"],
        ["coarse", "knn"],
        ["coarse", "knn-uniform"],
    ]
    assert {"en": "right", "es": "aciertos"}[language] in head
    assert f"{found.rows[0].accuracy.mean:.3f}" in lines[0]
    assert "Nadeau" in lines[-1]


def test_the_plot_has_a_point_for_each(found: Comparison) -> None:
    """Accuracy stands against milliseconds, with a legend; the Axes that were given come back."""
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert found.plot(ax) is ax
    points = [bar[0].get_xydata()[0].tolist() for bar in ax.containers]
    assert points == [[row.milliseconds, row.accuracy.mean] for row in found.rows]
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_texts()[0].get_text() == "fine, knn"
    assert found.plot(language="es").get_xlabel().startswith("milisegundos")


def test_without_a_time_there_is_no_plot() -> None:
    """A sentence says that no time was taken."""
    with pytest.raises(BadSetting, match="timed=0"):
        compare(store_of(takes=2), FakeEmbedder(), timed=0, cache=False).plot()


def test_the_interval_over_players_is_students() -> None:
    """Of several players it is scikit-learn's neighbour SciPy's own interval of the mean of their means."""
    from scipy import stats

    values = [[0.5, 0.7], [0.8], [0.9, 0.9, 0.6]]
    means = [np.mean(each) for each in values]
    low, high = stats.t.interval(0.95, 2, np.mean(means), stats.sem(means))
    guess = estimate(values, 3.0, -9, 9)
    assert (guess.mean, guess.low, guess.high) == pytest.approx((np.mean(means), low, high))


def test_the_interval_over_splits_is_corrected() -> None:
    """Of one player it is that of Nadeau and Bengio's corrected resampled t: for 10 splits with as much tried
    as taught, 3.3 times as wide as if they were independent."""
    from scipy import stats

    values = [0.71, 0.69, 0.8, 0.75, 0.77, 0.66, 0.72, 0.7, 0.81, 0.74]
    low, high = stats.t.interval(0.95, 9, np.mean(values), stats.sem(values))
    guess = estimate([values], 1.0, 0, 1)
    assert guess.low is not None
    assert guess.high is not None
    assert (guess.high - guess.low) / (high - low) == pytest.approx(math.sqrt((1 / 10 + 1) * 10))


def test_an_interval_knows_its_limits() -> None:
    """It stays within what the measure can be, and one trial alone has none."""
    wide = estimate([[0.2, 1.0]], 1.0, 0, 1)
    assert (wide.low, wide.high) == (0, 1)
    alone = estimate([[0.7]], 1.0, 0, 1)
    assert (alone.mean, alone.low, alone.high) == (0.7, None, None)


def test_one_split_says_that_it_has_no_interval() -> None:
    """The table shows a dash and says why."""
    store = store_of(takes=2)
    text = compare(store, FakeEmbedder(), repeats=1, timed=0, cache=False).table()
    assert "One split alone" in text


def test_a_split_by_picture_flatters() -> None:
    """Where takes differ, as many pictures taught of any take get far more of the others right."""
    (one,) = flattery(store_of(takes=2, tint=90), FakeEmbedder(), cache=False)
    assert one.by_picture > one.by_take + 0.1
    assert (one.embedder, one.classifier) == ("fake", "knn")


def test_a_name_may_be_given_and_none_is_twice() -> None:
    """Names come from a mapping, or from the parts; equal ones are told apart."""
    from sklearn.svm import SVC

    store: Any = store_of(takes=2)
    rows = compare(store, [FakeEmbedder(), FakeEmbedder()], {"mine": SVC()}, timed=0, cache=False).rows
    assert [(row.embedder, row.classifier) for row in rows] == [("fake", "mine"), ("fake (2)", "mine")]
