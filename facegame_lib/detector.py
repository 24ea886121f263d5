"""EMBED: BlazeFace, which finds faces and their eyes in a whole frame.

V. Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019,
https://arxiv.org/abs/1907.05047. The net says for each anchor (a place on a grid) how sure it is of a face
there, and where that face's box and six points lie from the anchor. The grids are those of MediaPipe's
`face_detection_*_common.pbtxt`: https://github.com/google-ai-edge/mediapipe
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facegame_lib import litert
from facegame_lib.warp import Floats64, Patch

SURE: Final = 0.5  # the score from which it is a face, MediaPipe's own
OVERLAP: Final = 0.3  # share of two boxes' union from which they are one face
# side of the net's picture: (pixels between anchors, anchors at each place) of its grids
GRIDS: Final = {128: ((8, 2), (16, 6)), 256: ((16, 2), (32, 6))}


@dataclass(frozen=True)
class Detection:
    """A face in pixels: `score` 0 to 1, its box's `centre` `(2,)` and `size` `(2,)` (x and y), and `points`
    `(6, 2)`: the eye at the picture's left, the eye at its right, nose, mouth, and the two ears."""

    score: float
    centre: Floats64
    size: Floats64
    points: Floats64

    @property
    def angle(self) -> float:
        """How far the line of the eyes is turned from level, radians from x towards y."""
        x, y = self.points[1] - self.points[0]
        return float(np.arctan2(y, x))


def anchors(side: int) -> Floats64:
    """The anchors of the net that takes pictures of that side: shape `(896, 2)`, x and y, 0 to 1."""
    grids = []
    for stride, repeats in GRIDS[side]:
        line = (np.arange(side // stride) + 0.5) * stride / side
        places = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)  # row by row
        grids.append(np.repeat(places, repeats, axis=0))
    return np.concatenate(grids)


def decode(
    raw: NDArray[np.float32], scores: NDArray[np.float32], places: Floats64, side: int
) -> list[Detection]:
    """What the net says, as faces, surest first, in shares (0 to 1) of the net's picture.

    `raw` is `(anchors, 16)`: the centre, the size, then six points, each x and y in pixels of the net's
    picture from the anchor; `scores` is `(anchors,)`, before the sigmoid. Boxes that overlap are one face,
    whose numbers are their mean, weighted by score.
    """
    share = 1.0 / (1.0 + np.exp(-np.clip(scores.astype(np.float64), -80, 80)))
    sure = share > SURE
    share, boxes = share[sure], raw[sure].astype(np.float64).reshape(-1, 8, 2) / side
    boxes[:, 0] += places[sure]
    boxes[:, 2:] += places[sure][:, None]
    found = []
    while len(share):
        best = int(share.argmax())
        same = _overlap(boxes[best], boxes) > OVERLAP
        same[best] = True
        mean = np.average(boxes[same], axis=0, weights=share[same])
        found.append(Detection(float(share[best]), mean[0], mean[1], mean[2:]))
        share, boxes = share[~same], boxes[~same]
    return found


def _overlap(box: Floats64, boxes: Floats64) -> Floats64:
    """Intersection over union of a box with each; `(n,)`."""
    low, high = boxes[:, 0] - boxes[:, 1] / 2, boxes[:, 0] + boxes[:, 1] / 2
    edge = np.minimum(high, box[0] + box[1] / 2) - np.maximum(low, box[0] - box[1] / 2)
    both = np.clip(edge, 0, None).prod(axis=1)
    union: Floats64 = boxes[:, 1].prod(axis=1) + box[1].prod() - both
    return np.asarray(both / np.maximum(union, 1e-12))


class BlazeFace:
    """One of the two nets, loaded from its file. Safe to share by threads; `copies` look at a time."""

    def __init__(self, path: Path, threads: int = 2, copies: int = 1) -> None:
        self._net = litert.Net(path, threads, copies)
        self._anchors = anchors(self._net.size)

    def detect(self, picture: Image.Image) -> list[Detection]:
        """The faces in an RGB picture, surest first, in its pixels."""
        side = max(picture.size)  # the whole picture, with bars where it is not square
        patch = Patch.square(np.array(picture.size) / 2, side)
        small = patch.cut(picture, self._net.size).astype(np.float32)
        said = self._net((small / 127.5 - 1.0)[np.newaxis])
        count = len(self._anchors)
        raw, scores = said[1, count, 16][0], said[1, count, 1][0, :, 0]
        corner = patch.to_frame(np.zeros((1, 2)))[0]
        return [
            Detection(face.score, face.centre * side + corner, face.size * side, face.points * side + corner)
            for face in decode(raw, scores, self._anchors, self._net.size)
        ]
