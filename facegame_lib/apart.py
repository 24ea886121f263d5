"""EMBED: TensorFlow at work in a Python process of its own.

It takes seconds to wake up, talks much, and is set up by variables that a player may have set otherwise; so
what needs it runs apart, says how far it is on lines of its own, and leaves nothing behind.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from facegame_lib import errors, progress
from facegame_lib.errors import FaceGameError
from facegame_lib.progress import Progress

_MARK = "facegame:"  # begins the lines that are meant for us


def run(main: str, arguments: Sequence[str], report: Progress) -> tuple[bool, str, dict[str, Any]]:
    """Run the Python program `main` with these arguments.

    Returns whether it ended well, the last of what it said, and what it told `about` itself. A
    `FaceGameError` of the other process is raised here.
    """
    about: dict[str, Any] = {}

    def on_line(line: str) -> None:
        _, marked, rest = line.partition(_MARK)
        said = json.loads(rest) if marked else {}
        if "error" in said:
            kind, key, details = said["error"]
            raise getattr(errors, kind)(key, **details)
        if "progress" in said:
            report(*said["progress"])
        about.update(said.get("about", {}))

    # Not `-m`: the package may have imported that module already, which runpy warns of.
    status, tail = progress.run([sys.executable, "-c", main, *arguments], on_line, _environment())
    return status == 0, tail, about


def tell(**said: Any) -> None:
    """Said by the other process: `progress=(part done, key)`, or `about={...}`."""
    # On a line of its own, whatever TensorFlow has left on the last one.
    sys.stdout.write(f"\n{_MARK}{json.dumps(said, default=str)}\n")
    sys.stdout.flush()


def tell_error(error: FaceGameError) -> None:
    """Said by the other process: this is raised in the one that asked."""
    tell(error=(type(error).__name__, error.key, error.details))


def _environment() -> dict[str, str]:
    """What the process finds: this package, Keras on TensorFlow, no GPU and no chatter."""
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    return {**os.environ, **quiet, "PYTHONPATH": path, "KERAS_BACKEND": "tensorflow"}
