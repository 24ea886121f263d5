"""The switch between the player's face and the whole picture."""

from __future__ import annotations

from typing import Any

import pytest
from player import NOBODY, Player, picture
from told import Eyes, said, without_notice

from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.recognizer import Recognizer
from facegame_lib.recognizers import recognizers
from facegame_lib.testing import FakeEmbedder


class Two:
    """Two recognisers to look with, and their embedders."""

    def __init__(self) -> None:
        self.face, self.frame = Eyes(), FakeEmbedder()

    def player(self, names: str = "abc") -> Player:
        """A player who can switch between them."""
        return Player(names, recognizer={"face": Recognizer(self.face), "frame": Recognizer(self.frame)})


def ticked(player: Player) -> list[Any]:
    """Tick until nothing is left to do; each state of the recogniser that was shown."""
    shown = [player.now.brain]
    while player.game.busy:
        shown.append(player.game.tick(player.at).brain)
    return shown


def test_the_face_is_looked_at_first() -> None:
    """A game begins with the face, and says so; whoever shows it can offer the switch."""
    assert Two().player().now.looks_at == "face"


def test_switching_looks_at_all_pictures_anew_and_shows_how_far_it_is() -> None:
    """The model is gone, the pictures are embedded a few a tick, and training is as quick as ever then."""
    two = Two()
    player = two.player().teach()
    shown = player.do("look_at", what="frame")
    assert (shown.looks_at, shown.wants, said(shown)) == ("frame", "nothing", "")
    assert (shown.brain.state, shown.brain.step, shown.brain.progress) == ("preparing", "progress.embed", 0.0)
    assert said(player.do("start")) == "error.not_fitted"
    states = ticked(player)
    progress = [brain.progress for brain in states]
    assert progress == sorted(progress)
    assert len(set(progress)) > 8
    assert [brain.state for brain in states] == ["preparing"] * (len(states) - 1) + ["untrained"]
    assert two.frame.embedded == len(player.store) == 24
    player.do("train")
    ticked(player)
    assert (player.now.brain.state, two.frame.embedded) == ("trained", 24)


def test_a_net_that_is_ready_at_once_hides_no_progress() -> None:
    """That there was nothing to prepare is told after the switch, and the pictures are waited for still."""
    player = Two().player().teach()
    player.do("look_at", what="frame")
    player.game.tick(player.at)
    before = player.game.training.view
    player.game.training.preparing(1.0, "")
    assert player.game.training.view == before
    assert before.state == "preparing"


def test_what_counts_for_nothing_depends_on_the_switch() -> None:
    """An empty picture is no face, and a picture like any other where the whole of it is looked at."""
    player = Two().player().teach()
    assert player.game.frame(NOBODY, player.at).guess.sight == "nothing"
    player.do("look_at", what="frame")
    assert player.now.guess.bars == ()  # what the other one saw is no more
    player.do("train")
    ticked(player)
    assert player.game.frame(NOBODY, player.at + 1).guess.sight == "face"


def test_switching_back_looks_at_nothing_twice() -> None:
    """What was embedded is remembered on both sides; only training is asked for again."""
    two = Two()
    player = two.player().teach()
    for what in ("frame", "face", "frame"):
        player.do("look_at", what=what)
        ticked(player)
        assert player.now.brain.state == "untrained"
    assert (two.face.embedded, two.frame.embedded) == (24, 24)


def test_the_same_again_changes_nothing() -> None:
    """Who looks at the face and asks for it keeps the model."""
    player = Two().player().teach()
    before = player.now
    assert player.do("look_at", what="face") == before


@pytest.mark.parametrize("when", ["at once", "while it looks"])
def test_pictures_that_go_meanwhile_are_not_waited_for(when: str) -> None:
    """With nothing left to look at the switch is done, whenever the pictures were removed."""
    player = Two().player("ab").teach()
    player.do("look_at", what="frame")
    if when == "while it looks":
        player.game.tick(player.at)
    player.do("clear", face="a")
    player.do("clear", face="b")
    assert (player.now.brain.state, player.game.busy) == ("untrained", False)


def test_pictures_after_training_show_no_switch() -> None:
    """Training may be asked for before the switch is through; later pictures are looked at in silence."""
    player = Two().player().teach()
    player.do("look_at", what="frame")
    player.game.tick(player.at)
    player.do("train")
    assert {brain.state for brain in ticked(player)} == {"training", "trained"}
    player.game.upload("a", [picture(0, 500), picture(0, 501), picture(0, 502)], player.at)
    assert {brain.state for brain in ticked(player)} == {"stale"}


def test_a_finished_match_is_left_by_the_switch() -> None:
    """From the result it leads to the faces, which have to be learnt again."""
    player = Two().player().teach()
    player.play()
    player.do("quit")
    shown = player.do("look_at", what="frame")
    assert (shown.stage, shown.result) == ("teach", None)


def test_it_is_not_switched_during_a_match() -> None:
    """A match is played with what it began with."""
    player = Two().player().teach()
    player.play()
    before = player.now
    assert said(player.do("look_at", what="frame")) == "error.in_match"
    assert without_notice(player.now) == without_notice(before)


def test_one_recogniser_alone_has_no_switch() -> None:
    """Nobody knows what a recogniser of one's own looks at: nothing is offered, and asking is refused."""
    player = Player().teach()
    assert player.now.looks_at == ""
    assert said(player.do("look_at", what="frame")) == "error.not_one_of"


def test_the_coach_looks_for_no_face_in_a_whole_picture() -> None:
    """What the coach said of faces goes, and a burst of a hat is not told to look at the camera."""

    class Finder:
        ready = True

        def find(self, frame: object, *, follow: bool = False) -> None:
            """Nobody."""

    two = Two()
    two.face.finder = Finder()  # type: ignore[attr-defined]
    player = two.player().teach()
    assert [face.advice for face in player.now.faces] == ["coach.no_face"] * 3
    assert [face.advice for face in player.do("look_at", what="frame").faces] == [""] * 3
    assert [face.advice for face in player.teach().now.faces] == [""] * 3


def test_both_of_the_games_own_see_through_one_net() -> None:
    """The whole picture is `Recognizer("MobileNetV2")`, and its net is that of the face: loaded once."""
    made = recognizers()
    assert list(made) == ["face", "frame"]
    face, frame, plain = made["face"], made["frame"], Recognizer("MobileNetV2")
    assert isinstance(face, Recognizer)
    assert isinstance(frame, Recognizer)
    assert isinstance(face.embedder, FaceEmbedder)
    assert isinstance(frame.embedder, MobileNetEmbedder)
    assert frame.embedder is face.embedder.net
    assert frame.embedder.name == plain.embedder.name
    assert (frame.metric, frame.known) == (plain.metric, plain.known) == (None, None)
    assert (type(frame.classifier), type(frame.closeness)) == (type(plain.classifier), type(plain.closeness))
