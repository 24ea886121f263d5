"""The best score: kept between sessions, and never worth an error."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from facegame_lib.best import BestScores


def test_there_is_none_to_begin_with(tmp_path: Path) -> None:
    """Before the first match the best is 0, and looking for it writes nothing."""
    best = BestScores(tmp_path / "deep" / "best.json")
    assert best.get(faces=4, seconds=30) == 0
    assert list(tmp_path.iterdir()) == []


def test_only_more_is_a_record() -> None:
    """The first point is a record, the same score again is none, and no points are none."""
    best = BestScores()
    assert not best.add(4, 30, 0)
    assert best.add(4, 30, 5)
    assert not best.add(4, 30, 5)
    assert not best.add(4, 30, 3)
    assert best.add(4, 30, 6)
    assert best.get(4, 30) == 6


def test_scores_of_other_rules_are_not_compared() -> None:
    """More faces or another time have a best of their own; 30 and 30.0 seconds are the same."""
    best = BestScores()
    best.add(4, 30, 9)
    assert (best.get(3, 30), best.get(4, 10), best.get(4, 30.0)) == (0, 0, 9)


def test_the_best_outlives_the_session(tmp_path: Path) -> None:
    """What was reached is there in the next session, and a folder that was not there is made."""
    path = tmp_path / "deep" / "best.json"
    BestScores(path).add(4, 30, 7)
    assert BestScores(path).get(4, 30) == 7
    assert not BestScores(path).add(4, 30, 7)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"4x30s": "many"}', '{"4x30s": null}', "[" * 99_999, "\xff"]
)
def test_a_damaged_file_is_a_new_beginning(tmp_path: Path, text: str) -> None:
    """A file that cannot be read as scores holds none, and is written anew with the next record."""
    path = tmp_path / "best.json"
    path.write_bytes(text.encode("latin-1"))
    best = BestScores(path)
    assert best.get(4, 30) == 0
    assert best.add(4, 30, 2)
    assert BestScores(path).get(4, 30) == 2


def test_a_full_disk_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that cannot be written is a record for this session."""

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    best = BestScores(tmp_path / "best.json")
    assert best.add(4, 30, 2)
    assert best.get(4, 30) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_users_scores_are_in_their_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is where this computer keeps a program's data for its user."""
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name: tmp_path / name)
    BestScores.of_this_user().add(4, 30, 3)
    assert BestScores(tmp_path / "facegame" / "best.json").get(4, 30) == 3
