"""The commands of `facegame`, one file each: `arguments` says what it takes, `run` does it.

What a command needs is imported inside `run`, so that each starts as fast as it can, and `--help` too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from facegame_lib.bar import Bar
from facegame_lib.commands import (
    app,
    bench,
    compare,
    demo,
    doctor,
    evaluate,
    export,
    import_,
    kit,
    load,
    play,
    prepare,
    serve,
)


class Command(Protocol):
    """What a file of this folder has."""

    def arguments(self, parser: argparse.ArgumentParser, text: Callable[[str], str], /) -> None:
        """Tell the parser what the command takes; `text` gives the help of a key `cli.help.<key>`."""

    def run(self, given: argparse.Namespace, bar: Bar, language: str, /) -> int:
        """Do it, with a bar for what takes long, and in that language. Returns the exit code."""


COMMANDS: Final[Mapping[str, Command]] = {
    "play": play,
    "app": app,
    "doctor": doctor,
    "prepare": prepare,
    "serve": serve,
    "demo": demo,
    "load": load,
    "bench": bench,
    "evaluate": evaluate,
    "compare": compare,
    "export": export,
    "import": import_,
    "kit": kit,
}
