"""One frame on its way: the steps that are shown are those that the recogniser takes."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from facegame_lib import texts
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.errors import BadPicture, BadSetting
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.occlusion import occlusion
from facegame_lib.research.steps import draw_cuts, draw_face, draw_numbers, draw_prediction, steps
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame
from facegame_lib.whitening import Whitening

NOBODY = plain_frame((40, 90, 160), side=240, seed=3)


@pytest.fixture(scope="module")
def player() -> CartoonPlayer:
    """Makes a smile, then looks surprised."""
    player = CartoonPlayer(1, (320, 240))
    player.make("smile", 0.0)
    player.make("surprise", 50.0)
    return player


@pytest.fixture(scope="module")
def taught(player: CartoonPlayer) -> Recognizer:
    """Finds faces as the game does; its net needs no weights."""
    store = SampleStore(["smile", "surprise"])
    for number in range(6):
        store.add("smile", player.frame(1.0 + 0.15 * number))
        store.add("surprise", player.frame(51.0 + 0.15 * number))
    return Recognizer(FaceEmbedder(FakeEmbedder()), metric=Whitening()).fit(store)


def test_the_steps_are_the_recognisers_own(taught: Recognizer, player: CartoonPlayer) -> None:
    """The row is the embedding, the cuts are what that row is made of, and the prediction is its own."""
    frame = player.frame(60.0)
    seen = steps(taught, frame)
    embedder = taught.embedder
    assert isinstance(embedder, FaceEmbedder)
    assert np.array_equal(seen.row, embedder.embed([seen.frame])[0])
    assert [cut.shape for cut in seen.cuts] == [(224, 224, 3)] * 2
    rows = embedder.net.embed(list(seen.cuts))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.allclose(seen.row[: rows.size], rows.ravel(), atol=1e-6)
    assert seen.parts == (("eyes", 192), ("mouth", 192), ("landmarks", 3 * 468))
    assert seen.prediction == taught.predict_embeddings(seen.row[np.newaxis])[0]
    assert seen.prediction.label == "surprise"


def test_a_picture_without_a_face_has_no_cuts(taught: Recognizer) -> None:
    """Nothing is found, nothing is cut, the row is empty, and the drawings say so."""
    seen = steps(taught, NOBODY)
    assert (seen.face, seen.cuts, seen.row.any()) == (None, (), False)
    for draw in (draw_face, draw_cuts):
        said = draw(seen, language="es").axes[0].get_title(loc="left")
        assert said == texts.text("explain.face.none", "es")
    assert isinstance(draw_numbers(seen), Figure)


def test_before_it_was_taught_there_is_no_prediction(player: CartoonPlayer) -> None:
    """All other steps are there."""
    seen = steps(Recognizer(FaceEmbedder(FakeEmbedder(), landmarks=0)), player.frame(1.0))
    assert seen.prediction is None
    assert seen.face is not None
    assert [name for name, _ in seen.parts] == ["eyes", "mouth"]


def test_a_recogniser_of_whole_pictures_has_no_such_steps() -> None:
    """It is refused with a sentence, and so is what is no picture."""
    with pytest.raises(BadSetting, match="fake looks at whole pictures"):
        steps(Recognizer(FakeEmbedder()), NOBODY)
    with pytest.raises(BadPicture):
        steps(Recognizer(FaceEmbedder(FakeEmbedder())), b"no picture")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_each_step_is_drawn_on_given_axes(taught: Recognizer, player: CartoonPlayer, language: str) -> None:
    """Landmarks, cuts, numbers and bars, in both languages."""
    seen = steps(taught, player.frame(60.0))
    face, cuts, numbers, bars = Figure().subplots(1, 4)
    for draw, ax in ((draw_face, face), (draw_cuts, cuts), (draw_numbers, numbers)):
        assert draw(seen, ax=ax, language=language) is ax.figure
    assert len(face.collections[0].get_offsets()) == 468
    assert len(cuts.images) == 2
    assert len(numbers.images) == 3
    assert seen.prediction is not None
    names = {"smile": "Ana 🎃 $1$", "surprise": "笑"}
    draw_prediction(seen.prediction, names, ax=bars, language=language)
    widths = [bar.get_width() for bar in bars.patches]
    assert widths == pytest.approx([*seen.prediction.probabilities, *seen.prediction.closenesses])
    assert [label.get_text() for label in bars.get_yticklabels()] == [r"Ana \$1\$", "surprise"]


def test_the_square_slides_over_the_face_alone(taught: Recognizer, player: CartoonPlayer) -> None:
    """Where faces are found, the room is not covered: all squares lie about the face, within the frame."""
    seen = steps(taught, player.frame(1.4))
    found = occlusion(taught, seen.frame, "smile", steps=3)
    assert seen.face is not None
    left, top, right, bottom = np.array(found.boxes).T
    side = 1.3 * seen.face.box.side
    assert min(left.min(), top.min()) >= 0
    assert max(right.max(), bottom.max()) <= len(seen.frame)
    assert right.max() - left.min() <= side + 2 < len(seen.frame)
    assert left.min() < seen.face.box.centre[0] < right.max()
