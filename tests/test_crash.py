"""Killed at any moment of recording, removing, renaming, training: what was acknowledged is there, whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from folders import files, kept, shape

import facegame_lib
from facegame_lib.atomic import LEFTOVER
from facegame_lib.folder import Folder
from facegame_lib.samples import SampleStore

TESTS = Path(__file__).parent
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here: each life is one")


def crashed(folder: Path, kills: int, mutant: str = "") -> dict[str, Any]:
    """What `crash.py` says of that many kills. In a process of its own: forks and threads do not mix."""
    command = [sys.executable, str(TESTS / "crash.py"), str(folder), "--kills", str(kills), "--seed", "1"]
    path = os.pathsep.join([str(Path(facegame_lib.__file__).parents[1]), str(TESTS)])
    environment = {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
    command += ["--mutant", mutant] if mutant else []
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@forks
def test_what_was_acknowledged_outlives_200_kills(tmp_path: Path) -> None:
    """Each picture that was shown as kept is there, whole and under its face; what was removed stays away, a
    name is the old or the new one, and nothing is left lying about."""
    found = crashed(tmp_path, kills=200)
    assert found["wrong"] == []
    assert found["acknowledged"] > 1000
    assert {"picture", "remove_face", "rename_face", "train", "forget"} <= found["during"].keys()
    assert {"half a file", "atomic.py"} <= found["where"].keys()


@forks
@pytest.mark.parametrize("mutant", ["in_place", "later"])
def test_a_library_that_writes_otherwise_is_found_out(tmp_path: Path, mutant: str) -> None:
    """Written in place, or acknowledged before it is written: the same kills find both."""
    assert crashed(tmp_path, kills=15, mutant=mutant)["wrong"] != []


def test_the_next_session_clears_away_what_a_kill_left(tmp_path: Path) -> None:
    """Parts of files, wherever a write was killed, are removed by who opens the folder; a young one may be
    another's who is writing, and stays."""
    before = shape(kept(tmp_path))
    sound = files(tmp_path)
    part = f"{'0' * 32}.part"
    old = [tmp_path / f".categories.json.{part}", tmp_path / "smile" / "take-1" / f".0009.jpg.{part}"]
    young = tmp_path / "smile" / f".0001.jpg.{part}"
    for path in (*old, young):
        path.write_bytes(b"half a pic")
    for path in old:
        os.utime(path, (0, time.time() - LEFTOVER - 1))
    store = SampleStore.open(tmp_path)
    assert (shape(store), store.problems) == (before, [])
    assert files(tmp_path).keys() - sound.keys() == {young.relative_to(tmp_path).as_posix()}


def test_a_removal_that_was_cut_short_brings_no_empty_face_back(tmp_path: Path) -> None:
    """A take's folder that a kill left empty does not keep its face's folder, which would be a face again."""
    kept(tmp_path)
    (tmp_path / "smile" / "take-7").mkdir()
    SampleStore.open(tmp_path).remove_category("smile")
    assert [category.id for category in SampleStore.open(tmp_path).categories] == ["zapallo"]


@pytest.mark.parametrize("step", ["remove", "remove_category", "write_manifest"])
def test_a_face_whose_removal_was_cut_short_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whichever step the kill prevents, the next session has the face under its own name, or not at all."""

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    store = kept(tmp_path)
    monkeypatch.setattr(Folder, step, killed)
    with pytest.raises(KeyboardInterrupt):
        store.remove_category("zapallo")
    monkeypatch.undo()
    assert [category.name for category in SampleStore.open(tmp_path).categories] == ["Zapallo 🎃", "smile"]
