"""`facegame kit`: a folder that installs the game where there is no internet."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from facegame_lib.bar import Bar
from facegame_lib.texts import text as sentence


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """Where to, and for which computers."""
    parser.add_argument("--out", type=Path, metavar="FOLDER", required=True, help=text("kit_out"))
    parser.add_argument("--python", metavar="VERSION", help=text("kit_python"))
    parser.add_argument("--platform", metavar="KIND", help=text("kit_platform"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Make it, or go on with it, and say what to do with it."""
    from facegame_lib.kit import has_pages, make
    from facegame_lib.kit.target import Target

    target = Target(given.python or Target.python, given.platform or Target.platform)
    with bar:
        folder = make(given.out, target, bar)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000
    print(sentence("kit.done", language, path=folder, megabytes=size))
    if not has_pages():
        print(sentence("kit.no_pages", language), file=sys.stderr)
    return 0
