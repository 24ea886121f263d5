"""`facegame app`: the same notebook as a plain web page (Voila)."""

from __future__ import annotations

from argparse import Namespace

from facegame_lib.bar import Bar
from facegame_lib.commands.play import arguments

__all__ = ["arguments", "run"]


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Play until the server is stopped."""
    from facegame_lib import launch

    return launch.app(given.port, browser=not given.no_browser, extra=given.extra)
