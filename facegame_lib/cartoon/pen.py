"""A pen that draws smooth shapes on a Pillow picture, in the coordinates of what it draws.

A shape is a handful of points; the curve through them is a Catmull-Rom spline (Catmull and Rom, 1974),
which passes through every point and needs no handles. The points are in the head's own pixels (y down, the
origin between the eyes); the pen turns, scales and moves them to where the head is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Points = NDArray[np.float64]
Colour = tuple[int, int, int]
Shape = Points | Sequence[tuple[float, float]]

_STEPS = 7  # straight pieces between two points of a curve; more is not seen at this size


@dataclass(frozen=True)
class Pen:
    """Where shapes land: `canvas` pixels are `points @ turn + origin`."""

    canvas: Image.Image
    draw: ImageDraw.ImageDraw
    turn: NDArray[np.float64]  # 2x2, scale and roll
    origin: NDArray[np.float64]  # 2

    @classmethod
    def on(cls, canvas: Image.Image, origin: tuple[float, float], scale: float, degrees: float = 0.0) -> Pen:
        """A pen whose point (0, 0) is at `origin` of the canvas, `scale` pixels a unit, turned clockwise."""
        angle = np.radians(degrees)
        cos, sin = scale * np.cos(angle), scale * np.sin(angle)
        return cls(canvas, ImageDraw.Draw(canvas), np.array([[cos, sin], [-sin, cos]]), np.array(origin))

    def moved(self, x: float, y: float) -> Pen:
        """The same pen with its origin moved, in the head's units."""
        return replace(self, origin=np.array([x, y]) @ self.turn + self.origin)

    def shape(self, outline: Shape, colour: Colour) -> None:
        """Fill the smooth closed curve through the points."""
        self.polygon(closed(outline), colour)

    def polygon(self, outline: Shape, colour: Colour) -> None:
        """Fill the straight-sided shape with those corners."""
        self.draw.polygon(self._flat(np.asarray(outline, float)), fill=colour)

    def oval(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        """Fill an ellipse with that centre and those half axes."""
        self.polygon(oval(x, y, wide, high), colour)

    def stroke(
        self, path: Shape, width: float, colour: Colour, ends: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """A brush stroke along the smooth curve through the points: full width in the middle.

        `ends` are the shares of the width that are left at the first and at the last point.
        """
        line = opened(path)
        ahead = np.empty_like(line)
        ahead[1:-1], ahead[0], ahead[-1] = line[2:] - line[:-2], line[1] - line[0], line[-1] - line[-2]
        half = width / 2 * _belly(len(line), *ends) / np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-6)
        normal = ahead[:, ::-1] * (-1, 1) * half[:, None]
        self.polygon(np.concatenate([line + normal, (line - normal)[::-1]]), colour)
        for end, share in zip((line[0], line[-1]), ends, strict=True):
            if share > 0:  # a blunt end is a round one
                self.oval(float(end[0]), float(end[1]), width / 2 * share, width / 2 * share, colour)

    @contextmanager
    def inside(self, outline: Shape) -> Iterator[Pen]:
        """A pen whose shapes are seen only inside the straight-sided outline."""
        corners = np.asarray(outline, float) @ self.turn + self.origin
        left, top = np.floor(corners.min(0)).astype(int)
        right, bottom = np.ceil(corners.max(0)).astype(int) + 1
        tile = self.canvas.crop((left, top, right, bottom))
        moved = np.array([left, top], float)
        yield replace(self, canvas=tile, draw=ImageDraw.Draw(tile), origin=self.origin - moved)
        mask = Image.new("L", tile.size)
        ImageDraw.Draw(mask).polygon((corners - moved).ravel().tolist(), fill=255)
        self.canvas.paste(tile, (int(left), int(top)), mask)

    def glow(self, x: float, y: float, wide: float, high: float, colour: Colour, share: float) -> None:
        """A soft spot of colour, `share` (0 to 1) of it in the middle, none of it on the edge."""
        if share <= 0:
            return
        scale = float(np.hypot(*self.turn[0]))
        spot = _spot(
            max(2, round(2 * wide * scale / 6) * 6),
            max(2, round(2 * high * scale / 6) * 6),
            round(share * 32),
        )
        middle = np.array([x, y]) @ self.turn + self.origin
        corner = (round(middle[0] - spot.width / 2), round(middle[1] - spot.height / 2))
        self.canvas.paste(colour, (*corner, corner[0] + spot.width, corner[1] + spot.height), spot)

    def _flat(self, points: Points) -> list[float]:
        flat: list[float] = (points @ self.turn + self.origin).ravel().tolist()
        return flat


def closed(points: Shape) -> Points:
    """The smooth closed curve through the points, as the corners of a polygon."""
    return np.asarray(_closed_weights(len(points)) @ np.asarray(points, float))


def opened(points: Shape) -> Points:
    """The smooth curve from the first point to the last."""
    return np.asarray(_open_weights(len(points)) @ np.asarray(points, float))


def oval(x: float, y: float, wide: float, high: float) -> Points:
    """An ellipse as the corners of a polygon."""
    return _circle() * (wide, high) + (x, y)


def mirrored(half: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The outline whose right half, from top to bottom, is given; points on the axis are not doubled."""
    return [*half, *((-x, y) for x, y in reversed(half) if x)]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The colour that share of the way from the first to the second."""
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(first, second, strict=True))
    return red, green, blue


@cache
def _circle() -> Points:
    turn = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    return np.stack([np.cos(turn), np.sin(turn)], 1)


def _catmull_rom(indices: Sequence[tuple[int, int, int, int]], count: int) -> Points:
    """The weights of `count` points in every point of the curve, one row of four indices a piece."""
    t = np.arange(_STEPS) / _STEPS
    cubic = 0.5 * np.stack(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3], 1
    )
    weights = np.zeros((len(indices) * _STEPS, count))
    for piece, four in enumerate(indices):
        for column, index in enumerate(four):
            weights[piece * _STEPS : (piece + 1) * _STEPS, index] += cubic[:, column]
    return weights


@cache
def _closed_weights(count: int) -> Points:
    return _catmull_rom([((i - 1) % count, i, (i + 1) % count, (i + 2) % count) for i in range(count)], count)


@cache
def _open_weights(count: int) -> Points:
    last = count - 1
    pieces = [(max(i - 1, 0), i, i + 1, min(i + 2, last)) for i in range(last)]
    return np.concatenate([_catmull_rom(pieces, count), np.eye(count)[-1:]])


@cache
def _belly(count: int, first: float, last: float) -> Points:
    """How wide a brush stroke is along its way, of 1, with those shares left at its ends."""
    along = np.linspace(0.0, 1.0, count)
    return np.maximum(np.sin(np.pi * along).clip(0) ** 0.7, np.where(along < 0.5, first, last))


@cache
def _spot(wide: int, high: int, level: int) -> Image.Image:
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j]
    fall = np.clip(1 - (x**2 + y**2), 0, 1) ** 1.5
    return Image.fromarray((fall * level / 32 * 255).astype(np.uint8))
