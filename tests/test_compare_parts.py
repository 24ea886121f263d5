"""Any scikit-learn classifier and any embedder takes part, and what is none is said so."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from lab import Kept, store_of
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from facegame_lib.classifier import KnnClassifier
from facegame_lib.errors import BadPicture, BadSetting
from facegame_lib.frames import Frame
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import compare
from facegame_lib.research.comparison import Comparison
from facegame_lib.research.contestants import fresh, sights
from facegame_lib.testing import FakeEmbedder
from facegame_lib.whitening import Whitening


class Colour:
    """An embedder in ten lines: the mean colour of each quarter of the picture."""

    name = "colour"
    dim = 12

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Shape `(n, 12)`."""
        rows = []
        for frame in frames:
            half = len(frame) // 2
            quarters = [frame[y : y + half, x : x + half] for y in (0, half) for x in (0, half)]
            rows.append(np.concatenate([quarter.mean(axis=(0, 1)) for quarter in quarters]))
        return np.array(rows, np.float32)


class Voter:
    """A classifier of our own that has probabilities and no `predict`."""

    def fit(self, X: Any, y: Any) -> Any:
        self.knn = KnnClassifier().fit(X, y)
        self.classes_ = self.knn.classes_
        return self

    def predict_proba(self, X: Any) -> Any:
        return self.knn.predict_proba(X)


def tried(embedders: Any, classifiers: Any) -> Comparison:
    """Untimed, with nothing kept."""
    return compare(store_of(tint=40), embedders, classifiers, timed=0, cache=False)


@pytest.mark.parametrize(
    "classifier",
    [
        LogisticRegression(),
        SVC(),  # has no probabilities: its own `predict` is asked
        SVC(kernel="linear"),
        RandomForestClassifier(5),
        KNeighborsClassifier(3),
        make_pipeline(StandardScaler(), LogisticRegression()),
        KnnClassifier(3),
        Voter(),
        "knn-uniform",
    ],
    ids=lambda each: str(each).split("(")[0].split(" ")[0],
)
def test_any_classifier_takes_part(classifier: Any) -> None:
    """It learns a copy of itself, right more often than by chance; timed too, and not touched."""
    found = compare(store_of(tint=20), Colour(), classifier, timed=2, cache=False)
    assert found.rows[0].accuracy.mean > 0.6
    assert found.rows[0].milliseconds is not None
    assert not hasattr(classifier, "classes_")


def test_any_embedder_takes_part() -> None:
    """One of ten lines, without anything that the protocol does not ask for."""
    found = tried([Colour(), FakeEmbedder()], "knn")
    assert found.rows[0].embedder == "colour"
    assert found.rows[0].accuracy.mean > 0.6


def test_neighbours_are_scikit_learns() -> None:
    """Ours and scikit-learn's neighbours, told to do the same, give the same accuracies."""
    theirs = KNeighborsClassifier(5, metric="cosine", weights="distance")
    one, other = tried(FakeEmbedder(), [KnnClassifier(5), theirs]).rows
    assert one.splits == other.splits


def test_a_recogniser_brings_its_metric() -> None:
    """`Recognizer(embedder, metric=...)` stands for both; "face" is whitened, a bare embedder is not."""
    face, bare, whitened = sights(["face", FakeEmbedder(), Recognizer(FakeEmbedder(), metric=Whitening(0.5))])
    assert face.name == "face"
    assert face.embedder.name == Recognizer().embedder.name
    assert isinstance(face.metric, Whitening)
    assert (bare.name, bare.metric) == ("fake", None)
    assert whitened.name == "fake + Whitening"
    assert isinstance(whitened.metric, Whitening)
    assert whitened.metric.shrink == 0.5


def test_dice_are_seeded_where_they_are_not_yet() -> None:
    """Also inside a pipeline; what the user has seeded stays."""
    free = fresh(make_pipeline(StandardScaler(), RandomForestClassifier()), 7)
    assert free.get_params()["randomforestclassifier__random_state"] == 7
    assert fresh(RandomForestClassifier(random_state=3), 7).random_state == 3


@pytest.mark.parametrize(
    ("embedders", "classifiers", "sentence"),
    [
        ("Nessie", "knn", "--embedder has to be one of face"),
        (Kept, "knn", "is no embedder"),
        (object(), "knn", "is no embedder"),
        ([], "knn", "nothing in embedders"),
        (Kept(), [], "nothing in classifiers"),
        (Kept(), "oracle", "--classifier has to be one of knn"),
        (Kept(), SVC, "is no classifier"),
        (Kept(), Ridge(), "is no classifier"),
        (Kept(), StandardScaler(), "is no classifier"),
        (Kept(), KNeighborsClassifier(500), r"KNeighborsClassifier\(n_neighbors=500\) could not"),
    ],
)
def test_what_is_none_is_said(embedders: Any, classifiers: Any, sentence: str) -> None:
    """A wrong part, or one that cannot learn so little, ends in a sentence that names it."""
    with pytest.raises(BadSetting, match=sentence) as error:
        tried(embedders, classifiers)
    assert error.value.text("es") != error.value.text("en")


@pytest.mark.parametrize("rows", [np.zeros(12), np.zeros((1, 3)), np.zeros((0, 12)), [["a"] * 12]])
def test_rows_that_are_not_what_was_promised_are_said(rows: Any) -> None:
    """Of another shape than `(n, dim)`, or no numbers."""

    class Liar(Colour):
        def embed(self, frames: Any) -> Any:
            return rows

    with pytest.raises(BadSetting, match="promises rows of 12 numbers"):
        tried(Liar(), "knn")


def test_an_error_of_a_worker_arrives_as_it_was() -> None:
    """An error goes to another process and back with its key, its details and its sentence."""
    error = pickle.loads(pickle.dumps(BadPicture("too_small", width=1, height=2, limit=8)))
    assert isinstance(error, BadPicture)
    assert (error.key, error.details) == ("too_small", {"width": 1, "height": 2, "limit": 8})
    assert str(error) == str(BadPicture("too_small", width=1, height=2, limit=8))
