"""A widget that is done with is gone, from the kernel and so from the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ipywidgets.widgets.widget import _instances

from facegame_lib import FaceSeen, Match, Recognizer, Started, memory
from facegame_lib.best import BestScores
from facegame_lib.testing import FakeEmbedder
from facegame_lib.widgets import FaceGame


@pytest.fixture
def others() -> set[str]:
    """The widgets that were there before."""
    return set(_instances)


@pytest.fixture
def game(others: set[str]) -> Iterator[FaceGame]:
    """A game as a cell makes it."""
    made = new_game()
    yield made
    made.close()


def new_game() -> FaceGame:
    """A game of this test's own, without a net and without this user's best scores."""
    return FaceGame(recognizer=Recognizer(FakeEmbedder()), best=BestScores())


def test_a_closed_game_leaves_no_widget(others: set[str], game: FaceGame) -> None:
    """A cell that is run again and again piles up nothing: with a game go its panels, camera and layouts."""
    alone = len(_instances)
    another = new_game()  # which closes the last one
    assert len(_instances) == alone > len(others) + len(game.children)
    another.close()
    assert set(_instances) == others


def test_a_camera_that_is_switched_off_leaves_no_widget(game: FaceGame) -> None:
    """Off and on again, as often as one likes: there is one stream, with one layout."""
    open_before = len(_instances)
    for _ in range(3):
        game._heard("camera", {"want": "off"}, [])
        assert len(_instances) == open_before - 2
        game._heard("camera", {"want": "on"}, [])
        assert len(_instances) == open_before


def test_a_match_gives_back_what_drawing_it_left(game: FaceGame, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture of a match is drawn once it is over, and then memory is given back, once; not before."""
    given: list[bool] = []
    match = Match(("smile", "zapallo"), seed=7).on(Started(at=0.0)).on(FaceSeen(None, closeness=0.5, at=1.0))
    monkeypatch.setattr(type(game.game), "match", match)
    monkeypatch.setattr(memory, "give_back", lambda: given.append(game.stage.picture.startswith(b"\x89PNG")))
    snapshot = game.game.do("undo", 0.0)
    game._set_stage(replace(snapshot, stage="match"))
    assert given == []
    game._set_stage(replace(snapshot, stage="result"))
    assert given == [True]
