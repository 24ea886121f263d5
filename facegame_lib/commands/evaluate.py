"""`facegame evaluate`: how well faces are told apart on folders of pictures of people."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from facegame_lib.bar import Bar
from facegame_lib.errors import NotEnough


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """Whose pictures, how they are divided, and what is tried."""
    parser.add_argument("root", type=Path, metavar="ROOT", help=text("root"))
    parser.add_argument("--faces", type=int, default=4, help=text("faces"))
    parser.add_argument("--train-takes", type=int, default=1, metavar="TAKES", help=text("train_takes"))
    parser.add_argument("--embedder", default="face", metavar="NAME", help=text("embedder"))
    parser.add_argument("--classifier", default="knn", metavar="NAME", help=text("classifier"))
    parser.add_argument("--sweeps", type=Path, metavar="DIR", help=text("sweeps"))
    parser.add_argument("--fps", type=float, default=30.0, help=text("fps"))
    parser.add_argument("--json", action="store_true", help=text("json"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Print a table of the figures, or all of them for a program."""
    from facegame_lib.research.evaluate import evaluate
    from facegame_lib.research.people import Run, read_people, read_sweeps
    from facegame_lib.research.pupil import make_recognizer
    from facegame_lib.research.sweeps import measure_sweeps
    from facegame_lib.research.table import as_table

    recognizer = make_recognizer(given.embedder, given.classifier)
    people = read_people(given.root, given.faces, given.train_takes, but=given.sweeps)
    runs, left_out = list[Run](), list(people.left_out)
    if given.sweeps:
        runs, missing = read_sweeps(given.sweeps, people, given.fps)
        left_out += missing
    for problem in left_out:
        print(problem.text(language), file=sys.stderr)
    if given.sweeps and not runs:
        raise NotEnough("evaluate_no_sweeps", path=given.sweeps)

    with bar:
        found = evaluate(people, recognizer, progress=bar)
        sweeps = measure_sweeps(runs, recognizer, bar) if runs else None
    print(json.dumps(found.to_json(sweeps)) if given.json else as_table(found, sweeps, language))
    return 0
