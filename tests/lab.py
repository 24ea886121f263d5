"""Stores and parts that the tests of the lab share."""

from __future__ import annotations

import numpy as np

from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame

COLOURS = {"red": (150, 60, 60), "green": (60, 150, 60), "blue": (60, 60, 150), "sea": (60, 120, 100)}


class Kept(FakeEmbedder):
    """A `FakeEmbedder` that says what it is, so that what it sees is kept on disk."""

    fingerprint = "the picture at 8 x 8"


class Other(FakeEmbedder):
    """Another embedder, by name and by what it sees."""

    name = "other"

    def __init__(self) -> None:
        super().__init__(4)


def store_of(takes: int = 3, pictures: int = 5, faces: int = 3, tint: float = 0.0) -> SampleStore:
    """So many takes of each face, which is a colour. Each take is in a light of its own, up to `tint` of 255
    aside in each channel: with 90 the faces are hard to tell apart by what another take taught."""
    names = list(COLOURS)[:faces]
    store = SampleStore(names)
    for number, name in enumerate(names):
        for take in range(takes):
            dice = np.random.default_rng([take, number])
            light = dice.uniform(-tint, tint, 3)
            for _ in range(pictures):
                colour = np.clip(light + COLOURS[name] + dice.normal(0, 12, 3), 0, 255).astype(int)
                picture = plain_frame(tuple(colour.tolist()), seed=int(dice.integers(2**31)))
                store.add(name, picture, take + 1)
    return store
