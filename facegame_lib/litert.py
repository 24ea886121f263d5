"""EMBED: LiteRT, which runs a `.tflite` file. Imported when a net is loaded, not before."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facegame_lib.errors import BadSetting, MissingExtra


class Net:
    """A loaded `.tflite` file with one input: `net(x)` gives its outputs by their shapes.

    Safe to share by threads. An interpreter has one set of tensors, so there are as many as may work at a
    time, `copies`; who comes when all are at work waits. LiteRT lets other Python threads run meanwhile.
    """

    def __init__(self, path: Path, threads: int, copies: int = 1) -> None:
        every = [load(path, threads) for _ in range(copies)]
        entry = every[0].get_input_details()[0]
        self._input, self.size = entry["index"], int(entry["shape"][1])
        self._outputs = [(tuple(out["shape"]), out["index"]) for out in every[0].get_output_details()]
        self._free: SimpleQueue[Any] = SimpleQueue()
        for interpreter in every:
            self._free.put(interpreter)

    def __call__(self, x: NDArray[Any]) -> dict[tuple[int, ...], NDArray[np.float32]]:
        """The outputs for the input `(1, size, size, 3)` (of the type the net takes), copies."""
        interpreter = self._free.get()
        try:
            interpreter.set_tensor(self._input, x)
            interpreter.invoke()
            return {shape: interpreter.get_tensor(index) for shape, index in self._outputs}
        finally:
            self._free.put(interpreter)


def check_threads(threads: int, copies: int) -> None:
    """Raise `BadSetting` for a net without threads or copies."""
    for name, number in (("threads", threads), ("copies", copies)):
        if number < 1:
            raise BadSetting("out_of_range", name=name, low=1, high="...", found=number)


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
