"""`facegame demo`: a whole game without camera or browser."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from facegame_lib.bar import Bar
from facegame_lib.errors import FaceGameError


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """How long, whose videos, and what to leave of it."""
    parser.add_argument("--json", action="store_true", help=text("json"))
    parser.add_argument("--seconds", type=float, default=30.0, help=text("seconds"))
    parser.add_argument("--seed", type=int, default=0, help=text("seed"))
    parser.add_argument("--out", type=Path, metavar="PNG", help=text("out"))
    parser.add_argument("--train-video", type=Path, metavar="MJPEG", help=text("train_video"))
    parser.add_argument("--match-video", type=Path, metavar="MJPEG", help=text("match_video"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Play it and print the result."""
    if (given.train_video is None) != (given.match_video is None):
        raise FaceGameError("one_video")
    from facegame_lib import demo

    with bar:
        result = demo.run(
            seconds=given.seconds,
            seed=given.seed,
            out=given.out,
            train_video=given.train_video,
            match_video=given.match_video,
            progress=bar,
        )
    print(json.dumps(result.to_json(), ensure_ascii=False) if given.json else result.sentence(language))
    return 0
