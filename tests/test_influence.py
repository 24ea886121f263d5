"""Leave-one-out influence: what teaching without a picture really gives, and that a wrong one is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lessons import FACES, frame_of, lesson_of, recognizer, retaught, store_of
from matplotlib.figure import Figure
from sklearn.naive_bayes import GaussianNB

from facegame_lib.recognizer import Recognizer
from facegame_lib.research.influence import draw_influence, influence
from facegame_lib.research.lesson import Lesson


def margin_and_right(model: Recognizer, lesson: Lesson, places: list[int]) -> tuple[float, float]:
    """What a recogniser makes of those pictures, worked out one by one."""
    margins, rights = [], []
    for place in places:
        sample = lesson.samples[place]
        prediction = model.predict(sample.data)
        shares = dict(zip(prediction.labels, prediction.probabilities, strict=True))
        own = shares.pop(sample.category)
        margins.append(own - max(shares.values()))
        rights.append(own > max(shares.values()))
    return float(np.mean(margins)), float(np.mean(rights))


@pytest.mark.parametrize(
    "parts", [{}, {"metric": None}, {"classifier": GaussianNB(), "metric": None}], ids=str
)
def test_it_is_what_teaching_without_the_picture_gives(parts: dict[str, Any]) -> None:
    """For some pictures: the mean, over the folds that teach it, of what two recognisers taught from nothing,
    one with and one without it, make of the take left out."""
    lesson = lesson_of(takes=3, pictures=6, **parts)
    found = influence(lesson)
    for place in (0, 53):
        changes = []
        for held in lesson.folds:
            if held[place]:
                continue
            left_out = {lesson.samples[i] for i in np.flatnonzero(held)}
            tried = np.flatnonzero(held).tolist()
            whole = margin_and_right(retaught(lesson, left_out, **parts), lesson, tried)
            part = retaught(lesson, left_out | {lesson.samples[place]}, **parts)
            changes.append(np.subtract(whole, margin_and_right(part, lesson, tried)))
        margin, right = np.mean(changes, axis=0)
        assert found.margins[place] == pytest.approx(margin, abs=2e-3)
        assert found.rights[place] == pytest.approx(right, abs=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_picture_with_a_wrong_label_is_the_worst(seed: int) -> None:
    """Of pictures that are easily told apart, the one put among the wrong face is named first."""
    store = store_of(dict.fromkeys(("bee", "cat"), 2))
    planted = store.add("cat", frame_of("bee", 1, 900 + seed), 1)
    found = influence(Lesson.make(store, recognizer()))
    assert found.harmful[0].id == planted.id
    assert found.margins.min() < 0 < found.margins.max()


def test_the_order_is_that_of_the_margins() -> None:
    """The worst comes first, and only those that hurt are called harmful."""
    found = influence(lesson_of(takes=2))
    assert (np.diff(found.margins[found.order]) >= 0).all()
    assert len(found.harmful) == (found.margins < 0).sum()


def test_worst_and_best_are_drawn_with_their_points() -> None:
    """On given axes, pictures with what they add, in points of 100."""
    found = influence(lesson_of())
    ax = Figure().subplots()
    assert draw_influence(found, ax=ax, language="es", shown=3) is ax.figure
    said = [text.get_text() for text in ax.texts]
    assert f"{100 * found.margins.min():+.2f}" in said
    assert f"{100 * found.margins.max():+.2f}" in said
    assert len(ax.images) == 6
    assert any(f"{face}, toma" in words for words in said for face in FACES)
