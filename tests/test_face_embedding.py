"""A row of a face: its regions, its landmarks beside them, and the copy that is learnt with it."""

from __future__ import annotations

import numpy as np
import pytest

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.face_embedding import LANDMARKS, FaceEmbedder
from facegame_lib.faces import FaceFinder
from facegame_lib.frames import Frame, square
from facegame_lib.testing import FakeEmbedder, plain_frame

NOBODY = plain_frame((40, 90, 160), side=240, seed=3)
REGIONS = 2 * 192  # how many numbers of a row are of the regions; the landmarks follow


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    """Its nets loaded."""
    return FaceFinder().prepare()


@pytest.fixture
def embedder(finder: FaceFinder) -> FaceEmbedder:
    """It looks with a net that needs no weights."""
    return FaceEmbedder(FakeEmbedder(), finder=finder)


def face(category: str = "smile", at: float = 1.0, seed: int = 1) -> Frame:
    """A cartoon person who has made that face, and moves on."""
    player = CartoonPlayer(seed, (320, 240), motion=1.5)
    player.make(category, 0.0)
    return square(player.frame(at))


def test_an_embedding_is_of_the_face_alone(embedder: FaceEmbedder) -> None:
    """The room may change all it likes; without a face the row is empty, and known to be."""
    assert (embedder.name, embedder.dim) == ("face-fake", REGIONS + 3 * 468)
    room = face().copy()
    room[:20], room[:, :20], room[:, -20:] = 255, 0, 255
    here, there, nobody = embedder.embed([face(), room, NOBODY])
    assert here.dtype == np.float32
    assert here[:REGIONS] @ there[:REGIONS] > 0.97 * 2  # two regions of length 1
    np.testing.assert_allclose(here[REGIONS:], there[REGIONS:], atol=0.05 * LANDMARKS)
    assert embedder.seen(np.stack([here, there, nobody])).tolist() == [True, True, False]
    assert embedder.embed([]).shape == (0, embedder.dim)
    np.testing.assert_allclose(embedder.watch(face())[0], here, atol=0.2)


def test_landmarks_lie_on_the_head_wherever_it_is(embedder: FaceEmbedder) -> None:
    """A face that moved is nearer to itself than to another face at the same place; on the head, the outer
    corners of the eyes are one apart."""
    smile, moved, surprise = (
        row[REGIONS:].reshape(468, 3) / LANDMARKS
        for row in embedder.embed([face(), face(at=3.0), face("surprise")])
    )
    assert np.linalg.norm(smile - moved) < 0.6 * np.linalg.norm(smile - surprise)
    assert np.linalg.norm(smile[33] - smile[263]) == pytest.approx(1, abs=0.1)


def test_landmarks_may_be_left_out_or_weigh_more(finder: FaceFinder, embedder: FaceEmbedder) -> None:
    """Without them a row is of the regions alone; twice the weight doubles their numbers and no others."""
    row = embedder.embed([face()])[0]
    without, twice = (
        FaceEmbedder(FakeEmbedder(), finder=finder, landmarks=weight) for weight in (0, 2 * LANDMARKS)
    )
    assert without.dim == REGIONS
    np.testing.assert_array_equal(without.embed([face()])[0], row[:REGIONS])
    np.testing.assert_allclose(twice.embed([face()])[0][REGIONS:], 2 * row[REGIONS:], rtol=1e-5)
    assert without.copies(NOBODY).shape == (2, REGIONS)


def test_copies_are_the_picture_and_another_take(embedder: FaceEmbedder) -> None:
    """The first row is the picture's own; the second is near it, of the same expression, and the same each
    time; another picture's copy is changed otherwise."""
    rows = embedder.copies(face())
    np.testing.assert_array_equal(rows[0], embedder.embed([face()])[0])
    np.testing.assert_array_equal(rows, embedder.copies(face()))
    assert 0.5 * 2 < rows[0, :REGIONS] @ rows[1, :REGIONS] < 0.999 * 2
    np.testing.assert_array_equal(rows[0, REGIONS:], rows[1, REGIONS:])
    assert not embedder.copies(NOBODY).any()
    nearly = face().copy()
    nearly[0, 0] ^= 1
    assert np.abs(embedder.copies(nearly)[1] - rows[1]).max() > 0.01
