"""What several files of tests are given."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import FACES, cast, film

from facegame_lib.cartoon import CartoonPlayer


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
