"""Pictures are parted by take, never by picture; each split once, and no more than there are."""

from __future__ import annotations

import pytest
from lab import store_of

from facegame_lib.research.splits import Subject, by_picture, subjects
from facegame_lib.samples import SampleStore


def subject(store: SampleStore, faces: int | None = None, train_takes: int = 1, repeats: int = 10) -> Subject:
    """The one player of that store."""
    (found,), _ = subjects(store, faces, train_takes, repeats, 0)
    return found


def takes(player: Subject, places: tuple[int, ...]) -> set[tuple[str, int]]:
    """Which take of which face those pictures are of."""
    return {(player.samples[place].category, player.samples[place].take) for place in places}


@pytest.mark.parametrize("train_takes", [1, 2])
@pytest.mark.parametrize("faces", [None, 2])
def test_a_take_is_taught_or_tried(faces: int | None, train_takes: int) -> None:
    """No take stands on both sides of a split, whole takes are on each, and of every face both."""
    player = subject(store_of(takes=4), faces, train_takes)
    assert len(player.splits) > 3
    for split in player.splits:
        taught, tried = takes(player, split.taught), takes(player, split.tried)
        assert taught.isdisjoint(tried)
        assert len(split.taught) == 5 * len(taught)
        assert len(split.tried) == 5 * len(tried)
        assert {face for face, _ in taught} == {face for face, _ in tried}
        assert len(taught) == train_takes * (faces or 3)
        assert split.ratio == (4 - train_takes) / train_takes


def test_all_faces_are_taught_in_one_light() -> None:
    """A take number is a sitting: where one face is taught by take 2, all are."""
    player = subject(store_of(takes=3))
    for split in player.splits:
        assert len({take for _, take in takes(player, split.taught)}) == 1


def test_no_split_counts_twice() -> None:
    """Two takes can be parted in two ways, however many are asked for; of more there are as many as that."""
    assert len(subject(store_of(takes=2), repeats=50).splits) == 2
    assert len(subject(store_of(takes=2), repeats=1).splits) == 1
    assert len(subject(store_of(takes=4), faces=2, train_takes=2, repeats=50).splits) == 3 * 6
    many = subject(store_of(takes=4), faces=2, repeats=7).splits
    assert len(set(many)) == 7


def test_a_face_with_one_take_is_left_out_by_name() -> None:
    """And so is one whose second take has too few pictures; the others are compared."""
    store = store_of(takes=2, faces=4)
    store.remove([sample.id for sample in store.samples("red") if sample.take == 2])
    store.remove([sample.id for sample in store.samples("green") if sample.take == 2][:1])
    (player,), left_out = subjects(store, None, 1, 10, 0)
    assert {sample.category for sample in player.samples} == {"blue", "sea"}
    assert ["red" in str(problem) or "green" in str(problem) for problem in left_out] == [True, True]


def test_a_face_may_have_takes_that_another_lacks() -> None:
    """Takes 1 and 2 of one face, 2 and 3 of another: each still has one taught and one tried."""
    store = store_of(takes=3, faces=2)
    store.remove([sample.id for sample in store.samples("red") if sample.take == 3])
    store.remove([sample.id for sample in store.samples("green") if sample.take == 1])
    for split in subject(store).splits:
        assert (len(split.taught), len(split.tried), split.ratio) == (10, 10, 1.0)


def test_by_picture_teaches_as_many_of_each() -> None:
    """The wrong way differs in nothing but that it mixes the takes."""
    player = subject(store_of(takes=2))
    right = player.splits[0]
    wrong = by_picture(right, player.samples, 0)
    assert sorted(wrong.taught + wrong.tried) == sorted(right.taught + right.tried)
    assert not takes(player, wrong.taught).isdisjoint(takes(player, wrong.tried))
    counts = [sorted(player.samples[place].category for place in split.taught) for split in (right, wrong)]
    assert counts[0] == counts[1]
