"""The nearest pictures: those that the classifier itself goes by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lessons import frame_of, lesson_of
from matplotlib.figure import Figure
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import NearestNeighbors

from facegame_lib.classifier import KnnClassifier
from facegame_lib.errors import BadPicture, BadSetting
from facegame_lib.frames import encode
from facegame_lib.research.lesson import Lesson
from facegame_lib.research.neighbours import draw_neighbours, nearest_pictures


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """Three faces of three takes."""
    return lesson_of()


def test_they_are_the_nearest_in_the_whitened_space(lesson: Lesson) -> None:
    """scikit-learn's NearestNeighbors, on the rows as the metric turns them, finds the same pictures at the
    same distances, once a picture and its copy are one."""
    frame = frame_of("bee", 9, 0)
    found = nearest_pictures(lesson, frame, k=12)
    metric = lesson.recognizer.metric
    assert metric is not None
    search = NearestNeighbors(n_neighbors=len(lesson.X), metric="cosine").fit(metric.transform(lesson.X))
    far, rows = search.kneighbors(metric.transform(lesson.recognizer.embedder.embed([frame])))
    expected: dict[int, float] = {}
    for distance, row in zip(far[0], rows[0], strict=True):
        expected.setdefault(int(lesson.of[row]), float(distance))
    assert [lesson.samples.index(near.sample) for near in found.nearest] == list(expected)[:12]
    assert np.allclose([near.distance for near in found.nearest], list(expected.values())[:12], atol=1e-5)


def test_the_votes_of_the_pictures_are_those_of_the_prediction(lesson: Lesson) -> None:
    """Added up by face, they are the probabilities that the recogniser gives; the label has the most."""
    frame = frame_of("cat", 8, 1)
    found = nearest_pictures(lesson, frame, k=10)
    prediction = lesson.recognizer.predict(frame)
    for label, share in zip(prediction.labels, prediction.probabilities, strict=True):
        votes = sum(near.votes or 0.0 for near in found.nearest if near.sample.category == label)
        assert votes == pytest.approx(share, abs=1e-6)
    assert (found.label, found.share) == (prediction.label, pytest.approx(prediction.confidence, abs=1e-6))


def test_a_taught_picture_is_judged_without_its_take(lesson: Lesson) -> None:
    """No neighbour is of the take that the picture is of, or it would be next to itself."""
    sample = lesson.samples[3]
    found = nearest_pictures(lesson, sample, k=99)
    assert (sample.category, sample.take) not in {(n.sample.category, n.sample.take) for n in found.nearest}
    assert found.left_out == int(lesson.fold_of(sample).sum()) > 0


def test_a_picture_of_another_store_is_none_of_the_lesson(lesson: Lesson) -> None:
    """Though it has the same place in its store, nothing is left out for it."""
    other = replace(lesson.samples[3], data=encode(frame_of("bee", 9, 0)))
    assert nearest_pictures(lesson, other).left_out == 0


def test_another_classifier_has_no_votes() -> None:
    """What is near is shown for any classifier; that it votes is said of neighbours only."""
    lesson = lesson_of(takes=2, classifier=GaussianNB())
    found = nearest_pictures(lesson, lesson.samples[0], k=3)
    assert [near.votes for near in found.nearest] == [None] * 3
    assert isinstance(draw_neighbours(found), Figure)


def test_each_neighbour_is_drawn_with_its_name(lesson: Lesson) -> None:
    """As many pictures as neighbours and the one asked about, with their names, on given axes."""
    found = nearest_pictures(lesson, frame_of("ant", 7, 0), k=7)
    ax = Figure().subplots()
    assert draw_neighbours(found, ax=ax, language="es") is ax.figure
    assert len(ax.images) == 8
    names = [near.sample.category for near in found.nearest]
    assert [text.get_text() for text in ax.texts if text.get_text() in {"ant", "bee", "cat"}] == names
    assert "Se tomó por" in ax.get_title(loc="left")


def test_what_cannot_be_asked_is_refused(lesson: Lesson) -> None:
    """No neighbours, and what is no picture."""
    with pytest.raises(BadSetting):
        nearest_pictures(lesson, lesson.samples[0], k=0)
    with pytest.raises(BadPicture):
        nearest_pictures(lesson, b"no picture")


def test_equal_votes_count_pictures_twice_whose_copy_votes_too() -> None:
    """With uniform weights and k = 4, votes are quarters."""
    lesson = lesson_of(takes=2, classifier=KnnClassifier(4, "uniform"))
    votes = [near.votes for near in nearest_pictures(lesson, frame_of("ant", 5, 0), k=30).nearest]
    assert sum(vote or 0.0 for vote in votes) == pytest.approx(1.0)
    assert {round(4 * (vote or 0.0), 6) for vote in votes} <= {0.0, 1.0, 2.0}
