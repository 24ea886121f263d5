"""Folders with a store in them, for the tests of what is kept on disk."""

from __future__ import annotations

from pathlib import Path

from facegame_lib import frames
from facegame_lib.samples import SampleStore
from facegame_lib.testing import plain_frame

RED = (250, 20, 20)


def picture(seed: int) -> bytes:
    """A small square JPEG of its own."""
    return frames.encode(plain_frame(RED, seed=seed))


def kept(root: Path) -> SampleStore:
    """A store in that folder: two pictures of "Zapallo 🎃" in a take each, one of "smile"."""
    store = SampleStore.open(root, ["Zapallo 🎃", "smile"])
    store.add("zapallo", picture(0))
    store.add("smile", picture(1))
    store.add("zapallo", picture(2), take=2)
    return store


def told(store: SampleStore) -> list[tuple[str, str]]:
    """What was wrong in the folder: the last word of each sentence's key, and where."""
    return [(problem.key.rpartition(".")[2], problem.details["path"]) for problem in store.problems]


def files(root: Path) -> dict[str, bytes]:
    """Everything under the folder, hidden files too."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def shape(store: SampleStore) -> dict[str, list[tuple[str, int, bytes]]]:
    """Each category's name with its pictures in order."""
    return {
        category.name: [(s.id, s.take, s.data) for s in store.samples(category.id)]
        for category in store.categories
    }


def held(store: Path) -> dict[str, list[tuple[int, bytes]]]:
    """What is in the store of that folder: each face's name with take and bytes of its pictures."""
    return {
        name: [(take, data) for _, take, data in rows]
        for name, rows in shape(SampleStore.open(store)).items()
    }
