"""Cartoon people whose pictures are a store: several takes of several faces, for want of a webcam."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.errors import BadSetting
from facegame_lib.frames import Frame, square
from facegame_lib.samples import SampleStore

FACES: Final = ("smile", "surprise", "wink", "sad")
_REST: Final = "neutral"  # kept as the neutral face that it is
_SIZE: Final = (400, 300)  # of the camera, pixels; a picture is a square cut out of it
_EVERY: Final = 0.15  # seconds between the pictures of a burst, as in the game
_ZOOM, _ASIDE, _LIGHT, _TINT = 0.3, 0.5, 0.25, 0.08  # how far two takes are apart at most, see `_Sitting`


def cartoon_store(
    seed: int = 0,
    *,
    faces: Sequence[str] = FACES,
    takes: int = 2,
    pictures: int = 20,
    apart: float = 1.0,
) -> SampleStore:
    """A store in memory with that many takes of each face, of that many pictures each (square JPEGs).

    `seed` is who the person is. Within a burst the head moves and the light drifts a little, so neighbours
    are near twins; before each take the person sits down anew: nearer or farther, aside, in another light.
    `apart` is how much so, 0 to 1.5. `store.save(folder)` writes it as `facegame evaluate` reads a player.
    Raises `BadSetting` for a face that the cartoon does not know, and for a number that cannot be.
    """
    for name, value, low, high in (("takes", takes, 1, 99), ("pictures", pictures, 1, 999)):
        if not low <= value <= high:
            raise BadSetting("out_of_range", name=name, low=low, high=high, found=value)
    if not 0 <= apart <= 1.5:
        raise BadSetting("out_of_range", name="apart", low=0, high=1.5, found=apart)
    store = SampleStore()
    sittings = [_Sitting(seed, take, apart) for take in range(takes)]
    for place, face in enumerate(faces):
        category = store.add_category(face, "neutral" if face == _REST else "face")
        player = CartoonPlayer(seed, _SIZE)
        player.make(face, at=0.0)
        for take, sitting in enumerate(sittings):
            at = 1.0 + 100.0 * take + 10.0 * place
            for picture in range(pictures):
                store.add(category.id, sitting.see(player.frame(at + _EVERY * picture)), take + 1)
    return store


class _Sitting:
    """Where the person sits in one take, and in what light: all faces of a take are recorded in it."""

    def __init__(self, seed: int, take: int, apart: float) -> None:
        dice = np.random.default_rng([seed % 2**64, take])
        side = min(_SIZE)
        self._side = round(side * (1 - apart * _ZOOM * dice.random()))
        room = np.array(_SIZE) - self._side
        middle = dice.uniform(0.5 - apart * _ASIDE / 2, 0.5 + apart * _ASIDE / 2, 2).clip(0, 1)
        self._left, self._top = (round(float(place)) for place in room * middle)
        self._gain = 1 + apart * (_LIGHT * dice.uniform(-1, 1) + _TINT * dice.uniform(-1, 1, 3))

    def see(self, frame: Frame) -> Frame:
        """What of that frame the camera sees there: uint8 `(side, side, 3)`."""
        cut = frame[self._top : self._top + self._side, self._left : self._left + self._side]
        return square((cut * self._gain).clip(0, 255).round().astype(np.uint8))
