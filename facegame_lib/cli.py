"""The `facegame` command: play, app, doctor, prepare, serve, demo, evaluate.

What a command needs is imported inside it, so that each starts as fast as it can.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TextIO

from facegame_lib import texts
from facegame_lib.errors import FaceGameError, NotEnough


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
    arguments = parser.parse_args(own)
    if extra and arguments.command not in ("play", "app"):
        parser.error(texts.text("cli.no_extra", language, command=arguments.command))
    try:
        return _COMMANDS[arguments.command](arguments, extra, language)
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

    def add(name: str, epilog: str | None = None) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=text(name), description=text(name), allow_abbrev=False, epilog=epilog
        )

    for name in ("play", "app"):
        command = add(name, epilog=text("extra"))
        command.add_argument("--port", type=int, help=text("port"))
        command.add_argument("--no-browser", action="store_true", help=text("no_browser"))

    command = add("doctor")
    command.add_argument("--json", action="store_true", help=text("json"))

    add("prepare")

    command = add("serve")
    command.add_argument("--port", type=int, default=8765, help=text("serve_port"))
    command.add_argument("--https", action="store_true", help=text("https"))
    command.add_argument("--token", help=text("token"))
    command.add_argument("--host", default="", help=text("host"))
    command.add_argument("--engine", choices=("local", "ray"), default="local", help=text("engine"))
    command.add_argument("--ray-address", default="", metavar="HOST:PORT", help=text("ray_address"))
    command.add_argument("--db", type=Path, metavar="PATH", help=text("db"))
    command.add_argument("--players", type=int, default=200, help=text("players"))

    command = add("demo")
    command.add_argument("--json", action="store_true", help=text("json"))
    command.add_argument("--seconds", type=float, default=30.0, help=text("seconds"))
    command.add_argument("--seed", type=int, default=0, help=text("seed"))
    command.add_argument("--out", type=Path, metavar="PNG", help=text("out"))
    command.add_argument("--train-video", type=Path, metavar="MJPEG", help=text("train_video"))
    command.add_argument("--match-video", type=Path, metavar="MJPEG", help=text("match_video"))

    command = add("load")
    command.add_argument("--url", required=True, help=text("load_url"))
    command.add_argument("--token", default="", help=text("token"))
    command.add_argument("--players", type=int, default=8, help=text("load_players"))
    command.add_argument("--fps", type=float, default=10.0, help=text("load_fps"))
    command.add_argument("--seconds", type=float, default=20.0, help=text("load_seconds"))
    command.add_argument("--json", action="store_true", help=text("json"))

    command = add("evaluate")
    command.add_argument("root", type=Path, metavar="ROOT", help=text("root"))
    command.add_argument("--faces", type=int, default=4, help=text("faces"))
    command.add_argument("--train-takes", type=int, default=1, metavar="TAKES", help=text("train_takes"))
    command.add_argument("--embedder", default="face", metavar="NAME", help=text("embedder"))
    command.add_argument("--classifier", default="knn", metavar="NAME", help=text("classifier"))
    command.add_argument("--sweeps", type=Path, metavar="DIR", help=text("sweeps"))
    command.add_argument("--fps", type=float, default=30.0, help=text("fps"))
    command.add_argument("--json", action="store_true", help=text("json"))
    return parser


class Bar:
    """A `Progress` for people: a bar that moves on a terminal, a line for each stage in a log."""

    WIDTH = 28

    def __init__(self, stream: TextIO, language: str) -> None:
        self.stream, self.language = stream, language
        self.moves = stream.isatty()
        self._key = ""
        self._length = 0

    def __call__(self, fraction: float, key: str) -> None:
        """Show that the part `fraction`, 0 to 1, is done, and what is going on."""
        stage = texts.text(key, self.language)
        if self.moves:
            done = round(min(1.0, max(0.0, fraction)) * self.WIDTH)
            line = f"[{'#' * done}{'.' * (self.WIDTH - done)}] {fraction:4.0%}  {stage}"
            # Spaces over what is left of a longer line: not every console knows the code for that.
            self.stream.write("\r" + line.ljust(self._length))
            self._length = len(line)
        elif key != self._key:
            self.stream.write(f"{stage}\n")
        self.stream.flush()
        self._key = key

    def close(self) -> None:
        """Leave the bar's line, so that what follows starts on one of its own."""
        if self.moves and self._key:
            self.stream.write("\n")
            self.stream.flush()


def _play(arguments: argparse.Namespace, extra: Sequence[str], language: str) -> int:
    from facegame_lib import launch

    return launch.play(arguments.port, browser=not arguments.no_browser, extra=extra)


def _app(arguments: argparse.Namespace, extra: Sequence[str], language: str) -> int:
    from facegame_lib import launch

    return launch.app(arguments.port, browser=not arguments.no_browser, extra=extra)


def _doctor(arguments: argparse.Namespace, extra: Sequence[str], language: str) -> int:
    from facegame_lib import doctor

    found = doctor.checks(language)
    print(doctor.as_json(found) if arguments.json else doctor.as_lines(found, language))
    return 1 if any(check.status == "fail" for check in found) else 0


def _prepare(arguments: argparse.Namespace, extra: Sequence[str], language: str) -> int:
    from facegame_lib.recognizer import Recognizer

    bar = Bar(sys.stderr, language)
    try:
        Recognizer().prepare(bar)
    finally:
        bar.close()
    return 0


def _serve(arguments: argparse.Namespace, extra: Sequence[str], language: str) -> int:
    from facegame_lib import launch
    from facegame_lib.reco.serve import Options, serve

    options = Options(
        port=launch.free_port(arguments.port),
        host=arguments.host,
        https=arguments.https,
        token=arguments.token,
        engine=arguments.engine,
        ray_address=arguments.ray_address,
        db=arguments.db,
        players=arguments.players,
    )
    bar = Bar(sys.stderr, language)

    def progress(fraction: float, key: str) -> None:
        bar(fraction, key)
        if fraction >= 1:
            bar.close()

    return serve(options, progress, language)


def _demo(arguments: argparse.Namespace, extra: Sequence[str], language: str) -> int:
    if (arguments.train_video is None) != (arguments.match_video is None):
        raise FaceGameError("one_video")
    from facegame_lib import demo

    # On stderr, so that what is printed can be read by a program.
    bar = Bar(sys.stderr, language)
    try:
        result = demo.run(
            seconds=arguments.seconds,
            seed=arguments.seed,
            out=arguments.out,
            train_video=arguments.train_video,
            match_video=arguments.match_video,
            progress=bar,
        )
    finally:
        bar.close()
    print(json.dumps(result.to_json(), ensure_ascii=False) if arguments.json else result.sentence(language))
    return 0


def _load(arguments: argparse.Namespace, extra: Sequence[str], language: str) -> int:
    from facegame_lib.reco import load

    bar = Bar(sys.stderr, language)
    try:
        report = load.run(
            arguments.url,
            token=arguments.token,
            players=arguments.players,
            fps=arguments.fps,
            seconds=arguments.seconds,
            progress=bar,
        )
    finally:
        bar.close()
    print(json.dumps(report.to_json(), ensure_ascii=False) if arguments.json else report.sentence(language))
    return 1 if report.errors or report.samples_lost else 0


def _evaluate(arguments: argparse.Namespace, extra: Sequence[str], language: str) -> int:
    from facegame_lib.research.evaluate import evaluate
    from facegame_lib.research.people import Run, read_people, read_sweeps
    from facegame_lib.research.pupil import make_recognizer
    from facegame_lib.research.sweeps import measure_sweeps
    from facegame_lib.research.table import as_table

    recognizer = make_recognizer(arguments.embedder, arguments.classifier)
    people = read_people(arguments.root, arguments.faces, arguments.train_takes, but=arguments.sweeps)
    runs, left_out = list[Run](), list(people.left_out)
    if arguments.sweeps:
        runs, missing = read_sweeps(arguments.sweeps, people, arguments.fps)
        left_out += missing
    for problem in left_out:
        print(problem.text(language), file=sys.stderr)
    if arguments.sweeps and not runs:
        raise NotEnough("evaluate_no_sweeps", path=arguments.sweeps)

    bar = Bar(sys.stderr, language)
    try:
        found = evaluate(people, recognizer, progress=bar)
        sweeps = measure_sweeps(runs, recognizer, bar) if runs else None
    finally:
        bar.close()
    print(json.dumps(found.to_json(sweeps)) if arguments.json else as_table(found, sweeps, language))
    return 0


_COMMANDS = {
    "play": _play,
    "app": _app,
    "doctor": _doctor,
    "prepare": _prepare,
    "serve": _serve,
    "load": _load,
    "demo": _demo,
    "evaluate": _evaluate,
}


def _version() -> str:
    try:
        return metadata.version("facegame")
    except metadata.PackageNotFoundError:  # run from a folder, not installed
        return "?"


if __name__ == "__main__":
    sys.exit(main())
