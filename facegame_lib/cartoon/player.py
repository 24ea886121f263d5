"""The cartoon person as a webcam user: told which face to make when, and filmed at any moment."""

from __future__ import annotations

import bisect
import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from facegame_lib.cartoon.expression import EXPRESSIONS, Expression, named
from facegame_lib.cartoon.look import look_for
from facegame_lib.cartoon.painter import Painter, Pose
from facegame_lib.errors import BadSetting

_SLACK = 64  # the sheet of noise is this much larger than the picture, so that each frame gets its own piece
_BLINK_EVERY, _BLINK_TAKES = 3.6, 0.24  # seconds


class CartoonPlayer:
    """A cartoon person in front of a webcam. Everything is a pure function of the arguments and the `make`s.

    seed    who the person is, the room, and how they move
    size    (width, height) of the frames in pixels, at least 64 each
    motion  how much the head moves, blinks and varies its faces: 1 as people do, 0 not at all, 10 at most
    light   how much brightness and warmth drift: 1 about 7 %, 0 not at all, 10 at most
    noise   the sensor's noise: 1 a standard deviation of about 4 of 255, 0 none, 10 at most

    Raises `BadSetting` for a size, an amplitude, a time or a face that cannot be.
    """

    def __init__(
        self,
        seed: int = 0,
        size: tuple[int, int] = (640, 480),
        *,
        motion: float = 1.0,
        light: float = 1.0,
        noise: float = 1.0,
    ) -> None:
        _check("width", size[0], 64, 4096)
        _check("height", size[1], 64, 4096)
        for name, value in (("motion", motion), ("light", light), ("noise", noise)):
            _check(name, value, 0, 10)
        self.seed, self.size = seed, size
        self.motion, self.light, self.noise = motion, light, noise
        self.look = look_for(seed)
        self._makes: list[tuple[float, float, Expression]] = []  # (at, over, face), in order of time
        self._painter = Painter(self.look, seed, size, margin=16 * motion)
        dice = np.random.default_rng(_dice_seed(seed))
        self._periods = dice.uniform(2.3, 7.5, (2, 10))  # seconds, of two waves in each of ten drifts
        self._phases = dice.uniform(0, 2 * np.pi, (2, 10))
        self._grain = _grain(dice, size, 4.0 * noise) if noise else None

    def make(self, face: str | Expression, at: float, over: float = 0.25) -> None:
        """Move to that face, beginning `at` seconds and taking `over` seconds; it stays until the next."""
        _check("at", at, -1e9, 1e9)
        _check("over", over, 0, 1e9)
        bisect.insort(self._makes, (at, over, named(face)), key=lambda make: make[0])

    def expression(self, at: float) -> Expression:
        """The face at that moment, as `make` asked for it: neutral before the first one."""
        face = EXPRESSIONS["neutral"]
        begun = self._makes[: bisect.bisect_right(self._makes, at, key=lambda make: make[0])]
        for (begin, over, target), (end, _, _) in pairwise([*begun, (at, 0.0, face)]):  # up to the next move
            share = (end - begin) / over if end - begin < over else 1.0
            face = face.towards(target, share * share * (3 - 2 * share))
        return face

    def frame(self, at: float) -> NDArray[np.uint8]:
        """What the webcam sees `at` seconds: uint8 RGB of shape (height, width, 3), a new array."""
        drift = self._drift(at)
        face = self.expression(at)
        if self.motion:  # nobody holds a face perfectly, nor makes it twice the same
            face = face.towards(
                EXPRESSIONS["neutral"], min(0.3, self.motion * (0.06 + 0.06 * float(drift[8])))
            )
        picture = self._painter.paint(face, self._pose(at, drift))
        return self._sensor(picture, at, drift)

    def _drift(self, at: float) -> NDArray[np.float64]:
        """Ten slow wanderings at that moment, each within -1 to 1."""
        waves = np.sin(2 * np.pi * at / self._periods + self._phases)
        return np.asarray(0.62 * waves[0] + 0.38 * waves[1])

    def _pose(self, at: float, drift: NDArray[np.float64]) -> Pose:
        x, y, roll, zoom, yaw, pitch = (self.motion * float(value) for value in drift[:6])
        blink = self._blink(at) if self.motion else 0.0
        return Pose(13 * x, 8 * y, 3.5 * roll, 0.03 * zoom, 7 * yaw, 4 * pitch, blink)

    def _blink(self, at: float) -> float:
        """How closed the lids are: one blink in every stretch of seconds, at a moment of its own."""
        stretch = math.floor(at / _BLINK_EVERY)
        dice = np.random.default_rng(_dice_seed(self.seed, stretch, 1))
        middle = (stretch + dice.uniform(0.1, 0.9)) * _BLINK_EVERY
        return max(0.0, min(1.0, 1.6 - 3.2 * abs(at - middle) / _BLINK_TAKES))

    def _sensor(self, picture: Image.Image, at: float, drift: NDArray[np.float64]) -> NDArray[np.uint8]:
        """The picture as a webcam delivers it: under the light of that moment, with that frame's noise."""
        if self.light:
            gain, warmth = 1 + 0.06 * self.light * float(drift[6]), 0.025 * self.light * float(drift[7])
            curves = np.outer([gain + warmth, gain, gain - warmth], np.arange(256)).clip(0, 255)
            picture = picture.point(curves.round().astype(int).ravel().tolist())
        if self._grain is not None:
            dice = np.random.default_rng(_dice_seed(self.seed, round(at * 1e6), 2))
            x, y = (int(number) for number in dice.integers(0, _SLACK, 2))
            grain = self._grain.crop((x, y, x + self.size[0], y + self.size[1]))
            picture = ImageChops.add(picture, grain, 1, -128)
        return np.array(picture)


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # false for a NaN too
        raise BadSetting("out_of_range", name=name, low=low, high=high, found=value)


def _dice_seed(*numbers: int) -> list[int]:
    """Numbers of any sign as numpy takes them for a seed."""
    return [number % 2**64 for number in numbers]


def _grain(dice: np.random.Generator, size: tuple[int, int], spread: float) -> Image.Image:
    """A sheet of noise around 128: mostly brightness, a little colour, as a small sensor's."""
    wide, high = size[0] + _SLACK, size[1] + _SLACK
    brightness = dice.normal(0, 0.8 * spread, (high, wide, 1))
    colour = dice.normal(0, 0.6 * spread, (high, wide, 3))
    return Image.fromarray((128 + brightness + colour).clip(0, 255).round().astype(np.uint8))
