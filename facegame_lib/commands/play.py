"""`facegame play`: the game in JupyterLab."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from facegame_lib.bar import Bar


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """A port, and whether a browser opens; what follows `--` is JupyterLab's."""
    parser.epilog = text("extra")
    parser.add_argument("--port", type=int, help=text("port"))
    parser.add_argument("--no-browser", action="store_true", help=text("no_browser"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Play until the server is stopped."""
    from facegame_lib import launch

    return launch.play(given.port, browser=not given.no_browser, extra=given.extra)
