"""The red button: bursts as a player makes them, and what the coach says meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from lesson import PLAN, counts, new_game, picture, recorded, taught
from told import said, without_notice

from facegame_lib.burst import GRACE
from facegame_lib.game import Game
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder


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


def test_a_burst_in_a_hidden_tab_ends_with_what_came() -> None:
    """A browser lets a hidden page act once a second: the burst ends in its time, and says how many came."""
    game = new_game()
    burst = game.do("record", 0.0, face="a").burst
    assert burst is not None
    game.do("page", 3.0, visible=False)
    for second in range(40):
        game.picture(burst.id, float(second), picture(0, second), 3.0 + second)
        game.tick(3.5 + second)
    assert game.snapshot.burst is None
    assert game.snapshot.faces[0].arrived is not None
    assert 3 <= game.snapshot.faces[0].arrived[0] <= 3 + GRACE + 1
    assert counts(game) == [game.snapshot.faces[0].arrived[0], 0, 0]


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
