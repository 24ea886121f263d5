"""EMBED: a picture becomes a few numbers, such that pictures that look alike have numbers alike."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facegame_lib import backbone, frames, litert
from facegame_lib.frames import Frame
from facegame_lib.progress import Progress
from facegame_lib.weights import sha256


@runtime_checkable
class Embedder(Protocol):
    """Anything that turns frames into vectors."""

    @property
    def name(self) -> str:
        """Tells vectors apart that must not be mixed."""
        ...

    @property
    def dim(self) -> int:
        """How many numbers a vector has."""
        ...

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """One row per frame: uint8 RGB `(H, W, 3)` each, to float32 `(n, dim)`."""
        ...


class MobileNetEmbedder:
    """A pretrained net of `backbone.NETS`, run by LiteRT on `threads` threads. Safe to share by threads, of
    which `copies` embed at a time.

    Making one costs nothing: the net is fetched, converted and loaded by `prepare`, or by the first
    `embed`. `weights` and `cache` as in `backbone.prepare`. Raises `BadSetting` for an unknown name or no
    threads.
    """

    def __init__(
        self,
        name: str = backbone.DEFAULT,
        *,
        weights: str | os.PathLike[str] | None = None,
        cache: str | os.PathLike[str] | None = None,
        threads: int = 2,
        copies: int = 1,
    ) -> None:
        backbone.check_name(name)
        litert.check_threads(threads, copies)
        self.name = name
        self.size, self.dim = backbone.NETS[name]
        self._weights, self._cache = weights, cache
        self._threads, self._copies = threads, copies
        self._net: litert.Net | None = None
        self._path: Path | None = None
        self._lock = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether the net is loaded, so that `embed` answers at once."""
        return self._net is not None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the net's file, which is prepared for that: what tells nets of one name apart."""
        if self._path is None:
            self.prepare()
        assert self._path is not None
        return sha256(self._path)

    def prepare(self, progress: Progress | None = None) -> Self:
        """Load the net; the first time on this computer that fetches and converts it.

        Raises `MissingExtra` if LiteRT is not installed, and what `backbone.prepare` raises.
        """
        with self._lock:
            if self._net is None:
                litert.interpreter_class()  # before the long part, not after it
                self._path = self.file(progress)
                self._net = litert.Net(self._path, self._threads, self._copies)
        return self

    def file(self, progress: Progress | None = None) -> Path:
        """The net's `.tflite` file, fetched and converted if need be. Raises as `backbone.prepare`."""
        return backbone.prepare(self.name, weights=self._weights, cache=self._cache, progress=progress)

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """One row per frame: uint8 RGB `(H, W, 3)` of any size each, to float32 `(n, dim)`.

        One picture at a time: on a CPU, batches gain nothing. Raises `BadPicture` for what is no frame,
        and what `prepare` raises.
        """
        pictures = [resize(frame, self.size) for frame in frames]
        rows = np.empty((len(pictures), self.dim), np.float32)
        if pictures and self._net is None:
            self.prepare()
        for row, picture in zip(rows, pictures, strict=True):
            assert self._net is not None
            row[:] = self._net(picture[np.newaxis])[1, self.dim][0]
        return rows


def fingerprint_of(embedder: Embedder) -> str | None:
    """What an embedder says of itself in `fingerprint`, a string that is another whenever the same picture
    may get other numbers; None if it says nothing.

    It is asked of the embedder's own class, or of itself. One that is inherited does not count: who changes
    a class changes what it sees.
    """
    own = {**vars(type(embedder)), **getattr(embedder, "__dict__", {})}
    said = getattr(embedder, "fingerprint", None) if "fingerprint" in own else None
    return said if isinstance(said, str) and said else None


def resize(frame: Frame, size: int) -> Frame:
    """The whole frame as uint8 `(size, size, 3)`; one that is not square is squeezed, not cut.

    Pillow's bilinear filter, which widens as the picture shrinks, so that no pixel is skipped:
    https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters. Training and playing must
    go through this same function: another filter gives other numbers. Raises `BadPicture`.
    """
    frame = frames.check(frame)
    if frame.shape[:2] == (size, size):
        return frame
    return np.asarray(Image.fromarray(frame).resize((size, size), Image.Resampling.BILINEAR))
