"""CLASSIFY: the trained whole: a store goes in by `fit`, a frame by `predict`.

A remote recogniser answers to the same protocol (`RecognizerProtocol`), so nothing that plays a game knows
which one it has.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from facegame_lib import frames
from facegame_lib.classifier import Classifier, Floats, KnnClassifier
from facegame_lib.closeness import Closeness
from facegame_lib.embedding import Embedder, MobileNetEmbedder
from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.frames import Frame
from facegame_lib.progress import Progress
from facegame_lib.samples import Sample, SampleStore

MIN_PICTURES: Final = 5
MIN_CATEGORIES: Final = 2
FOLDS: Final = 10


@dataclass(frozen=True)
class Prediction:
    """What a frame looks like: for each label (a category's id) a probability and a closeness, 0 to 1."""

    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    closenesses: tuple[float, ...]
    known: float = 1.0  # 0 to 1: how surely it is one of the labels at all

    @property
    def label(self) -> str:
        """The likeliest label."""
        return self.labels[self.probabilities.index(max(self.probabilities))]

    @property
    def confidence(self) -> float:
        """The likeliest label's probability."""
        return max(self.probabilities)

    def closeness(self, label: str) -> float:
        """How near the face is to that label, from 0 to 1; 0 for one that was not taught."""
        return self.closenesses[self.labels.index(label)] if label in self.labels else 0.0


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
    near twins, so it flatters: a second take, tried against the first, is the harder and truer test."""

    pictures: int
    labels: tuple[str, ...]
    agreement: float
    confused: Confusion | None


class RecognizerProtocol(Protocol):
    """What a game needs of a recogniser, local or remote."""

    @property
    def ready(self) -> bool:
        """Whether it can work without a long preparation."""
        ...

    @property
    def report(self) -> Report:
        """What the last `fit` found. Raises `NotEnough` before the first."""
        ...

    def prepare(self, progress: Progress | None = None) -> Any:
        """Get ready, however long that takes."""
        ...

    def pending(self, store: SampleStore) -> list[Sample]:
        """The pictures of the store that it has not seen yet."""
        ...

    def absorb(self, samples: Iterable[Sample]) -> None:
        """Look at these pictures now, so that `fit` need not."""
        ...

    def fit(self, store: SampleStore, progress: Progress | None = None) -> Any:
        """Learn the store. Raises `NotEnough`, changing nothing then."""
        ...

    def predict(self, frame: Frame | bytes) -> Prediction:
        """What that frame looks like. Raises `BadPicture`, `NotEnough`."""
        ...


class Recognizer:
    """Embedder, classifier and closeness together; by default MobileNetV2 and 10 nearest neighbours.

    Fitted: `labels_` (category ids), `report`. Pictures are embedded once: `absorb` them as they arrive and
    `fit` has next to nothing left to do.
    """

    def __init__(
        self,
        embedder: Embedder | str = "MobileNetV2",
        classifier: Classifier | None = None,
        closeness: Closeness | None = None,
    ) -> None:
        self.embedder: Embedder = MobileNetEmbedder(embedder) if isinstance(embedder, str) else embedder
        self.classifier: Classifier = KnnClassifier() if classifier is None else classifier
        self.closeness = Closeness() if closeness is None else closeness
        self._embeddings: dict[str, Floats] = {}
        self._report: Report | None = None

    @property
    def ready(self) -> bool:
        """Whether the embedder can work without a long preparation."""
        return bool(getattr(self.embedder, "ready", True))

    def prepare(self, progress: Progress | None = None) -> Self:
        """Get the embedder ready: the first time, that fetches and converts the backbone."""
        prepare = getattr(self.embedder, "prepare", None)
        if prepare is not None:
            prepare(progress)
        return self

    def pending(self, store: SampleStore) -> list[Sample]:
        """The pictures of the store that are not embedded yet."""
        return [sample for sample in store.samples() if sample.digest not in self._embeddings]

    def absorb(self, samples: Iterable[Sample]) -> None:
        """Embed these pictures now and remember that."""
        new = {sample.digest: sample for sample in samples if sample.digest not in self._embeddings}
        if new:
            embeddings = self._embed([sample.frame() for sample in new.values()])
            self._embeddings.update(zip(new, embeddings, strict=True))

    def fit(self, store: SampleStore, progress: Progress | None = None) -> Self:
        """Learn the store's categories that have pictures. Raises `NotEnough`, changing nothing then."""
        check_enough(store)
        pending = self.pending(store)
        for done, sample in enumerate(pending):
            if progress is not None:
                progress(done / (len(pending) + 1), "progress.embed")
            self.absorb([sample])
        samples = store.samples()
        X = np.stack([self._embeddings[sample.digest] for sample in samples])
        y = np.array([sample.category for sample in samples])
        self.classifier.fit(X, y)
        self.closeness.fit(X, y)
        self.labels_ = tuple(str(label) for label in self.classifier.classes_)
        self._report = _report(self.classifier, X, y)
        if progress is not None:
            progress(1.0, "progress.fit")
        return self

    @property
    def report(self) -> Report:
        """What the last `fit` found. Raises `NotEnough` before the first."""
        if self._report is None:
            raise NotEnough("not_fitted")
        return self._report

    def predict(self, frame: Frame | bytes) -> Prediction:
        """What that frame, or the picture in these bytes, looks like. Raises `BadPicture`, `NotEnough`."""
        if self._report is None:
            raise NotEnough("not_fitted")
        if isinstance(frame, bytes | bytearray | memoryview):
            frame = frames.decode(bytes(frame))
        return self.predict_embeddings(self._embed([frames.square(frames.check(frame))]))[0]

    def predict_embeddings(self, X: Floats) -> list[Prediction]:
        """What frames look like that are embedded already, `(n, d)`. Raises `NotEnough`."""
        if self._report is None:
            raise NotEnough("not_fitted")
        order = [list(self.closeness.classes_).index(label) for label in self.labels_]
        return [
            Prediction(self.labels_, tuple(probabilities), tuple(near))
            for probabilities, near in zip(
                self.classifier.predict_proba(X).tolist(),
                self.closeness.score(X)[:, order].tolist(),
                strict=True,
            )
        ]

    def _embed(self, pictures: list[Frame]) -> Floats:
        X = self.embedder.embed(pictures)
        if not np.isfinite(X).all():
            raise BadSetting("not_a_number", name="an embedding", found="NaN or infinite")
        return X


def check_enough(store: SampleStore) -> None:
    """Raise `NotEnough` with a sentence for a store that cannot be learnt: the first thing that lacks."""
    categories = store.categories
    if not len(store):
        raise NotEnough("empty_store")
    if len(categories) < MIN_CATEGORIES:
        raise NotEnough("one_category")
    for category in categories:
        found = len(store.samples(category.id))
        if found < MIN_PICTURES:
            raise NotEnough("few_pictures", name=category.name, found=found, needed=MIN_PICTURES)


def _report(classifier: Classifier, X: Floats, y: NDArray[Any]) -> Report:
    guesses = _held_out(classifier, X, y)
    labels = tuple(str(label) for label in classifier.classes_)
    worst: Confusion | None = None
    for taught in labels:
        for seen in labels:
            share = float((guesses[y == taught] == seen).mean())
            if taught != seen and share > (worst.share if worst else 0.0):
                worst = Confusion(taught, seen, share)
    return Report(len(y), labels, float((guesses == y).mean()), worst)


def _held_out(classifier: Classifier, X: Floats, y: Sequence[str] | NDArray[Any]) -> NDArray[Any]:
    """What each picture is taken for by a model that was not taught it; shape `(n,)`."""
    if isinstance(classifier, KnnClassifier):
        distances = 1.0 - classifier.X_ @ classifier.X_.T
        np.fill_diagonal(distances, np.inf)
        return np.asarray(classifier.classes_[classifier.vote(distances).argmax(axis=1)])
    y = np.asarray(y)
    guesses = np.empty_like(y)
    for fold in range(FOLDS):
        held = np.arange(len(y)) % FOLDS == fold
        if held.any() and not held.all():
            fitted = copy.deepcopy(classifier).fit(X[~held], y[~held])
            guesses[held] = fitted.classes_[fitted.predict_proba(X[held]).argmax(axis=1)]
    return guesses
