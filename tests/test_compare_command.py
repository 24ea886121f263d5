"""`facegame compare`: the command, on cartoons, with embedders that need no net."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cast import FACES, cast
from lab import Other

from facegame_lib import cli
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import contestants, make_recognizer
from facegame_lib.testing import FakeEmbedder


@pytest.fixture(autouse=True)
def no_nets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two of the names stand for embedders without nets; nothing is kept in this computer's cache."""
    fakes = {"face": FakeEmbedder, "MobileNetV2": Other}

    def make(embedder: str = "face", classifier: str = "knn") -> Recognizer:
        make_recognizer(embedder, classifier)  # what is no name is still refused
        return Recognizer(fakes[embedder](), make_recognizer(embedder, classifier).classifier)

    monkeypatch.setattr(contestants, "make_recognizer", make)
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana and Bo made five and four faces in three takes; Cy only two in two."""
    folder = tmp_path_factory.mktemp("root")
    cast(folder, "ana", 1, dict.fromkeys(FACES, 3))
    cast(folder, "bo", 2, dict.fromkeys(FACES[:4], 3))
    cast(folder, "cy", 3, {"smile": 2, "wink": 1})
    return folder


def test_the_table_is_printed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each embedder with each classifier has its line on stdout; the bar, and who is left out and why, stand
    on stderr."""
    words = ["compare", str(root), "--classifiers", "knn, knn-uniform"]
    assert cli.main(words) == 0
    out, err = capsys.readouterr()
    assert [line.split()[:2] for line in out.splitlines()[1:5]] == [
        ["face", "knn"],
        ["face", "knn-uniform"],
        ["MobileNetV2", "knn"],
        ["MobileNetV2", "knn-uniform"],
    ]
    assert out.splitlines()[0].split()[:3] == ["embedder", "classifier", "right"]
    assert "Teaching and trying\n" in err
    assert "cy/wink is left out: it has 1 takes" in err
    assert "left out" not in out


def test_it_speaks_spanish(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Table, bar and what is left out are in the user's language."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "es")
    assert cli.main(["compare", str(root), "--embedders", "face", "--repeats", "1"]) == 0
    out, err = capsys.readouterr()
    assert "aciertos" in out.splitlines()[0]
    assert "cy/wink queda fuera" in err


def test_every_option_reaches_the_comparison(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has what was asked for: embedders, faces, takes taught, and splits of each player at most."""
    words = ["--embedders", "face", "--faces", "3", "--train-takes", "2", "--repeats", "2", "--jobs", "2"]
    assert cli.main(["compare", str(root), *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["faces"], found["train_takes"]) == (3, 2)
    (combination,) = found["combinations"]
    assert (combination["embedder"], combination["classifier"]) == ("face", "knn")
    assert {player: len(marks) for player, marks in combination["splits"].items()} == {"ana": 2, "bo": 2}


def test_a_plot_is_written(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--plot` leaves a PNG there and says so, beside JSON that a program can still read."""
    picture = tmp_path / "new" / "plot.png"
    assert cli.main(["compare", str(root), "--repeats", "1", "--json", "--plot", str(picture)]) == 0
    out, err = capsys.readouterr()
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert len(json.loads(out)["combinations"]) == 2
    assert str(picture) in err


def test_a_plot_that_cannot_be_written_costs_no_table(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the file cannot be, a sentence says so and the table is there all the same."""
    (tmp_path / "file").touch()
    assert cli.main(["compare", str(root), "--repeats", "1", "--plot", str(tmp_path / "file" / "p.png")]) == 1
    out, err = capsys.readouterr()
    assert "MobileNetV2" in out
    assert "could not be written" in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "nowhere could not be read"),
        ([".", "--embedders", "face,Nessie"], "--embedder has to be one of face, "),
        ([".", "--embedders", " , "], "nothing in embedders to compare"),
        ([".", "--classifiers", "oracle"], "--classifier has to be one of knn, knn-uniform"),
        ([".", "--faces", "1"], "faces has to be between 2"),
        ([".", "--train-takes", "3"], "2 faces with 4 takes"),
        ([".", "--repeats", "0"], "repeats has to be between 1"),
        ([".", "--jobs", "0"], "--jobs has to be between 1"),
    ],
)
def test_what_cannot_be_compared_is_said(
    words: list[str],
    sentence: str,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong folder or value ends in a sentence, and prints no table."""
    monkeypatch.chdir(root)
    assert cli.main(["compare", *words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err.splitlines()[-1]
