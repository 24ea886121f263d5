"""A store as a recogniser learns it, in numbers: to teach parts of it again and again and try the others.

Pictures of one burst are near twins, so a model that was taught some of a burst is hardly tested by the rest
of it. Here a whole take is left out and the model is tried on that: leave-one-group-out, the groups being
takes; https://scikit-learn.org/stable/modules/cross_validation.html#leave-one-group-out.
"""

from __future__ import annotations

import copy
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import Classifier, Floats, KnnClassifier
from facegame_lib.progress import Progress
from facegame_lib.recognizer import Metric, Recognizer
from facegame_lib.samples import Sample, SampleStore
from facegame_lib.whitening import Whitening

PARTS: Final = 5  # a burst without a second take is left out in that many parts, one after the other

Which = NDArray[np.bool_]  # of the pictures of a lesson, `(n,)`


def one_thread() -> AbstractContextManager[Any]:
    """While in it, linear algebra keeps to one thread, where threadpoolctl is installed (extra `lab`).

    A lesson's matrices are small, and threads that wait for each other cost more than they bring: on two
    busy cores the influence of 72 pictures took 1 to 2 s so, and 6 to 27 s otherwise."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    return threadpool_limits(1)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Taught:
    """A metric and a classifier that were taught some pictures; `rows` `(m,)` says which rows of the lesson's
    `X`. `labels` are the lesson's, also those that were not taught."""

    metric: Metric | None
    classifier: Classifier
    rows: NDArray[np.intp]
    labels: tuple[str, ...]

    def space(self, X: Floats) -> Floats:
        """Embeddings `(n, d)` in the space in which the classifier measures distances, `(n, r)`."""
        return X if self.metric is None else self.metric.transform(X)

    def probabilities(self, X: Floats) -> NDArray[np.float64]:
        """The probability of each of `labels`, `(n, labels)`; 0 of those that were not taught."""
        columns = [self.labels.index(str(label)) for label in self.classifier.classes_]
        shares = np.zeros((len(X), len(self.labels)))
        shares[:, columns] = self.classifier.predict_proba(self.space(X))
        return shares


@dataclass(frozen=True)
class Lesson:
    """The `n` pictures of a store in which something is seen, and what is learnt of them.

    `X` `(rows, d)`: their embeddings as the recogniser learns them, copies too; `of` `(rows,)`: the picture
    each row is of. `names`: what people call each category id; `skipped`: the pictures without a face.
    """

    recognizer: Recognizer = field(repr=False)
    samples: tuple[Sample, ...] = field(repr=False)
    skipped: tuple[Sample, ...] = field(repr=False)
    names: dict[str, str]
    X: Floats = field(repr=False)
    of: NDArray[np.intp] = field(repr=False)

    @classmethod
    def make(cls, store: SampleStore, recognizer: Recognizer, progress: Progress | None = None) -> Self:
        """Teach the recogniser that store, and keep what it learnt. Raises what `Recognizer.fit` does."""
        recognizer.fit(store, progress)
        every = [(sample, recognizer.rows(sample)) for sample in store.samples()]
        seen = [(sample, rows) for sample, rows in every if recognizer.seen(rows).all()]
        there = {sample.id for sample, _ in seen}
        return cls(
            recognizer,
            tuple(sample for sample, _ in seen),
            tuple(sample for sample, _ in every if sample.id not in there),
            {category.id: category.name for category in store.categories},
            np.concatenate([rows for _, rows in seen]),
            np.repeat(np.arange(len(seen)), [len(rows) for _, rows in seen]),
        )

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The category ids that have pictures, sorted."""
        return tuple(sorted({sample.category for sample in self.samples}))

    @cached_property
    def y(self) -> NDArray[np.intp]:
        """The label of each picture, as a place in `labels`; `(n,)`."""
        return np.array([self.labels.index(sample.category) for sample in self.samples])

    @cached_property
    def itself(self) -> NDArray[np.intp]:
        """The row of each picture itself, not of its copies; `(n,)`."""
        return np.unique(self.of, return_index=True)[1]

    def but(self, *samples: Sample) -> Self:
        """The lesson without these pictures, the store as it is; the recogniser still knows them."""
        gone = {sample.id for sample in samples}
        kept = np.array([sample.id not in gone for sample in self.samples])
        rows = kept[self.of]
        return replace(
            self,
            samples=tuple(sample for sample in self.samples if sample.id not in gone),
            X=self.X[rows],
            of=(np.cumsum(kept) - 1)[self.of[rows]],
        )

    def fold_of(self, sample: Sample) -> Which:
        """What is left out with that picture (`folds`); nothing, if it is none of the lesson's."""
        place = next((i for i, other in enumerate(self.samples) if other == sample), None)
        nothing = np.zeros(len(self.samples), np.bool_)
        return nothing if place is None else next(fold for fold in self.folds if fold[place])

    def without(self, sample: Sample) -> Recognizer:
        """The recogniser as it is if it is not taught what is left out with that picture: to ask it about a
        picture of which it has seen no twin."""
        held = self.fold_of(sample)
        taught = [other for other, out in zip(self.samples, held, strict=True) if not out]
        return self.recognizer.twin().learn(taught)

    @property
    def takes(self) -> list[tuple[str, int]]:
        """The category and the take of each picture."""
        return [(sample.category, sample.take) for sample in self.samples]

    def teach(self, taught: Which) -> Taught:
        """A model of those pictures alone, taught from nothing: metric and classifier both."""
        return self._teach(self.X, taught)

    def guess(self, taught: Which, tried: Which) -> NDArray[np.float64]:
        """What the pictures `tried` are taken for by a model of those `taught`: `(tried, labels)`.

        Some 5 ms for 80 pictures and a copy of each; with `Whitening` it grows with their cube."""
        return self._teach(self._points, taught).probabilities(self._points[self.itself[tried]])

    def _teach(self, points: Floats, taught: Which) -> Taught:
        rows = np.flatnonzero(taught[self.of])
        X, y = points[rows], np.array(self.labels)[self.y[self.of[rows]]]
        metric = copy.deepcopy(self.recognizer.metric)
        if metric is not None:
            X = metric.fit(X, y).transform(X)
        classifier = copy.deepcopy(self.recognizer.classifier)
        classifier.fit(X, y)
        return Taught(metric, classifier, rows, self.labels)

    @cached_property
    def folds(self) -> tuple[Which, ...]:
        """What is left out together, so that each picture is left out once: the first take of each face that
        has several, its second take and so on. A face of one take is left out in `PARTS` parts, each of
        pictures that follow one another: that flatters (`flattered`), for the parts are of one burst."""
        number = np.zeros(len(self.samples), np.intp)
        for label in self.labels:
            own = np.array([sample.category == label for sample in self.samples])
            takes = np.array([sample.take for sample in self.samples])[own]
            if label in self.flattered:
                number[own] = np.arange(own.sum()) * PARTS // own.sum()
            else:
                number[own] = np.unique(takes, return_inverse=True)[1]
        return tuple(number == fold for fold in np.unique(number))

    @cached_property
    def flattered(self) -> tuple[str, ...]:
        """The labels of one take only, so that they are tried on the burst that taught them."""
        takes = set(self.takes)
        return tuple(label for label in self.labels if sum(of == label for of, _ in takes) == 1)

    @cached_property
    def _points(self) -> Floats:
        """`X` to teach with: turned into its own span where that changes nothing but the time it takes.

        Whitening and cosine distance only look at the inner products of rows, which a rotation keeps. So the
        thousands of numbers of a row become as many as there are rows. Other parts get `X` as it is.
        """
        kinds = type(self.recognizer.metric), type(self.recognizer.classifier)
        if kinds[0] not in (Whitening, type(None)) or kinds[1] is not KnnClassifier:
            return self.X
        turned = np.asarray(np.linalg.qr(self.X.T.astype(np.float64), mode="r"))
        return np.ascontiguousarray(turned.T, np.float32)
