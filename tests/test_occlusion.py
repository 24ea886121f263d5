"""The occlusion map: where it was looked, and what it means when the face is lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from matplotlib.figure import Figure

from facegame_lib import texts
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.cartoon.expression import EXPRESSIONS, Expression
from facegame_lib.classifier import Floats
from facegame_lib.errors import BadPicture, BadSetting, NotEnough, UnknownCategory
from facegame_lib.frames import Frame, encode, square
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.occlusion import GREY, Measure, draw_occlusion, occlusion
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame

REST = EXPRESSIONS["neutral"]
AGAPE = Expression(mouth_open=1.0)  # differs in the mouth alone
WINKING = Expression(eye_left=0.0, squint_left=1.0, brow_skew=1.0)  # and this one in the eyes and brows


def player(face: Expression) -> CartoonPlayer:
    """Sits still and makes that face."""
    still = CartoonPlayer(3, (160, 120), motion=0.0, light=0.0)
    still.make(face, at=0.0, over=0.0)
    return still


def told_apart(*faces: Expression) -> Recognizer:
    """A recogniser of whole frames, taught those faces: a, b and so on."""
    store = SampleStore("abc"[: len(faces)])
    for category, face in zip(store.categories, faces, strict=True):
        for number in range(6):
            store.add(category.id, player(face).frame(1.0 + number))
    return Recognizer(FakeEmbedder(side=24)).fit(store)


def centre_of_drop(recognizer: Recognizer, face: Expression, label: str) -> tuple[float, float]:
    """Where covering costs most: x and y as shares of the frame."""
    frame = player(face).frame(50.5)
    found = occlusion(recognizer, frame, label, steps=10, side=0.2)
    heat = np.nan_to_num(found.heat)
    assert heat.max() > 0.05
    y, x = np.unravel_index(int(heat.argmax()), heat.shape)
    return x / len(heat), y / len(heat)


def difference(one: Expression, other: Expression) -> tuple[float, float]:
    """The middle of what differs between the two, as shares of the square frame."""
    a, b = (square(player(face).frame(9.0)).astype(float) for face in (one, other))
    there = np.abs(a - b).sum(axis=2)
    y, x = np.indices(there.shape)
    return float((x * there).sum() / there.sum() / len(a)), float((y * there).sum() / there.sum() / len(a))


@pytest.mark.parametrize("face", [AGAPE, WINKING], ids=["mouth", "eye"])
def test_covering_what_differs_costs_most(face: Expression) -> None:
    """Of two cartoons that differ in the mouth only, the mouth is what counts; in an eye only, the eye."""
    x, y = centre_of_drop(told_apart(REST, face), face, "b")
    there_x, there_y = difference(REST, face)
    assert abs(y - there_y) < 0.15
    assert abs(x - there_x) < 0.25


def test_a_drop_is_the_difference_that_a_grey_square_makes() -> None:
    """Each drop is the uncovered closeness less that of the frame with that square painted over."""
    recognizer = told_apart(REST, AGAPE)
    frame = square(player(AGAPE).frame(33.0))
    found = occlusion(recognizer, encode(frame, 100), "b", steps=4, side=0.3)
    assert len(found.boxes) == len(found.drops) == 16
    whole = recognizer.predict(found.frame).closeness("b")
    assert found.whole == whole
    for (left, top, right, bottom), drop in zip(found.boxes, found.drops, strict=True):
        covered = found.frame.copy()
        covered[top:bottom, left:right] = GREY
        assert drop == pytest.approx(whole - recognizer.predict(covered).closeness("b"), abs=1e-9)
    assert {right - left for left, _, right, _ in found.boxes} == {round(0.3 * len(frame))}
    assert (min(b[0] for b in found.boxes), max(b[2] for b in found.boxes)) == (0, len(frame))


def test_votes_can_be_asked_for_instead() -> None:
    """With measure="probability" it is the label's share of the votes that drops."""
    recognizer = told_apart(REST, AGAPE, WINKING)
    frame = square(player(AGAPE).frame(33.0))
    found = occlusion(recognizer, frame, measure="probability", steps=3, side=0.3)
    assert found.label == "b"
    assert found.whole == recognizer.predict(frame).probabilities[1]


class OneDot(FakeEmbedder):
    """Sees something only while the picture's middle is not grey."""

    def embed(self, frames: Sequence[Frame]) -> Floats:
        """Zeros where nothing is seen."""
        X = super().embed(frames)
        for row, frame in zip(X, frames, strict=True):
            if (frame[len(frame) // 2, len(frame) // 2] == GREY).all():
                row[:] = 0
        return X

    def seen(self, X: Floats) -> np.ndarray:  # type: ignore[type-arg]
        """Which rows are of anything."""
        return np.asarray(X.any(axis=1))


@pytest.fixture(scope="module")
def dots() -> Recognizer:
    """Knows red and blue, and loses sight of both when the middle is covered."""
    store = SampleStore(["red", "blue"])
    for number in range(6):
        store.add("red", plain_frame((250, 20, 20), seed=number))
        store.add("blue", plain_frame((20, 20, 250), seed=number))
    return Recognizer(OneDot()).fit(store)


@pytest.mark.parametrize("measure", ["closeness", "probability"])
def test_a_face_that_is_lost_counts_as_nothing_at_all(dots: Recognizer, measure: Measure) -> None:
    """Just where the square covers the middle nothing is seen: marked as lost, and all there was gone."""
    frame = plain_frame((250, 20, 20), seed=99)
    found = occlusion(dots, frame, measure=measure, steps=8, side=0.25)
    inside = [left <= 32 < right and top <= 32 < bottom for left, top, right, bottom in found.boxes]
    assert found.lost.tolist() == inside
    assert 0 < found.lost.sum() < len(found.lost)
    assert np.allclose(found.drops[found.lost], found.whole)
    assert found.whole > 0.9


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_was_lost_is_drawn_and_told(dots: Recognizer, language: str) -> None:
    """A cross for each place where nothing was seen, and a line that says what a cross is."""
    found = occlusion(dots, plain_frame((250, 20, 20), seed=99), steps=6)
    ax = Figure().subplots()
    assert draw_occlusion(found, "Red", ax=ax, language=language) is ax.figure
    assert len(ax.lines) == found.lost.sum()
    said = ax.get_title(loc="left").replace("\n", " ")
    assert texts.text("explain.occlusion.lost", language) in said
    assert '"Red"' in said


def test_what_cannot_be_asked_is_refused(dots: Recognizer) -> None:
    """An untaught recogniser, a label that is not there, a picture of nothing, sizes that cannot be."""
    frame = plain_frame((250, 20, 20), seed=99)
    with pytest.raises(NotEnough):
        occlusion(Recognizer(FakeEmbedder()), frame)
    with pytest.raises(UnknownCategory):
        occlusion(dots, frame, "green")
    with pytest.raises(BadPicture):
        occlusion(dots, np.full((64, 64, 3), GREY, np.uint8))
    for wrong in ({"steps": 1}, {"side": 0.0}, {"side": 1.0}, {"measure": "joy"}):
        with pytest.raises(BadSetting):
            occlusion(dots, frame, **wrong)  # type: ignore[arg-type]
