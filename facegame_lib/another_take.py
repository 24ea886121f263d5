"""EMBED: a taught face as another take might show it, though only one was made.

The pictures of one burst differ by less than two takes do, so the burst alone does not say what to disregard.
A copy is seen a little off, the head turned by some degrees, by a worse camera, in another light: making more
examples by changing those there are, P. Simard et al., "Best practices for convolutional neural networks
applied to visual document analysis", ICDAR 2003. The turning needs the face's relief, which its landmarks
give; V. Blanz, T. Vetter, "A morphable model for the synthesis of 3D faces", SIGGRAPH 1999, has the idea.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from PIL import Image

from facegame_lib.frames import Frame
from facegame_lib.warp import Floats64, Patch

TURN: Final = 8.0  # degrees that the head is turned further, to the side and up or down (standard deviation)
Relief = Callable[[Floats64, Floats64], Floats64]  # z at x and y on the head, all in units of `head.HEAD`

_POWERS: Final = [(i, j) for i in range(5) for j in range(5 - i)]
_CELLS: Final = 8  # along each edge of a cut: between their corners the shift is even enough
_DEPTH: Final = (-0.5, 0.8)  # how far from the cut's plane a point may lie, where no landmark says


def relief(on_head: Floats64) -> Relief:
    """How far back each place of a face lies: a polynomial of 4th order through its landmarks `(468, 3)`, as
    they lie on a head that looks ahead."""
    terms = _terms(on_head[:, 0], on_head[:, 1])
    # A little of a ridge: landmarks that all lie in one line leave some terms open.
    weights = np.linalg.solve(terms.T @ terms + 1e-3 * np.eye(len(_POWERS)), terms.T @ on_head[:, 2])
    return lambda x, y: np.asarray(_terms(x, y) @ weights)


def _terms(x: Floats64, y: Floats64) -> Floats64:
    return np.stack([x**i * y**j for i, j in _POWERS], axis=-1)


def turned(
    cut: Frame, centre: tuple[float, float, float], side: float, depth: Relief, angles: Floats64
) -> Frame:
    """A square cut on the head about `centre`, as it would be with the head turned further by `angles` `(2,)`
    (radians, to the side and up or down): what lies before or behind the cut's plane shifts."""
    size, grid = len(cut), np.linspace(-0.5, 0.5, _CELLS + 1)
    u, v = np.meshgrid(grid, grid)
    z = np.clip(depth(centre[0] + side * u, centre[1] + side * v) - centre[2], *_DEPTH)
    shift = np.tan(angles) / side
    x, y = (u - z * shift[0] + 0.5) * size, (v - z * shift[1] + 0.5) * size
    edge = np.round((grid + 0.5) * size).astype(int).tolist()
    mesh = []
    for i in range(_CELLS):
        for j in range(_CELLS):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            quad = tuple(float(axis[at]) for at in corners for axis in (x, y))
            mesh.append(((edge[j], edge[i], edge[j + 1], edge[i + 1]), quad))
    picture = Image.fromarray(cut)
    return np.asarray(picture.transform(picture.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR))


def jittered(patch: Patch, dice: np.random.Generator) -> Patch:
    """Off by what two looks at a face differ in: 2 % in place, 4 % in size, 2 degrees (standard
    deviations)."""
    return patch.moved(dice.normal(0, 0.02, 2), float(np.exp(dice.normal(0, 0.04))), dice.normal(0, 0.04))


def worn(cut: Frame, dice: np.random.Generator) -> Frame:
    """By a worse camera, or from further away: with fewer pixels, and noise."""
    most = len(cut) / 2 if dice.random() < 0.5 else len(cut)
    fewer = int(dice.uniform(0.18 * len(cut), most))
    picture = Image.fromarray(cut)
    small = picture.resize((fewer, fewer), Image.Resampling.BILINEAR)
    noise = dice.standard_normal(cut.shape, np.float32) * np.float32(dice.uniform(0, 8))
    blurred = np.asarray(small.resize(picture.size, Image.Resampling.BILINEAR), np.float32)
    return np.asarray(np.clip(blurred + noise, 0, 255), np.uint8)


def relit(cut: Frame, dice: np.random.Generator) -> Frame:
    """In another light: its contrast, brightness and colour, and from where it comes."""
    ramp = np.linspace(-1, 1, len(cut), dtype=np.float32)
    tone = np.linspace(0, 1, 256, dtype=np.float32) ** np.float32(np.exp(dice.normal(0, 0.25)))
    light = tone[cut] * np.exp(dice.normal(0, 0.06, 3)).astype(np.float32)
    slope = dice.normal(0, 0.2, 2).astype(np.float32)
    light *= (1 + slope[0] * ramp[:, np.newaxis] + slope[1] * ramp)[..., np.newaxis]
    return np.asarray(np.clip(light + np.float32(dice.normal(0, 0.06)), 0, 1) * 255, np.uint8)
