"""pip, run as a command of this Python: so a player's proxies, mirrors and offline folders work."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from importlib import metadata

from facegame_lib import progress


def is_there() -> bool:
    """Whether this Python has it; environments made by other tools may not."""
    return importlib.util.find_spec("pip") is not None


def run(
    command: str, *arguments: str, on_part: Callable[[float], None] = lambda part: None
) -> tuple[int, str]:
    """Run `pip <command>`; the part of each file that is there, 0 to 1, goes to `on_part` as it comes.

    Returns the exit status and the last lines that pip said.
    """
    # pip 24.1 is the first that can print plain "Progress 8192 of 8429443" lines.
    version = tuple(int(number) for number in re.findall(r"\d+", metadata.version("pip"))[:2])
    bar = "raw" if version >= (24, 1) else "off"

    def on_line(line: str) -> None:
        if done := re.fullmatch(r"Progress (\d+) of ([1-9]\d*)\s*", line):
            on_part(min(1.0, int(done[1]) / int(done[2])))

    options = ["--no-input", "--disable-pip-version-check", f"--progress-bar={bar}"]
    return progress.run([sys.executable, "-m", "pip", command, *options, *arguments], on_line)
