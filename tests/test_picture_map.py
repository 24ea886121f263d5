"""The map of all pictures: what it keeps, and that no picture hides another."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from lessons import lesson_of
from matplotlib.figure import Figure
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize

from facegame_lib.errors import BadSetting, MissingExtra
from facegame_lib.research.lesson import Lesson
from facegame_lib.research.picture_map import draw_map, picture_map


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """Three faces of three takes."""
    return lesson_of()


def test_it_is_the_pca_of_scikit_learn(lesson: Lesson) -> None:
    """But for the sign of each direction, the points are PCA's of the classifier's space, one per picture."""
    found = picture_map(lesson)
    metric = lesson.recognizer.metric
    assert metric is not None
    pca = PCA(2).fit(X := normalize(metric.transform(lesson.X[lesson.itself])).astype(np.float64))
    expected = pca.transform(X)
    signs = np.sign((found.points * expected).sum(axis=0))
    assert np.allclose(found.points, expected * signs, atol=1e-4)
    assert found.kept == pytest.approx(pca.explained_variance_ratio_.sum(), abs=1e-4)
    assert found.samples == lesson.samples


def test_the_same_lesson_gives_the_same_map(lesson: Lesson) -> None:
    """Both methods give the same points again."""
    for method in ("pca", "tsne"):
        one, other = (picture_map(lesson, method, seed=4) for _ in range(2))  # type: ignore[arg-type]
        assert np.array_equal(one.points, other.points)
        assert one.points.shape == (len(lesson.samples), 2)


def test_each_picture_is_seen_near_where_it_lies(lesson: Lesson) -> None:
    """There are as many thumbnails as pictures, none on another, and on the whole in their places."""
    found = picture_map(lesson)
    ax = Figure().subplots()
    assert draw_map(found, ax=ax, language="es") is ax.figure
    corners = np.array([image.get_extent() for image in ax.images])[:, [0, 2]]
    assert len(np.unique(corners, axis=0)) == len(lesson.samples)
    for axis in range(2):
        assert np.corrcoef(corners[:, axis], found.points[:, axis])[0, 1] > 0.8
    assert {"ant", "bee", "cat"} == {text.get_text() for text in ax.texts}


def test_without_scikit_learn_there_is_still_a_map(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """t-SNE then says what to install; the PCA needs nothing."""
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)
    assert picture_map(lesson).kept
    with pytest.raises(MissingExtra, match="facegame\\[lab\\]"):
        picture_map(lesson, "tsne")
    with pytest.raises(BadSetting):
        picture_map(lesson, "umap")  # type: ignore[arg-type]
