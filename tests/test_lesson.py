"""A lesson: what is left out together, and that a part of it is taught as if nothing else were there."""

from __future__ import annotations

import numpy as np
import pytest
from lessons import FACES, lesson_of, recognizer, retaught, store_of
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from facegame_lib.classifier import KnnClassifier
from facegame_lib.errors import NotEnough
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.lesson import PARTS, Lesson
from facegame_lib.research.neighbours import nearest_pictures
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame


def test_no_take_is_on_both_sides() -> None:
    """Of faces with several takes, no take is partly taught and partly tried."""
    lesson = Lesson.make(store_of({"ant": 3, "bee": 2, "cat": 4}), recognizer())
    assert lesson.flattered == ()
    for held in lesson.folds:
        taught, tried = ({lesson.takes[i] for i in np.flatnonzero(side)} for side in (~held, held))
        assert tried
        assert not taught & tried


def test_each_picture_is_left_out_once_and_its_face_is_still_taught() -> None:
    """The folds part the pictures, and of each face something is left to teach."""
    lesson = Lesson.make(store_of({"ant": 3, "bee": 2, "cat": 1}), recognizer())
    assert (np.sum(lesson.folds, axis=0) == 1).all()
    for held in lesson.folds:
        assert set(lesson.y[~held]) == {0, 1, 2}


def test_a_face_of_one_take_is_said_to_be_flattered() -> None:
    """It is left out in parts of its burst, each of pictures that follow one another, and it is named."""
    lesson = Lesson.make(store_of({"ant": 2, "bee": 1}, pictures=10), recognizer())
    assert lesson.flattered == ("bee",)
    parts = [np.flatnonzero(held & (lesson.y == 1)) for held in lesson.folds]
    assert [len(part) for part in parts] == [10 // PARTS] * PARTS
    assert all((np.diff(part) == 1).all() for part in parts)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"metric": None},
        {"classifier": KnnClassifier(3, "uniform")},
        {"classifier": LogisticRegression(C=0.1)},
        {"classifier": GaussianNB(), "metric": None},  # looks at single numbers, which a rotation would mix
    ],
    ids=str,
)
def test_a_part_is_taught_as_if_the_rest_were_not_there(parts: dict[str, object]) -> None:
    """What a model of some pictures says is what a recogniser says that was only ever shown those."""
    lesson = lesson_of(**parts)
    held = lesson.folds[1]
    left_out = {sample for sample, out in zip(lesson.samples, held, strict=True) if out}
    other = retaught(lesson, left_out, **parts)
    tried = other.embedder.embed([sample.frame() for sample in lesson.samples if sample in left_out])
    expected = [prediction.probabilities for prediction in other.predict_embeddings(tried)]
    assert np.allclose(lesson.guess(~held, held), expected, atol=2e-3)
    assert lesson.guess(~held, held).argmax(axis=1).tolist() == np.argmax(expected, axis=1).tolist()


def test_the_recogniser_without_a_picture_has_not_seen_its_take() -> None:
    """`without` gives the predictions of a recogniser that was shown neither it nor its take's twins."""
    lesson = lesson_of()
    sample = next(s for s in lesson.samples if nearest_pictures(lesson, s).label != s.category)
    left_out = {s for s, out in zip(lesson.samples, lesson.fold_of(sample), strict=True) if out}
    assert {(s.category, s.take) for s in left_out} >= {(sample.category, sample.take)}
    expected, before = retaught(lesson, left_out).predict(sample.data), lesson.recognizer.predict(sample.data)
    found = lesson.without(sample).predict(sample.data)
    assert found.label == expected.label
    assert np.allclose(found.closenesses, expected.closenesses, atol=1e-3)
    assert lesson.recognizer.predict(sample.data) == before != found  # that one knows them all, still


def test_a_lesson_but_a_picture_is_that_of_a_store_without_it() -> None:
    """Its rows, labels and folds are those of a lesson that never had it; the first lesson stays whole."""
    lesson = lesson_of(takes=2)
    gone = lesson.samples[3], lesson.samples[12]
    store = store_of(dict.fromkeys(FACES, 2))
    store.remove(sample.id for sample in gone)
    part, expected = lesson.but(*gone), Lesson.make(store, recognizer())
    assert [sample.id for sample in part.samples] == [sample.id for sample in expected.samples]
    assert np.array_equal(part.X, expected.X)
    assert np.array_equal(part.of, expected.of)
    assert np.array_equal(part.folds, expected.folds)
    assert len(lesson.samples) == len(part.samples) + 2 == 30


def test_pictures_of_nothing_are_left_out_and_named() -> None:
    """A picture in which the embedder sees nothing is in `skipped`, not in the lesson."""

    class Eyes(FakeEmbedder):
        """Sees nothing in a picture of one colour."""

        def seen(self, X: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
            """Which rows are of anything."""
            return np.asarray(X.any(axis=1))

    store = store_of({"ant": 2, "bee": 2})
    blank = store.add("ant", plain_frame((128, 128, 128), side=32), 1)
    lesson = Lesson.make(store, Recognizer(Eyes()))
    assert [sample.id for sample in lesson.skipped] == [blank.id]
    assert len(lesson.samples) == len(store) - 1


def test_a_store_that_cannot_be_learnt_is_refused() -> None:
    """With too little in it the sentence is the recogniser's own."""
    with pytest.raises(NotEnough):
        Lesson.make(SampleStore(["ant", "bee"]), recognizer())
