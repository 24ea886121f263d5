"""EMBED: cut a square out of a frame, turned, sheared and scaled as a face is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facegame_lib.frames import Frame

Floats64 = NDArray[np.float64]
GRID: Final = 4  # steps to a pixel of the grid that patches are put on before they are cut


@dataclass(frozen=True)
class Patch:
    """A parallelogram in a frame: its `centre` `(2,)`, x and y in pixels, and the 2x2 matrix `axes`, whose
    columns are its right and its down edge in pixels. A square one is made by `Patch.square`."""

    centre: Floats64
    axes: Floats64

    @classmethod
    def square(cls, centre: Floats64, side: float, angle: float = 0.0) -> Patch:
        """A square of that side (pixels), turned by that angle (radians, from x towards y)."""
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return cls(np.asarray(centre, np.float64), side * turn)

    @property
    def side(self) -> float:
        """Its right edge's length in pixels."""
        return float(np.hypot(*self.axes[:, 0]))

    def moved(self, shift: Floats64, scale: float = 1.0, angle: float = 0.0) -> Patch:
        """Shifted by a share of its edges `(2,)`, scaled, and turned (radians) about its new centre."""
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return Patch(self.centre + self.axes @ shift, scale * self.axes @ turn)

    def on_grid(self) -> Patch:
        """The nearest one whose middle and edges are whole numbers of `1 / GRID` pixels.

        Processors differ in the last digits of what a net says. Where a patch made of that falls on the grid
        hardly ever does, and so the next net sees the same pixels everywhere.
        """
        return Patch(np.rint(self.centre * GRID) / GRID, np.rint(self.axes * GRID) / GRID)

    def to_frame(self, points: Floats64) -> Floats64:
        """Points `(n, 2)` in the patch, (0, 0) its first corner and (1, 1) the opposite, to pixels."""
        return np.asarray(self.centre + (points - 0.5) @ self.axes.T)

    def cut(self, picture: Image.Image, size: int) -> Frame:
        """The patch as uint8 `(size, size, 3)`, black beyond the frame; bilinear.

        A patch that is shrunk by two or more is averaged first, so that no pixel is skipped. What is cut is
        the patch `on_grid`.
        """
        patch = self.on_grid()
        step = patch.axes / size
        shrink = max(1, int(np.sqrt(abs(np.linalg.det(step)))))
        origin = patch.to_frame(np.zeros((1, 2)))[0]
        if shrink > 1:
            picture, step, origin = picture.reduce(shrink), step / shrink, origin / shrink
        matrix = (step[0, 0], step[0, 1], origin[0], step[1, 0], step[1, 1], origin[1])
        cut = picture.transform((size, size), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
        return np.asarray(cut)
