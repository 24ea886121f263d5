"""The `facegame` command: arguments in, sentences and exit codes out."""

from __future__ import annotations

import io
import json
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from facegame_lib import cli, demo, doctor, launch
from facegame_lib.doctor import Check
from facegame_lib.errors import BackboneUnavailable, FaceGameError
from facegame_lib.recognizer import Recognizer


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests read English, whatever this computer speaks."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Recorder:
    """Stands in for a function: keeps what it was called with, and returns or raises what it was given."""

    def __init__(self, gives: Any = 0) -> None:
        self.gives = gives
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls.append((args, kwargs))
        if isinstance(self.gives, BaseException):
            raise self.gives
        return self.gives


def test_the_installed_command_is_this_one() -> None:
    """`facegame` on the command line runs `cli.main`."""
    (script,) = metadata.entry_points(group="console_scripts", name="facegame")
    assert script.load() is cli.main


@pytest.mark.parametrize("command", ["play", "app"])
def test_servers_get_port_browser_and_what_follows_two_dashes(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`facegame play --port 9000 --no-browser -- --x=1` hands all three on, and returns the exit code."""
    start = Recorder(gives=3)
    monkeypatch.setattr(launch, command, start)
    assert cli.main([command, "--port", "9000", "--no-browser", "--", "--x=1", "--", "--port"]) == 3
    assert start.calls == [((9000,), {"browser": False, "extra": ["--x=1", "--", "--port"]})]


def test_play_alone_opens_a_browser_on_the_usual_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments the port is left to the launcher and a browser opens."""
    start = Recorder()
    monkeypatch.setattr(launch, "play", start)
    assert cli.main(["play"]) == 0
    assert start.calls == [((None,), {"browser": True, "extra": []})]


@pytest.mark.parametrize(
    "words", [[], ["dance"], ["demo", "--", "--x"], ["play", "--port", "many"], ["demo", "--sec", "3"]]
)
def test_a_wrong_argument_exits_with_2_and_the_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that is not understood does nothing and shows how it is used."""
    with pytest.raises(SystemExit) as exit_:
        cli.main(words)
    assert exit_.value.code == 2
    assert "usage: facegame" in capsys.readouterr().err


def test_an_error_is_a_sentence_in_the_players_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What goes wrong is said in one sentence on stderr, with exit code 1 and no traceback."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "es")
    error = FaceGameError("no_free_port", first=8888, last=8937)
    monkeypatch.setattr(launch, "play", Recorder(gives=error))
    assert cli.main(["play"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"facegame: {error.text('es')}\n"


def test_what_pip_said_is_shown_under_the_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notes of an error, for whoever helps the player, come after its sentence."""
    error = BackboneUnavailable("backbone_not_converted", name="MobileNetV2")
    error.add_note("What the conversion said:\nno room left")
    monkeypatch.setattr(Recognizer, "prepare", Recorder(gives=error))
    assert cli.main(["prepare"]) == 1
    assert capsys.readouterr().err == f"facegame: {error}\nWhat the conversion said:\nno room left\n"


def test_ctrl_c_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A player who interrupts gets the shell's code for that, and no Python."""
    monkeypatch.setattr(Recognizer, "prepare", Recorder(gives=KeyboardInterrupt()))
    assert cli.main(["prepare"]) == 130


def test_an_unforeseen_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug keeps its traceback: only errors that were foreseen become sentences."""
    monkeypatch.setattr(Recognizer, "prepare", Recorder(gives=ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        cli.main(["prepare"])


def test_prepare_says_each_stage_once_in_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where stderr is no terminal, `prepare` prints a line for each stage and no bar."""

    def prepare(progress: cli.Bar) -> None:
        for fraction in (0.0, 0.5, 1.0):
            progress(fraction, "progress.backbone.convert")
        progress(1.0, "progress.backbone.ready")

    monkeypatch.setattr(Recognizer, "prepare", staticmethod(prepare))
    assert cli.main(["prepare"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "Making the net fast (only this once)",
        "The net is ready",
    ]


def test_bar_moves_on_a_terminal() -> None:
    """On a terminal one line is written over and over, and nothing of a longer one stays behind."""
    stream = Terminal()
    bar = cli.Bar(stream, "en")
    bar(0.0, "progress.backbone.convert")
    bar(0.5, "progress.backbone.convert")
    bar(1.0, "progress.fit")
    bar.close()
    _, empty, half, full = stream.getvalue().split("\r")
    assert [line.count("#") for line in (empty, half, full)] == [0, cli.Bar.WIDTH // 2, cli.Bar.WIDTH]
    assert "50%" in half
    assert "Learning" in full
    assert full.endswith("\n")
    assert len(full.rstrip("\n")) >= len(half)


@pytest.mark.parametrize("fraction", [-0.5, 1.5])
def test_bar_keeps_its_width(fraction: float) -> None:
    """A fraction outside 0 to 1 draws an empty or a full bar, never a longer one."""
    stream = Terminal()
    cli.Bar(stream, "en")(fraction, "progress.fit")
    inside = stream.getvalue().partition("[")[2].partition("]")[0]
    assert len(inside) == cli.Bar.WIDTH
    assert len(set(inside)) == 1


def test_demo_hands_its_arguments_on_and_prints_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`facegame demo --json` prints the result, and nothing but it, on stdout."""
    result = demo.DemoResult(4, ["zapallo", "ñandú"], 9, 0.5, 0.1, pictures=80, seconds_to_train=0.05)
    run = Recorder(gives=result)
    monkeypatch.setattr(demo, "run", run)
    words = ["--json", "--seconds", "5", "--seed", "3", "--out", "match.png"]
    assert cli.main(["demo", *words, "--train-video", "a.mjpeg", "--match-video", "b.mjpeg"]) == 0
    assert json.loads(capsys.readouterr().out) == result.to_json()
    (((), given),) = run.calls
    assert isinstance(given.pop("progress"), cli.Bar)
    assert given == {
        "seconds": 5.0,
        "seed": 3,
        "out": Path("match.png"),
        "train_video": Path("a.mjpeg"),
        "match_video": Path("b.mjpeg"),
    }


def test_demo_prints_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json, `facegame demo` says the result in the player's language."""
    result = demo.DemoResult(4, [], 9, 0.5, 0.1, pictures=80, seconds_to_train=0.05)
    monkeypatch.setattr(demo, "run", Recorder(gives=result))
    monkeypatch.setenv("FACEGAME_LANGUAGE", "es")
    assert cli.main(["demo"]) == 0
    assert capsys.readouterr().out == f"{result.sentence('es')}\n"


@pytest.mark.parametrize("option", ["--train-video", "--match-video"])
def test_demo_wants_both_videos_or_none(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One video alone is refused with a sentence before anything is done."""
    run = Recorder()
    monkeypatch.setattr(demo, "run", run)
    assert cli.main(["demo", option, "a.mjpeg"]) == 1
    assert run.calls == []
    assert "--train-video and --match-video" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "code"), [("ok", 0), ("warn", 0), ("fail", 1)])
@pytest.mark.parametrize("words", [["doctor"], ["doctor", "--json"]])
def test_doctor_exits_with_1_on_a_fail_only(
    status: doctor.Status,
    code: int,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A warning lets a script go on; a fail stops it."""
    found = [Check("Python", "ok", "3.12.1"), Check("numpy", status, "2.1", "Run: this")]
    monkeypatch.setattr(doctor, "checks", Recorder(gives=found))
    assert cli.main(words) == code
    assert "Run: this" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("command", [[], *([name] for name in cli.COMMANDS)], ids=" ".join)
def test_help_is_there_in_both_languages(
    language: str, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--help` of every command prints, in the player's language."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", language)
    with pytest.raises(SystemExit) as exit_:
        cli.main([*command, "--help"])
    assert exit_.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert " ".join(cli.texts.text(f"cli.help.{(command or ['facegame'])[0]}", language).split()) in shown
