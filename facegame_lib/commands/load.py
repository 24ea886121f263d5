"""`facegame load`: cartoon players against a running server."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from facegame_lib.bar import Bar


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """Which server, how many players, how fast and how long."""
    parser.add_argument("--url", required=True, help=text("load_url"))
    parser.add_argument("--token", default="", help=text("token"))
    parser.add_argument("--players", type=int, default=8, help=text("load_players"))
    parser.add_argument("--fps", type=float, default=10.0, help=text("load_fps"))
    parser.add_argument("--seconds", type=float, default=20.0, help=text("load_seconds"))
    parser.add_argument("--quick", action="store_true", help=text("load_quick"))
    parser.add_argument("--names", action="store_true", help=text("load_names"))
    parser.add_argument("--json", action="store_true", help=text("json"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Print what the players met; 1 if there was an error, or a picture was lost."""
    from facegame_lib.reco import load

    with bar:
        report = load.run(
            given.url,
            token=given.token,
            players=given.players,
            fps=given.fps,
            seconds=given.seconds,
            quick=given.quick,
            names=given.names,
            progress=bar,
        )
    print(json.dumps(report.to_json(), ensure_ascii=False) if given.json else report.sentence(language))
    return 1 if report.errors or report.samples_lost else 0
