"""The confusion matrix, and the widget whose cells open the pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lessons import FACES, recognizer, store_of
from matplotlib.figure import Figure
from sklearn.metrics import balanced_accuracy_score, confusion_matrix

from facegame_lib import texts
from facegame_lib.errors import UnknownCategory
from facegame_lib.research.confusion import ConfusionMatrix, confusion, draw_confusion
from facegame_lib.research.lesson import Lesson
from facegame_lib.research.neighbours import nearest_pictures
from facegame_lib.widgets import ConfusionBrowser
from facegame_lib.widgets.confusion_browser import SHOWN


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """Three faces, of which one has a take more."""
    return Lesson.make(store_of({"ant": 4, "bee": 3, "cat": 3}), recognizer())


@pytest.fixture(scope="module")
def matrix(lesson: Lesson) -> ConfusionMatrix:
    """What is taken for what of them."""
    return confusion(lesson)


def test_it_is_the_matrix_of_scikit_learn(matrix: ConfusionMatrix) -> None:
    """The counts and the accuracy are scikit-learn's; and this lesson is not an easy one."""
    assert matrix.counts.tolist() == confusion_matrix(matrix.y, matrix.guesses).tolist()
    assert matrix.accuracy == pytest.approx(balanced_accuracy_score(matrix.y, matrix.guesses))
    assert 0.3 < matrix.accuracy < 1.0


def test_each_picture_is_judged_as_its_neighbours_are_shown(lesson: Lesson, matrix: ConfusionMatrix) -> None:
    """What the matrix takes a picture for is what `nearest_pictures` says of it: without its take."""
    for place in range(0, len(matrix.samples), 4):
        found = nearest_pictures(lesson, matrix.samples[place])
        assert found.label == matrix.labels[matrix.guesses[place]]


def test_a_cell_holds_the_pictures_it_counts(matrix: ConfusionMatrix) -> None:
    """Each picture is in the cell of its face and of what it was taken for, the surest first."""
    cells = [matrix.cell(taught, seen) for taught in matrix.labels for seen in matrix.labels]
    assert [len(cell) for cell in cells] == matrix.counts.ravel().tolist()
    assert {sample.id for cell in cells for sample in cell} == {sample.id for sample in matrix.samples}
    for column, cell in enumerate(cells):
        shares = [matrix.probabilities[matrix.samples.index(s), column % len(FACES)] for s in cell]
        assert shares == sorted(shares, reverse=True)
    with pytest.raises(UnknownCategory):
        matrix.cell("ant", "dog")


def test_the_worst_two_are_named(matrix: ConfusionMatrix) -> None:
    """They are of the largest count off the diagonal; of a matrix without errors there are none."""
    wrong = matrix.counts - np.diag(np.diag(matrix.counts))
    assert matrix.worst is not None
    assert len(matrix.cell(*matrix.worst)) == wrong.max() > 0
    sure = np.eye(3)[matrix.y]
    assert ConfusionMatrix(matrix.labels, matrix.names, matrix.samples, matrix.y, sure, ()).worst is None


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_flattered_face_is_told(language: str) -> None:
    """A face of one take is named over the matrix; where all have two there is no such sentence."""
    one = confusion(Lesson.make(store_of({"ant": 2, "bee": 1}), recognizer()))
    figure = draw_confusion(one, language=language)
    said = figure.axes[0].get_title(loc="left").replace("\n", " ")
    assert texts.text("explain.confusion.flattered", language, names="bee") in said
    assert ConfusionBrowser(one, language).view["warning"]


def test_the_counts_are_drawn(matrix: ConfusionMatrix) -> None:
    """Each cell that is not empty has its number in it, on given axes."""
    ax = Figure().subplots()
    assert draw_confusion(matrix, ax=ax) is ax.figure
    drawn = [text.get_text() for text in ax.texts]
    assert drawn == [str(count) if count else "·" for count in matrix.counts.ravel()]


class Page:
    """Stands for the page: hears what the widget sends."""

    def __init__(self, browser: ConfusionBrowser) -> None:
        self.heard: list[tuple[dict[str, Any], list[bytes]]] = []
        browser.send = lambda message, buffers: self.heard.append((message, buffers))  # type: ignore[method-assign]
        self.press = browser._on_message


def test_a_press_on_a_cell_brings_its_pictures(matrix: ConfusionMatrix) -> None:
    """The page asks for a cell, and gets the very bytes of its pictures, with their takes and shares."""
    browser = ConfusionBrowser(matrix, "en")
    page = Page(browser)
    assert matrix.worst is not None
    taught, seen = matrix.worst
    page.press(None, {"kind": "open", "taught": taught, "seen": seen}, [])
    (message, buffers), samples = page.heard[0], matrix.cell(taught, seen)
    assert buffers == [sample.data for sample in samples[:SHOWN]]
    assert (message["taught"], message["seen"], message["count"]) == (taught, seen, len(samples))
    assert [shown["take"] for shown in message["shown"]] == [sample.take for sample in samples[:SHOWN]]
    assert all(0 < shown["share"] <= 1 for shown in message["shown"])


@pytest.mark.parametrize(
    "message", [{"kind": "open"}, {"kind": "open", "taught": "ant", "seen": "dog"}, {"kind": "x"}, 3, None]
)
def test_what_the_page_should_not_say_is_passed_over(matrix: ConfusionMatrix, message: Any) -> None:
    """A message of another kind, or of faces that are not there, brings nothing and breaks nothing."""
    page = Page(browser := ConfusionBrowser(matrix, "en"))
    page.press(None, message, [])
    assert page.heard == []
    assert browser.view["counts"] == matrix.counts.tolist()


def test_no_picture_is_a_trait(matrix: ConfusionMatrix) -> None:
    """What the widget keeps in sync, and a notebook may save, holds no picture."""
    browser = ConfusionBrowser(matrix, "es")
    state = repr(browser.get_state())
    assert not any(repr(sample.data)[:40] in state for sample in matrix.samples)
    assert "nunca vio su toma" in browser.view["said"]
