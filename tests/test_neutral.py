"""The neutral face: offered, learnt if it is there, never asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from player import Player, picture
from told import said

from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.folder import MANIFEST
from facegame_lib.game import Game
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import Category, SampleStore
from facegame_lib.snapshot import Snapshot
from facegame_lib.teaching import MAX_FACES
from facegame_lib.testing import FakeEmbedder


def store_of(names: str = "ab", neutral: int = 8) -> SampleStore:
    """A store of these faces with 8 pictures each, and of a neutral one with so many."""
    store = SampleStore(names)
    store.add_category("neutral", "neutral")
    for number, category in enumerate(store.categories):
        for seed in range(8 if category.role == "face" else neutral):
            store.add(category.id, picture(number, 100 * number + seed))
    return store


def game_of(store: SampleStore) -> Game:
    """A game with that store."""
    return Game(store, Recognizer(FakeEmbedder()), seed=1)


def roles(snapshot: Snapshot) -> dict[str, str]:
    """The name and the role of each face that is shown, in order."""
    return {face.name: face.role for face in snapshot.faces}


def test_a_match_never_asks_for_it() -> None:
    """It is learnt, the try-out shows it, and no match has it among its labels or in its result."""
    store = SampleStore("abc")
    store.add_category("at rest", "neutral")
    player = Player(store=store).teach()
    assert player.live(0.2, "at-rest").guess.likeliest == "at-rest"
    assert [label for label, _, _ in player.now.guess.bars] == ["a", "at-rest", "b", "c"]
    player.play()
    asked = set()
    for _ in range(30):
        asked.add(player.target)
        player.do("skip")
    assert asked == {"a", "b", "c"}
    result = player.do("quit").result
    assert result is not None
    assert [label for label, _, _ in result.per_face] == ["a", "b", "c"]


def test_the_bar_is_down_at_rest() -> None:
    """At the neutral face every other is at closeness 0, which is what it is recorded for."""
    with_it = Recognizer(FakeEmbedder()).fit(store_of("ab", neutral=8))
    without = Recognizer(FakeEmbedder()).fit(store_of("ab", neutral=0))
    rest = picture(2, 999)
    assert max(with_it.predict(rest).closeness(face) for face in "ab") == 0
    assert max(without.predict(rest).closeness(face) for face in "ab") > 0.2
    assert with_it.labels_ == ("a", "b", "neutral")
    assert without.labels_ == ("a", "b")


def test_it_is_never_required() -> None:
    """Training passes over an empty neutral card, and a match can begin."""
    player = Player(store=store_of("ab", neutral=0))
    player.do("train")
    while player.game.busy:
        player.game.tick(player.at)
    assert (player.now.brain.state, player.play().stage) == ("trained", "match")


def test_too_little_of_it_is_said() -> None:
    """Pictures that are there are used or refused like any face's, never left out in silence."""
    with pytest.raises(NotEnough, match=r"neutral.*3 pictures"):
        Recognizer(FakeEmbedder()).fit(store_of("ab", neutral=3))


def test_it_is_no_face_to_play_with() -> None:
    """One face and a neutral one are too few, and it takes no place of the eight that there may be."""
    with pytest.raises(NotEnough) as caught:
        Recognizer(FakeEmbedder()).fit(store_of("a"))
    assert caught.value.key == "one_category"
    game = game_of(store_of("ab"))
    assert said(game.do("remove_face", 1.0, face="a")) == "error.few_faces"
    for number in range(3, MAX_FACES + 1):
        assert said(game.do("add_face", 1.0, name=f"face {number}")) == ""
    assert said(game.do("add_face", 1.0, name="ninth")) == "error.many_faces"
    assert len(game.snapshot.faces) == MAX_FACES + 1
    assert roles(game.snapshot)["neutral"] == list(roles(game.snapshot).values())[-1] == "neutral"


def test_it_goes_and_comes_back() -> None:
    """It may be removed whatever the others are, and undo brings it back with its pictures and role."""
    game = game_of(store_of("ab"))
    assert roles(game.do("remove_face", 1.0, face="neutral")) == {"a": "face", "b": "face"}
    shown = game.do("undo", 2.0)
    assert (roles(shown)["neutral"], len(shown.faces[2].pictures)) == ("neutral", 8)


def test_it_is_offered_where_there_is_none() -> None:
    """A command makes its card, under a name that is free; a second one is refused with a sentence."""
    game = game_of(SampleStore(["a", "Neutral"]))
    assert roles(game.snapshot) == {"a": "face", "Neutral": "face"}
    assert roles(game.do("add_neutral", 1.0, name="neutral"))["neutral 2"] == "neutral"
    assert said(game.do("add_neutral", 1.0, name="other")) == "error.one_neutral"
    assert said(game.do("add_neutral", 1.0)) == "error.unknown_command"


def test_undo_makes_no_second_one() -> None:
    """A removed one waits until its successor is gone; a store used alone brings it back as a face."""
    game = game_of(store_of("ab"))
    game.do("remove_face", 1.0, face="neutral")
    game.do("add_neutral", 2.0, name="new")
    assert said(game.do("undo", 3.0)) == "error.one_neutral"
    store = game.store
    store.undo()
    assert store.category("neutral") == Category("neutral", "neutral", "face")
    assert store.neutral is not None
    assert store.neutral.name == "new"


def test_a_rename_keeps_it() -> None:
    """Whatever it is called, it is the neutral one, and a model goes on with it."""
    player = Player(store=store_of("ab")).teach()
    shown = player.do("rename_face", face="neutral", name="cara de nada")
    assert roles(shown)["cara de nada"] == "neutral"
    assert shown.brain.state == "trained"


def test_a_folder_keeps_it(tmp_path: Path) -> None:
    """Saved, opened, renamed and opened again it is the neutral face still."""
    store_of("ab").save(tmp_path)
    store = SampleStore.open(tmp_path)
    assert store.neutral == Category("neutral", "neutral", "neutral")
    store.rename("neutral", "rest")
    again = SampleStore.open(tmp_path)
    assert again.neutral == Category("neutral", "rest", "neutral")
    assert [face.id for face in again.faces] == ["a", "b"]
    assert len(again.samples("neutral")) == 8


def test_a_folder_without_one_is_what_it_always_was(tmp_path: Path) -> None:
    """Plain faces are written as format 1, for an older facegame; the format grows with the neutral face."""
    store = SampleStore.open(tmp_path, ["neutral", "b"])
    rows = [{"id": "neutral", "name": "neutral"}, {"id": "b", "name": "b"}]
    assert json.loads((tmp_path / MANIFEST).read_text()) == {"format": 1, "categories": rows}
    assert SampleStore.open(tmp_path).neutral is None
    store.add_category("rest", "neutral")
    rows.append({"id": "rest", "name": "rest", "role": "neutral"})
    assert json.loads((tmp_path / MANIFEST).read_text()) == {"format": 2, "categories": rows}


def test_a_second_one_in_a_folder_is_a_plain_face(tmp_path: Path) -> None:
    """A manifest that was edited by hand may have two: the first counts."""
    rows = [{"id": id, "name": id, "role": "neutral"} for id in "ab"]
    (tmp_path / MANIFEST).write_text(json.dumps({"format": 2, "categories": rows}))
    assert [category.role for category in SampleStore.open(tmp_path).categories] == ["neutral", "face"]


def test_a_store_has_one_at_most() -> None:
    """A second one is refused by the library too."""
    with pytest.raises(BadSetting) as caught:
        store_of("ab").add_category("other", "neutral")
    assert caught.value.key == "one_neutral"


FACES = [("x", "smile"), ("y", "zapallo"), ("z", "at rest")]
PICTURES = [(id, 1, picture(number, 60 + number)) for number, (id, _) in enumerate(FACES)]


def test_a_page_brings_it_back_to_a_new_game() -> None:
    """After a restart it is the neutral face again, though it came in several messages."""
    game = Game(recognizer=Recognizer(FakeEmbedder()))
    game.bring_back(FACES, PICTURES[:1], 1.0, neutral="z")
    shown = game.bring_back(FACES, PICTURES[1:], 1.1, neutral="z")
    assert roles(shown) == {"smile": "face", "zapallo": "face", "at rest": "neutral"}
    assert [len(face.pictures) for face in shown.faces] == [1, 1, 1]


def test_a_page_brings_it_back_to_the_one_there_is() -> None:
    """A game with faces of its own takes the pictures for its neutral face, whatever that is called."""
    store = store_of("ab")
    store.rename("a", "smile")
    store.rename("b", "zapallo")
    shown = game_of(store).bring_back(FACES, PICTURES, 1.0, neutral="z")
    assert roles(shown) == {"smile": "face", "zapallo": "face", "neutral": "neutral"}
    assert [len(face.pictures) for face in shown.faces] == [9, 9, 9]


def test_a_page_without_roles_brings_back_plain_faces() -> None:
    """A page that knows of no neutral face brings back what it has as it always did."""
    game = Game(recognizer=Recognizer(FakeEmbedder()))
    assert set(roles(game.bring_back(FACES, PICTURES, 1.0)).values()) == {"face"}


def test_a_page_that_says_two_are_at_rest_changes_nothing() -> None:
    """Two neutral faces are refused as a whole: the game's own faces are still there."""
    game = Game(recognizer=Recognizer(FakeEmbedder()))
    before = roles(game.snapshot)
    shown = game.bring_back([*FACES, ("z", "at rest too")], PICTURES, 1.0, neutral="z")
    assert shown.notice is not None
    assert shown.notice.key == "error.one_neutral"
    assert roles(shown) == before
