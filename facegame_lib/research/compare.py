"""Which embedder, which classifier? Every combination is tried on the same splits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from facegame_lib.embedding_cache import EmbeddingCache
from facegame_lib.errors import BadSetting
from facegame_lib.folder import Problem
from facegame_lib.progress import Progress, part, silent
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import jobs
from facegame_lib.research.comparison import Combination, Comparison
from facegame_lib.research.contestants import Sight, brains, sights
from facegame_lib.research.intervals import estimate
from facegame_lib.research.splits import Subject, subjects
from facegame_lib.research.stopwatch import milliseconds
from facegame_lib.research.trial import Views, examine, look
from facegame_lib.samples import SampleStore
from facegame_lib.weights import cache_folder

_Marks = dict[tuple[str, str], list[list[float]]]  # of a combination, each player's accuracies, one a split


def compare(
    store_or_root: SampleStore | str | Path,
    embedders: Any = ("face", "MobileNetV2"),
    classifiers: Any = ("knn",),
    *,
    faces: int | None = None,
    train_takes: int = 1,
    repeats: int = 10,
    seed: int = 0,
    n_jobs: int = 1,
    backend: jobs.Backend = "loky",
    cache: bool | str | Path = True,
    timed: int = 20,
    progress: Progress = silent,
) -> Comparison:
    """Try every embedder with every classifier, each on the same splits by take; the first is the baseline.

    store_or_root  a store (one player), its folder, or a folder of players as `facegame evaluate` reads it
    embedders      names as `facegame evaluate` takes them, any `Embedder`, or a `Recognizer`, whose embedder
                   and metric it then is ("face" is `Recognizer()`: whitened; a bare `FaceEmbedder()` is not);
                   one, a list, or a mapping from the names to be shown
    classifiers    the same: names, or anything with scikit-learn's `fit` and `predict`. Each split learns a
                   copy; where one throws dice (`random_state=None`), `seed` seeds them
    faces          how many of a player's categories each split draws; None: all
    train_takes    takes of each category that teach; the others are tried
    repeats        splits of each player at most: there are no more than the takes allow
    n_jobs         processes that teach and try, -1 for all cores. The pictures are looked at in this one,
                   where the nets use two threads
    backend        "loky" (processes), "threading", or "ray": the Ray cluster that this process has joined
                   (`ray.init("HOST:PORT")`), with facegame installed on each of its machines
    cache          whether embeddings are kept in the user's cache, or the folder to keep them in; see
                   `embedding_cache` for what is never kept, and `forget_embeddings`
    timed          frames whose time is taken, of one player; they are embedded anew for that. 0: none

    A whole take teaches or is tried, never some of its pictures: neighbours in a burst are near twins, and
    parted they flatter (`splits`; how much: `twins.flattery`). What the intervals do not say: docs/lab.md.
    The accuracies are the same for the same pictures and seed whatever `n_jobs` and `backend` are.

    Raises `NotEnough` (a second take is needed), `BadSetting`, `BadStore`, `MissingExtra`,
    `RemoteUnavailable`, and what preparing an embedder raises.
    """
    jobs.check(n_jobs, backend)
    if timed < 0:
        raise BadSetting("out_of_range", name="timed", low=0, high="...", found=timed)
    eyes, minds = sights(embedders), brains(classifiers)
    players, left_out = subjects(store_or_root, faces, train_takes, repeats, seed)
    views, unkept = look_at(players, eyes, cache, part(progress, 0.0, 0.7))
    marks = try_all(players, eyes, minds, views, seed, n_jobs, backend, part(progress, 0.7, 0.95))
    progress(0.95, "progress.compare.time")
    first = {sight.name: views[sight.name][0] for sight in eyes}
    took = milliseconds(eyes, minds, players[0], first, seed, timed) if timed else {}
    progress(1.0, "progress.compare.time")

    ratio = float(np.mean([split.ratio for player in players for split in player.splits]))
    base = next(iter(marks.values()))
    rows = list[Combination]()
    for (eye, mind), values in marks.items():
        apart = [[x - y for x, y in zip(*both, strict=True)] for both in zip(values, base, strict=True)]
        rows.append(
            Combination(
                eye,
                mind,
                estimate(values, ratio, 0.0, 1.0),
                estimate(apart, ratio, -1.0, 1.0) if rows else None,
                took.get((eye, mind)),
                _unseen(players, views[eye]),
                {player.name: tuple(each) for player, each in zip(players, values, strict=True)},
            )
        )
    return Comparison(tuple(rows), faces, train_takes, seed, (*left_out, *unkept))


def look_at(
    players: Sequence[Subject], eyes: Sequence[Sight], cache: bool | str | Path, progress: Progress
) -> tuple[dict[str, list[Views]], list[Problem]]:
    """What each embedder sees, by its name: each player's pictures. And what could not be kept."""
    folder = cache_folder(None if cache is True else cache) if cache else None
    total = len(eyes) * sum(len(player.samples) for player in players)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        progress(0.1 + 0.9 * done / total, "progress.embed")

    progress(0.0, "progress.embed")
    found: dict[str, list[Views]] = {}
    problems = []
    for place, sight in enumerate(eyes):
        start, share = 0.1 * place / len(eyes), 0.1 / len(eyes)
        Recognizer(sight.embedder).prepare(part(progress, start, start + share))
    for sight in eyes:
        kept = EmbeddingCache(sight.embedder, folder)
        found[sight.name] = [look(sight, player.samples, kept, step) for player in players]
        if kept.failure is not None:
            details = {"folder": str(folder), "reason": kept.failure.strerror or str(kept.failure)}
            problems.append(Problem("compare.not_kept", details))
    return found, problems


def try_all(
    players: Sequence[Subject],
    eyes: Sequence[Sight],
    minds: dict[str, Any],
    views: dict[str, list[Views]],
    seed: int,
    n_jobs: int,
    backend: jobs.Backend,
    progress: Progress,
) -> _Marks:
    """The accuracy of each combination in each split of each player."""
    marks: _Marks = {(sight.name, mind): [[] for _ in players] for sight in eyes for mind in minds}
    work, places = [], []
    for sight in eyes:
        for who, player in enumerate(players):
            for number, split in enumerate(player.splits):
                dice = int(np.random.default_rng([seed % 2**64, number]).integers(2**31))
                work.append((views[sight.name][who], sight.metric, minds, split, dice))
                places.append((sight.name, who))
    for done, found in enumerate(jobs.spread(examine, work, n_jobs, backend)):
        name, who = places[done]
        for mind, mark in zip(minds, found, strict=True):
            marks[name, mind][who].append(mark)
        progress((done + 1) / len(work), "progress.evaluate.try")
    return marks


def _unseen(players: Sequence[Subject], views: Sequence[Views]) -> float:
    """The share of the pictures tried in which the embedder sees nothing, over all splits."""
    tried = [view.seen[list(split.tried)] for player, view in zip(players, views, strict=True)
             for split in player.splits]  # fmt: skip
    return float(1 - np.concatenate(tried).mean())
