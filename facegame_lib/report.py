"""CLASSIFY: what training found out about what was taught, by leaving out each picture in turn."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import Classifier, Floats, KnnClassifier

FOLDS: Final = 10
NEAR: Final = 3  # pictures whose mean distance counts
APART: Final = 2.8  # usual distances between two faces from which a second take has nothing to give


@dataclass(frozen=True)
class Confusion:
    """Of the pictures of `taught`, this share was taken for `seen`."""

    taught: str
    seen: str
    share: float


@dataclass(frozen=True)
class Weakest:
    """The face that a second take would help most: of those taught in one, `label` comes closest to another,
    `near`. `apart` is the distance between the two, in those usual between pictures of one face."""

    label: str
    near: str
    apart: float


@dataclass(frozen=True)
class Report:
    """What training found: `agreement` is the share of the pictures that the others name rightly when each
    is left out in turn (in tenths of them for a classifier other than k-NN). Pictures of one burst are
    near twins, so it flatters: a second take, tried against the first, is the harder and truer test.
    `pictures` were learnt, `skipped` not, because no face is in them. `weakest` would gain most from a second
    take; None if all have one, or are well apart and none is taken for another. How well that is foretold:
    docs/teaching.md."""

    pictures: int
    labels: tuple[str, ...]
    agreement: float
    confused: Confusion | None
    skipped: int = 0
    weakest: Weakest | None = None


def look_over(
    classifier: Classifier,
    X: Floats,
    y: NDArray[Any],
    groups: NDArray[Any],
    takes: NDArray[Any],
    skipped: int = 0,
) -> Report:
    """The report of a fitted classifier on what it was fitted with: `X` `(n, d)`, labels `y` `(n,)`, which
    rows come of one picture, `groups` `(n,)`, and of which take, `takes` `(n,)`; `skipped` is passed on."""
    guesses = _held_out(classifier, X, y, groups)
    first = np.unique(groups, return_index=True)[1]  # each picture itself, not its copies
    labels = tuple(str(label) for label in classifier.classes_)
    X, y, takes, guesses = X[first], y[first], takes[first], guesses[first]
    worst: Confusion | None = None
    for taught in labels:
        for seen in labels:
            share = float((guesses[y == taught] == seen).mean())
            if taught != seen and share > (worst.share if worst else 0.0):
                worst = Confusion(taught, seen, share)
    weakest = _weakest(X, y, takes, (worst.taught, worst.seen) if worst else ())
    return Report(len(y), labels, float((guesses == y).mean()), worst, skipped, weakest)


def _held_out(classifier: Classifier, X: Floats, y: NDArray[Any], groups: NDArray[Any]) -> NDArray[Any]:
    """What each row is taken for by a model that was not taught its picture; shape `(n,)`."""
    if isinstance(classifier, KnnClassifier):
        distances = 1.0 - classifier.X_ @ classifier.X_.T
        distances[groups[:, np.newaxis] == groups] = np.inf
        return np.asarray(classifier.classes_[classifier.vote(distances).argmax(axis=1)])
    guesses = np.empty_like(y)
    for fold in range(FOLDS):
        held = groups % FOLDS == fold
        if held.any() and not held.all():
            fitted = copy.deepcopy(classifier).fit(X[~held], y[~held])
            guesses[held] = fitted.classes_[fitted.predict_proba(X[held]).argmax(axis=1)]
    return guesses


def _weakest(X: Floats, y: NDArray[Any], takes: NDArray[Any], confused: tuple[str, ...]) -> Weakest | None:
    """The face of one take that comes closest to another, of those that are confused or not well apart: for
    each two, how far the nearest quarter of the one's pictures is from the other's. Where faces are near, a
    take that differs a little goes wrong."""
    squares = np.square(X, dtype=np.float64).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, np.newaxis] + squares - 2.0 * X @ X.T, 0.0))
    alike = (y[:, np.newaxis] == y) & ~np.eye(len(y), dtype=np.bool_)
    usual = max(float(np.median(_nearest(np.where(alike, distances, np.inf)))), 1e-6)
    pairs = [
        Weakest(
            str(label), str(other), float(np.quantile(_nearest(distances[y == label][:, y == other]), 0.25))
        )
        for label in np.unique(y)
        for other in np.unique(y)
        if label != other and len(set(takes[y == label])) == 1
    ]
    pairs = [replace(pair, apart=pair.apart / usual) for pair in pairs]
    near = [pair for pair in pairs if pair.apart < APART or pair.label in confused]
    return min(near, key=lambda pair: pair.apart, default=None)


def _nearest(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the smallest few of each row."""
    return np.asarray(np.sort(distances, axis=1)[:, :NEAR].mean(axis=1))
