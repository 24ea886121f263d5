"""What a front end may ask of a game, when, and what it is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from player import Player, picture
from told import said, without_notice

from facegame_lib.errors import BadSetting


def test_a_start_during_a_burst_ends_the_burst() -> None:
    """The camera's side is asked for frames again, and what was recorded is kept."""
    player = Player().teach()
    burst = player.do("record", face="a").burst
    assert burst is not None
    player.game.picture(burst.id, 0.0, picture(0, 77), player.at)
    shown = player.do("start")
    assert (shown.stage, shown.burst, shown.wants, said(shown)) == ("match", None, "frames", "")
    assert len(player.store.samples("a")) == 9
    assert player.live(4.0).match is not None
    assert player.phase == "playing"


IN_MATCH: dict[str, dict[str, Any]] = {
    "record": {"face": "a"},
    "add_face": {"name": "x"},
    "rename_face": {"face": "a", "name": "x"},
    "remove_face": {"face": "a"},
    "remove_pictures": {"pictures": []},
    "clear": {"face": "a"},
    "undo": {},
    "save": {"folder": "x"},
    "look_at": {"what": "face"},
    "train": {},
    "start": {},
    "back": {},
}


@pytest.mark.parametrize("command", IN_MATCH)
@pytest.mark.parametrize("phase", ["countdown", "playing", "paused"])
def test_teaching_waits_for_the_end_of_a_match(command: str, phase: str) -> None:
    """In a match every command of the teaching stage is refused with a sentence, and nothing changes."""
    player = Player().teach()
    player.do("start") if phase == "countdown" else player.play()
    if phase == "paused":
        player.do("pause")
    assert player.phase == phase
    before = player.now
    assert said(player.do(command, **IN_MATCH[command])) == "error.in_match"
    assert without_notice(player.now) == without_notice(before)


def test_pictures_from_elsewhere_wait_for_the_end_of_a_match() -> None:
    """Files, a reloaded page and a burst that nobody began bring nothing into a match, and that is said."""
    player = Player().teach()
    player.play()
    before, samples = player.now, player.store.samples()
    data = picture(0, 77)
    for shown in (
        player.game.upload("a", [data], player.at),
        player.game.bring_back([("a", "a")], [("a", 1, data)], player.at),
        player.game.picture(99, 0.0, data, player.at),
    ):
        assert said(shown) == "error.in_match"
        assert without_notice(shown) == without_notice(before)
        player.game.tell(BadSetting("no_name"))
    assert player.store.samples() == samples


def test_pictures_on_their_way_when_a_match_begins_are_dropped() -> None:
    """The camera's side cannot know yet that its burst was ended: nobody is scolded for that."""
    player = Player().teach()
    burst = player.do("record", face="a").burst
    assert burst is not None
    player.do("start")
    assert said(player.game.picture(burst.id, 0.0, picture(0, 77), player.at)) == ""
    assert len(player.store) == 24


NONSENSE: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("format_disk", {}),
    ("__init__", {}),
    ("record", {}),
    ("record", {"face": 1}),
    ("record", {"face": None}),
    ("record", {"face": "a", "more": "x"}),
    ("burst_sent", {"burst": "1"}),
    ("add_face", {"name": ["x"]}),
    ("rename_face", {"face": "a"}),
    ("remove_pictures", {"pictures": "a/take-1/0001.jpg"}),
    ("clear", {"face": {"id": "a"}}),
    ("train", {"now": True}),
    ("save", {"folder": 7}),
    ("look_at", {}),
    ("look_at", {"what": None}),
    ("page", {"visible": "yes"}),
    ("page", {"visible": 1}),
]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("record", {"face": "nobody"}, "unknown_category"),
    ("add_face", {"name": "A"}, "name_taken"),
    ("add_face", {"name": " "}, "no_name"),
    ("add_face", {"name": "x" * 41}, "long_name"),
    ("rename_face", {"face": "nobody", "name": "x"}, "unknown_category"),
    ("rename_face", {"face": "a", "name": "b"}, "name_taken"),
    ("remove_face", {"face": "nobody"}, "unknown_category"),
    ("clear", {"face": "nobody"}, "unknown_category"),
    ("look_at", {"what": "frame"}, "not_one_of"),  # the game was given one recogniser, and no other
]


@pytest.mark.parametrize(
    ("command", "details", "key"), [*((*nonsense, "unknown_command") for nonsense in NONSENSE), *WRONG]
)
@pytest.mark.parametrize("stage", ["teach", "burst", "result"])
def test_a_refused_command_says_why_and_changes_nothing(
    command: str, details: dict[str, Any], key: str, stage: str
) -> None:
    """Unknown commands, wrong kinds of details and what cannot be: a sentence, and all else is as it was."""
    player = Player().teach()
    if stage == "burst":
        player.do("record", face="b")
    elif stage == "result":
        player.play()
        player.do("quit")
    before, samples = player.now, player.store.samples()
    assert said(player.do(command, **details)) == f"error.{key}"
    assert without_notice(player.now) == without_notice(before)
    assert player.store.samples() == samples


@pytest.mark.parametrize("command", ["pause", "resume", "skip", "quit", "camera_lost", "camera_back", "back"])
def test_a_matchs_commands_do_nothing_without_one(command: str) -> None:
    """Before the first match there is nothing to pause, skip or leave, and nobody minds."""
    player = Player().teach()
    before = player.now
    assert player.do(command) == before


def test_a_start_before_training_is_refused() -> None:
    """Without a model there is no match, and the sentence says what to do."""
    player = Player()
    before = player.now
    assert said(player.do("start")) == "error.not_fitted"
    assert without_notice(player.now) == before


def test_a_notice_goes_with_the_next_command() -> None:
    """What a player is told stays until they do something else."""
    player = Player().teach()
    player.do("add_face", name="")
    assert said(player.live(1.0, "a")) == "error.no_name"
    assert said(player.do("add_face", name="d")) == ""


def test_an_error_from_elsewhere_is_shown() -> None:
    """Whoever drives the game can show an error of theirs, and it can be sent whatever its details are."""
    game = Player().game
    shown = game.tell(BadSetting("not_a_number", name=Path("at"), found=float("nan")))
    assert said(shown) == "error.not_a_number"
    assert shown.notice is not None
    assert shown.notice.details == {"name": "at", "found": "nan"}
