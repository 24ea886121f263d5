"""The `facegame` command: its words in, sentences and an exit code out. `commands/` has a file for each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata

from facegame_lib import texts
from facegame_lib.bar import Bar
from facegame_lib.commands import COMMANDS
from facegame_lib.errors import FaceGameError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 well, 1 an error said in a sentence, 2 a wrong argument."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an old Windows console lacks some letters; show "?" for them
            stream.reconfigure(errors="replace")
    language = texts.preferred_language()
    words = list(sys.argv[1:] if argv is None else argv)
    own, extra = words, []
    if "--" in words:  # the rest is for JupyterLab or Voila
        cut = words.index("--")
        own, extra = words[:cut], words[cut + 1 :]
    parser = make_parser(language)
    given = parser.parse_args(own, argparse.Namespace(extra=extra))
    if extra and given.command not in ("play", "app"):
        parser.error(texts.text("cli.no_extra", language, command=given.command))
    try:
        # The bar is on stderr, so that what is printed can be read by a program.
        return COMMANDS[given.command].run(given, Bar(sys.stderr, language), language)
    except FaceGameError as error:
        print(f"facegame: {error.text(language)}", file=sys.stderr)
        for note in getattr(error, "__notes__", ()):  # what pip or TensorFlow said, for whoever helps
            print(note, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130  # what a shell calls a command that was interrupted


def make_parser(language: str) -> argparse.ArgumentParser:
    """The arguments of all commands, with their help in that language."""

    def text(key: str) -> str:
        return texts.text(f"cli.help.{key}", language).replace("%", "%%")

    parser = argparse.ArgumentParser(prog="facegame", description=text("facegame"), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"facegame {_version()}", help=text("version"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.arguments(
            commands.add_parser(name, help=text(name), description=text(name), allow_abbrev=False), text
        )
    return parser


def _version() -> str:
    try:
        return metadata.version("facegame")
    except metadata.PackageNotFoundError:  # run from a folder, not installed
        return "?"


if __name__ == "__main__":
    sys.exit(main())
