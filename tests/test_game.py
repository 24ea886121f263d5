"""Whole games in simulated time: taught, trained, played and ended, by one who sends frames and commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from player import FPS, NOBODY, Player, picture
from told import Eyes, said, without_notice

from facegame_lib import texts
from facegame_lib.best import BestScores
from facegame_lib.errors import BadPicture, BadSetting
from facegame_lib.match import Phase
from facegame_lib.playing import NO_FRAMES
from facegame_lib.samples import SampleStore
from facegame_lib.snapshot import Snapshot


@pytest.mark.parametrize("faces", [2, 3, 8])
def test_a_whole_game_with_two_to_eight_faces(faces: int) -> None:
    """Record, train, try out, count down, play 30 seconds, and see a score: from first to last by itself."""
    player = Player("abcdefgh"[:faces]).teach(pictures=20)
    assert player.now.wants == "frames"
    shown = player.live(0.5, "b")
    assert (shown.stage, shown.guess.likeliest) == ("teach", "b")
    assert [label for label, _, _ in shown.guess.bars] == player.ids
    began = player.at
    player.do("start")
    assert player.now.match is not None
    assert (player.phase, player.now.match.counting, player.target) == ("countdown", 3, "")
    counted = [player.live(0.5, "").match for _ in range(5)]
    assert [match.counting for match in counted if match] == [3, 2, 2, 1, 1]
    while player.now.stage == "match":
        player.live(1 / FPS)
    assert player.at - began == pytest.approx(33.0, abs=0.2)
    result = player.now.result
    assert result is not None
    assert result.score > 30
    assert (player.now.stage, player.now.wants, result.why) == ("result", "nothing", "")
    assert [label for label, _, _ in result.per_face] == player.ids
    assert sum(times for _, times, _ in result.per_face) == result.score
    assert all(0.3 <= seconds < 1.0 for _, times, seconds in result.per_face if times)


def test_the_bar_rises_scores_and_falls() -> None:
    """The bar of the label asked for goes up as the face is made, is held, cheers, and begins anew."""
    player = Player().teach()
    player.play()
    target, other = player.target, next(face for face in player.ids if face != player.target)
    player.live(0.5, other)
    assert player.now.match is not None
    assert player.now.match.closeness < 0.01
    heights, before = [], len(player.seen)
    while player.now.match is not None and player.now.match.score == 0:
        player.live(1 / FPS, target)
        heights.append(player.now.match.closeness)
    rising = heights[:-1]
    assert rising == sorted(rising)
    assert 0.0 < rising[0] < 0.9 <= rising[-1]
    holds = [snapshot.match.holding for snapshot in player.seen[before:] if snapshot.match]
    assert max(holds) > 0.7
    assert (player.now.match.score, player.now.match.number, heights[-1]) == (1, 1, 0.0)
    assert player.target != target
    other = next(face for face in player.ids if face != player.target)
    player.live(0.5, other)
    assert player.now.match is not None
    assert player.now.match.closeness < 0.01
    assert player.now.match.likeliest == other


def test_a_match_without_a_face_scores_nothing() -> None:
    """Who makes no face gets no point, and the match ends all the same."""
    player = Player(seconds=5.0).teach()
    player.play()
    shown = player.live(6.0, "")
    assert shown.result is not None
    assert (shown.result.score, shown.result.record, shown.result.best) == (0, False, 0)


def test_frames_without_a_face_are_passed_over() -> None:
    """A face that is lost while it is held: the bar stays, the screen says so, the hold waits for it."""
    player = Player(embedder=Eyes()).teach()
    player.play()
    target = player.target
    while player.now.match is not None and player.now.match.holding == 0:
        player.live(1 / FPS, target)
    before = player.now.match
    assert before is not None
    for _ in range(6):
        player.live(1 / FPS, "")
        assert player.now.match is not None
        assert (player.now.match.sight, player.now.match.likeliest) == ("nothing", "")
        assert (player.now.match.closeness, player.now.match.holding) == (before.closeness, before.holding)
    assert player.live(1 / FPS, target).match is not None
    assert player.now.match.closeness >= before.closeness  # the smoothing knows of no gap either
    assert player.now.match.score == 0
    held = 0
    while player.now.match.score == 0:
        player.live(1 / FPS, target)
        held += 1
    assert held <= 0.3 * FPS  # what was held before the gap counted


def test_an_empty_chair_scores_nothing_and_holds_nothing() -> None:
    """Who leaves with a full bar finds it let go, and the match ends by itself all the same."""
    player = Player(seconds=8.0, embedder=Eyes()).teach()
    player.play()
    while player.now.match is not None and player.now.match.holding == 0:
        player.live(1 / FPS, player.target)
    shown = player.live(1.5, "").match
    assert shown is not None
    assert (shown.holding, shown.score, shown.phase) == (0.0, 0, "playing")
    assert player.live(8.0, "").stage == "result"
    assert player.now.result is not None
    assert player.now.result.score == 0


def test_every_frame_counts_where_the_whole_picture_is_looked_at() -> None:
    """Without a finder of faces an empty room is a picture like another, and empties the bar."""
    player = Player().teach()
    player.play()
    before = player.live(0.2).match
    shown = player.live(0.5, "").match
    assert before is not None
    assert shown is not None
    assert shown.sight != "nothing"
    assert shown.closeness < before.closeness - 0.1


def test_live_frames_carry_their_stamp_and_rate() -> None:
    """The newest frame's stamp comes back, to measure the delay by, and the rate is the camera's."""
    player = Player().teach()
    shown = player.live(2.0, "a")
    assert shown.stamp == pytest.approx(player.at * 1000)
    assert shown.guess.fps == pytest.approx(FPS, abs=1)


def test_a_frame_that_is_none_is_an_error_and_changes_nothing() -> None:
    """Bytes that are no picture raise, during a match too, and the next frame is as welcome as ever."""
    player = Player().teach()
    player.play()
    before = player.now
    with pytest.raises(BadPicture):
        player.game.frame(b"no picture", player.at + 0.01)
    assert player.now == before
    assert player.live(0.2).stage == "match"


def test_frames_may_be_bytes() -> None:
    """A live frame may come as the camera's side encoded it."""
    player = Player().teach()
    assert player.game.frame(picture(2, 5), player.at).guess.likeliest == "c"


def test_the_best_score_is_kept(tmp_path: Path) -> None:
    """A record is told and kept between sessions; a lower score is none; other rules have another best."""
    path = tmp_path / "best.json"
    player = Player(seconds=5.0, best=BestScores(path)).teach()
    player.play()
    first = player.live(6.0).result
    player.play()
    second = player.live(6.0, "").result
    assert first is not None
    assert second is not None
    assert (first.record, first.best) == (True, first.score)
    assert (second.score, second.record, second.best) == (0, False, first.score)
    assert BestScores(path).get(faces=3, seconds=5.0) == first.score
    assert BestScores(path).get(faces=2, seconds=5.0) == BestScores(path).get(faces=3, seconds=30.0) == 0


def targets(player: Player) -> list[str]:
    """The labels that a match asks for, one skipped after the other."""
    player.play()
    asked = []
    for _ in range(12):
        asked.append(player.target)
        player.do("skip")
    assert player.do("quit").stage == "result"
    return asked


def test_a_seed_repeats_a_game_and_a_rematch_goes_on() -> None:
    """Two games of one seed ask for the same labels, match by match; a rematch asks for others."""
    one, other = Player(seed=5).teach(), Player(seed=5).teach()
    first = targets(one)
    assert first == targets(other)
    second = targets(one)
    assert second != first
    assert second == targets(other)
    assert one.now.result is not None
    assert one.now.result.seed == 6
    assert targets(Player(seed=6).teach()) == second


def test_the_next_match_asks_for_other_labels_by_whatever_way_it_comes() -> None:
    """Back to the faces and another start is the next match too, not the same one again."""
    player = Player(seed=5).teach()
    first = targets(player)
    player.do("back")
    assert targets(player) != first
    assert player.now.result is not None
    assert player.now.result.seed == 6


def test_a_frame_that_comes_first_after_a_sleep_ends_no_match() -> None:
    """Asleep beyond the match's end, it goes on where it was; beyond patience it ends, with the word why."""
    player = Player().teach()
    player.play()
    left = player.now.match.left if player.now.match else 0.0
    player.at += 60
    player.game.frame(NOBODY, player.at)
    assert player.phase == "countdown"
    player.live(player.game.playing.countdown + 0.1, "")
    assert player.phase == "playing"
    assert player.now.match is not None
    assert abs(player.now.match.left - left) < 0.5
    player.at += 3600
    player.game.frame(NOBODY, player.at)
    assert player.now.result is not None
    assert player.now.result.why == "asleep"


def test_an_order_is_asked_for_as_it_is() -> None:
    """With an order a match asks for its labels in it."""
    assert targets(Player(order=("c", "a", "b")).teach())[:4] == ["c", "a", "b", "c"]


def test_a_refused_start_costs_no_seed() -> None:
    """A start that cannot be is no match, and the next one asks for what it would have asked."""
    player, other = Player(seed=5).teach(), Player(seed=5).teach()
    assert targets(player) == targets(other)
    player.do("remove_face", face="a")
    player.do("rename_face", face="b", name="new")
    taken = player.store.category("c")
    player.store.remove_category("c")  # behind the game's back: two labels are needed and one is left
    assert said(player.do("start")) == "error.few_labels"
    player.store.undo()
    player.do("undo")
    assert player.store.category("c") == taken
    assert targets(player) == targets(other)


def test_a_match_asks_for_faces_that_are_there() -> None:
    """A face removed after training is not asked for; one added since neither."""
    player = Player("abcd").teach()
    player.do("remove_face", face="b")
    player.do("add_face", name="new")
    assert set(targets(player)) == {"a", "c", "d"}


def test_back_leads_to_the_faces() -> None:
    """From the result the player goes back to teaching, and the model is still there."""
    player = Player().teach()
    player.play()
    player.do("quit")
    shown = player.do("back")
    assert (shown.stage, shown.match, shown.result, shown.brain.state) == ("teach", None, None, "trained")
    assert player.do("start").stage == "match"


def test_the_red_button_leads_from_the_result_to_the_faces() -> None:
    """Recording after a match goes back to teaching by itself."""
    player = Player().teach()
    player.play()
    player.do("quit")
    shown = player.do("record", face="a")
    assert (shown.stage, shown.wants, shown.result) == ("teach", "burst", None)


def test_a_hidden_page_pauses_and_a_page_seen_again_goes_on() -> None:
    """The match waits while nobody sees it, and after another 3-2-1 the time is left that was left."""
    player = Player().teach()
    player.play()
    player.live(5.0)
    before = player.do("page", visible=False).match
    player.quiet(60.0, step=1.0)
    assert before is not None
    assert (player.phase, player.why) == ("paused", "hidden")
    player.live(1.0)  # frames do not end this one: the page is still hidden
    assert player.phase == "paused"
    player.do("page", visible=True)
    assert player.phase == "countdown"
    player.live(3.1, "")
    assert player.phase == "playing"
    assert player.now.match is not None
    assert player.now.match.left == pytest.approx(before.left, abs=0.2)


def test_a_page_that_is_seen_changes_no_other_pause() -> None:
    """The player's own pause stays one, and a page that comes and goes in no match does nothing."""
    player = Player().teach()
    before = player.now
    for visible in (False, True):
        assert player.do("page", visible=visible) == before
    player.play()
    player.do("pause")
    player.do("page", visible=False)
    assert player.do("page", visible=True).match == player.now.match
    assert (player.phase, player.why) == ("paused", "player")
    player.live(1.0)
    assert player.phase == "paused"
    assert player.do("resume").match is not None
    assert player.phase == "countdown"


def test_no_frames_pause_the_match_and_the_next_one_goes_on() -> None:
    """When the camera is silent the match says so within seconds, and goes on by itself when it is back."""
    player = Player().teach()
    player.play()
    player.live(5.0)
    assert player.quiet(NO_FRAMES - 0.1).stage == "match"
    assert player.phase == "playing"
    player.quiet(0.3)
    assert (player.phase, player.why) == ("paused", "no_frames")
    assert player.now.match is not None
    left = player.now.match.left
    player.quiet(20.0)
    player.live(1 / FPS, "")
    assert (player.phase, player.now.match.left) == ("countdown", left)
    player.live(3.1, "")
    assert player.phase == "playing"


def test_a_camera_that_was_off_before_the_start_has_its_time() -> None:
    """A match that starts after a long time without frames does not pause at once."""
    player = Player(countdown=1.0).teach()
    player.quiet(60.0, step=1.0)
    player.do("start")
    player.quiet(NO_FRAMES - 0.1)
    assert player.phase == "playing"
    player.quiet(0.3)
    assert (player.phase, player.why) == ("paused", "no_frames")


def test_a_lost_camera_pauses_and_a_new_one_goes_on() -> None:
    """An unplugged camera pauses the match until it is back, whatever frames were on their way."""
    player = Player().teach()
    player.play()
    player.do("camera_lost")
    player.do("camera_lost")
    assert (player.phase, player.why, said(player.now)) == ("paused", "camera", "")
    player.live(1.0, "")
    player.quiet(30.0)
    assert player.phase == "paused"
    assert player.do("camera_back").match is not None
    assert player.phase == "countdown"
    before = player.now
    assert player.do("camera_back") == before


def test_a_camera_that_is_back_ends_no_other_pause() -> None:
    """The player's own pause, or a hidden page, does not end with another camera."""
    player = Player().teach()
    player.play()
    player.do("page", visible=False)
    player.do("camera_lost")
    player.do("camera_back")
    assert (player.phase, player.why) == ("paused", "hidden")


@pytest.mark.parametrize("why", ["hidden", "no_frames", "camera", "player"])
def test_every_pause_ends_some_time(why: str) -> None:
    """A pause that nobody ends ends the match with the word why, and the score there was is kept."""
    player = Player().teach()
    player.play()
    scored = player.live(5.0).match
    match why:
        case "hidden":
            player.do("page", visible=False)
        case "camera":
            player.do("camera_lost")
        case "player":
            player.do("pause")
    player.quiet(130.0, step=1.0)
    result = player.now.result
    assert result is not None
    assert scored is not None
    assert (player.now.stage, result.why) == ("result", why)
    assert result.score == scored.score > 0
    assert texts.text(f"result.why.{why}")


def test_a_computer_that_slept_finds_its_match_paused() -> None:
    """After a sleep of the computer the match waits where it was, and a frame brings it back."""
    player = Player().teach()
    player.play()
    before = player.live(5.0).match
    player.at += 60.0
    player.game.tick(player.at)
    assert before is not None
    assert player.now.match is not None
    assert (player.phase, player.why) == ("paused", "asleep")
    assert player.now.match.left == pytest.approx(before.left, abs=0.2)
    player.live(1 / FPS, "")
    assert player.phase == "countdown"


def test_a_computer_that_slept_for_long_finds_its_match_ended() -> None:
    """After hours it is over with the word, whether a tick, a frame or a command is the first to come."""
    for first in ("tick", "frame", "quit"):
        player = Player().teach()
        player.play()
        player.live(5.0)
        player.do("camera_lost")
        player.at += 7200.0
        if first == "tick":
            player.game.tick(player.at)
        elif first == "frame":
            player.game.frame(NOBODY, player.at)
        else:
            player.do("quit")
        assert (player.now.stage, said(player.now)) == ("result", "")
        assert player.now.result is not None
        assert player.now.result.why == "camera"


@pytest.mark.parametrize("late", [0.0, 1.0, 2.5, 4.0, 6.0])
@pytest.mark.parametrize("silent", [0.0, 0.5, 1.5])
def test_a_match_ends_though_its_ticks_are_late_and_its_frames_stop(late: float, silent: float) -> None:
    """However the camera's silence, a busy kernel and the last second fall together, it ends."""
    player = Player(seconds=5.0, countdown=0.0).teach()
    player.do("start")
    player.live(4.0, "")
    player.quiet(silent, step=0.5)
    player.at += late
    assert said(player.game.tick(player.at)) == ""
    player.quiet(125.0, step=1.0)
    assert player.now.stage == "result"


@pytest.mark.parametrize("command", ["quit", "pause", "skip", "resume", "camera_lost"])
def test_a_command_that_comes_as_the_time_is_up_is_no_mistake(command: str) -> None:
    """A key pressed in the moment the match ends finds it ended, with its result and no scolding."""
    player = Player(seconds=5.0).teach()
    player.play()
    player.live(4.5, "")
    player.at += 1.0
    shown = player.do(command)
    assert (shown.stage, said(shown)) == ("result", "")


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


def everything_shown() -> list[Snapshot]:
    """Snapshots of each stage of a game."""
    player = Player(seconds=2.0)
    shown = [player.now, player.do("record", face="b"), player.do("add_face", name="")]
    player.do("camera_lost")
    player.teach()
    shown += [player.live(0.2, "a"), player.play(), player.live(1.0), player.live(2.0)]
    assert [snapshot.stage for snapshot in shown] == ["teach"] * 4 + ["match"] * 2 + ["result"]
    return shown


def test_changes_rebuild_what_is_shown() -> None:
    """What a front end is sent is plain JSON, and of a snapshot only what differs from the one before."""
    shown: dict[str, Any] = {}
    before = None
    for snapshot in everything_shown():
        changes = snapshot.changes(before)
        assert json.dumps(changes, allow_nan=False)
        shown |= changes
        assert shown == snapshot.changes()
        assert snapshot.changes(snapshot) == {}
        before = snapshot


def test_a_game_is_the_same_when_its_inputs_are() -> None:
    """A game has no clock and no chance of its own: the same frames and times give the same snapshots."""
    assert everything_shown() == everything_shown()


def rejoined(act: Callable[[Player], object]) -> Player:
    """A player in a match that was paused for want of frames, after something was done meanwhile."""
    player = Player().teach()
    player.play()
    player.quiet(NO_FRAMES + 0.2)
    act(player)
    return player


def test_a_match_can_be_left_in_every_phase() -> None:
    """Quit ends a match that counts, plays or waits, and the result says that the player left."""
    for prepare in (
        lambda player: player.do("resume"),
        lambda player: player.live(4.0, ""),
        lambda player: None,
    ):
        player = rejoined(prepare)
        shown = player.do("quit")
        assert shown.result is not None
        assert (shown.stage, shown.result.why) == ("result", "quit")
        assert player.game.match is not None
        assert player.game.match.phase is Phase.OVER


def test_a_store_that_was_opened_again_plays_at_once(tmp_path: Path) -> None:
    """After a restart the kept pictures train without another burst, and the match can begin."""
    first = Player(store=SampleStore.open(tmp_path, "abc")).teach()
    assert first.now.folder == str(tmp_path)
    again = Player(store=SampleStore.open(tmp_path))
    assert [len(face.pictures) for face in again.now.faces] == [8, 8, 8]
    again.do("train")
    while again.game.busy:
        again.game.tick(again.at)
    again.play()
    shown = again.live(3.0).match
    assert shown is not None
    assert shown.score > 2
