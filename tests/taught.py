"""A recogniser that was taught three colours."""

from __future__ import annotations

from typing import Any

from facegame_lib import frames
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame

COLOURS = {"red": (250, 20, 20), "green": (20, 250, 20), "blue": (20, 20, 250)}


def seen(name: str, seed: int) -> frames.Frame:
    """A frame of that face."""
    return plain_frame(COLOURS[name], seed=seed)


def store_of(pictures: int = 8, store: SampleStore | None = None) -> SampleStore:
    """A store with that many pictures of each face."""
    store = SampleStore(COLOURS) if store is None else store
    for number, category in enumerate(store.categories):
        for i in range(pictures):
            store.add(category.id, seen(category.name, 100 * number + i))
    return store


def trained(**parts: Any) -> Recognizer:
    """A recogniser that knows the three faces."""
    return Recognizer(FakeEmbedder(), **parts).fit(store_of())
