"""Who takes part in a comparison: embedders and classifiers, by name or as objects."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import Floats, KnnClassifier
from facegame_lib.embedding import Embedder
from facegame_lib.errors import BadSetting
from facegame_lib.recognizer import Metric, Recognizer
from facegame_lib.research.pupil import BASELINE, make_recognizer

_PARTS: Final = ("name", "dim", "embed")  # of an embedder


@dataclass(frozen=True)
class Sight:
    """An embedder, and the metric that goes with it: `face` is whitened, as in `Recognizer()`."""

    name: str
    embedder: Embedder
    metric: Metric | None

    def seen(self, X: Floats) -> NDArray[Any]:
        """Which rows `(n, d)` are of anything at all; shape `(n,)`."""
        return Recognizer(self.embedder).seen(X)


def sights(embedders: Any) -> tuple[Sight, ...]:
    """The embedders as `compare` takes them. Raises `BadSetting`."""
    found = []
    for name, given in _named(embedders, "embedders"):
        each = make_recognizer(given) if isinstance(given, str) else given
        embedder, metric = (each.embedder, each.metric) if isinstance(each, Recognizer) else (each, None)
        if isinstance(embedder, type) or not all(hasattr(embedder, part) for part in _PARTS):
            raise BadSetting("not_an_embedder", found=_said(given))
        own = given if isinstance(given, str) else " + ".join(filter(None, [embedder.name, _kind(metric)]))
        found.append(Sight(name or own, embedder, metric))
    names = _told_apart([sight.name for sight in found])
    return tuple(Sight(name, s.embedder, s.metric) for name, s in zip(names, found, strict=True))


def brains(classifiers: Any) -> dict[str, Any]:
    """The classifiers as `compare` takes them, by the names they are shown with. Raises `BadSetting`."""
    from sklearn.base import BaseEstimator, is_regressor

    names, found = [], []
    for name, given in _named(classifiers, "classifiers"):
        each: Any = make_recognizer(BASELINE, given).classifier if isinstance(given, str) else given
        answers = hasattr(each, "predict") or hasattr(each, "predict_proba")
        regressor = isinstance(each, BaseEstimator) and is_regressor(each)
        if isinstance(each, type) or regressor or not (hasattr(each, "fit") and answers):
            raise BadSetting("not_a_classifier", found=_said(each))
        names.append(name or (given if isinstance(given, str) else _said(each)))
        found.append(each)
    return dict(zip(_told_apart(names), found, strict=True))


def fresh(classifier: Any, seed: int) -> Any:
    """A copy of it that has learnt nothing; where it throws dice, they are seeded, if they are not yet."""
    from sklearn.base import clone

    new = clone(classifier, safe=False)
    if hasattr(new, "get_params"):
        dice = [name for name, value in new.get_params().items() if value is None and _throws(name)]
        new.set_params(**dict.fromkeys(dice, seed))
    return new


def labels(classifier: Any, X: Floats) -> NDArray[Any]:
    """What a fitted classifier takes each row for, shape `(n,)`: as its own `predict` says, so that one
    without probabilities (scikit-learn's `SVC()`) takes part too."""
    if hasattr(classifier, "predict"):
        return np.asarray(classifier.predict(X))
    return np.asarray(classifier.classes_[np.asarray(classifier.predict_proba(X)).argmax(axis=1)])


def fitted_metric(metric: Metric | None, X: Floats, y: NDArray[Any]) -> Metric | None:
    """A copy of that metric that has learnt `X` `(n, d)` and `y` `(n,)`; None if there is none."""
    return None if metric is None else copy.deepcopy(metric).fit(X, y)


def _throws(name: str) -> bool:
    return name.rpartition("__")[2] == "random_state"


def _named(given: Any, name: str) -> Iterable[tuple[str, Any]]:
    """`(name or "", contestant)` of a list, of a mapping from names, or of one contestant alone."""
    if isinstance(given, Mapping):
        pairs = [(str(key), value) for key, value in given.items()]
    elif isinstance(given, list | tuple):
        pairs = [("", value) for value in given]
    else:
        pairs = [("", given)]
    if not pairs:
        raise BadSetting("nobody_to_compare", name=name)
    return pairs


def _told_apart(names: Iterable[str]) -> list[str]:
    """The names, with a number behind one that was there before."""
    found = list[str]()
    for name in names:
        number = 1
        while (unique := name if number == 1 else f"{name} ({number})") in found:
            number += 1
        found.append(unique)
    return found


def _kind(part: Any) -> str:
    return "" if part is None else type(part).__name__


def _said(each: Any) -> str:
    if isinstance(each, KnnClassifier):
        return f"KnnClassifier(k={each.k}{'' if each.weights == 'distance' else ', uniform'})"
    return re.sub(r"\s+", " ", repr(each))
