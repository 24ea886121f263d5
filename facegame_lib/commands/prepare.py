"""`facegame prepare`: get the net ready, once."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from facegame_lib.bar import Bar


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """None."""


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Fetch, check and convert what is not in the cache."""
    from facegame_lib.recognizer import Recognizer

    with bar:
        Recognizer().prepare(bar)
    return 0
