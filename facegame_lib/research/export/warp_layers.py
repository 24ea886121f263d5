"""What Pillow does to a picture, as Keras layers: whole numbers come out, so that the nets are given the
same pixels here as there.

A picture is float32 `(1, S, S, 3)` with whole numbers from 0 to 255. Where a constant would divide, its
inverse multiplies: TensorFlow makes that of it anyway when a graph is converted, but with an inverse that is
not exact, and then 628 / 4 is 156.99998 and one less when rounded down. Pillow's ways with them:
https://github.com/python-pillow/Pillow/blob/main/src/libImaging (Reduce.c, Resample.c, Geometry.c)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib import warp

Floats64 = NDArray[np.float64]
_TINY: Final = (
    1e-4  # of a pixel's value: more than rounding errors of float32, less than any step that counts
)


@dataclass(frozen=True)
class Patch:
    """`warp.Patch` in a graph: tensors `centre` `(2,)` and `axes` `(2, 2)`, in pixels."""

    centre: Any
    axes: Any

    @classmethod
    def square(cls, centre: Any, side: Any, along: Any) -> Patch:
        """A square of that side; `along` `(2,)` is the direction of its right edge, at length 1."""
        from keras import ops

        across = ops.stack([-along[1], along[0]])
        return cls(centre, side * ops.stack([along, across], axis=1))

    def on_grid(self) -> Patch:
        """As `warp.Patch.on_grid`."""
        from keras import ops

        centre, axes = (ops.round(each * warp.GRID) * (1 / warp.GRID) for each in (self.centre, self.axes))
        return Patch(centre, axes)

    def to_frame(self, points: Any) -> Any:
        """Points `(n, 2)` in the patch, (0, 0) its first corner and (1, 1) the opposite, to pixels."""
        from keras import ops

        return self.centre + ops.matmul(points - 0.5, ops.transpose(self.axes))


class Levels:
    """A picture, and what Pillow's `reduce` makes of it by 2, 3, ... up to `most`."""

    def __init__(self, picture: Any, most: int) -> None:
        from keras import ops

        self.side, self.most = int(picture.shape[1]), most
        self.pictures = [_reduced(picture, by) for by in range(1, most + 1)]
        sides = np.array([level.shape[1] for level in self.pictures])
        self._sides = sides.astype(np.float32)
        self._starts = np.concatenate([[0], np.cumsum(sides**2)[:-1]]).astype(np.float32)
        # All their pixels in one table, so that which of them is looked up is a number, not a branch.
        self._pixels = ops.concatenate([ops.reshape(level, (-1, 3)) for level in self.pictures])

    def cut(self, patch: Patch, size: int) -> Any:
        """`warp.Patch.cut`: float32 `(size, size, 3)`, black beyond the frame. A patch that would be
        shrunk by more than `most` is shrunk by that."""
        from keras import ops

        axes, centre = ops.round(patch.axes * warp.GRID), ops.round(patch.centre * warp.GRID)
        area = ops.absolute(axes[0, 0] * axes[1, 1] - axes[0, 1] * axes[1, 0])
        shrink = ops.floor(ops.sqrt(area) * (1 / (size * warp.GRID)))
        shrink = ops.clip(shrink, 1.0, float(self.most))
        level = ops.cast(shrink, "int32") - 1
        side, start = ops.take(self._sides, level), ops.take(self._starts, level)
        # Places are whole numbers of parts of a pixel, so that float32 says exactly which pixel is meant.
        parts = shrink * float(2 * size * warp.GRID)
        line = (2 * np.arange(size) + 1 - size).astype(np.float32)
        right, up = line[np.newaxis, :], -line[:, np.newaxis]
        # Less the way up, not plus the way down: Keras 3.15 on TensorFlow takes a column that is added to a
        # row for a bias, and adds it along the row.
        x, y = (
            centre[axis] * float(2 * size) + axes[axis, 0] * right - axes[axis, 1] * up for axis in (0, 1)
        )
        end = side * parts
        inside = ops.cast((x >= 0) & (x < end) & (y >= 0) & (y < end), "float32")[..., np.newaxis]
        (x0, x1, dx), (y0, y1, dy) = (_between(along, side, parts) for along in (x, y))

        def pixels(row: Any, column: Any) -> Any:
            return ops.take(self._pixels, ops.cast(start + row * side + column, "int32"), axis=0)

        top = pixels(y0, x0) + (pixels(y0, x1) - pixels(y0, x0)) * dx
        bottom = pixels(y1, x0) + (pixels(y1, x1) - pixels(y1, x0)) * dx
        return ops.floor(top + (bottom - top) * dy) * inside

    def whole(self, size: int) -> Any:
        """`cut` of the whole picture, whose places are known: float32 `(1, size, size, 3)`."""
        shrink = max(1, int(self.side / size))
        level = self.pictures[shrink - 1]
        places = (np.arange(size) + 0.5) * self.side / size / shrink - 0.5
        low = np.floor(places)
        matrix = np.zeros((level.shape[1], size))
        for place, share in ((low, 1 - (places - low)), (low + 1, places - low)):
            np.add.at(matrix, (np.clip(place, 0, len(matrix) - 1).astype(int), np.arange(size)), share)
        return _floor(_rows(_columns(level, matrix), matrix))


def resized(picture: Any, size: int) -> Any:
    """`embedding.resize`: float32 `(1, size, size, 3)`."""
    if picture.shape[1] == size:
        return picture
    matrix = _triangles(picture.shape[1], size)
    return _round(_rows(_round(_columns(picture, matrix)), matrix))


def _between(along: Any, side: Any, parts: Any) -> tuple[Any, Any, Any]:
    """The two pixels that a place (in so many parts of a pixel) lies between, and how far from the first."""
    from keras import ops

    along = along - parts * 0.5
    first = ops.floor(along / parts)
    far = ((along - first * parts) / parts)[..., np.newaxis]
    last = side - 1.0
    return ops.minimum(ops.maximum(first, 0.0), last), ops.minimum(first + 1.0, last), far


def _reduced(picture: Any, by: int) -> Any:
    """Pillow's `reduce`: the mean of each `by` by `by` pixels, of fewer at the right and lower edge."""
    from keras import layers, ops

    if by == 1:
        return picture
    side = int(picture.shape[1])
    lack = -side % by
    padded = ops.pad(picture, [(0, 0), (0, lack), (0, lack), (0, 0)])
    total = ops.round(layers.AveragePooling2D(by)(padded) * float(by * by))
    line = np.full((side + lack) // by, by)
    line[-1] = by - lack
    count = np.outer(line, line)
    # Half a step up and then down to a whole number. Pillow multiplies by 2**24 / count in whole numbers, so
    # what is whole already comes out one less, but for counts that divide 2**24.
    half = count // 2 - np.where(count & (count - 1), 0.5, 0.0)
    return ops.floor((total + _plane(half)) * _plane(1 / count))


def _plane(numbers: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(numbers, np.float32)[np.newaxis, ..., np.newaxis]


def _triangles(side: int, size: int) -> Floats64:
    """Pillow's bilinear filter from `side` pixels to `size`: a matrix `(side, size)`."""
    scale = side / size
    reach = max(scale, 1.0)
    centre = (np.arange(size) + 0.5) * scale
    weights = np.maximum(0, 1 - np.abs(np.arange(side)[:, np.newaxis] + 0.5 - centre) / reach)
    return np.asarray(weights / weights.sum(axis=0))


def _columns(picture: Any, matrix: Floats64) -> Any:
    """Each row of pixels times the matrix."""
    from keras import layers

    x = layers.Permute((3, 1, 2))(picture)
    layer = layers.Dense(matrix.shape[1], use_bias=False)
    x = layer(x)
    layer.set_weights([matrix.astype(np.float32)])
    return layers.Permute((2, 3, 1))(x)


def _rows(picture: Any, matrix: Floats64) -> Any:
    from keras import layers

    turned = _columns(layers.Permute((2, 1, 3))(picture), matrix)
    return layers.Permute((2, 1, 3))(turned)


def _floor(x: Any) -> Any:
    from keras import ops

    return ops.floor(x + _TINY)


def _round(x: Any) -> Any:
    from keras import ops

    return ops.floor(x + 0.5)
