"""Parts to test with, offline and in milliseconds: shipped, so that users test their own parts too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from PIL import Image

from facegame_lib.classifier import Floats
from facegame_lib.frames import Frame, check
from facegame_lib.sources import TimedFrame


class FakeEmbedder:
    """An `Embedder` that needs no weights: the picture at `side` x `side`, less its mean, as a vector.

    `ready` can be set to False to play the time before a backbone is prepared; `embedded` counts frames.
    """

    name = "fake"

    def __init__(self, side: int = 8) -> None:
        self.side = side
        self.dim = side * side * 3
        self.ready = True
        self.embedded = 0

    def embed(self, frames: Sequence[Frame]) -> Floats:
        """Shape `(n, dim)`, `float32`. Raises `BadPicture` for what is no frame."""
        self.embedded += len(frames)
        rows = [
            np.asarray(Image.fromarray(check(frame)).resize((self.side, self.side)), np.float32).ravel()
            for frame in frames
        ]
        X = np.stack(rows) if rows else np.empty((0, self.dim), np.float32)
        return X - X.mean(axis=1, keepdims=True) if rows else X


def plain_frame(colour: tuple[int, int, int], side: int = 64, seed: int | None = None) -> Frame:
    """A frame with that colour in its left half and grey in the right, with noise if there is a seed."""
    frame = np.full((side, side, 3), 128, np.int16)
    frame[:, : side // 2] = colour
    if seed is not None:
        frame += np.random.default_rng(seed).integers(-8, 9, frame.shape, np.int16)
    return np.clip(frame, 0, 255).astype(np.uint8)


class ScriptedSource:
    """A `FrameSource` of frames that are given, one every `1 / fps` seconds."""

    def __init__(self, frames: Iterable[Frame], fps: float = 15.0) -> None:
        self.frames = list(frames)
        self.fps = fps

    def __iter__(self) -> Iterator[TimedFrame]:
        for index, frame in enumerate(self.frames):
            yield TimedFrame(index / self.fps, frame)
