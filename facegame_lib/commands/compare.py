"""`facegame compare`: which embedder, which classifier, on one's own pictures or on many players'."""

from __future__ import annotations

import io
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from facegame_lib.bar import Bar
from facegame_lib.errors import BadSetting, FaceGameError
from facegame_lib.texts import text as sentence


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """Whose pictures, who takes part, how the pictures are parted, and what to leave of it."""
    parser.add_argument("where", type=Path, metavar="WHERE", help=text("compare_where"))
    parser.add_argument("--embedders", default="face,MobileNetV2", metavar="NAMES", help=text("embedders"))
    parser.add_argument("--classifiers", default="knn", metavar="NAMES", help=text("classifiers"))
    parser.add_argument("--faces", type=int, help=text("compare_faces"))
    parser.add_argument("--train-takes", type=int, default=1, metavar="TAKES", help=text("train_takes"))
    parser.add_argument("--repeats", type=int, default=10, help=text("repeats"))
    parser.add_argument("--jobs", type=int, default=1, help=text("jobs"))
    parser.add_argument("--json", action="store_true", help=text("json"))
    parser.add_argument("--plot", type=Path, metavar="PNG", help=text("plot"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Print the table, or all of it for a program; who was left out stands on stderr."""
    from facegame_lib.research import compare

    if given.jobs == 0:  # `compare` says it too, by the name that this has in Python
        raise BadSetting("out_of_range", name="--jobs", low="1 (or -1)", high="...", found=0)
    with bar:
        found = compare(
            given.where,
            _names(given.embedders),
            _names(given.classifiers),
            faces=given.faces,
            train_takes=given.train_takes,
            repeats=given.repeats,
            n_jobs=given.jobs,
            progress=bar,
        )
    for problem in found.left_out:
        print(problem.text(language), file=sys.stderr)
    print(json.dumps(found.to_json(), ensure_ascii=False) if given.json else found.table(language))
    if given.plot:
        from facegame_lib.atomic import write_atomically

        picture = io.BytesIO()
        figure = found.plot(language=language).get_figure(root=True)
        assert figure is not None  # it was drawn into one just now
        figure.savefig(picture, format="png", dpi=160)
        try:
            write_atomically(given.plot, picture.getvalue())
        except OSError as error:
            raise FaceGameError(
                "plot_not_written", path=given.plot, reason=error.strerror or error
            ) from error
        print(sentence("compare.plotted", language, path=given.plot), file=sys.stderr)
    return 0


def _names(given: str) -> list[str]:
    return [name for name in map(str.strip, given.split(",")) if name]
