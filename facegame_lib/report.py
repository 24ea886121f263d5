"""CLASSIFY: what training found out about what was taught, by leaving out each picture in turn."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import Classifier, Floats, KnnClassifier

FOLDS: Final = 10


@dataclass(frozen=True)
class Confusion:
    """Of the pictures of `taught`, this share was taken for `seen`."""

    taught: str
    seen: str
    share: float


@dataclass(frozen=True)
class Report:
    """What training found: `agreement` is the share of the pictures that the others name rightly when each
    is left out in turn (in tenths of them for a classifier other than k-NN). Pictures of one burst are
    near twins, so it flatters: a second take, tried against the first, is the harder and truer test.
    `pictures` were learnt, `skipped` not, because no face is in them."""

    pictures: int
    labels: tuple[str, ...]
    agreement: float
    confused: Confusion | None
    skipped: int = 0


def look_over(
    classifier: Classifier, X: Floats, y: NDArray[Any], groups: NDArray[Any], skipped: int
) -> Report:
    """The report of a fitted classifier on what it was fitted with: `X` `(n, d)`, labels `y` `(n,)`, and
    which rows come of one picture, `groups` `(n,)`; `skipped` goes into it as it is."""
    guesses = _held_out(classifier, X, y, groups)
    first = np.unique(groups, return_index=True)[1]  # each picture itself, not its copies
    guesses, y = guesses[first], y[first]
    labels = tuple(str(label) for label in classifier.classes_)
    worst: Confusion | None = None
    for taught in labels:
        for seen in labels:
            share = float((guesses[y == taught] == seen).mean())
            if taught != seen and share > (worst.share if worst else 0.0):
                worst = Confusion(taught, seen, share)
    return Report(len(y), labels, float((guesses == y).mean()), worst, skipped)


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
