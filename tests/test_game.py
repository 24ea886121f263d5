"""Whole games in simulated time: taught, trained, played and ended, by one who sends frames and commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from player import FPS, Player, picture
from told import Eyes

from facegame_lib.best import BestScores
from facegame_lib.errors import BadPicture
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
