"""Folders of people: what of them is taught, what is tried, and what is left out."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from cast import FACES, cast

from facegame_lib.errors import UnknownCategory
from facegame_lib.research.people import MAX_SUBSETS, Player, read_people, read_sweeps
from facegame_lib.samples import SampleStore


def test_takes_are_parted(root: Path) -> None:
    """The first take teaches and the others test; no picture does both."""
    ana = read_people(root).players[0]
    assert (ana.name, len(ana.lessons), len(ana.tests)) == ("ana", 25, 5)
    assert {sample.take for sample in ana.lessons.samples()} == {1}
    tests = [sample for samples in ana.tests.values() for sample in samples]
    assert {sample.take for sample in tests} == {2}
    assert all(sample.category in ana.tests for sample in tests)
    assert ana.taught.isdisjoint(sample.digest for sample in tests)


def test_nothing_is_written(root: Path) -> None:
    """Reading people leaves their folders as they are."""
    before = sorted(root.rglob("*"))
    read_sweeps(root / "sweeps", read_people(root))
    assert sorted(root.rglob("*")) == before


def test_who_is_left_out_is_named_with_the_reason(root: Path) -> None:
    """Players with too few categories, and categories without a second take, are named."""
    people = read_people(root, but=root / "sweeps")
    assert [player.name for player in people.testable] == ["ana", "bo"]
    said = [str(problem) for problem in people.left_out]
    assert len(said) == 2
    assert "bo/zapallo is taught but not tested" in said[0]
    assert "cy is left out: 2 of the categories" in said[1]
    assert [player.name for player in read_people(root, faces=2).testable] == ["ana", "bo", "cy"]
    assert read_people(root, train_takes=2).testable == ()


def test_a_take_with_few_pictures_is_not_taught(tmp_path: Path) -> None:
    """A category with fewer training pictures than the game accepts is left out, and named."""
    cast(tmp_path, "ana", 1, dict.fromkeys(FACES[:3], 2))
    (tmp_path / "ana" / "smile" / "take-1" / "0000.jpg").unlink()
    (tmp_path / "ana" / "smile" / "take-1" / "0001.jpg").write_bytes(b"no picture")
    people = read_people(tmp_path, faces=3)
    assert people.testable == ()
    said = " ".join(str(problem) for problem in people.left_out)
    assert "ana/smile/take-1/0001.jpg" in said
    assert "ana/smile is left out" in said
    assert "have 3 pictures" in said


def test_takes_may_be_counted_from_anywhere(tmp_path: Path) -> None:
    """Takes 0, 4 and 11 are a first, a second and a third; with two to teach the third one tests."""
    cast(tmp_path, "ana", 1, dict.fromkeys(FACES[:2], 3))
    for folder in tmp_path.glob("ana/*/take-*"):
        folder.rename(folder.with_name({"1": "take-0", "2": "take-4", "3": "take-11"}[folder.name[-1]]))
    (ana,) = read_people(tmp_path, faces=2, train_takes=2).testable
    assert {sample.take for sample in ana.lessons.samples()} == {1, 2}
    assert {sample.take for samples in ana.tests.values() for sample in samples} == {11}


def test_subsets_are_all_of_them_or_twenty_by_seed() -> None:
    """Up to 20 choices are all tried; of more, 20 different ones are drawn, the same for the same seed."""

    def player(categories: int) -> Player:
        return Player("ana", SampleStore(), {f"c{n}": () for n in range(categories)}, {}, frozenset())

    assert player(6).subsets(4) == list(combinations(sorted(player(6).tests), 4))
    drawn = player(9).subsets(4, seed=1)
    assert len(set(drawn)) == MAX_SUBSETS < math.comb(9, 4)
    assert drawn == player(9).subsets(4, seed=1) != player(9).subsets(4, seed=2)
    assert len(player(300).subsets(150)) == MAX_SUBSETS  # without counting them all out


def test_a_part_of_a_store_leaves_it_as_it_was() -> None:
    """Some categories, however many pictures the others have, make a store; what is done to it is its own."""
    store = SampleStore("abcd")
    for number, category in enumerate(store.categories):
        store.add(category.id, np.full((16, 16, 3), 40 * number, np.uint8))
    before = store.categories, store.samples()
    part = store.part(["b", "d"])
    assert [category.id for category in part.categories] == ["b", "d"]
    assert part.samples() == store.samples("b") + store.samples("d")
    part.remove_category("b")
    part.add("d", np.zeros((16, 16, 3), np.uint8))
    assert (store.categories, store.samples()) == before
    with pytest.raises(UnknownCategory):
        store.part(["e"])
