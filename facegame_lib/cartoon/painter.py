"""One moment of the cartoon as a picture: the parts of the person in order, over the cached room."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from facegame_lib.cartoon import face, hair
from facegame_lib.cartoon.expression import Expression
from facegame_lib.cartoon.look import Look
from facegame_lib.cartoon.mouth import mouth
from facegame_lib.cartoon.pen import Pen
from facegame_lib.cartoon.room import room

_FINE = 3  # the person is drawn this much larger and then reduced, for smooth edges


@dataclass(frozen=True)
class Pose:
    """Where the head is, in pixels of a 640x480 picture and in degrees; all 0 is the middle."""

    x: float = 0.0
    y: float = 0.0
    roll: float = 0.0
    zoom: float = 0.0  # 0.02 is 2 % larger
    yaw: float = 0.0  # how far the features slide sideways over the head as it turns
    pitch: float = 0.0
    blink: float = 0.0  # 0 open to 1 closed


class Painter:
    """Paints one person in one room. `margin` is how far the head may wander, in pixels of 640x480."""

    def __init__(self, look: Look, seed: int, size: tuple[int, int], margin: float) -> None:
        self.look = look
        self._unit = min(size[0] / 640, size[1] / 480)
        self._room = room(look, seed, size)
        half = (200 + margin) * self._unit
        middle = size[0] / 2
        self._left, right = max(0, int(middle - half)), min(size[0], int(middle + half))
        column = self._room.crop((self._left, 0, right, size[1]))
        self._column = column.resize((column.width * _FINE, column.height * _FINE), Image.Resampling.BILINEAR)

    def paint(self, e: Expression, pose: Pose) -> Image.Image:
        """The picture of that expression in that pose, RGB, without light and noise."""
        canvas = self._column.copy()
        scale = self._unit * _FINE
        middle_x = (self._room.width / 2 - self._left) * _FINE
        middle_y = self._room.height / 2 * _FINE
        zoom = scale * (1 + pose.zoom + 0.05 * e.lean)

        def pen(x: float, y: float, degrees: float) -> Pen:
            return Pen.on(canvas, (middle_x + x * scale, middle_y + y * scale), zoom, degrees)

        skull = pen(pose.x, pose.y - 6, pose.roll + e.tilt)
        torso = pen(0.55 * pose.x, 0.5 * pose.y - 6 - 4 * e.lean, 0.15 * pose.roll)

        def at_depth(depth: float) -> Pen:
            return skull.moved(depth * pose.yaw, depth * pose.pitch)

        hair.behind(at_depth(-0.7), self.look, e.cheeks)
        face.body(torso, self.look)
        face.head(skull, at_depth(-0.5), self.look, e)
        front = at_depth(1.0)
        face.cheeks_and_nose(front, self.look, e)
        mouth(front.moved(0, 78 + 5 * self.look.chin - 5), self.look, e)
        face.eyes(front, self.look, e, pose.blink)
        hair.over(at_depth(0.3), self.look, e.cheeks)
        face.glasses(front, self.look)
        face.brows(front, self.look, e)

        picture = self._room.copy()
        picture.paste(canvas.reduce(_FINE), (self._left, 0))
        return picture
