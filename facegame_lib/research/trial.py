"""One trial of a comparison: taught one part of a player's pictures, tried on the other.

Everything in here works on embeddings, so that it may run in another process or on another machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import Floats
from facegame_lib.embedding_cache import EmbeddingCache
from facegame_lib.errors import BadPicture, BadSetting, FaceGameError
from facegame_lib.recognizer import MIN_PICTURES, Metric
from facegame_lib.research.contestants import Sight, fitted_metric, fresh, labels
from facegame_lib.research.measures import balanced_accuracy
from facegame_lib.research.splits import Split
from facegame_lib.samples import Sample


@dataclass(frozen=True)
class Views:
    """What one embedder sees in one player's pictures: `rows` `(n, m, d)`, m of each picture at most, itself
    first and then its copies; `many` `(n,)`, how many there are, 0 where nothing is seen; `y` `(n,)`, the
    categories."""

    rows: Floats
    many: NDArray[np.intp]
    y: NDArray[Any]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """In which pictures anything is seen, `(n,)`."""
        return self.many > 0

    def lesson(self, places: Sequence[int]) -> tuple[Floats, NDArray[Any]] | None:
        """The rows to learn of these pictures and their labels, `(k, d)` and `(k,)`; None where in too few of
        a category anything is seen, which no recogniser learns."""
        taught = np.array([place for place in places if self.many[place]], np.intp)
        counts = Counter(self.y[taught].tolist())
        if any(counts[label] < MIN_PICTURES for label in set(self.y[list(places)].tolist())):
            return None
        many = self.many[taught]
        own = np.arange(self.rows.shape[1]) < many[:, np.newaxis]
        return self.rows[taught][own], np.repeat(self.y[taught], many)


def look(sight: Sight, samples: Sequence[Sample], cache: EmbeddingCache, step: Callable[[], None]) -> Views:
    """Look at each picture once, or never if the cache has it; `step` is called after each.

    Raises `BadSetting` for an embedder whose rows are not what it promises.
    """
    found: dict[str, Floats] = {}
    for sample in samples:
        if sample.digest not in found:
            rows = cache.get(sample.digest)
            if rows is None:
                rows = _rows(sight, sample)
                cache.put(sample.digest, rows)
            found[sample.digest] = rows
        step()
    many = np.array([len(found[sample.digest]) for sample in samples], np.intp)
    X = np.zeros((len(samples), max(1, many.max()), sight.embedder.dim), np.float32)
    for place, sample in enumerate(samples):
        X[place, : many[place]] = found[sample.digest]
    return Views(X, many, np.array([sample.category for sample in samples]))


def _rows(sight: Sight, sample: Sample) -> Floats:
    """The rows of that picture `(m, d)`, itself first; none where nothing is seen, as `Recognizer` has it."""
    embedder = sight.embedder
    copies = getattr(embedder, "copies", None)
    try:
        rows = np.asarray(embedder.embed([sample.frame()]) if copies is None else copies(sample.frame()))
    except BadPicture:
        return np.empty((0, embedder.dim), np.float32)
    if rows.ndim != 2 or rows.shape[1] != embedder.dim or not len(rows) or rows.dtype.kind not in "fiu":
        found = f"{rows.dtype} {rows.shape}"
        raise BadSetting("not_a_row", name=sight.name, dim=embedder.dim, found=found)
    rows = np.asarray(rows, np.float32)
    return rows if np.isfinite(rows).all() and sight.seen(rows).all() else rows[:0]


def examine(
    views: Views, metric: Metric | None, classifiers: Mapping[str, Any], split: Split, seed: int
) -> tuple[float, ...]:
    """The balanced accuracy of each classifier, 0 to 1. A picture in which nothing is seen is wrong.

    On one thread of BLAS: the same numbers then come out wherever it runs. Raises `BadSetting` for a
    classifier that fails.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        lesson = views.lesson(split.taught)
        if lesson is None:
            return (0.0,) * len(classifiers)
        X, y = lesson
        tried = list(split.tried)
        T, truth, seen = views.rows[tried, 0], views.y[tried], views.seen[tried]
        space = fitted_metric(metric, X, y)
        if space is not None:
            X, T = space.transform(X), space.transform(T)
        marks = []
        for name, classifier in classifiers.items():
            with _said_of(name):
                guesses = labels(fresh(classifier, seed).fit(X, y), T)
            marks.append(balanced_accuracy(truth.tolist(), (guesses == truth) & seen))
        return tuple(marks)


@contextmanager
def _said_of(name: str) -> Iterator[None]:
    """What goes wrong inside a classifier, as an error that names it."""
    try:
        yield
    except FaceGameError:
        raise
    except Exception as error:
        raise BadSetting("classifier_failed", name=name, reason=error) from error
