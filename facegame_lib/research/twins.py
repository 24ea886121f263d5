"""How much a split by picture flatters: the wrong way of measuring beside the right one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from facegame_lib.progress import Progress, part, silent
from facegame_lib.research import jobs
from facegame_lib.research.compare import look_at, try_all
from facegame_lib.research.contestants import brains, sights
from facegame_lib.research.splits import by_picture, subjects
from facegame_lib.samples import SampleStore


@dataclass(frozen=True)
class Flattery:
    """Mean balanced accuracy, 0 to 1, of one combination: taught takes and tried on other takes, and taught
    as many pictures of any take and tried on the rest. `by_picture - by_take` is nothing but twins."""

    embedder: str
    classifier: str
    by_take: float
    by_picture: float


def flattery(
    store_or_root: SampleStore | str | Path,
    embedders: Any = ("face", "MobileNetV2"),
    classifiers: Any = ("knn",),
    *,
    faces: int | None = None,
    train_takes: int = 1,
    repeats: int = 10,
    seed: int = 0,
    cache: bool | str | Path = True,
    progress: Progress = silent,
) -> tuple[Flattery, ...]:
    """Both ways for each combination, with as many pictures taught; arguments and errors as in `compare`."""
    jobs.check(1, "loky")
    eyes, minds = sights(embedders), brains(classifiers)
    right, _ = subjects(store_or_root, faces, train_takes, repeats, seed)
    wrong = [
        replace(player, splits=tuple(by_picture(split, player.samples, seed) for split in player.splits))
        for player in right
    ]
    views, _ = look_at(right, eyes, cache, part(progress, 0.0, 0.8))
    stages = (part(progress, 0.8, 0.9), part(progress, 0.9, 1.0))
    honest, flattered = (
        try_all(players, eyes, minds, views, seed, 1, "loky", stage)
        for players, stage in zip((right, wrong), stages, strict=True)
    )
    return tuple(Flattery(*names, _mean(honest[names]), _mean(flattered[names])) for names in honest)


def _mean(values: list[list[float]]) -> float:
    """The mean over the players, each of whom weighs the same."""
    return float(np.mean([np.mean(each) for each in values]))
