"""Teaching, as a player does it through the game: faces, uploads, undo, and what is kept and brought back."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lesson import PLAN, counts, new_game, picture, recorded, taught
from told import said, without_notice

from facegame_lib import frames
from facegame_lib.game import Game
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.teaching import FIRST_FACES, MAX_FACES
from facegame_lib.testing import FakeEmbedder
from facegame_lib.texts import text


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_there_are_three_faces_and_a_neutral_one_to_begin_with(language: str) -> None:
    """A new game has them with names in the player's language, no picture, and says what lacks."""
    snapshot = Game(recognizer=Recognizer(FakeEmbedder()), language=language).snapshot
    first = FIRST_FACES.get(language, FIRST_FACES["en"])
    assert tuple(face.name for face in snapshot.faces) == (*first, text("faces.neutral", language))
    assert [face.role for face in snapshot.faces] == ["face"] * 3 + ["neutral"]
    assert (snapshot.stage, snapshot.wants, snapshot.can_undo, snapshot.folder) == (
        "teach",
        "nothing",
        False,
        "",
    )
    assert snapshot.brain.state == "untrained"
    assert snapshot.brain.refusal is not None
    assert snapshot.brain.refusal.key == "error.empty_store"


def test_faces_are_two_to_eight() -> None:
    """An eighth face may be added and no ninth; a third removed and no second."""
    game = new_game("ab")
    for number in range(3, MAX_FACES + 1):
        assert said(game.do("add_face", 0.0, name=f"face {number} 🎃")) == ""
    before = game.snapshot
    assert len(before.faces) == MAX_FACES
    assert said(game.do("add_face", 0.0, name="ninth")) == "error.many_faces"
    assert without_notice(game.snapshot) == before
    for face in before.faces[2:]:
        assert said(game.do("remove_face", 0.0, face=face.id)) == ""
    assert said(game.do("remove_face", 0.0, face="a")) == "error.few_faces"
    assert [face.id for face in game.snapshot.faces] == ["a", "b"]


def test_undo_makes_no_ninth_face() -> None:
    """A removed face cannot come back while eight others are there; it waits for its place."""
    game = taught("abcdefgh")
    game.do("remove_face", 90.0, face="c")
    game.do("add_face", 91.0, name="new")
    before = game.snapshot
    assert said(game.do("undo", 92.0)) == "error.many_faces"
    assert without_notice(game.snapshot) == without_notice(before)
    game.do("remove_face", 93.0, face="new")
    game.do("undo", 94.0)
    assert said(game.do("undo", 95.0)) == "error.many_faces"


def test_a_rename_is_seen_at_once() -> None:
    """The card has the new name, the same id and the same pictures."""
    game = taught()
    before = game.snapshot.faces[0]
    game.do("rename_face", 50.0, face="a", name=" Ñandú  🦤 ")
    assert game.snapshot.faces[0] == replace(before, name="Ñandú 🦤")


def test_pictures_are_removed_cleared_and_brought_back() -> None:
    """A click removes one, clear all of a face, and undo brings each back in turn."""
    game = taught()
    before = game.snapshot
    one = before.faces[1].pictures[3]
    assert game.do("remove_pictures", 40.0, pictures=[one, one, "no such", 7, None, ["x"]]).can_undo
    assert counts(game) == [20, 19, 20]
    game.do("clear", 41.0, face="c")
    assert (counts(game), game.snapshot.faces[2].arrived) == ([20, 19, 0], None)
    game.do("undo", 42.0)
    game.do("undo", 43.0)
    assert [face.pictures for face in game.snapshot.faces] == [face.pictures for face in before.faces]
    assert not game.snapshot.can_undo
    assert said(game.do("undo", 44.0)) == ""


def test_an_upload_keeps_the_good_and_tells_of_the_bad() -> None:
    """Of files good and bad the good ones become a take, the card counts them, and the bad one is named."""
    game = taught()
    files = [picture(0, 70), b"GIF89a", picture(0, 71), b"x" * (frames.MAX_BYTES + 1), picture(0, 72)]
    snapshot = game.upload("a", files, at=50.0)
    assert (counts(game), snapshot.faces[0].takes, snapshot.faces[0].arrived) == ([23, 20, 20], 2, (3, 5))
    assert said(snapshot) == "error.too_heavy"
    assert said(game.upload("a", [picture(0, 80)], at=51.0)) == ""


def test_an_upload_of_nothing_does_nothing() -> None:
    """No files, or files for a face that is not there, change nothing."""
    game = taught()
    before = without_notice(game.snapshot)
    assert without_notice(game.upload("a", [], at=50.0)) == before
    assert said(game.upload("nobody", [picture()], at=50.0)) == "error.unknown_category"
    assert without_notice(game.snapshot) == before


FACES = [("x", "Zapallo 🎃"), ("y", "smile")]


PICTURES = [("x", 1, picture(0, 1)), ("y", 1, picture(1, 2)), ("x", 2, picture(0, 3))]


def test_a_page_brings_back_a_game_that_is_gone() -> None:
    """After a restart the page's faces and pictures are there again, in their takes, and it says so."""
    game = Game(recognizer=Recognizer(FakeEmbedder()))
    snapshot = game.bring_back(FACES, PICTURES[:2], at=1.0)
    assert said(snapshot) == "brought_back"
    game.bring_back(FACES, PICTURES[2:], at=1.1)  # the page sends its pictures in several messages
    assert [(face.name, len(face.pictures), face.takes) for face in game.snapshot.faces] == [
        ("Zapallo 🎃", 2, 2),
        ("smile", 1, 1),
    ]
    assert [sample.data for sample in game.store.samples()] == [data for _, _, data in PICTURES]
    assert not game.snapshot.can_undo  # the faces that a new game begins with are no loss


def test_what_is_brought_back_joins_a_game_that_goes_on() -> None:
    """A game that has pictures keeps its faces; a page's go to those of the same name, whatever their ids."""
    game = new_game("xb")
    game.do("rename_face", 0.0, face="b", name="smile")
    recorded(game, 0)
    snapshot = game.bring_back(FACES, PICTURES, at=9.0)
    assert [face.name for face in snapshot.faces] == ["x", "smile"]
    assert counts(game) == [20, 1]
    assert said(snapshot) == "error.unknown_category"


@pytest.mark.parametrize(
    "faces",
    [[("x", "same"), ("y", "SAME")], [("x", ""), ("y", "b")], [("x", "x" * 41), ("y", "b")],
     [(str(i), str(i)) for i in range(9)]],
)  # fmt: skip
def test_faces_that_do_not_do_are_not_brought_back(faces: list[tuple[str, str]]) -> None:
    """Faces with names that may not be, or too many, are refused as a whole."""
    game = new_game()
    before = game.snapshot
    assert said(game.bring_back(faces, [], at=1.0)).startswith("error.")
    assert without_notice(game.snapshot) == before


def test_a_bad_picture_among_those_brought_back_costs_that_one() -> None:
    """Damaged pictures and impossible takes are told and left out, and all the others come."""
    game = new_game()
    rows = [("x", 1, b"no picture"), PICTURES[0], ("y", 0, picture(1, 7)), PICTURES[1], PICTURES[2]]
    assert said(game.bring_back(FACES, rows, at=1.0)) == "error.out_of_range"
    assert counts(game) == [2, 1]


def test_nothing_brought_back_changes_nothing() -> None:
    """A page without faces leaves a new game as it is, and one that comes too late loses nothing."""
    game = new_game()
    before = without_notice(game.snapshot)
    assert without_notice(game.bring_back([], [], at=1.0)) == before
    recorded(game, 0, pictures=5)
    game.do("camera_lost", 8.0)
    game.do("clear", 9.0, face="a")
    game.bring_back(FACES, PICTURES, at=10.0)
    assert [face.name for face in game.snapshot.faces] == ["a", "b", "c"]
    game.do("undo", 11.0)
    assert counts(game) == [5, 0, 0]


def test_pictures_kept_on_this_computer_are_said_where(tmp_path: Path) -> None:
    """Saving says the folder, goes on writing there, and takes another where one is taken."""
    (tmp_path / "my-faces" / "someone").mkdir(parents=True)
    game = taught()
    snapshot = game.do("save", 40.0, folder=str(tmp_path / "my-faces"))
    assert (said(snapshot), snapshot.folder) == ("saved", str(tmp_path / "my-faces-2"))
    recorded(game, 0, at=50.0)
    assert len(SampleStore.open(tmp_path / "my-faces-2")) == 80


def test_a_folder_that_cannot_be_saved_in_is_told(tmp_path: Path) -> None:
    """The notice of it can be sent to a page as it is, and the game goes on in memory."""
    (tmp_path / "file").write_text("x")
    game = taught()
    before = without_notice(game.snapshot)
    assert said(game.do("save", 40.0, folder=str(tmp_path / "file" / "below"))) == "error.store_folder"
    assert without_notice(game.snapshot) == before


def test_a_folder_that_fills_up_is_told_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full during a burst the player reads so, and every picture is in the game."""
    game = Game(SampleStore.open(tmp_path, "ab"), Recognizer(FakeEmbedder()), plan=PLAN)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    burst = game.do("record", 0.0, face="a").burst
    assert burst is not None
    assert said(game.picture(burst.id, 0.0, picture(0, 0), 3.0)) == "store.problem.memory_only"
    assert game.snapshot.folder == ""
    assert said(game.picture(burst.id, 0.15, picture(0, 1), 3.2)) == "store.problem.memory_only"
    assert counts(game) == [2, 0]


def test_what_was_damaged_in_a_folder_is_told_when_a_game_begins(tmp_path: Path) -> None:
    """One damaged file is named, several are counted, and the game begins with the sound ones."""
    store = SampleStore.open(tmp_path, "ab")
    store.add("a", picture())
    take = tmp_path / "a" / "take-1"
    for name, key in (("x.jpg", "store.problem.not_a_picture"), ("y.jpg", "store.problem.several")):
        (take / name).write_bytes(b"damaged")
        game = Game(SampleStore.open(tmp_path), Recognizer(FakeEmbedder()))
        assert said(game.snapshot) == key
        assert counts(game) == [1, 0]
