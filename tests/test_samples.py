"""The store in memory: categories, takes, what is removed and brought back."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from facegame_lib import frames
from facegame_lib.errors import BadPicture, BadSetting, UnknownCategory
from facegame_lib.removals import UNDO_PICTURES
from facegame_lib.samples import MAX_TAKE, SampleStore
from facegame_lib.testing import plain_frame

RED = (250, 20, 20)


def picture(seed: int) -> bytes:
    """A small square JPEG of its own."""
    return frames.encode(plain_frame(RED, seed=seed))


def filled(*counts: int) -> SampleStore:
    """A store with that many pictures in each category, named a, b, ..."""
    store = SampleStore("abcdefgh"[: len(counts)])
    seeds = itertools.count()
    for category, number in zip(store.categories, counts, strict=True):
        for _ in range(number):
            store.add(category.id, picture(next(seeds)))
    return store


def everything(store: SampleStore) -> tuple[Any, ...]:
    """All that a store shows of itself."""
    return store.categories, store.samples(), len(store)


def test_a_new_store_is_empty() -> None:
    """Without names there is nothing in it, no folder, no problem, and nothing to undo."""
    store = SampleStore()
    assert everything(store) == ((), (), 0)
    assert store.folder is None
    assert store.problems == []
    assert not store.can_undo
    assert store.undo() == 0


def test_categories_keep_their_order() -> None:
    """Categories are listed as they were added, each with an id of its own."""
    store = SampleStore(["zapallo", "smile", "neutral"])
    assert [category.name for category in store.categories] == ["zapallo", "smile", "neutral"]
    assert len({category.id for category in store.categories}) == 3


@pytest.mark.parametrize("name", ["ñandú", "🎃", "笑顔", "sorpresa ¡!", "👨\u200d👩\u200d👧"])
def test_a_category_may_have_any_name(name: str) -> None:
    """A display name of any script comes out as it went in."""
    store = SampleStore([name])
    assert store.categories[0].name == name
    assert store.category(store.categories[0].id).name == name


def test_names_that_give_the_same_id_get_ids_of_their_own() -> None:
    """Names without a plain letter, or alike in plain letters, are told apart."""
    store = SampleStore(["🎃", "🙂", "ñu", "nu"])
    assert [category.id for category in store.categories] == ["face", "face-2", "nu", "nu-2"]


@pytest.mark.parametrize("name", ["SMILE", " smile ", "", "\n", "x" * 41])
def test_a_name_that_does_not_do_changes_nothing(name: str) -> None:
    """A taken, empty or long name is refused for a new category and for a rename alike."""
    store = SampleStore(["smile", "other"])
    before = everything(store)
    with pytest.raises(BadSetting):
        store.add_category(name)
    with pytest.raises(BadSetting):
        store.rename("other", name)
    assert everything(store) == before


def test_a_rename_changes_the_name_only() -> None:
    """A renamed category keeps its id, its place and its pictures; its own name in other letters is free."""
    store = filled(2, 2)
    samples = store.samples()
    assert store.rename("a", "Ärger").id == "a"
    assert [(category.id, category.name) for category in store.categories] == [("a", "Ärger"), ("b", "b")]
    assert store.samples() == samples
    assert store.rename("a", "ÄRGER").name == "ÄRGER"


def test_a_category_that_is_not_there_is_named() -> None:
    """Whatever is asked of an unknown category, the sentence says which one, and which there are."""
    store = SampleStore(["a", "b"])
    for act in (
        lambda: store.category("c"),
        lambda: store.rename("c", "x"),
        lambda: store.remove_category("c"),
        lambda: store.next_take("c"),
        lambda: store.add("c", picture(0)),
    ):
        with pytest.raises(UnknownCategory) as caught:
            act()
        assert "c" in str(caught.value)
        assert "a, b" in str(caught.value)
    assert everything(store) == everything(SampleStore(["a", "b"]))


def test_pictures_come_back_in_order_with_their_takes() -> None:
    """Pictures are listed as they were added, overall and by category, and know their take."""
    store = SampleStore(["a", "b"])
    added = [
        store.add(category, picture(i), take)
        for i, (category, take) in enumerate([("b", 1), ("a", 1), ("b", 2)])
    ]
    assert store.samples() == tuple(added)
    assert store.samples("b") == (added[0], added[2])
    assert [sample.take for sample in store.samples("b")] == [1, 2]
    assert len(store) == 3
    assert added[2].id == "b/take-2/0001.jpg"


def test_a_picture_joins_the_latest_take() -> None:
    """Without a take a picture joins the latest, the first if there is none; the next take is one more."""
    store = SampleStore(["a"])
    assert store.next_take("a") == 1
    assert store.add("a", picture(0)).take == 1
    assert store.add("a", picture(3)).take == 1
    assert store.next_take("a") == 2
    store.add("a", picture(1), store.next_take("a"))
    assert store.add("a", picture(2)).take == 2


@pytest.mark.parametrize("take", [0, -1, MAX_TAKE + 1])
def test_an_impossible_take_is_refused(take: int) -> None:
    """A take is a number that its folder's name can hold."""
    store = SampleStore(["a"])
    with pytest.raises(BadSetting):
        store.add("a", picture(0), take)
    assert len(store) == 0


@pytest.mark.parametrize(
    "thing",
    [b"", b"no picture", picture(0)[:300], None, "a.jpg", np.full((20, 20, 3), np.nan), plain_frame(RED, 4)],
)
def test_what_is_no_picture_is_not_kept(thing: Any) -> None:
    """Bytes or arrays that are no sound picture raise `BadPicture`, and the store is as it was."""
    store = filled(1)
    before = everything(store)
    with pytest.raises(BadPicture):
        store.add("a", thing)
    assert everything(store) == before
    assert store.add("a", picture(1)).id == "a/take-1/0002.jpg"


def test_a_frame_is_kept_as_a_square_picture() -> None:
    """A frame may be added as it is; what is kept is its centre, square and small."""
    store = SampleStore(["a"])
    sample = store.add("a", np.zeros((900, 1200, 3), np.uint8))
    assert sample.frame().shape == (frames.STORED_SIDE, frames.STORED_SIDE, 3)


def test_the_digest_is_the_bytes() -> None:
    """Two samples of the same bytes have the same digest, and any other bytes another one."""
    store = SampleStore(["a", "b"])
    one, twin, other = store.add("a", picture(0)), store.add("b", picture(0)), store.add("a", picture(1))
    assert one.digest == twin.digest != other.digest


def test_removed_pictures_come_back_in_their_places() -> None:
    """Undo brings the pictures back that were removed last, each to where it was among the others."""
    store = SampleStore(["z", "a"])
    for seed in range(6):
        store.add("za"[seed % 2], picture(seed), take=1 + seed // 3)
    before = everything(store)
    ids = [sample.id for sample in store.samples()]
    assert store.remove([ids[4], ids[1], ids[1], "no/such/picture.jpg"]) == 2
    assert store.remove([ids[0]]) == 1
    assert [sample.id for sample in store.samples()] == [ids[2], ids[3], ids[5]]
    assert (store.undo(), store.undo(), store.undo()) == (1, 2, 0)
    assert everything(store) == before
    assert not store.can_undo


def test_removing_nothing_leaves_nothing_to_undo() -> None:
    """Ids that are not there are passed over, and undo stays with what really went."""
    store = filled(1)
    assert store.remove(["x", "y"]) == 0
    assert store.remove([]) == 0
    assert not store.can_undo


def test_the_id_of_a_removed_picture_is_not_given_again() -> None:
    """A picture taken after a removal has an id of its own, so that undo cannot run into it."""
    store = filled(2)
    gone = store.samples()[1]
    store.remove([gone.id])
    new = store.add("a", picture(9))
    store.undo()
    assert new.id != gone.id
    assert len(store) == 3
    assert {sample.id: sample.data for sample in store.samples()}[gone.id] == gone.data


def test_a_removed_category_comes_back_whole() -> None:
    """Undo brings a category back to its place with its id, its name and all its pictures."""
    store = filled(2, 3, 1)
    before = everything(store)
    store.remove_category("b")
    assert [category.id for category in store.categories] == ["a", "c"]
    assert len(store) == 3
    assert store.undo_category is not None
    assert store.undo_category.id == "b"
    assert store.undo() == 3
    assert everything(store) == before
    assert store.undo_category is None


def test_a_category_comes_back_under_another_name_if_its_own_is_taken() -> None:
    """A name that was given to a new category meanwhile stays there; ids never mix."""
    store = filled(1, 1)
    store.remove_category("b")
    assert store.add_category("b").id == "b-2"
    store.undo()
    assert [(category.id, category.name) for category in store.categories] == [
        ("a", "a"),
        ("b", "b 2"),
        ("b-2", "b"),
    ]
    assert [sample.category for sample in store.samples()] == ["a", "b"]


def test_undo_goes_back_step_by_step() -> None:
    """Pictures, then their category, then another category: undo takes them in turn, last first."""
    store = filled(3, 2, 1)
    before = everything(store)
    store.remove([store.samples("a")[0].id])
    store.remove_category("a")
    store.remove_category("c")
    while store.can_undo:
        store.undo()
    assert everything(store) == before


def test_undo_reaches_back_over_a_number_of_pictures() -> None:
    """Who records and clears for hours fills no memory: removals beyond the last so many pictures are let go,
    but the last one never, however large."""
    store = filled(0, 1)
    for _ in range(3):
        ids = [store.add("a", picture(seed)).id for seed in range(UNDO_PICTURES // 2)]
        store.remove(ids)
    assert len(store.within_reach()) == 1 + UNDO_PICTURES
    ids = [store.add("a", picture(0)).id for _ in range(UNDO_PICTURES + 1)]
    store.remove(ids)
    assert len(store.within_reach()) == 1 + len(ids)
    assert (store.undo(), store.undo()) == (len(ids), 0)


def test_a_category_removed_for_good_stays_away() -> None:
    """What is removed for good cannot be undone, nor what was removed of it before: it is in no memory."""
    store = filled(2, 1)
    store.remove([store.samples("a")[0].id])
    store.remove_category("a", for_good=True)
    assert not store.can_undo
    assert store.undo() == 0
    assert [sample.category for sample in store.samples()] == ["b"]
