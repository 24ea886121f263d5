"""EMBED: the face, not the room: what MobileNet sees of the eyes and of the mouth, wherever the head is."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facegame_lib import backbone
from facegame_lib import progress as reporting
from facegame_lib.embedding import Embedder, MobileNetEmbedder
from facegame_lib.faces import Face, FaceFinder
from facegame_lib.frames import Frame
from facegame_lib.progress import Progress
from facegame_lib.warp import Patch

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Region:
    """A square on the head: its `centre` (x, y, z) and `side`, in the units of `head.HEAD`."""

    centre: tuple[float, float, float]
    side: float


EYES: Final = Region((0.0, -0.08, -0.02), 1.25)  # brows to cheekbones
MOUTH: Final = Region((0.0, 0.85, -0.20), 1.05)  # nose to chin
_SIDE: Final = 224  # pixels of a cut, what MobileNet takes


class FaceEmbedder:
    """Each region of the face, cut out as the head is turned and put through a net; the rows at length 1
    each, side by side. `net` is a name of `backbone.NETS` or any `Embedder`.

    A frame without a face gives a row of zeros, which `seen` tells from the others.
    """

    def __init__(
        self,
        net: Embedder | str = backbone.DEFAULT,
        *,
        finder: FaceFinder | None = None,
        regions: Sequence[Region] = (EYES, MOUTH),
        cache: str | os.PathLike[str] | None = None,
    ) -> None:
        self.net: Embedder = MobileNetEmbedder(net, cache=cache) if isinstance(net, str) else net
        self.finder = FaceFinder(cache=cache) if finder is None else finder
        self.regions = tuple(regions)
        self.name = f"face-{self.net.name}"
        self.dim = self.net.dim * len(self.regions)

    @property
    def ready(self) -> bool:
        """Whether all nets are loaded."""
        return self.finder.ready and bool(getattr(self.net, "ready", True))

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
        """A taught picture's row, and that of a copy as it might have been in another light, seen a little
        off: float32 `(2, dim)`. The same for the same picture."""
        face = self.finder.find(frame)
        dice = np.random.default_rng(zlib.crc32(frame.tobytes()))
        return np.stack([self._row(frame, face), self._row(frame, face, dice)])

    def seen(self, X: NDArray[Any]) -> NDArray[np.bool_]:
        """Which rows of `X` `(n, dim)` are of a face; shape `(n,)`."""
        return np.asarray(np.any(X, axis=1), np.bool_)

    def _row(self, frame: Frame, face: Face | None, dice: np.random.Generator | None = None) -> Floats:
        if face is None:
            return np.zeros(self.dim, np.float32)
        picture = Image.fromarray(frame)
        cuts = []
        for region in self.regions:
            patch = face.pose.patch(region.centre, region.side)
            if dice is None:
                cuts.append(patch.cut(picture, _SIDE))
            else:
                cuts.append(_relit(_jittered(patch, dice).cut(picture, _SIDE), dice))
        rows = self.net.embed(cuts)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(length, 1e-12), np.float32).ravel()


def _jittered(patch: Patch, dice: np.random.Generator) -> Patch:
    """Off by what two takes differ in: 2 % in place, 4 % in size, 2 degrees (standard deviations)."""
    return patch.moved(dice.normal(0, 0.02, 2), float(np.exp(dice.normal(0, 0.04))), dice.normal(0, 0.04))


def _relit(cut: Frame, dice: np.random.Generator) -> Frame:
    """In another light: its contrast, brightness and colour, and from where it comes."""
    ramp = np.linspace(-1, 1, len(cut))
    light = (np.clip(cut / 255, 0, 1) ** np.exp(dice.normal(0, 0.25))) * np.exp(dice.normal(0, 0.06, 3))
    slope = dice.normal(0, 0.2, 2)
    light *= (1 + slope[0] * ramp[:, np.newaxis] + slope[1] * ramp)[..., np.newaxis]
    return np.asarray(np.clip(light + dice.normal(0, 0.06), 0, 1) * 255, np.uint8)
