"""What several files of tests are given."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cast import FACES, cast, film

from facegame_lib.cartoon import CartoonPlayer

if TYPE_CHECKING:  # a server's packages are not loaded for tests without one
    from house import Clock


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it, and from then on the disk is full."""

    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    return lambda: monkeypatch.setattr(os, "fsync", fail)


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana has five faces, Bo four (and one without a second take), Cy two; Ana's smile is also a sweep."""
    root = tmp_path_factory.mktemp("people")
    cast(root, "ana", 1, dict.fromkeys(FACES, 2))
    cast(root, "bo", 2, {**dict.fromkeys(FACES[:4], 2), "zapallo": 1})
    cast(root, "cy", 3, dict.fromkeys(FACES[:2], 2))
    for face in FACES[1:]:
        player = CartoonPlayer(1, (96, 72), motion=0.3, light=0.3)
        player.make(face, 0.1, over=0.5)
        film(root / "sweeps" / "ana" / f"neutral-to-{face}", player, 0, 20, every=1 / 30)
    return root


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The time of the server that a file's tests share."""
    from house import Clock

    return Clock()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[str]:
    """A server for the tests of a file that need no other; its address."""
    from house import open_house

    with open_house(tmp_path_factory.mktemp("house"), clock=clock) as url:
        yield url
