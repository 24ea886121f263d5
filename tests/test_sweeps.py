"""Runs from a neutral face to another: how evenly the bar rises."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from cast import FACES, film

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.closeness import Smoother
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.people import read_people, read_sweeps
from facegame_lib.research.sweeps import follow, measure_sweeps
from facegame_lib.testing import FakeEmbedder


def test_a_run_is_followed_as_the_game_follows_it() -> None:
    """A step up is smoothed by the game's own smoother: its jump, its ends and its lag are those."""
    values = [0.0] * 10 + [1.0] * 30
    run = follow("a/b", values, fps=30.0)
    smoother = Smoother()
    smooth = [smoother.smooth((value,), at / 30)[0] for at, value in enumerate(values)]
    assert run.max_jump == pytest.approx(smooth[10])
    assert (run.start, run.end) == (0, pytest.approx(1, abs=0.01))
    assert run.graded == pytest.approx(sum(0.1 <= value <= 0.9 for value in smooth) / 40)
    keep = math.exp(-1 / 30 / smoother.seconds)
    assert run.lag_ms == pytest.approx(1000 / 30 * keep / (1 - keep))


def test_a_dead_run_has_no_lag() -> None:
    """A bar that stays where it is rises with nothing and has no lag to speak of."""
    run = follow("a/b", [0.4] * 10, fps=30.0)
    assert (run.rho, run.max_jump, run.lag_ms, run.graded) == (0, 0, None, 1)


def test_sweeps_rise(root: Path) -> None:
    """A cartoon that makes its face slowly fills its bar, from the first frames to the last."""
    people = read_people(root)
    runs, left_out = read_sweeps(root / "sweeps", people)
    assert left_out == []
    found = measure_sweeps(runs, Recognizer(FakeEmbedder()))
    assert [run.name for run in found.runs] == [f"ana/neutral-to-{face}" for face in FACES[1:]]
    means = found.to_json()
    assert means["end"] - means["start"] > 0.4
    assert means["rho"] > 0.6
    assert means["taught"] == 0


def test_sweeps_left_out_are_named(root: Path, tmp_path: Path) -> None:
    """Runs of players or faces that are not taught, short ones and damaged pictures are named."""
    for name, pictures in {"ana/neutral-to-fury": 8, "eve/neutral-to-smile": 8, "ana/smile": 8}.items():
        film(tmp_path / name, CartoonPlayer(1, (96, 72)), 0, pictures)
    film(tmp_path / "ana" / "neutral-to-smile", CartoonPlayer(1, (96, 72)), 0, 6)
    (tmp_path / "ana" / "neutral-to-smile" / "0003.jpg").write_bytes(b"no picture")
    (tmp_path / "ana" / "neutral-to-zapallo").mkdir()
    runs, left_out = read_sweeps(tmp_path, read_people(root))
    assert runs == []
    said = [str(problem) for problem in left_out]
    expected = [
        "ana/neutral-to-fury",
        "ana/neutral-to-smile/0003.jpg",
        "ana/neutral-to-smile is left out: it has 5",
        "ana/neutral-to-zapallo is left out: it has 0",
        "ana/smile",
        "eve/neutral-to-smile",
    ]
    assert len(said) == len(expected)
    assert [part for part, sentence in zip(expected, said, strict=True) if part not in sentence] == []


def test_training_pictures_in_a_run_are_counted(root: Path, tmp_path: Path) -> None:
    """A run whose frames were taught says so: it flatters."""
    folder = tmp_path / "ana" / "neutral-to-smile"
    folder.mkdir(parents=True)
    for number, face in enumerate(("neutral", "smile")):
        for file in (root / "ana" / face / f"take-{2 - number}").iterdir():
            (folder / f"{number}-{file.name}").write_bytes(file.read_bytes())
    runs, _ = read_sweeps(tmp_path, read_people(root))
    assert measure_sweeps(runs, Recognizer(FakeEmbedder())).to_json()["taught"] == 0.5
