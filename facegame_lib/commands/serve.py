"""`facegame serve`: the game for phones and other computers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from facegame_lib.bar import Bar


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """Where it listens, who may come, what recognises."""
    parser.add_argument("--port", type=int, default=8765, help=text("serve_port"))
    parser.add_argument("--https", action="store_true", help=text("https"))
    parser.add_argument("--token", help=text("token"))
    parser.add_argument("--host", default="", help=text("host"))
    parser.add_argument("--engine", choices=("local", "ray"), default="local", help=text("engine"))
    parser.add_argument("--ray-address", default="", metavar="HOST:PORT", help=text("ray_address"))
    parser.add_argument("--db", type=Path, metavar="PATH", help=text("db"))
    parser.add_argument("--players", type=int, default=200, help=text("players"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Serve until it is stopped."""
    from facegame_lib import launch
    from facegame_lib.reco.serve import Options, serve

    options = Options(
        port=launch.free_port(given.port),
        host=given.host,
        https=given.https,
        token=given.token,
        engine=given.engine,
        ray_address=given.ray_address,
        db=given.db,
        players=given.players,
    )

    def progress(fraction: float, key: str) -> None:
        bar(fraction, key)
        if fraction >= 1:
            bar.close()

    return serve(options, progress, language)
