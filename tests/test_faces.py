"""The face is found, placed and followed, on cartoon people who move."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facegame_lib import detector, head
from facegame_lib.burst import BurstPlan
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.errors import BadPicture, BadSetting
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.faces import Face, FaceFinder, Track, advice
from facegame_lib.frames import Frame
from facegame_lib.game import Game
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame
from facegame_lib.warp import Patch

# What the nets gave for the first frame of `film(0)` when this was written, in pixels.
RECORDED_BOX = [
    160.0,
    138.2,
    98.3,
    98.3,
    134.0,
    116.3,
    177.4,
    115.2,
    153.9,
    138.6,
    155.8,
    159.0,
    114.7,
    126.5,
    205.7,
    124.5,
]
RECORDED_SCORE = 0.916
RECORDED_LANDMARKS = [
    [125.5, 116.7, 8.3],
    [187.2, 115.0, 5.4],
    [154.7, 141.3, -20.7],
    [140.2, 156.5, 1.5],
    [173.0, 156.0, -0.1],
    [158.1, 181.5, 2.0],
]
NOBODY = plain_frame((40, 90, 160), side=240, seed=3)


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    """Its nets loaded."""
    return FaceFinder().prepare()


def film(seed: int = 0, motion: float = 1.0, size: tuple[int, int] = (320, 240)) -> list[Frame]:
    """Twenty frames of a cartoon person who smiles, at 15 a second."""
    player = CartoonPlayer(seed, size, motion=motion)
    player.make("smile", 0.5)
    return [player.frame(number / 15) for number in range(20)]


def found(finder: FaceFinder, frame: Frame) -> Face:
    """The face that is there."""
    face = finder.find(frame)
    assert face is not None
    return face


def test_the_anchors_are_those_of_the_nets() -> None:
    """896 places: 16 by 16 twice, then 8 by 8 six times, row by row, at the middle of each place."""
    for side in detector.GRIDS:
        places = detector.anchors(side)
        assert places.shape == (896, 2)
        np.testing.assert_allclose(
            places[[0, 1, 2, 32]] * 16, [(0.5, 0.5), (0.5, 0.5), (1.5, 0.5), (0.5, 1.5)]
        )
        np.testing.assert_allclose(
            places[[512, 517, 518, 895]] * 8, [(0.5, 0.5), (0.5, 0.5), (1.5, 0.5), (7.5, 7.5)]
        )


def test_what_the_net_says_is_decoded() -> None:
    """Pixels from the anchor become shares of the picture; boxes that overlap become one, by their scores."""
    places = detector.anchors(128)
    raw, scores = np.zeros((896, 16), np.float32), np.full(896, -100, np.float32)
    first, twin, other, unsure = 264, 265, 700, 10
    raw[first, :6] = (12.8, -6.4, 64, 32, 6.4, 0)
    raw[twin, :6] = (12.8, -6.4, 32, 32, 6.4, 0)
    raw[other, 2:4] = 12.8
    scores[[first, twin, other, unsure]] = (np.log(3), np.log(3), 80, -0.1)
    best, pair = detector.decode(raw, scores, places, 128)
    assert best.score == pytest.approx(1.0)
    np.testing.assert_allclose(best.centre, places[other])
    np.testing.assert_allclose(best.size, (0.1, 0.1))
    assert pair.score == pytest.approx(0.75)
    np.testing.assert_allclose(pair.centre, places[first] + (0.1, -0.05), atol=1e-6)
    np.testing.assert_allclose(pair.size, (0.375, 0.25), atol=1e-6)
    np.testing.assert_allclose(pair.points[0], places[first] + (0.05, 0), atol=1e-6)


def test_a_patch_comes_out_upright() -> None:
    """What lies turned in a frame is cut upright, and its points go back where they were."""
    frame = np.zeros((300, 400, 3), np.uint8)
    frame[100:200, 150:250] = (0, 0, 200)
    frame[100:150, 150:250] = (200, 0, 0)
    cut = Patch.square(np.array([200.0, 150.0]), 100.0, np.pi).cut(Image.fromarray(frame), 20)
    assert cut.shape == (20, 20, 3)
    assert (cut[2:8, 2:18] == (0, 0, 200)).all()
    assert (cut[12:18, 2:18] == (200, 0, 0)).all()
    patch = Patch.square(np.array([10.0, 20.0]), 8.0, 0.3).moved(np.array([0.5, 0.0]), 2.0, -0.3)
    assert patch.side == pytest.approx(16)
    np.testing.assert_allclose(patch.to_frame(np.array([[0.5, 0.5]]))[0], patch.centre)
    np.testing.assert_allclose(patch.centre, (10 + 4 * np.cos(0.3), 20 + 4 * np.sin(0.3)))


def test_the_last_digits_of_a_patch_change_no_pixel() -> None:
    """Patches a thousandth of a pixel apart are cut alike, a pixel apart they are not; what is cut lies less
    than a quarter of a pixel from what was asked for."""
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 256, (240, 240, 3), np.uint8))
    patch = Patch.square(np.array([110.1, 121.1]), 97.1, 0.3)
    near, far = (Patch(patch.centre + by, patch.axes + by) for by in (1e-3, 1.0))
    np.testing.assert_array_equal(near.cut(picture, 192), patch.cut(picture, 192))
    assert (far.cut(picture, 192) != patch.cut(picture, 192)).mean() > 0.5
    corners = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
    assert np.abs(patch.on_grid().to_frame(corners) - patch.to_frame(corners)).max() <= 0.25


@pytest.mark.parametrize(
    ("yaw", "pitch", "roll"), [(0, 0, 0), (25, 0, 0), (0, 20, 0), (0, 0, 30), (-15, 10, -20)]
)
def test_the_pose_of_a_turned_head_is_found(yaw: float, pitch: float, roll: float) -> None:
    """A head that is turned, grown and moved gives back by how much."""
    a, b, c = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    landmarks = np.zeros((head.LANDMARKS, 3))
    landmarks[list(head.RIGID)] = 80 * head.HEAD @ (about_z @ about_y @ about_x).T + (200, 150, 5)
    pose = head.pose(landmarks)
    assert pose.scale == pytest.approx(80)
    np.testing.assert_allclose(pose.origin, (200, 150, 5), atol=1e-9)
    if roll == 0 or (yaw, pitch) == (0, 0):
        assert pose.angles == pytest.approx((yaw, pitch, roll), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_face_is_found_wherever_it_is(finder: FaceFinder, seed: int) -> None:
    """Moved, and half as large, it is found where it is, with its eyes level."""
    frame = film(seed)[10]
    face = found(finder, frame)
    assert abs(face.pose.angles[2]) < 12
    assert face.score > 0.5
    assert 0.2 < face.size < 1
    left, right = face.eyes
    assert 0 < left[0] < right[0] < frame.shape[1]
    moved = found(finder, np.roll(frame, (6, 20), axis=(0, 1)))
    np.testing.assert_allclose(moved.eyes - face.eyes, [(20, 6), (20, 6)], atol=4)
    half = np.full((480, 640, 3), 90, np.uint8)
    half[200:440, 20:340] = frame
    np.testing.assert_allclose(found(finder, half).eyes - face.eyes, [(20, 200), (20, 200)], atol=6)


def test_where_nobody_is_nobody_is_found(finder: FaceFinder) -> None:
    """Walls, noise, black and the smallest frame hold no face, followed or not."""
    dice = np.random.default_rng(0)
    noise = dice.integers(0, 256, (200, 300, 3), np.uint8)
    for frame in (NOBODY, noise, np.zeros((240, 240, 3), np.uint8), np.zeros((8, 8, 3), np.uint8)):
        assert finder.find(frame) is None
        assert finder.find(frame, follow=True) is None


@pytest.mark.parametrize("seed", [1, 2])
def test_a_followed_face_is_where_the_detector_finds_it(finder: FaceFinder, seed: int) -> None:
    """Over a second of moving, landmarks differ by less than a hundredth of the box on average."""
    for frame in film(seed, motion=2.0):
        followed, fresh = finder.find(frame, follow=True), found(finder, frame)
        assert followed is not None
        assert np.abs(followed.landmarks - fresh.landmarks)[:, :2].mean() < 0.02 * fresh.box.side


def test_a_face_that_left_is_not_followed(finder: FaceFinder) -> None:
    """Someone leaves and another comes elsewhere: no face at once, then that one."""
    frame = film(3)[5]
    assert finder.find(frame, follow=True) is not None
    assert finder.find(NOBODY, follow=True) is None
    elsewhere = np.roll(frame, 60, axis=1)
    face = finder.find(elsewhere, follow=True)
    assert face is not None
    np.testing.assert_array_equal(face.landmarks, found(finder, elsewhere).landmarks)


def test_threads_may_share_a_finder(finder: FaceFinder) -> None:
    """Many threads at once find what one finds."""
    frame = film(2)[3]
    expected = found(finder, frame).landmarks
    with ThreadPoolExecutor(4) as pool:
        for face in pool.map(finder.find, [frame] * 8):
            assert face is not None
            np.testing.assert_array_equal(face.landmarks, expected)


def test_what_cannot_be_is_refused(finder: FaceFinder) -> None:
    """No threads, and what is no frame."""
    with pytest.raises(BadSetting):
        FaceFinder(threads=0)
    with pytest.raises(BadPicture):
        finder.find(np.zeros((50, 50), np.uint8))


def test_the_coach_says_what_would_help(finder: FaceFinder) -> None:
    """No face, too dark, too far, too still: one sentence, and none when all is well."""
    frames = film(0, motion=0)
    face = found(finder, frames[0])
    assert advice([]) == ""
    assert advice([face, None]) == "coach.no_face"
    dark = found(finder, (frames[0] * 0.25).astype(np.uint8))
    assert advice([dark]) == "coach.too_dark"
    room = np.full((1200, 1600, 3), 90, np.uint8)
    room[400:640, 600:920] = frames[0]
    far = finder.find(room)
    assert far is None or advice([far]) == "coach.closer"
    assert advice([face] * 9) == ""
    assert advice([face] * 10) == "coach.turn"


@pytest.fixture
def looks(finder: FaceFinder, monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """The pictures in which a face was searched for anew, as they are."""
    done: list[Frame] = []
    search = finder.nets.find

    def counted(frame: Frame, track: Track | None = None) -> Any:
        done.append(frame)
        return search(frame, track)

    monkeypatch.setattr(finder.nets, "find", counted)
    monkeypatch.setattr(finder, "_seen", {})
    return done


def test_the_coach_and_the_embedder_share_one_look(finder: FaceFinder, looks: list[Frame]) -> None:
    """Each picture of a burst is searched for a face once, though both want to know where it is."""
    recognizer = Recognizer(FaceEmbedder(FakeEmbedder(), finder=finder))
    game = Game(SampleStore("ab"), recognizer, plan=BurstPlan(countdown=0.0))
    burst = game.do("record", 0.0, face="a").burst
    assert burst is not None
    for due, frame in zip(burst.due, film(), strict=True):
        game.picture(burst.id, due, frame, due)
    assert (len(looks), game.busy) == (20, True)
    while game.busy:
        game.tick(4.0)
    assert (len(looks), recognizer.pending(game.store)) == (20, [])


def test_looks_are_forgotten(finder: FaceFinder, looks: list[Frame]) -> None:
    """A picture is remembered for a burst or so and not for ever; what is found is the same again."""
    first = found(finder, film()[0])
    assert found(finder, film()[0]) is first
    for seed in range(2):
        for frame in film(seed + 1):
            finder.find(frame)
    again = found(finder, film()[0])
    assert again is not first
    np.testing.assert_array_equal(again.landmarks, first.landmarks)
    assert len(looks) == 1 + 40 + 1
    assert len(finder._seen) == 32


def test_the_nets_give_the_numbers_that_were_recorded(finder: FaceFinder) -> None:
    """A cartoon face's box, points and landmarks, to half a pixel: a change in decoding, in cutting or in the
    files would move them."""
    frame = film(0)[0]
    assert finder.prepare().nets._nets is not None
    near = finder.nets._nets[0]
    best = near.detect(Image.fromarray(frame))[0]
    seen = np.round([*best.centre, *best.size, *best.points.ravel()], 1)
    np.testing.assert_allclose(seen, RECORDED_BOX, atol=0.4)
    assert best.score == pytest.approx(RECORDED_SCORE, abs=0.01)
    landmarks = found(finder, frame).landmarks[[33, 263, 1, 61, 291, 152]]
    np.testing.assert_allclose(landmarks, RECORDED_LANDMARKS, atol=0.5)
