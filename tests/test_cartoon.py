"""The cartoon player: who it is, which face it makes when, and what its webcam sees."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from facegame_lib.cartoon import EXPRESSIONS, CartoonPlayer, Expression
from facegame_lib.cartoon.look import STYLES, look_for
from facegame_lib.errors import BadSetting
from facegame_lib.frames import square

FACES = ("neutral", "smile", "surprise", "angry", "sad", "wink", "pout", "tongue", "zapallo")


def holding(face: str | Expression, seed: int = 0) -> CartoonPlayer:
    """A player that has made that face before time began, without motion, light and noise."""
    player = CartoonPlayer(seed, motion=0.0, light=0.0, noise=0.0)
    player.make(face, at=-1.0)
    return player


def difference(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """The mean difference of two frames where the face is, in levels of 255."""
    centre = (slice(90, 400), slice(200, 440))
    return float(np.abs(first[centre].astype(int) - second[centre]).mean())


def small(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The centre square of 240 as 24 x 24 means, one vector."""
    return np.asarray(square(frame).reshape(24, 10, 24, 10, 3).mean((1, 3)).ravel())


def test_frame_is_a_frame() -> None:
    """A frame is a new, writable uint8 RGB array of the size that was asked for."""
    player = CartoonPlayer(3, size=(320, 240))
    frame = player.frame(0.5)
    assert frame.dtype == np.uint8
    assert frame.shape == (240, 320, 3)
    frame[:] = 0
    assert player.frame(0.5).mean() > 50


@pytest.mark.parametrize("size", [(64, 64), (200, 500), (900, 128)])
def test_any_shape_of_frame(size: tuple[int, int]) -> None:
    """Frames may be of any shape, upright ones included."""
    assert CartoonPlayer(1, size=size).frame(0.0).shape == (size[1], size[0], 3)


def test_same_seed_same_pixels_in_another_process() -> None:
    """The same seed, makes and moment give the same pixels, today and in another Python."""
    code = (
        "import hashlib, sys; from facegame_lib.cartoon import CartoonPlayer; player = CartoonPlayer(5);"
        "player.make('pout', 1.0);"
        "sys.stdout.write(hashlib.sha256(player.frame(1.1).tobytes()).hexdigest())"
    )
    seen = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout for _ in range(2)
    }
    assert len(seen) == 1


def test_frame_depends_on_time_only() -> None:
    """A frame is a function of its moment: the order in which moments are asked for changes nothing."""
    one, other = CartoonPlayer(2), CartoonPlayer(2)
    for player, order in ((one, ("smile", "sad")), (other, ("sad", "smile"))):
        for face in order:
            player.make(face, at=1.0 if face == "smile" else 2.0)
    moments = [0.0, 0.4, 1.1, 2.05, 3.0]
    forwards = [one.frame(at) for at in moments]
    backwards = [other.frame(at) for at in reversed(moments)][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(forwards, backwards, strict=True))


def test_seeds_are_different_people() -> None:
    """Seven seeds in a row have seven hair styles, and none looks like another."""
    assert {look_for(seed).style for seed in range(7)} == set(STYLES)
    people = [holding("neutral", seed).frame(0.0) for seed in range(7)]
    assert min(difference(a, b) for a, b in itertools.combinations(people, 2)) > 10


def test_negative_and_huge_seeds_are_people_too() -> None:
    """Any whole number is a seed."""
    assert difference(CartoonPlayer(-1).frame(0.0), CartoonPlayer(2**80).frame(0.0)) > 5


def test_names_of_the_faces() -> None:
    """The table holds the nine faces, and they are nine different ones."""
    assert tuple(EXPRESSIONS) == FACES
    assert len(set(EXPRESSIONS.values())) == len(FACES)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_faces_differ_more_than_light_and_noise(seed: int) -> None:
    """Any two faces of a head held still differ more than one face does under drifting light and noise."""

    def seen(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
        face = frame[90:410, 200:440].reshape(40, 8, 30, 8, 3).mean((1, 3))  # 8 x 8 means: less noise
        return np.asarray(face / face.mean((0, 1)))  # each channel over its mean: no light

    plain = [seen(holding(face, seed).frame(0.0)) for face in FACES]
    lit = CartoonPlayer(seed, motion=0.0)
    alike = max(np.abs(seen(lit.frame(at)) - plain[0]).mean() for at in np.arange(0.0, 4.0, 0.5))
    assert min(np.abs(a - b).mean() for a, b in itertools.combinations(plain, 2)) > 2 * alike


def test_faces_are_told_apart_while_moving() -> None:
    """The nearest of a few small pictures names the face at another moment of a moving head."""
    players = {face: CartoonPlayer(0, size=(320, 240)) for face in FACES}
    for face, player in players.items():
        player.make(face, at=-1.0)
    known = [(face, small(players[face].frame(at))) for face in FACES for at in np.arange(0.0, 12.0, 0.6)]
    asked = [(face, small(players[face].frame(at))) for face in FACES for at in np.arange(30.0, 36.0, 0.97)]
    right = [face == min(known, key=lambda pair: np.abs(pair[1] - seen).sum())[0] for face, seen in asked]
    assert np.mean(right) > 0.7


def test_motion_moves_and_none_stands_still() -> None:
    """With motion the head is elsewhere a second later; without motion, light and noise nothing changes."""
    still, moving = holding("neutral"), CartoonPlayer(0, light=0.0, noise=0.0)
    assert np.array_equal(still.frame(0.0), still.frame(7.3))
    assert difference(moving.frame(0.0), moving.frame(1.0)) > 2


def test_amounts_scale() -> None:
    """More noise, light or motion is more of it."""
    rest = CartoonPlayer(0, motion=0.0, light=0.0, noise=0.0).frame(1.0)
    for motion, light, noise in np.eye(3):
        little = CartoonPlayer(0, motion=motion / 2, light=light / 2, noise=noise / 2).frame(1.0)
        much = CartoonPlayer(0, motion=motion * 2, light=light * 2, noise=noise * 2).frame(1.0)
        assert difference(much, rest) > 1.5 * difference(little, rest) > 0, (motion, light, noise)


def test_light_drifts_in_proportion() -> None:
    """Four times the light's drift is four times the change of brightness, and a few percent at 1."""
    dark, rest, bright = (
        np.array([CartoonPlayer(0, motion=0.0, light=light, noise=0.0).frame(at).mean() for at in range(6)])
        for light in (0.5, 0.0, 2.0)
    )
    assert bright - rest == pytest.approx(4 * (dark - rest), abs=0.8)
    assert 0.03 < np.ptp(bright / rest) / 2 < 0.3


def test_every_frame_has_its_own_noise() -> None:
    """Noise differs from frame to frame, and is about 4 levels strong."""
    player = CartoonPlayer(0, motion=0.0, light=0.0)
    apart = player.frame(0.0).astype(float) - player.frame(1 / 30)
    assert apart[60:100, 90:].std() == pytest.approx(4 * 2**0.5, rel=0.2)


def test_the_head_is_large_and_inside_the_square() -> None:
    """The person fills the middle of the centre square, whatever the motion, and never its upper corners."""
    for seed in range(7):
        moving = CartoonPlayer(seed, light=0.0, noise=0.0)
        frames = np.stack([moving.frame(float(at)) for at in range(12)]).astype(int)
        moved = frames.max(0) - frames.min(0) > 24
        rows, columns = np.nonzero(moved.any(-1))
        assert columns.min() >= 80, seed
        assert columns.max() < 560, seed
        assert rows.min() >= 10, seed
        chin = 360
        assert 0.55 < (chin - np.percentile(rows, 0.5)) / 480 < 0.75, seed


def test_a_face_takes_its_time() -> None:
    """A face begins at its moment, is halfway in the middle and whole after `over` seconds."""
    player = CartoonPlayer()
    player.make("smile", at=1.0, over=0.5)
    smile = [player.expression(at).smile for at in (0.0, 1.0, 1.25, 1.5, 9.0)]
    assert smile == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])


def test_a_face_may_be_interrupted() -> None:
    """A face that is cut short goes on from where it was, without a jump."""
    player = CartoonPlayer()
    player.make("smile", at=0.0, over=1.0)
    player.make("neutral", at=0.5, over=1.0)
    assert player.expression(0.5).smile == pytest.approx(0.5)
    assert player.expression(0.50001).smile == pytest.approx(0.5, abs=1e-3)
    assert player.expression(1.0).smile == pytest.approx(0.25)


def test_at_once() -> None:
    """A face that takes no time is there at its moment, and the last one made for a moment counts."""
    player = CartoonPlayer()
    player.make("sad", at=2.0, over=0.0)
    player.make("pout", at=2.0, over=0.0)
    assert player.expression(1.999) == EXPRESSIONS["neutral"]
    assert player.expression(2.0) == EXPRESSIONS["pout"]


def test_between_two_faces() -> None:
    """Halfway between two expressions every number is in the middle, and outside it is one of them."""
    one, other = EXPRESSIONS["tongue"], EXPRESSIONS["surprise"]
    half = one.towards(other, 0.5)
    assert half.mouth_open == pytest.approx((one.mouth_open + other.mouth_open) / 2)
    assert half.tilt == pytest.approx((one.tilt + other.tilt) / 2)
    assert one.towards(other, -1.0) == one
    assert one.towards(other, 2.0) == other


def test_own_expression() -> None:
    """A face of one's own can be made: an open mouth is darker than a closed one."""
    mouth = (slice(285, 335), slice(300, 340))
    shouting = holding(Expression(mouth_open=1.0)).frame(0.0)[mouth].mean()
    assert shouting < holding("neutral").frame(0.0)[mouth].mean() - 30


def test_it_blinks() -> None:
    """In ten seconds the eyes close a few times, and only for moments."""
    player = CartoonPlayer(0)
    closed = [player._blink(frame / 30) > 0.9 for frame in range(300)]
    blinks = sum(now and not before for before, now in itertools.pairwise([False, *closed]))
    assert 2 <= blinks <= 4
    assert sum(closed) < 30


@pytest.mark.parametrize(
    "settings",
    [
        {"size": (640, 20)},
        {"size": (99999, 480)},
        {"motion": -1.0},
        {"light": float("nan")},
        {"noise": float("inf")},
    ],
)
def test_impossible_settings(settings: dict[str, object]) -> None:
    """A size or an amount that cannot be is refused with a sentence."""
    with pytest.raises(BadSetting):
        CartoonPlayer(0, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(("face", "at", "over"), [("grr", 0, 1), ("sad", float("nan"), 1), ("sad", 0, -1)])
def test_impossible_makes(face: str, at: float, over: float) -> None:
    """A face that is not in the table, and a time that cannot be, are refused and change nothing."""
    player = CartoonPlayer()
    with pytest.raises(BadSetting):
        player.make(face, at, over)
    assert player.expression(5.0) == EXPRESSIONS["neutral"]


def test_an_unknown_face_lists_the_known_ones() -> None:
    """The refusal of an unknown face names the ones there are, in both languages."""
    with pytest.raises(BadSetting) as refused:
        CartoonPlayer().make("grr", 0.0)
    assert all("zapallo" in refused.value.text(language) for language in ("en", "es"))
