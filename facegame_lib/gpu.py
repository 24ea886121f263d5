"""EMBED: the same net on a GPU, run by TensorFlow: all pictures at once, where LiteRT takes one by one.

For the replicas of a cluster that has GPUs. Nobody who plays at home imports this: TensorFlow takes seconds
to wake up, and on a CPU LiteRT is faster.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from facegame_lib import backbone
from facegame_lib.embedding import resize
from facegame_lib.errors import MissingExtra
from facegame_lib.frames import Frame
from facegame_lib.progress import Progress
from facegame_lib.weights import MOBILENET_V2, fetch


class GpuEmbedder:
    """MobileNetV2 as `MobileNetEmbedder` is, on `device` (TensorFlow's name for it).

    A model taught with the one is played with the other: no number differs by more than rounding, for the
    weights are the same and stay float32. `cache` as in `weights.fetch`. Raises what `prepare` raises.
    """

    name = backbone.DEFAULT
    size, dim = backbone.NETS[name]

    def __init__(self, device: str = "GPU:0", *, cache: str | os.PathLike[str] | None = None) -> None:
        self.device, self._cache = device, cache
        self._net: Any = None

    @property
    def ready(self) -> bool:
        """Whether the net is loaded, so that `embed` answers at once."""
        return self._net is not None

    def prepare(self, progress: Progress | None = None) -> Self:
        """Load the net. Raises `MissingExtra` without TensorFlow, and what `weights.fetch` raises."""
        if self._net is None:
            source = fetch(MOBILENET_V2, path=None, cache=self._cache, progress=progress)
            tf = _tensorflow()
            with tf.device(self.device):
                net = backbone.build(self.name, str(source), batch=None)
                shape = tf.TensorSpec((None, self.size, self.size, 3), tf.uint8)
                run = tf.function(lambda pictures: net(pictures, training=False), input_signature=[shape])
                run(np.zeros((1, self.size, self.size, 3), np.uint8))
            self._net = run
        return self

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """One row per frame: uint8 RGB `(H, W, 3)` of any size each, to float32 `(n, dim)`, as one batch.

        Raises `BadPicture` for what is no frame, and what `prepare` raises.
        """
        if not frames:
            return np.empty((0, self.dim), np.float32)
        pictures = np.stack([resize(frame, self.size) for frame in frames])
        if self._net is None:
            self.prepare()
        rows: NDArray[np.float32] = self._net(pictures).numpy()
        return rows


def gpu_here() -> bool:
    """Whether TensorFlow has a GPU to run on: one that its CUDA libraries are installed for."""
    return bool(_tensorflow().config.list_physical_devices("GPU"))


def _tensorflow() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        import tensorflow as tf
    except ImportError as error:
        raise MissingExtra("missing_tensorflow") from error
    # A GPU is shared with other replicas. With TF32, ten bits of each number, it would not be the same net.
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    tf.config.experimental.enable_tensor_float_32_execution(False)
    return tf
