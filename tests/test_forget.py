"""*Forget me*: every picture, what was learnt of it and the best score go, from wherever they were."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from folders import files, picture
from lab import Kept
from player import Player
from told import said

from facegame_lib.best import BestScores
from facegame_lib.errors import NotEnough
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder


def played(tmp_path: Path, **rules: Any) -> Player:
    """One who recorded three faces, removed some, kept the rest in a folder, trained, and set a record."""
    best = BestScores(tmp_path / "data" / "best.json")
    player = Player(best=best, seconds=5.0, **rules).teach()
    player.do("remove_pictures", pictures=list(player.now.faces[0].pictures[:2]))
    player.do("save", folder=str(tmp_path / "my-faces"))
    player.play()
    player.live(6.0)
    assert player.now.result is not None
    assert player.now.result.record
    return player


def test_nothing_is_left_of_a_player(tmp_path: Path) -> None:
    """Not in memory, not in the model, not on the disk; the game is as it was before the first picture."""
    player = played(tmp_path)
    shown = player.do("forget")
    assert said(shown) == "forget.done"
    assert files(tmp_path) == {}
    assert not (tmp_path / "my-faces").exists()
    assert (shown.stage, shown.result, shown.match, shown.folder, shown.can_undo) == (
        "teach", None, None, "", False)  # fmt: skip
    assert [(face.name, face.pictures) for face in shown.faces] == [
        ("smile", ()), ("surprise", ()), ("zapallo", ()), ("neutral", ())]  # fmt: skip
    assert (shown.brain.state, shown.brain.pictures, shown.guess.bars) == ("untrained", 0, ())
    assert (len(player.store), player.game.playing.best.get(3, 5.0)) == (0, 0)
    with pytest.raises(NotEnough):
        player.game.recognizer.report  # noqa: B018 (it raises)
    assert said(player.do("start")) == "error.not_fitted"
    assert said(player.do("undo")) == ""
    assert len(player.store) == 0


def test_who_was_forgotten_can_begin_again(tmp_path: Path) -> None:
    """The same game teaches, trains and plays the next player."""
    player = played(tmp_path)
    player.do("forget")
    player.ids = [category.id for category in player.store.faces]
    player.teach()
    player.play()
    assert player.live(6.0).stage == "result"
    assert not (tmp_path / "my-faces").exists()


def test_what_was_worked_out_of_kept_pictures_goes_with_them(tmp_path: Path) -> None:
    """The embeddings that lie in the kept folder are gone, and with them the folder."""
    store, recognizer = SampleStore(["red", "blue"]), Recognizer(Kept())
    for seed in range(12):
        store.add(("red", "blue")[seed % 2], picture(seed))
    store.save(tmp_path / "my-faces")
    recognizer.fit(store)
    assert len(list(tmp_path.rglob("*.rows"))) == 12
    assert store.forget() == []
    assert list(tmp_path.iterdir()) == []


def test_a_model_forgets_what_it_learnt() -> None:
    """No embedding and nothing fitted is left in any part, and each can be fitted again."""
    recognizer = Recognizer(FakeEmbedder())
    parts = recognizer.classifier, recognizer.closeness
    blank = [dict(vars(part)) for part in parts]
    store = SampleStore(["red", "blue"])
    for seed in range(12):
        store.add(("red", "blue")[seed % 2], picture(seed))
    recognizer.fit(store)
    recognizer.forget()
    assert [vars(part) for part in (recognizer.classifier, recognizer.closeness)] == blank
    assert recognizer.pending(store) == list(store.samples())
    assert not hasattr(recognizer, "labels_")
    assert recognizer.fit(store).labels_ == ("blue", "red")


def test_what_the_game_looks_at_otherwise_is_forgotten_too() -> None:
    """The recogniser that is not in use just now has seen the pictures as well."""
    both = {"face": Recognizer(FakeEmbedder()), "frame": Recognizer(FakeEmbedder())}
    player = Player(recognizer=both).teach()
    player.do("look_at", what="frame")
    pictures = player.store.samples()
    player.do("forget")
    for recognizer in both.values():
        assert len({sample.digest for sample in pictures} & recognizer._embeddings.keys()) == 0


def test_every_folder_that_was_written_is_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that took no more, and the one that was taken after it, and half a file in it."""
    store = SampleStore.open(tmp_path / "first", ["a", "b"])
    store.add("a", picture(1))
    gone = store.add("a", picture(2))
    (tmp_path / "first" / "a" / "take-1" / f".0003.jpg.{'0' * 32}.part").write_bytes(b"\xff\xd8\xff half")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as here:
        here.setattr(os, "fsync", full)
        store.add("b", picture(3))
    assert store.folder is None
    store.remove([gone.id])
    store.save(tmp_path / "second")
    assert store.forget() == []
    assert files(tmp_path) == {}


def test_what_is_not_the_games_stays_and_is_told(tmp_path: Path) -> None:
    """A file that the game neither wrote nor read is left where it is, and the player is told where."""
    player = played(tmp_path)
    (tmp_path / "my-faces" / "a" / "notes.txt").write_text("mine")
    shown = player.do("forget")
    assert said(shown) == "forget.done_but"
    assert shown.notice is not None
    assert shown.notice.details == {"folder": str(tmp_path / "my-faces")}
    assert files(tmp_path) == {"my-faces/a/notes.txt": b"mine"}


def test_a_folder_that_does_not_let_go_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only: the sentence says which folder and why, all else is forgotten, and it can be tried again."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    player = played(tmp_path)
    with monkeypatch.context() as here:
        here.setattr(Path, "unlink", refuse)
        shown = player.do("forget")
    assert said(shown) == "error.not_forgotten"
    assert (len(player.store), shown.brain.state, shown.folder) == (0, "untrained", "")
    assert said(player.do("forget")) == "forget.done"
    assert files(tmp_path) == {}


def test_nobody_is_forgotten_in_mid_match(tmp_path: Path) -> None:
    """A match is left first: its keys are near each other."""
    player = Player().teach()
    player.play()
    assert said(player.do("forget")) == "error.in_match"
    assert len(player.store) == 24
