"""EMBED: 468 landmarks of a face, and from them where the head is and how it is turned.

Y. Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs", 2019,
https://arxiv.org/abs/1907.06724. Which number is which landmark: the picture beside MediaPipe's mesh,
https://github.com/google-ai-edge/mediapipe/tree/master/mediapipe/modules/face_geometry/data
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from facegame_lib import litert
from facegame_lib.detector import Detection
from facegame_lib.warp import Floats64, Patch

LANDMARKS: Final = 468
LEFT_EYE, RIGHT_EYE = (33, 133), (263, 362)  # outer and inner corner, left and right in the picture
MARGIN: Final = 1.5  # the net looks at a square this many times the face

# Landmarks that no expression moves much, and where they lie on a head that looks ahead: the mean of what the
# net gives for several, made symmetric, in distances between the outer corners of the eyes. x to the
# picture's right, y down, z away from the camera; the origin between the eyes.
RIGID: Final = (33, 133, 362, 263, 168, 6, 197, 195, 5, 4, 1, 127, 356, 234, 454, 10, 151, 9, 8, 98, 327, 2)
HEAD: Final[Floats64] = np.array(
    [
        (-0.50, -0.01, 0.03), (-0.19, 0.01, -0.03), (0.19, 0.01, -0.03), (0.50, -0.01, 0.03),
        (0.00, -0.09, -0.20), (0.00, 0.00, -0.26), (0.00, 0.07, -0.32), (0.00, 0.13, -0.38),
        (0.00, 0.20, -0.45), (0.00, 0.29, -0.49), (0.00, 0.37, -0.47), (-0.75, 0.09, 0.57),
        (0.75, 0.09, 0.57), (-0.74, 0.24, 0.61), (0.74, 0.24, 0.61), (0.00, -0.60, -0.11),
        (0.00, -0.44, -0.16), (0.00, -0.28, -0.20), (0.00, -0.18, -0.19), (-0.19, 0.44, -0.22),
        (0.19, 0.44, -0.22), (0.00, 0.45, -0.30),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Pose:
    """Where a head is: a point p of `HEAD` lies at `scale * turn @ p + origin`, in pixels.

    `scale` is the distance of the outer eye corners, `turn` `(3, 3)` a rotation, `origin` `(3,)`.
    """

    scale: float
    turn: Floats64
    origin: Floats64

    @property
    def angles(self) -> tuple[float, float, float]:
        """Yaw, pitch and roll in degrees: to the picture's left, down and clockwise where positive."""
        z = self.turn[:, 2]  # from the nose into the head
        yaw, pitch = np.arctan2(z[0], z[2]), np.arctan2(-z[1], np.hypot(z[0], z[2]))
        roll = np.arctan2(self.turn[1, 0], self.turn[0, 0])
        yaw, pitch, roll = np.degrees([yaw, pitch, roll]).tolist()
        return yaw, pitch, roll

    def patch(self, centre: tuple[float, float, float], side: float) -> Patch:
        """A square of that side on the head, facing ahead, about that point (both in units of `HEAD`), as the
        camera sees it: turned, grown and foreshortened with the head."""
        at = self.scale * self.turn @ np.array(centre) + self.origin
        return Patch(at[:2], side * self.scale * self.turn[:2, :2])


def pose(landmarks: Floats64) -> Pose:
    """The pose that puts `HEAD` nearest to these landmarks `(468, 3)`, in least squares.

    S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE
    Transactions on Pattern Analysis and Machine Intelligence 13(4), 1991.
    """
    seen = landmarks[list(RIGID)]
    at, head_at = seen.mean(axis=0), HEAD.mean(axis=0)
    a, b = HEAD - head_at, seen - at
    u, s, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])  # a head is never its mirror image
    turn = (u * sign) @ vt
    scale = float((s * sign).sum() / np.square(a).sum())
    return Pose(scale, turn, at - scale * turn @ head_at)


def around(landmarks: Floats64) -> Patch:
    """Where to look for a face again that was there a moment ago: a level square about its landmarks."""
    x, y = landmarks[RIGHT_EYE[0], :2] - landmarks[LEFT_EYE[0], :2]
    angle = float(np.arctan2(y, x))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    level = landmarks[:, :2] @ turn
    low, high = level.min(axis=0), level.max(axis=0)
    return Patch.square(turn @ ((low + high) / 2), MARGIN * float((high - low).max()), angle)


def around_detection(face: Detection) -> Patch:
    """Where to look for the landmarks of a face that was just detected."""
    return Patch.square(face.centre, MARGIN * float(face.size.max()), face.angle)


class FaceMesh:
    """The net, loaded from its file. Safe to share by threads, of which `copies` look at a time."""

    def __init__(self, path: Path, threads: int = 2, copies: int = 1) -> None:
        self._net = litert.Net(path, threads, copies)

    def look(self, picture: Image.Image, where: Patch) -> tuple[float, Floats64]:
        """How sure it is of a face in that square (0 to 1), and the landmarks, `(468, 3)` in pixels.

        z is the distance from the camera less that of the head's middle, on the scale of x and y.
        """
        where = where.on_grid()  # what is cut is where the points are put back
        x = where.cut(picture, self._net.size).astype(np.float32) / 255.0
        said = self._net(x[np.newaxis])
        points = said[1, 1, 1, LANDMARKS * 3].reshape(LANDMARKS, 3).astype(np.float64) / self._net.size
        score = 1.0 / (1.0 + np.exp(-float(np.clip(said[1, 1, 1, 1].item(), -80, 80))))
        return score, np.column_stack([where.to_frame(points[:, :2]), points[:, 2] * where.side])
