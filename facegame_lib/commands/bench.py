"""`facegame bench`: how fast everything is on this computer."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from facegame_lib.bar import Bar
from facegame_lib.errors import BadSetting


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """What is measured besides, and how often."""
    parser.add_argument("--browser", action="store_true", help=text("bench_browser"))
    parser.add_argument("--peers", action="store_true", help=text("bench_peers"))
    parser.add_argument("--prepare", action="store_true", help=text("bench_prepare"))
    parser.add_argument("--rounds", type=int, default=100, help=text("bench_rounds"))
    parser.add_argument("--json", action="store_true", help=text("json"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Print a table, or all figures for a program."""
    if given.rounds < 1:
        raise BadSetting("out_of_range", name="--rounds", low=1, high="...", found=given.rounds)
    from facegame_lib import bench
    from facegame_lib.bench.table import as_json, as_table

    with bar:
        found = bench.run(
            rounds=given.rounds,
            prepare=given.prepare,
            browser=given.browser,
            peers=given.peers,
            progress=bar,
        )
    print(as_json(found) if given.json else as_table(found, language))
    return 0
