"""Cartoon people's stores: takes that differ, bursts that do not, the same again for the same seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facegame_lib.errors import BadSetting
from facegame_lib.research.cartoons import cartoon_store
from facegame_lib.research.people import read_people
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder


def rows(store: SampleStore, face: str, take: int) -> Any:
    """What a plain embedder sees of that take's pictures."""
    pictures = [sample.frame() for sample in store.samples(face) if sample.take == take]
    return FakeEmbedder().embed(pictures)


def test_it_is_a_store_as_it_was_ordered() -> None:
    """So many takes of each face, of so many pictures each, squares; the neutral face is the neutral one."""
    store = cartoon_store(1, faces=("smile", "neutral"), takes=3, pictures=2)
    assert [(category.name, category.role) for category in store.categories] == [
        ("smile", "face"),
        ("neutral", "neutral"),
    ]
    assert [sample.take for sample in store.samples("smile")] == [1, 1, 2, 2, 3, 3]
    assert {sample.frame().shape[0] == sample.frame().shape[1] for sample in store.samples()} == {True}


def test_the_same_seed_gives_the_same_pictures() -> None:
    """To the byte, and another seed gives another person."""
    one, same, other = (cartoon_store(seed, faces=("smile",), pictures=2) for seed in (1, 1, 2))
    assert [sample.data for sample in one.samples()] == [sample.data for sample in same.samples()]
    assert one.samples()[0].data != other.samples()[0].data


def test_neighbours_are_twins_and_takes_are_not() -> None:
    """A picture is much nearer to the next of its burst than to any picture of the next take."""
    store = cartoon_store(3, faces=("smile",), pictures=4)
    first, second = rows(store, "smile", 1), rows(store, "smile", 2)
    twins = np.linalg.norm(first[1:] - first[:-1], axis=1).max()
    assert np.linalg.norm(first[:, np.newaxis] - second, axis=2).min() > 2 * twins


def test_takes_may_be_alike() -> None:
    """With `apart=0` nobody sits down anew, so that two takes differ as two bursts of one sitting do."""
    alike, anew = (cartoon_store(3, faces=("smile",), pictures=3, apart=apart) for apart in (0.0, 1.0))
    gap, wide = (np.linalg.norm(rows(s, "smile", 1)[0] - rows(s, "smile", 2)[0]) for s in (alike, anew))
    assert gap < wide / 2


def test_saved_it_is_a_player_of_an_evaluation(tmp_path: Path) -> None:
    """A folder of such stores is what `facegame evaluate` reads."""
    cartoon_store(1, pictures=5).save(tmp_path / "ana")
    people = read_people(tmp_path)
    assert [player.name for player in people.testable] == ["ana"]
    assert people.left_out == ()


@pytest.mark.parametrize("wrong", [{"takes": 0}, {"pictures": 0}, {"apart": 2.0}, {"faces": ("Nessie",)}])
def test_what_cannot_be_is_said(wrong: dict[str, Any]) -> None:
    """A number out of range or a face that the cartoon does not know is an error with a sentence."""
    with pytest.raises(BadSetting):
        cartoon_store(**wrong)
