"""`facegame export`: a trained store for other tools, or its pictures."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from facegame_lib.bar import Bar
from facegame_lib.errors import BadStore
from facegame_lib.texts import text as sentence


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """Which store, what of it, and where to."""
    parser.add_argument("store", type=Path, metavar="STORE", help=text("store"))
    parser.add_argument(
        "--to", choices=("keras", "tflite", "onnx", "images"), required=True, help=text("export_to")
    )
    parser.add_argument("--out", type=Path, metavar="PATH", required=True, help=text("export_out"))
    parser.add_argument("--overwrite", action="store_true", help=text("overwrite"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Write it, and print what was written."""
    from facegame_lib.images import check_free, export_images
    from facegame_lib.samples import SampleStore

    if not given.store.is_dir():  # opening one makes it, which is not what is meant here
        raise BadStore("no_store", path=given.store)
    store = SampleStore.open(given.store)
    for problem in store.problems:
        print(problem.text(language), file=sys.stderr)
    if given.to == "images":
        written = [export_images(store, given.out, given.overwrite)]
    else:
        from facegame_lib.research.export import export

        check_free(given.out, given.overwrite, store.folder)
        with bar:
            written = export(store, given.out, given.to, progress=bar)
    for path in written:
        print(sentence("export.written", language, path=path))
    return 0
