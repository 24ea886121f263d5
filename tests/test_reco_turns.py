"""Fair turns: who waits is served in order, the newest frame wins, and learning does not stop a match."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from house import BLUE, RED, picture, until

from facegame_lib import NotEnough, Recognizer
from facegame_lib.reco.players import Player
from facegame_lib.reco.turns import MAX_WAITING, Turns
from facegame_lib.testing import FakeEmbedder, plain_frame


class Nobody:
    """A screen that nobody looks at."""

    def snapshot(self, changes: object) -> None:
        """Nothing."""

    def pictures(self, about: object, thumbnails: object) -> None:
        """Nothing."""

    def ended(self, match: object, result: object) -> None:
        """Nothing."""

    def result(self, match: object) -> None:
        """Nothing."""


def never() -> bool:
    """Nothing to learn."""
    return False


def nothing() -> None:
    """Nothing to do."""


def test_thirty_who_always_have_a_frame_are_served_equally() -> None:
    """Of thirty players who press as hard as they can, none gets more than one frame ahead of another."""
    turns, served = Turns(workers=0), Counter[int]()
    players = []
    for _ in range(30):
        player = Player(turns, {"face": Recognizer(FakeEmbedder())}, Nobody(), countdown=0)  # type: ignore[arg-type]
        for i in range(12):
            face = player.game.store.categories[i % 2].id
            player.game.store.add(face, plain_frame(RED if i % 2 else BLUE, seed=i))
        for category in player.game.store.categories[2:]:
            player.game.store.remove_category(category.id)
        player.game.recognizer.fit(player.game.store)
        player.game.do("train", 0.0)
        while player.game.busy:
            player.game.tick(0.1)
        player.game.do("start", 0.2)
        players.append(player)

    def press(number: int) -> None:
        work = players[number].frame(picture(RED), 0.0)

        def frame() -> None:
            work()
            served[number] += 1
            for _ in range(number % 3 + 1):  # some send three times what others do
                press(number)

        players[number].seat.newest(frame, nothing)

    for number in range(30):
        press(number)
    for _ in range(30 * 7 + 11):
        assert turns.one()
    assert set(served) == set(range(30))
    assert max(served.values()) - min(served.values()) <= 1
    assert all(player.game.snapshot.match is not None for player in players)


def test_a_newer_frame_takes_the_place_of_one_that_waits() -> None:
    """Of three frames only the newest is looked at; the others are answered as dropped when it comes."""
    turns, done, dropped = Turns(workers=0), list[int](), list[int]()
    seat = turns.seat(nothing, never)
    for number in range(3):
        seat.newest(lambda n=number: done.append(n), lambda n=number: dropped.append(n))  # type: ignore[misc]
    assert (done, dropped) == ([], [0, 1])
    while turns.one():
        pass
    assert (done, dropped) == ([2], [0, 1])


def test_commands_wait_in_line_and_come_before_frames() -> None:
    """No command is lost, they are done in their order, and a frame does not overtake them."""
    turns, done = Turns(workers=0), list[str]()
    seat = turns.seat(nothing, never)
    seat.newest(lambda: done.append("frame"), nothing)
    for name in "abc":
        seat.post(lambda n=name: done.append(n))  # type: ignore[misc]
    while turns.one():
        pass
    assert done == ["a", "b", "c", "frame"]


def test_what_was_sent_comes_before_time_passes() -> None:
    """Pictures of a burst that wait are taken before the tick that would end it, in a learner's turn too."""
    turns, done = Turns(workers=0), list[str]()
    seat = turns.seat(lambda: done.append("tick"), lambda: True)
    seat.pass_time()
    turns.one()  # from now on it has something to learn
    for name in "ab":
        seat.post(lambda n=name: done.append(n))  # type: ignore[misc]
    turns._ahead = 1.0  # live work had more than its share: learning is next
    for _ in range(3):
        turns.one()
    assert done == ["tick", "a", "b", "tick"]


def test_too_many_commands_are_refused() -> None:
    """Who sends more commands than are done is told so; the others' are done."""
    turns, done = Turns(workers=0), list[int]()
    seat, other = turns.seat(nothing, never), turns.seat(nothing, never)
    for number in range(MAX_WAITING):
        seat.post(lambda n=number: done.append(n))  # type: ignore[misc]
    with pytest.raises(NotEnough):
        seat.post(nothing)
    other.post(lambda: done.append(-1))
    turns.one()
    turns.one()
    assert done == [0, -1]


def test_learning_gets_half_of_the_time_while_matches_wait() -> None:
    """Thirty learn, in turns six times as long as a frame's; one match gets six frames for each of those."""
    now, frames, lessons = [0.0], Counter[str](), Counter[int]()
    turns = Turns(workers=0, clock=lambda: now[0])

    def learn(number: int) -> None:
        now[0] += 0.06
        lessons[number] += 1

    for number in range(30):
        turns.seat(lambda n=number: learn(n), lambda: True).pass_time()  # type: ignore[misc]
    for _ in range(60):
        turns.one()  # each has begun
    seat = turns.seat(nothing, never)

    def frame() -> None:
        now[0] += 0.01
        frames["match"] += 1
        seat.newest(frame, nothing)

    lessons.clear()
    seat.newest(frame, nothing)
    for _ in range(7 * 30):
        turns.one()
    assert abs(frames["match"] - 6 * lessons.total()) <= 12
    assert max(lessons.values()) - min(lessons[number] for number in range(30)) <= 1


def test_a_player_is_never_served_by_two_workers_at_a_time() -> None:
    """While one worker is at a player's job, the other serves everybody else, not that player's next job."""
    turns, done = Turns(workers=2), list[str]()
    seat, other = turns.seat(nothing, never), turns.seat(nothing, never)
    begun, go_on = threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        assert go_on.wait(20)
        done.append("first")

    seat.post(first)
    assert begun.wait(20)
    seat.post(lambda: done.append("second"))
    for name in ("other", "another"):
        other.post(lambda n=name: done.append(n))  # type: ignore[misc]
    until(lambda: len(done) == 2)
    assert done == ["other", "another"]
    go_on.set()
    until(lambda: len(done) == 4)
    turns.close()
    assert done[2:] == ["first", "second"]


def test_who_left_is_served_no_more() -> None:
    """After `close` nothing of a player's is begun; what waits or comes later is dropped."""
    turns, done, dropped = Turns(workers=0), list[str](), list[str]()
    seat = turns.seat(lambda: done.append("tick"), never)
    seat.post(lambda: done.append("job"), lambda: dropped.append("job"))
    seat.newest(lambda: done.append("frame"), lambda: dropped.append("frame"))
    seat.close()
    seat.pass_time()
    seat.newest(lambda: done.append("late"), lambda: dropped.append("late"))
    with pytest.raises(NotEnough):
        seat.post(lambda: done.append("late"))
    while turns.one():
        pass
    assert (done, dropped) == ([], ["job", "frame", "late"])


def test_a_job_that_fails_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """An error that nobody expected is written down, and the next in turn is served by the same worker."""
    turns, done = Turns(workers=1), list[str]()

    def fail() -> None:
        raise RuntimeError("unexpected")

    turns.seat(nothing, never).post(fail)
    turns.seat(nothing, never).post(lambda: done.append("next"))
    until(lambda: done == ["next"])
    turns.close()
    assert "unexpected error" in caplog.text
