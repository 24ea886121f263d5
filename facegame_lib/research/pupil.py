"""A recogniser under test: taught again and again, while each picture is looked at only once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import numpy as np

from facegame_lib.backbone import NETS
from facegame_lib.classifier import Classifier, Floats, KnnClassifier
from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.errors import BadPicture, BadSetting, FaceGameError, NotEnough
from facegame_lib.prediction import Prediction
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import Sample, SampleStore

FACE: Final = "face"  # the name of what `Recognizer()` looks with; the others are nets, of whole frames
BASELINE: Final = "MobileNetV2"
CLASSIFIERS: Final[dict[str, Callable[[], Classifier | None]]] = {
    "knn": lambda: None,  # the recogniser's own
    "knn-uniform": lambda: KnnClassifier(weights="uniform"),
}


def make_recognizer(embedder: str = FACE, classifier: str = "knn") -> Recognizer:
    """The recogniser of those names. Raises `BadSetting` for one that is not known."""
    if classifier not in CLASSIFIERS:
        raise BadSetting("not_one_of", name="--classifier", allowed=", ".join(CLASSIFIERS), found=classifier)
    method = CLASSIFIERS[classifier]()
    if embedder == FACE:
        return Recognizer(classifier=method)
    if embedder not in NETS:
        allowed = ", ".join((FACE, *sorted(NETS)))
        raise BadSetting("not_one_of", name="--embedder", allowed=allowed, found=embedder)
    return Recognizer(MobileNetEmbedder(embedder), method)


def make_baseline() -> Recognizer:
    """What every recogniser has to beat: MobileNetV2 of the whole frame, the 10 nearest vote."""
    return Recognizer(MobileNetEmbedder(BASELINE), KnnClassifier(10))


class Looks:
    """What an embedder saw in each picture: a row `(d,)`, or None where it found no face. Two embedders of
    one name are one, as everywhere."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Floats | None] = {}

    def of(self, recognizer: Recognizer, sample: Sample) -> Floats | None:
        """The look at that picture, taken now if it has not been yet."""
        key = recognizer.embedder.name, sample.digest
        if key not in self._rows:
            try:
                row = recognizer.embedder.embed([sample.frame()])[0]
                there = np.isfinite(row).all() and recognizer.seen(row[np.newaxis])[0]
                self._rows[key] = row if there else None
            except BadPicture:
                self._rows[key] = None
        return self._rows[key]


class Pupil:
    """A recogniser that is taught stores and asked about pictures. `looks` may be shared by pupils."""

    def __init__(self, recognizer: Recognizer, looks: Looks) -> None:
        self.recognizer, self._looks = recognizer, looks
        self._taught: Recognizer | None = None

    def study(self, sample: Sample) -> None:
        """Look at a picture of a lesson now, so that `teach` need not."""
        self.recognizer.absorb([sample])

    def look(self, sample: Sample) -> None:
        """Look at a picture of a test now, so that `guess` need not."""
        self._looks.of(self.recognizer, sample)

    def teach(self, store: SampleStore) -> None:
        """Teach it that store, and nothing else. Where it finds too few faces to learn, it knows nothing."""
        twin = self.recognizer.twin()  # what is fitted lets go of the pictures of other stores
        try:
            self._taught = twin.fit(store)
        except NotEnough:
            self._taught = None

    def guess(self, samples: Sequence[Sample]) -> list[Prediction | None]:
        """What it takes each picture for; None where it finds no face, or knows nothing."""
        rows = [self._looks.of(self.recognizer, sample) if self._taught else None for sample in samples]
        seen = [row for row in rows if row is not None]
        predictions = iter(self._taught.predict_embeddings(np.stack(seen)) if self._taught and seen else ())
        return [None if row is None else next(predictions) for row in rows]

    def time(self, samples: Sequence[Sample]) -> list[float]:
        """Milliseconds that each of these pictures takes from the decoded frame to the prediction."""
        took = list[float]()
        if self._taught is None:
            return took
        for sample in samples:
            frame = sample.frame()
            began = time.perf_counter()
            with suppress(FaceGameError):  # that it finds no face takes time too
                self._taught.predict(frame)
            took.append(1000 * (time.perf_counter() - began))
        return took
