"""The room behind the cartoon person, drawn once a player: a wall, a window and a shelf, out of focus."""

from __future__ import annotations

import random

from PIL import Image, ImageFilter

from facegame_lib.cartoon.look import Look
from facegame_lib.cartoon.pen import Colour, Pen, mix

_BOOKS: tuple[Colour, ...] = (
    (198, 92, 74), (70, 118, 140), (226, 186, 96), (104, 140, 98), (150, 106, 142), (236, 226, 208),
)  # fmt: skip


def room(look: Look, seed: int, size: tuple[int, int]) -> Image.Image:
    """The background, RGB, `size` pixels. The window is on the side the light comes from."""
    wide, high = size
    unit = min(wide / 640, high / 480)
    picture = Image.new("RGB", size, look.wall)
    pen = Pen.on(picture, (wide / 2, high / 2), unit)
    reach = wide / unit  # farther than any edge
    pen.polygon(_box(-reach, 150, reach, high / unit), mix(look.wall, (150, 98, 70), 0.5))
    pen.polygon(_box(-reach, 142, reach, 150), mix(look.wall, (255, 255, 255), 0.6))
    _window(pen, look)
    _shelf(pen, look, random.Random(f"facegame room {seed}"))
    pen.glow(look.light * 320, -120, 460, 400, (255, 244, 214), 0.42)
    pen.glow(-look.light * 330, 160, 380, 360, mix(look.wall, (40, 36, 60), 0.7), 0.35)
    return picture.filter(ImageFilter.GaussianBlur(3.2 * unit))


def _box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _window(pen: Pen, look: Look) -> None:
    side = look.light
    frame, sky = (250, 246, 238), (172, 212, 236)
    pen.polygon(_box(side * 118, -214, side * 292, 34), frame)
    for left in (128, 210):
        with pen.inside(_box(side * left, -204, side * (left + 72), 22)) as pane:
            pane.polygon(_box(-400, -300, 400, 300), sky)
            pane.oval(side * 165, -150, 44, 15, (240, 247, 250))
            pane.oval(side * 250, -112, 40, 13, (240, 247, 250))
            pane.oval(side * 140, 36, 90, 62, (132, 176, 120))
            pane.oval(side * 270, 44, 100, 84, (108, 156, 108))
    pen.polygon(_box(side * 108, 32, side * 302, 46), frame)
    pen.polygon(_box(side * 140, 8, side * 176, 34), (206, 112, 78))
    for x, y in ((144, -6), (158, -20), (172, -4), (151, -12), (166, -14)):
        pen.oval(side * x, y, 10, 13, (74, 128, 84))


def _shelf(pen: Pen, look: Look, dice: random.Random) -> None:
    side, wood = -look.light, mix(look.wall, (128, 84, 56), 0.75)
    pen.polygon(_box(side * 120, -52, side * 340, -42), wood)
    pen.polygon(_box(side * 120, 66, side * 340, 76), wood)
    for bottom in (-52.0, 66.0):
        x = 130.0
        while x < 320:
            wide, high = dice.uniform(13, 22), dice.uniform(48, 82)
            pen.polygon(_box(side * x, bottom - high, side * (x + wide), bottom), dice.choice(_BOOKS))
            x += wide + (2 if dice.random() < 0.8 else 26)
    pen.polygon(_box(side * 150, -206, side * 240, -148), (244, 238, 226))
    pen.polygon(_box(side * 157, -199, side * 233, -155), mix(look.trim, (255, 255, 255), 0.35))
    pen.oval(side * 195, -172, 15, 15, mix(look.shirt, (255, 255, 255), 0.2))
