"""`facegame doctor`: what could keep this computer from playing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from facegame_lib.bar import Bar


def arguments(parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """For people, or for a program."""
    parser.add_argument("--json", action="store_true", help=text("json"))


def run(given: Namespace, bar: Bar, language: str) -> int:
    """Print what was looked at; 1 if something fails."""
    from facegame_lib import doctor

    found = doctor.checks(language)
    print(doctor.as_json(found) if given.json else doctor.as_lines(found, language))
    return 1 if any(check.status == "fail" for check in found) else 0
