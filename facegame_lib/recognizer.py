"""CLASSIFY: the trained whole: a store goes in by `fit`, a frame by `predict`.

A remote recogniser answers to the same protocol (`RecognizerProtocol`), so nothing that plays a game knows
which one it has.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from facegame_lib import frames
from facegame_lib.classifier import Classifier, Floats, KnnClassifier
from facegame_lib.closeness import Closeness
from facegame_lib.embedding import Embedder, MobileNetEmbedder
from facegame_lib.embedding_cache import Beside
from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.frames import Frame
from facegame_lib.known import Known
from facegame_lib.prediction import DOUBTFUL, Prediction
from facegame_lib.progress import Progress
from facegame_lib.report import Report, look_over
from facegame_lib.samples import Sample, SampleStore
from facegame_lib.whitening import Whitening

MIN_PICTURES: Final = 5
MIN_CATEGORIES: Final = 2


class Metric(Protocol):
    """What makes a space in which distances count what they should; see `Whitening`."""

    def fit(self, X: Floats, y: Sequence[str] | NDArray[Any]) -> Any:
        """Learn embeddings `X` `(n, d)` and their labels `y` `(n,)`; returns itself."""
        ...

    def transform(self, X: Floats) -> Floats:
        """Embeddings `(n, d)` in that space, `(n, r)`."""
        ...


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

    def forget(self) -> None:
        """Everything that was seen or learnt goes."""
        ...


def face_parts() -> dict[str, Any]:
    """What goes with a `FaceEmbedder`, here or far away: the metric and the known of `Recognizer()`."""
    return {"metric": Whitening(), "known": Known()}


class Recognizer:
    """Embedder, metric, classifier, closeness and known together: five parts, each to be swapped.

    `Recognizer()` looks at the face: `FaceEmbedder`, `Whitening`, 10 nearest neighbours, `Closeness` and
    `Known`. `Recognizer("MobileNetV2")`, or any other embedder, looks at what that sees (there, whole frames)
    and has neither metric nor known unless they are given.

    Fitted: `labels_` (category ids), `report`. Pictures are embedded once: `absorb` them as they arrive and
    `fit` has next to nothing left to do. An embedder may have more than the protocol asks for: `copies` (rows
    to learn of one picture, itself first), `watch` (the next frame of a camera), `seen` (which rows are of
    anything at all), `forget` (what it remembers of frames), `fingerprint` (see `embedding.fingerprint_of`);
    see `FaceEmbedder`.
    """

    def __init__(
        self,
        embedder: Embedder | str | None = None,
        classifier: Classifier | None = None,
        closeness: Closeness | None = None,
        *,
        metric: Metric | None = None,
        known: Known | None = None,
    ) -> None:
        if embedder is None:
            embedder = FaceEmbedder()
            parts = face_parts()
            metric = parts["metric"] if metric is None else metric
            known = parts["known"] if known is None else known
        self.embedder: Embedder = MobileNetEmbedder(embedder) if isinstance(embedder, str) else embedder
        self.classifier: Classifier = KnnClassifier() if classifier is None else classifier
        self.closeness = Closeness() if closeness is None else closeness
        self.metric, self.known = metric, known
        self._embeddings: dict[str, Floats] = {}  # of each picture, the rows to learn of it
        self._beside = Beside(self.embedder)
        self._report: Report | None = None
        self._blank: tuple[Any, ...] | None = None  # the parts as they were before the first `learn`

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
        """The pictures of the store that are not embedded yet.

        Of a store that the player keeps in a folder the embeddings are kept there too, inside that folder, so
        that they go when it goes; what is there is taken up.
        """
        if self.ready:  # an embedder that is not may not know its own fingerprint
            self._beside.keep(store, self._embeddings)
        return [sample for sample in store.samples() if sample.digest not in self._embeddings]

    def absorb(self, samples: Iterable[Sample]) -> None:
        """Embed these pictures now and remember that."""
        new = {sample.digest: sample for sample in samples if sample.digest not in self._embeddings}
        pictures = [sample.frame() for sample in new.values()]
        copies = getattr(self.embedder, "copies", None)
        if copies is not None:
            rows = [_finite(copies(picture)) for picture in pictures]
        else:
            rows = list(_finite(self.embedder.embed(pictures))[:, np.newaxis]) if pictures else []
        self._embeddings.update(zip(new, rows, strict=True))

    def rows(self, sample: Sample) -> Floats:
        """What is learnt of that picture: its own embedding, then those of its copies, `(1 + copies, d)`."""
        self.absorb([sample])
        return self._embeddings[sample.digest]

    def fit(self, store: SampleStore, progress: Progress | None = None) -> Self:
        """Learn the store's categories that have pictures. Raises `NotEnough`, changing nothing then.

        Pictures that the embedder sees nothing in are left out; `report.skipped` says how many. Embeddings of
        pictures that the store does not have, nor can bring back, are let go.
        """
        check_enough(store)
        pending = self.pending(store)
        for done, sample in enumerate(pending):
            if progress is not None:
                progress(done / (len(pending) + 1), "progress.embed")
            self.absorb([sample])
        self._beside.keep(store, self._embeddings)
        every = store.samples()
        samples = [sample for sample in every if self.seen(self._embeddings[sample.digest]).all()]
        check_enough(store, {sample.id for sample in samples})
        self.learn(samples, len(every) - len(samples))
        held = {sample.digest for sample in store.within_reach()}
        self._embeddings = {digest: rows for digest, rows in self._embeddings.items() if digest in held}
        if progress is not None:
            progress(1.0, "progress.fit")
        return self

    def learn(self, samples: Sequence[Sample], skipped: int = 0) -> Self:
        """Learn these pictures and no others; something is seen in each, and they are of two categories at
        least. `skipped` is passed on to the report."""
        self.absorb(samples)
        if self._blank is None:
            self._blank = copy.deepcopy((self.classifier, self.closeness, self.metric, self.known))
        rows = [self._embeddings[sample.digest] for sample in samples]
        X = np.concatenate(rows)
        groups = np.repeat(np.arange(len(rows)), [len(of_one) for of_one in rows])
        y = np.array([sample.category for sample in samples])[groups]
        takes = np.array([sample.take for sample in samples])[groups]
        if self.metric is not None:
            X = self.metric.fit(X, y).transform(X)
        self.classifier.fit(X, y)
        self.closeness.fit(X, y)
        if self.known is not None:
            self.known.fit(X, y, groups)
        self.labels_ = tuple(str(label) for label in self.classifier.classes_)
        self._report = look_over(self.classifier, X, y, groups, takes, skipped)
        return self

    def twin(self) -> Self:
        """One of the same parts that has learnt nothing yet, and has looked at the same pictures."""
        parts = self._blank or (self.classifier, self.closeness, self.metric, self.known)
        other = copy.copy(self)
        other.classifier, other.closeness, other.metric, other.known = copy.deepcopy(parts)
        other._embeddings, other._beside = dict(self._embeddings), Beside(self.embedder)
        other._report = other._blank = None
        vars(other).pop("labels_", None)
        return other

    def forget(self) -> None:
        """Everything that was seen or learnt goes: embeddings, the model, what the embedder remembers."""
        self._embeddings, self._report = {}, None
        self._beside = Beside(self.embedder)
        if self._blank is not None:
            self.classifier, self.closeness, self.metric, self.known = self._blank
            self._blank = None
            del self.labels_
        forget = getattr(self.embedder, "forget", None)
        if forget is not None:
            forget()

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
        frame = frames.square(frames.check(frame))
        watch = getattr(self.embedder, "watch", None)
        X = self.embedder.embed([frame]) if watch is None else watch(frame)
        return self.predict_embeddings(X)[0]

    def predict_embeddings(self, X: Floats) -> list[Prediction]:
        """What frames look like that are embedded already, `(n, d)`. Raises `NotEnough`, `BadSetting`."""
        if self._report is None:
            raise NotEnough("not_fitted")
        seen = self.seen(_finite(X))
        if self.metric is not None:
            X = self.metric.transform(X)
        order = [list(self.closeness.classes_).index(label) for label in self.labels_]
        known = np.ones(len(X)) if self.known is None else self.known.score(X)
        # What is like none of the labels is near none, however much nearer to one than to the others.
        near = self.closeness.score(X)[:, order] * np.minimum(1.0, known / DOUBTFUL)[:, np.newaxis]
        rows = zip(
            seen.tolist(),
            self.classifier.predict_proba(X).tolist(),
            near.tolist(),
            known.tolist(),
            strict=True,
        )
        nothing = (0.0,) * len(self.labels_)
        even = (1 / len(self.labels_),) * len(self.labels_)
        return [
            Prediction(self.labels_, tuple(shares), tuple(bars), sure)
            if there
            else Prediction(self.labels_, even, nothing, known=0.0)
            for there, shares, bars, sure in rows
        ]

    def seen(self, X: Floats) -> NDArray[Any]:
        """Which rows of embeddings `(n, d)` are of anything at all, such as a face; shape `(n,)`."""
        seen = getattr(self.embedder, "seen", None)
        return np.ones(len(X), np.bool_) if seen is None else np.asarray(seen(X))


def _finite(X: Floats) -> Floats:
    if not np.isfinite(X).all():
        raise BadSetting("not_a_number", name="an embedding", found="NaN or infinite")
    return X


def check_enough(store: SampleStore, seen: set[str] | None = None) -> None:
    """Raise `NotEnough` with a sentence for a store that cannot be learnt: the first thing that lacks.

    `seen` are the ids of the samples with a face in them, once that is known. A neutral face is no must.
    """
    if not len(store):
        raise NotEnough("empty_store")
    if len(store.faces) < MIN_CATEGORIES:
        raise NotEnough("one_category")
    for category in store.categories:
        samples = store.samples(category.id)
        if category.role == "neutral" and not samples:
            continue
        if len(samples) < MIN_PICTURES:
            raise NotEnough("few_pictures", name=category.name, found=len(samples), needed=MIN_PICTURES)
        with_face = len(samples) if seen is None else sum(sample.id in seen for sample in samples)
        if with_face < MIN_PICTURES:
            raise NotEnough("few_with_face", name=category.name, found=with_face, needed=MIN_PICTURES)
