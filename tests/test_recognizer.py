"""The trained whole: a store goes in, predictions come out, and pictures are looked at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from taught import COLOURS, seen, store_of, trained

from facegame_lib import frames
from facegame_lib.classifier import Classifier, KnnClassifier
from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.errors import BadPicture, BadSetting, NotEnough
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.prediction import Prediction
from facegame_lib.recognizer import MIN_PICTURES, Recognizer, RecognizerProtocol
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder


def test_it_names_faces_it_was_taught() -> None:
    """A new picture of each face is named rightly, with probabilities that sum to 1 and a full bar."""
    recognizer = trained()
    assert recognizer.labels_ == ("blue", "green", "red")
    for name in COLOURS:
        guess = recognizer.predict(seen(name, seed=999))
        assert guess.label == name
        assert guess.confidence > 0.9
        assert sum(guess.probabilities) == pytest.approx(1.0)
        assert guess.closeness(name) > 0.9
        assert all(guess.closeness(other) < 0.1 for other in COLOURS if other != name)


def test_a_prediction_keeps_its_labels_together() -> None:
    """The likeliest label is the one with the highest probability; closeness is asked for by label."""
    guess = Prediction(("a", "b", "c"), (0.2, 0.5, 0.3), (0.9, 0.1, 0.4))
    assert (guess.label, guess.confidence) == ("b", 0.5)
    assert [guess.closeness(label) for label in "abc"] == [0.9, 0.1, 0.4]
    assert guess.closeness("not taught") == 0.0


def test_bytes_and_frames_are_the_same_picture() -> None:
    """The bytes of a picture, also as a view, are decoded and give what the frame gives."""
    recognizer = trained()
    data = frames.encode(seen("red", 7))
    expected = recognizer.predict(frames.decode(data))
    assert recognizer.predict(data) == expected
    assert recognizer.predict(memoryview(data)) == expected  # type: ignore[arg-type]


def test_only_the_centre_square_is_looked_at() -> None:
    """What is left and right of the square that training sees does not change a prediction."""
    recognizer = trained()
    wide = np.full((64, 128, 3), 0, np.uint8)
    wide[:, 32:96] = seen("green", 5)
    assert recognizer.predict(wide) == recognizer.predict(seen("green", 5))


def test_pictures_are_embedded_once() -> None:
    """Pictures absorbed as they arrive need no second look: no fit embeds them again."""
    store, embedder = store_of(), FakeEmbedder()
    recognizer = Recognizer(embedder)
    recognizer.absorb(store.samples()[:10])
    assert (embedder.embedded, len(recognizer.pending(store))) == (10, 14)
    recognizer.absorb(store.samples())
    assert (embedder.embedded, recognizer.pending(store)) == (24, [])
    recognizer.fit(store).fit(store)
    assert embedder.embedded == 24
    store.add("red", seen("red", 77))
    store.remove([store.samples()[0].id])
    recognizer.fit(store)
    assert embedder.embedded == 25


def test_what_is_out_of_reach_is_let_go() -> None:
    """Game after game takes no more memory: a fit keeps the embeddings of the pictures that are there or that
    undo can bring back, which are not embedded again, and no others."""
    store, embedder = store_of(), FakeEmbedder()
    recognizer = Recognizer(embedder).fit(store)
    other = store_of(6)
    gone, *_ = other.samples()
    recognizer.fit(other)
    other.remove([gone.id])
    recognizer.fit(other)
    other.undo()
    known = embedder.embedded
    recognizer.fit(other)
    assert embedder.embedded == known
    assert set(recognizer._embeddings) == {sample.digest for sample in other.samples()}


def test_the_same_picture_twice_is_embedded_once() -> None:
    """Pictures are known by their bytes, in whichever category they are."""
    store, embedder = store_of(5), FakeEmbedder()
    for category in ("red", "blue"):
        store.add(category, seen("green", 1))
    Recognizer(embedder).fit(store)
    assert (len(store), embedder.embedded) == (17, 16)


def test_progress_is_told_as_it_happens() -> None:
    """Fitting tells a share that rises from 0 to 1, one step for each picture that was still to embed."""
    said: list[tuple[float, str]] = []
    Recognizer(FakeEmbedder()).fit(store_of(5), lambda share, key: said.append((share, key)))
    shares = [share for share, _ in said]
    assert len(said) == 16
    assert shares == sorted(shares)
    assert (shares[0], said[-1]) == (0.0, (1.0, "progress.fit"))


def too_little(case: str) -> SampleStore:
    """A store that cannot be learnt."""
    match case:
        case "empty_store":
            return SampleStore(COLOURS)
        case "one_category":
            return store_of(8, SampleStore(["red"]))
    store = store_of(MIN_PICTURES)
    store.remove([store.samples("green")[0].id])
    return store


@pytest.mark.parametrize("case", ["empty_store", "one_category", "few_pictures"])
def test_too_little_is_refused_and_changes_nothing(case: str) -> None:
    """Each thing that lacks has its sentence, and a model that was there answers as before."""
    fresh, recognizer = Recognizer(FakeEmbedder()), trained()
    before = recognizer.report, recognizer.labels_, recognizer.predict(seen("red", 9))
    for each in (fresh, recognizer):
        with pytest.raises(NotEnough) as caught:
            each.fit(too_little(case))
        assert caught.value.key == case
    if case == "few_pictures":
        assert caught.value.details == {"name": "green", "found": MIN_PICTURES - 1, "needed": MIN_PICTURES}
    assert (recognizer.report, recognizer.labels_, recognizer.predict(seen("red", 9))) == before
    assert fresh.embedder.embedded == 0  # type: ignore[attr-defined]
    with pytest.raises(NotEnough):
        fresh.predict(seen("red", 9))


def test_just_enough_is_enough() -> None:
    """Two categories of five pictures can be learnt."""
    store = store_of(MIN_PICTURES, SampleStore(["red", "blue"]))
    assert Recognizer(FakeEmbedder()).fit(store).predict(seen("blue", 50)).label == "blue"


def test_before_training_there_is_nothing_to_ask() -> None:
    """A prediction or a report before the first fit is answered with what to do."""
    recognizer = Recognizer(FakeEmbedder())
    with pytest.raises(NotEnough) as caught:
        recognizer.predict(seen("red", 0))
    assert caught.value.key == "not_fitted"
    with pytest.raises(NotEnough):
        _ = recognizer.report


@pytest.mark.parametrize(
    "thing", [b"", b"no picture", np.zeros((20, 20), np.uint8), np.full((20, 20, 3), np.nan)]
)
def test_what_is_no_picture_is_refused(thing: Any) -> None:
    """Bytes or arrays that are no picture raise `BadPicture`."""
    with pytest.raises(BadPicture):
        trained().predict(thing)


class Broken(FakeEmbedder):
    """A net that gives NaN for everything."""

    def embed(self, frames: Any) -> Any:
        """NaN, of the right shape."""
        return super().embed(frames) * np.nan


@pytest.mark.parametrize("classifier", [KnnClassifier(), LogisticRegression()])
def test_an_embedding_that_is_no_number_is_refused(classifier: Classifier) -> None:
    """NaN out of a net is an error of ours, whichever classifier waits for it, and is not remembered."""
    store, recognizer = store_of(5), Recognizer(Broken(), classifier)
    with pytest.raises(BadSetting):
        recognizer.fit(store)
    assert len(recognizer.pending(store)) == 15
    learnt = trained(classifier=classifier)
    learnt.embedder = Broken()
    with pytest.raises(BadSetting):
        learnt.predict(seen("red", 0))


def test_a_rename_after_training_breaks_nothing() -> None:
    """Labels are ids: a renamed category is recognised as before, and is not even embedded again."""
    store, embedder = store_of(), FakeEmbedder()
    recognizer = Recognizer(embedder).fit(store)
    before = recognizer.predict(seen("red", 9))
    store.rename("red", "Rojo 🍅")
    assert recognizer.predict(seen("red", 9)) == before
    assert recognizer.fit(store).predict(seen("red", 9)) == before
    assert before.label == "red"
    assert embedder.embedded == 24 + 3


@pytest.mark.parametrize("classifier", [None, LogisticRegression(), KNeighborsClassifier(5)])
def test_the_report_of_clear_faces_is_clear(classifier: Classifier | None) -> None:
    """Faces that cannot be mistaken agree wholly, with our classifier or another's, and no pair is named."""
    report = trained(classifier=classifier).report
    assert (report.pictures, report.agreement, report.confused) == (24, 1.0, None)
    assert report.labels == ("blue", "green", "red")


@pytest.mark.parametrize("classifier", [None, LogisticRegression(), KNeighborsClassifier(5)])
def test_the_report_names_the_confused_pair(classifier: Classifier | None) -> None:
    """Of three faces, the one taught with another's pictures is named, with whom it is taken for."""
    store = store_of(10)
    green = store.samples("green")
    store.remove([sample.id for sample in green[4:]])
    for i in range(6):  # now most of what is called green is red
        store.add("green", seen("red", 500 + i))
    report = Recognizer(FakeEmbedder(), classifier).fit(store).report
    assert report.confused is not None
    assert {report.confused.taught, report.confused.seen} == {"green", "red"}
    assert 0.2 < report.confused.share <= 1.0
    assert 0.5 < report.agreement < 0.9


def test_each_picture_is_left_out_in_turn() -> None:
    """The agreement is that of pictures the model was not taught: one without its like is named wrongly."""
    store = store_of(6)
    odd = store.add("red", seen("blue", 900))
    report = Recognizer(FakeEmbedder(), KnnClassifier(k=1)).fit(store).report
    assert report.agreement == pytest.approx(18 / 19)
    assert report.confused is not None
    assert (report.confused.taught, report.confused.seen) == ("red", "blue")
    assert report.confused.share == pytest.approx(1 / 7)
    assert odd.category == "red"


def test_another_classifier_plugs_in() -> None:
    """Any classifier with scikit-learn's verbs takes our place, and closeness goes on as before."""
    ours, theirs = trained(), trained(classifier=LogisticRegression())
    for name in COLOURS:
        guess = theirs.predict(seen(name, 321))
        assert guess.label == name
        assert guess.labels == theirs.labels_
        assert guess.closenesses == ours.predict(seen(name, 321)).closenesses


class Backwards(KnnClassifier):
    """A classifier that lists its classes the other way round."""

    def fit(self, X: Any, y: Any) -> Any:
        """As k-NN, then turned round."""
        super().fit(X, y)
        self.classes_, self.y_ = self.classes_[::-1], len(self.classes_) - 1 - self.y_
        return self


def test_a_classifiers_order_of_labels_is_its_own() -> None:
    """Closeness stays with its label when a classifier does not sort its classes."""
    recognizer = trained(classifier=Backwards())
    assert recognizer.labels_ == ("red", "green", "blue")
    for name in COLOURS:
        guess = recognizer.predict(seen(name, 55))
        assert guess.label == name
        assert guess.closeness(name) > 0.9


def test_a_store_that_was_opened_again_teaches_the_same(tmp_path: Path) -> None:
    """A model of a store brought back from disk predicts what the live one's does."""
    store = store_of(8, SampleStore.open(tmp_path, COLOURS))
    live = Recognizer(FakeEmbedder()).fit(store)
    again = Recognizer(FakeEmbedder()).fit(SampleStore.open(tmp_path))
    assert again.report == live.report
    for name in COLOURS:
        one, other = live.predict(seen(name, 42)), again.predict(seen(name, 42))
        assert one.labels == other.labels
        assert other.probabilities == pytest.approx(one.probabilities, abs=1e-6)
        assert other.closenesses == pytest.approx(one.closenesses, abs=1e-6)


def test_what_is_learnt_is_the_store_and_nothing_else() -> None:
    """Removed pictures are unlearnt, and undone ones learnt again to the same model."""
    store, recognizer = store_of(), Recognizer(FakeEmbedder())
    before = recognizer.fit(store).predict(seen("red", 9))
    store.remove_category("blue")
    assert recognizer.fit(store).labels_ == ("green", "red")
    assert recognizer.closeness.classes_.tolist() == ["green", "red"]
    assert recognizer.predict(seen("blue", 9)).closeness("blue") == 0.0
    store.undo()
    assert recognizer.fit(store).predict(seen("red", 9)) == before


def test_it_is_ready_when_its_embedder_is() -> None:
    """Readiness and preparation are the embedder's; one that knows neither is ready."""
    embedder = FakeEmbedder()
    embedder.ready = False
    recognizer = Recognizer(embedder)
    assert not recognizer.ready
    assert recognizer.prepare() is recognizer
    embedder.ready = True
    assert recognizer.ready


def test_the_default_parts_cost_nothing_to_make() -> None:
    """By default it is the face through MobileNetV2; whole frames and ten neighbours are one word away."""
    face: RecognizerProtocol = Recognizer()
    assert isinstance(face, Recognizer)
    assert isinstance(face.embedder, FaceEmbedder)
    assert (face.embedder.name, face.ready) == ("face-MobileNetV2", False)
    assert face.embedder.dim == 2 * 1280 + 3 * 468  # eyes and mouth, and the landmarks
    assert face.metric is not None
    assert face.known is not None
    recognizer = Recognizer("MobileNetV2")
    assert isinstance(recognizer.embedder, MobileNetEmbedder)
    assert (recognizer.embedder.name, recognizer.ready) == ("MobileNetV2", False)
    assert recognizer.metric is recognizer.known is None
    assert isinstance(recognizer.classifier, KnnClassifier)
    assert (recognizer.classifier.k, recognizer.classifier.weights) == (10, "distance")
