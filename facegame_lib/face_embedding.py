"""EMBED: the face, not the room: what MobileNet sees of the eyes and of the mouth, wherever the head is, and
beside it, lightly, where the landmarks lie on the head."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facegame_lib import another_take, backbone, head, weights
from facegame_lib import progress as reporting
from facegame_lib.embedding import Embedder, MobileNetEmbedder, fingerprint_of
from facegame_lib.faces import Face, FaceFinder
from facegame_lib.frames import Frame
from facegame_lib.progress import Progress
from facegame_lib.warp import Floats64

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Region:
    """A square on the head: its `centre` (x, y, z) and `side`, in the units of `head.HEAD`."""

    centre: tuple[float, float, float]
    side: float


EYES: Final = Region((0.0, -0.08, -0.02), 1.25)  # brows to cheekbones
MOUTH: Final = Region((0.0, 0.85, -0.20), 1.05)  # nose to chin
LANDMARKS: Final = 0.2  # weight of the landmarks beside the regions, in units of `head.HEAD`
_SIDE: Final = 224  # pixels of a cut, what MobileNet takes


class FaceEmbedder:
    """Each region of the face, cut out as the head is turned and put through a net, the rows at length 1
    each; then the 468 landmarks on the head, times `landmarks` (0 leaves them out), all side by side. `net`
    is a name of `backbone.NETS` or any `Embedder`.

    The landmarks are mostly what all faces have in common: a metric such as `Whitening` takes that away.
    A frame without a face gives a row of zeros, which `seen` tells from the others.
    """

    def __init__(
        self,
        net: Embedder | str = backbone.DEFAULT,
        *,
        finder: FaceFinder | None = None,
        regions: Sequence[Region] = (EYES, MOUTH),
        landmarks: float = LANDMARKS,
        cache: str | os.PathLike[str] | None = None,
    ) -> None:
        self.net: Embedder = MobileNetEmbedder(net, cache=cache) if isinstance(net, str) else net
        self.finder = FaceFinder(cache=cache) if finder is None else finder
        self.regions, self.landmarks = tuple(regions), landmarks
        self.name = f"face-{self.net.name}"
        self.dim = self.net.dim * len(self.regions) + (3 * head.LANDMARKS if landmarks else 0)

    @property
    def ready(self) -> bool:
        """Whether all nets are loaded."""
        return self.finder.ready and bool(getattr(self.net, "ready", True))

    @property
    def fingerprint(self) -> str | None:
        """What tells its rows from those of others: its nets, regions and weight of the landmarks. None if
        its net or its finder does not say what it is."""
        net = fingerprint_of(self.net)
        if net is None or type(self.finder) is not FaceFinder:
            return None
        nets = [asset.sha256 for asset in weights.FACE_NETS]
        return repr((self.net.name, net, nets, self.regions, self.landmarks))

    def prepare(self, progress: Progress | None = None) -> Self:
        """Load all nets; the first time they are fetched. Raises what the finder's and the net's do."""
        progress = progress or reporting.silent
        self.finder.prepare(reporting.part(progress, 0.0, 0.2))
        prepare: Any = getattr(self.net, "prepare", None)
        if prepare is not None:
            prepare(reporting.part(progress, 0.2, 1.0))
        return self

    def embed(self, frames: Sequence[Frame]) -> Floats:
        """One row per frame: uint8 RGB `(H, W, 3)` each, to float32 `(n, dim)`. Raises `BadPicture`."""
        rows = [self._row(frame, self.finder.find(frame)) for frame in frames]
        return np.stack(rows) if rows else np.empty((0, self.dim), np.float32)

    def watch(self, frame: Frame) -> Floats:
        """The same for the next frame of a camera, whose face is followed: float32 `(1, dim)`."""
        return self._row(frame, self.finder.find(frame, follow=True))[np.newaxis]

    def copies(self, frame: Frame) -> Floats:
        """A taught picture's row, and that of a copy as another take might show it (`another_take`): float32
        `(2, dim)`. The same for the same picture."""
        face = self.finder.find(frame)
        if face is None:
            return np.zeros((2, self.dim), np.float32)
        dice = np.random.default_rng(zlib.crc32(frame.tobytes()))
        angles = np.radians(dice.normal(0, another_take.TURN, 2))  # the head's, so all regions turn alike
        picture, depth = Image.fromarray(frame), another_take.relief(_on_head(face))
        cuts = []
        for region in self.regions:
            patch = another_take.jittered(face.pose.patch(region.centre, region.side), dice)
            cut = another_take.turned(patch.cut(picture, _SIDE), region.centre, region.side, depth, angles)
            cuts.append(another_take.relit(another_take.worn(cut, dice), dice))
        return np.stack([self._row(frame, face), self._side_by_side(cuts, face)])

    def forget(self) -> None:
        """What was seen goes, the nets stay."""
        self.finder.forget()

    def seen(self, X: NDArray[Any]) -> NDArray[np.bool_]:
        """Which rows of `X` `(n, dim)` are of a face; shape `(n,)`."""
        return np.asarray(np.any(X, axis=1), np.bool_)

    def cuts(self, frame: Frame, face: Face) -> list[Frame]:
        """What the net is given of that face: each region, uint8 `(224, 224, 3)`."""
        picture = Image.fromarray(frame)
        return [face.pose.patch(each.centre, each.side).cut(picture, _SIDE) for each in self.regions]

    def _row(self, frame: Frame, face: Face | None) -> Floats:
        if face is None:
            return np.zeros(self.dim, np.float32)
        return self._side_by_side(self.cuts(frame, face), face)

    def _side_by_side(self, cuts: list[Frame], face: Face) -> Floats:
        rows = self.net.embed(cuts)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        row = np.asarray(rows / np.maximum(length, 1e-12), np.float32).ravel()
        if not self.landmarks:
            return row
        return np.append(row, np.float32(self.landmarks * _on_head(face)).ravel())


def _on_head(face: Face) -> Floats64:
    """Its landmarks `(468, 3)` where they lie on the head, in units of `head.HEAD`: turned to face ahead."""
    return np.asarray((face.landmarks - face.pose.origin) @ face.pose.turn / face.pose.scale)
