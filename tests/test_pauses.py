"""What makes a match wait, and that it goes on or ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from player import FPS, NOBODY, Player
from told import said

from facegame_lib import texts
from facegame_lib.match import Phase
from facegame_lib.playing import NO_FRAMES


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
