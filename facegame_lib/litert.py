"""EMBED: LiteRT, which runs a `.tflite` file. Imported when a net is loaded, not before."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facegame_lib.errors import MissingExtra


class Net:
    """A loaded `.tflite` file with one input: `net(x)` gives its outputs by their shapes.

    Not to be shared by threads: an interpreter has one set of tensors.
    """

    def __init__(self, path: Path, threads: int) -> None:
        self._interpreter = load(path, threads)
        entry = self._interpreter.get_input_details()[0]
        self._input, self.size = entry["index"], int(entry["shape"][1])
        self._outputs = [
            (tuple(out["shape"]), out["index"]) for out in self._interpreter.get_output_details()
        ]

    def __call__(self, x: NDArray[np.float32]) -> dict[tuple[int, ...], NDArray[np.float32]]:
        """The outputs for the float32 input `(1, size, size, 3)`, copies."""
        self._interpreter.set_tensor(self._input, x)
        self._interpreter.invoke()
        return {shape: self._interpreter.get_tensor(index) for shape, index in self._outputs}


def interpreter_class() -> Any:
    """LiteRT's `Interpreter` class."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise MissingExtra("missing_litert") from error
    return Interpreter


def load(path: Path, threads: int) -> Any:
    """An interpreter of that `.tflite` file with its tensors allocated. Raises `MissingExtra`."""
    # By its bytes: a file that is mapped cannot be replaced on Windows.
    content = path.read_bytes()
    with _quiet_stderr():
        interpreter = interpreter_class()(model_content=content, num_threads=threads)
        interpreter.allocate_tensors()
    return interpreter


_stderr_lock = threading.Lock()


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keeps LiteRT's "INFO: Created ... delegate" out of the notebook, where it shows as an error.

    It is written below Python and there is no setting: https://github.com/google-ai-edge/LiteRT/issues/7420
    What goes wrong still comes as an exception.
    """
    with _stderr_lock, Path(os.devnull).open("wb") as nowhere:
        try:
            kept = os.dup(2)
        except OSError:  # a Python without a console has nothing to keep quiet
            yield
            return
        try:
            os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
