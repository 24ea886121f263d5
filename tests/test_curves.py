"""Learning curves: drawn by chance, tried on takes left out, and ending where the confusion matrix is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lessons import FACES, lesson_of, recognizer, store_of
from matplotlib.figure import Figure
from sklearn.dummy import DummyClassifier

from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.research.confusion import confusion
from facegame_lib.research.curves import Per, draw_curve, learning_curve
from facegame_lib.research.lesson import Lesson, Which


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """Three faces of three takes."""
    return lesson_of()


class Watched(Lesson):
    """Remembers what was taught and what was tried."""

    def guess(self, taught: Which, tried: Which) -> np.ndarray:  # type: ignore[type-arg]
        """As a lesson does."""
        self.__dict__.setdefault("told", []).append((taught, tried))
        return super().guess(taught, tried)


def watched(lesson: Lesson) -> Watched:
    """That lesson, watched."""
    return Watched(**{name: getattr(lesson, name) for name in Lesson.__dataclass_fields__})


@pytest.mark.parametrize("per", ["pictures", "takes"])
def test_it_ends_where_everything_is_taught(lesson: Lesson, per: Per) -> None:
    """The last point is what the confusion matrix finds, from a single draw."""
    curve = learning_curve(lesson, per)
    assert curve.accuracies[-1].tolist() == [confusion(lesson).accuracy]
    assert curve.sizes == ((1, 2, 3, 5, 8, 10) if per == "pictures" else (1, 2))


@pytest.mark.parametrize("per", ["pictures", "takes"])
def test_so_many_are_taught_of_each_face_and_none_of_a_take_that_is_tried(lesson: Lesson, per: Per) -> None:
    """Each draw has that many pictures (or whole takes) of each face, and no take on both sides."""
    spy = watched(lesson)
    learning_curve(spy, per, [1], repeats=2)
    told = spy.__dict__["told"]
    assert len(told) == (2 + 1) * 3  # two draws of one and one of all, in three folds
    for place, (taught, tried) in enumerate(told):
        sides = [{spy.takes[i] for i in np.flatnonzero(side)} for side in (taught, tried)]
        assert not sides[0] & sides[1]
        if place < 6:
            counts = [int(taught[spy.y == label].sum()) for label in range(len(FACES))]
            assert counts == [1 if per == "pictures" else 5] * 3
            assert len(sides[0]) == 3


def test_a_seed_repeats_and_another_does_not(lesson: Lesson) -> None:
    """The same seed draws the same pictures."""
    one, again, other = (learning_curve(lesson, sizes=[1], seed=seed).accuracies[0] for seed in (1, 1, 2))
    assert one.tolist() == again.tolist() != other.tolist()
    assert len(set(one.tolist())) > 1


def test_a_face_with_less_gives_all_it_has() -> None:
    """Where one face has fewer takes, the others go on."""
    lesson = Lesson.make(store_of({"ant": 4, "bee": 2}), recognizer())
    curve = learning_curve(lesson, "takes")
    assert curve.sizes == (1, 2, 3)
    assert curve.accuracies[-1].tolist() == [confusion(lesson).accuracy]


def test_who_only_guesses_has_a_flat_curve_at_chance() -> None:
    """A classifier that always says the same is right for one face of three, however much it is taught."""
    lesson = lesson_of(classifier=DummyClassifier(strategy="constant", constant="bee"))
    curve = learning_curve(lesson)
    assert np.allclose(curve.means, 1 / curve.labels)


def test_a_curve_is_drawn(lesson: Lesson) -> None:
    """The line is the means, on given axes; a face of one take is warned of."""
    curve = learning_curve(lesson)
    ax = Figure().subplots()
    assert draw_curve(replace(curve, flattered=("ant",)), ax=ax, language="es") is ax.figure
    assert np.allclose(ax.lines[0].get_ydata(), curve.means)
    assert list(ax.lines[0].get_xdata()) == list(curve.sizes)
    assert "una sola toma" in ax.get_title(loc="left")


def test_what_cannot_be_drawn_is_refused() -> None:
    """Takes where no face has three, and numbers that cannot be."""
    lesson = lesson_of(takes=2)
    with pytest.raises(NotEnough, match="three takes"):
        learning_curve(lesson, "takes")
    for wrong in ({"repeats": 0}, {"sizes": [0, 3]}, {"per": "faces"}):
        with pytest.raises(BadSetting):
            learning_curve(lesson, **wrong)  # type: ignore[arg-type]
