"""How long each combination takes for one frame, measured side by side."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from statistics import median
from typing import Any

from facegame_lib.classifier import Floats
from facegame_lib.errors import FaceGameError
from facegame_lib.frames import Frame
from facegame_lib.research.contestants import Sight, fitted_metric, fresh, labels
from facegame_lib.research.splits import Subject
from facegame_lib.research.trial import Views

Pair = tuple[str, str]  # a sight's name and a classifier's


def milliseconds(
    sights: Sequence[Sight],
    classifiers: Mapping[str, Any],
    subject: Subject,
    views: Mapping[str, Views],
    seed: int,
    frames: int,
) -> dict[Pair, float]:
    """The median milliseconds from a decoded frame to its label, of so many frames that were not taught.

    Every frame goes through all combinations before the next one does, so that whatever else the machine is
    at slows all of them down; the first one is only there to wake them up. The face is followed from frame to
    frame, as in the game. A combination that could not be taught has no time.
    """
    split = subject.splits[0]
    ready = {}
    for sight in sights:
        lesson = views[sight.name].lesson(split.taught)
        if lesson is not None:
            X, y = lesson
            space = fitted_metric(sight.metric, X, y)
            X = X if space is None else space.transform(X)
            minds = {name: fresh(each, seed).fit(X, y) for name, each in classifiers.items()}
            ready[sight.name] = (sight, space, minds)
    took: dict[Pair, list[float]] = {}
    for place in split.tried[: frames + 1]:
        frame = subject.samples[place].frame()
        for name, (sight, space, minds) in ready.items():
            began = time.perf_counter()
            row: Floats | None = None
            with suppress(FaceGameError):  # that it finds no face takes time too
                row = _see(sight, frame)
            looked = time.perf_counter() - began
            for mind, classifier in minds.items():
                began = time.perf_counter()
                if row is not None:
                    labels(classifier, row if space is None else space.transform(row))
                took.setdefault((name, mind), []).append(1000 * (looked + time.perf_counter() - began))
    return {pair: median(each[1:] or each) for pair, each in took.items()}


def _see(sight: Sight, frame: Frame) -> Floats:
    """The row of a camera's next frame, `(1, d)`."""
    watch = getattr(sight.embedder, "watch", None)
    rows: Floats = sight.embedder.embed([frame]) if watch is None else watch(frame)
    return rows
