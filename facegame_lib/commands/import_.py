"""`facegame import`: pictures from other tools, into a store."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from facegame_lib.bar import Bar


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """What to take in, and where to."""
    parser.add_argument("file", type=Path, metavar="FILE", help=text("import_file"))
    parser.add_argument("--to", type=Path, metavar="STORE", required=True, help=text("import_to"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Print how many pictures came of which face; 1 if none did, nor had before."""
    from facegame_lib.intake import import_images

    with bar:
        report = import_images(given.file, given.to, bar)
    for problem in report.problems:
        print(problem.text(language), file=sys.stderr)
    print(report.sentence(language))
    return 0 if report.added or report.already else 1
