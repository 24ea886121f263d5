"""`facegame evaluate`: its measures against the libraries they imitate, and its command on cartoons."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cast import FACES, cast

from facegame_lib import cli, frames
from facegame_lib.classifier import Floats, KnnClassifier
from facegame_lib.errors import BadPicture, BadSetting, BadStore, FaceGameError, NotEnough
from facegame_lib.frames import Frame
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import pupil
from facegame_lib.research.evaluate import evaluate
from facegame_lib.research.people import read_people, read_sweeps
from facegame_lib.research.sweeps import measure_sweeps
from facegame_lib.research.table import as_table
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder

KEYS = ["balanced_accuracy", "baseline_balanced_accuracy", "players", "auroc_unknown", "ece", "ms_per_frame"]


REAL = Path(__file__).parents[2] / "shared" / "data" / "faces"


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> list[FakeEmbedder]:
    """The command runs without weights; gives the embedders of the recogniser and of the baseline."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")
    embedders = [FakeEmbedder(), Plain()]
    monkeypatch.setattr(pupil, "Recognizer", lambda *_, **__: Recognizer(embedders[0]))
    module = sys.modules["facegame_lib.research.evaluate"]  # the package has the function by that name
    monkeypatch.setattr(module, "make_baseline", lambda: Recognizer(embedders[1], KnnClassifier(10)))
    return embedders


class Plain(FakeEmbedder):
    """Another embedder, by name too."""

    name = "plain"


class Shy(FakeEmbedder):
    """Finds no face in a white picture, and says so by an error or by a row of NaN."""

    def __init__(self, refuses: bool) -> None:
        super().__init__()
        self.refuses = refuses

    def embed(self, frames: Any) -> Floats:
        X = super().embed(frames)
        for row, frame in zip(X, frames, strict=True):
            if frame[0, 0].min() > 250:
                row[:] = np.nan
                if self.refuses:
                    raise BadPicture("not_a_picture")
        return X


def whiten(folder: Path) -> None:
    """Every picture of that folder loses its face."""
    for file in folder.iterdir():
        file.write_bytes(frames.encode(np.full((72, 96, 3), 255, np.uint8)))


def test_pictures_are_looked_at_once(root: Path) -> None:
    """However many subsets are tried, each recogniser embeds each picture once, and once more timed."""
    embedder, plain = FakeEmbedder(), Plain()
    people = read_people(root)
    evaluate(people, Recognizer(embedder), Recognizer(plain))
    taught = sum(len(player.lessons) for player in people.testable)
    tested = sum(len(samples) for player in people.testable for samples in player.tests.values())
    assert (embedder.embedded, plain.embedded) == (taught + 2 * tested, taught + tested)


def test_cartoons_are_told_apart(root: Path) -> None:
    """On cartoon players who hardly move both recognisers do well, and what they report is in range."""
    found = evaluate(read_people(root), Recognizer(FakeEmbedder()), Recognizer(Plain()))
    result = found.to_json()
    assert result["balanced_accuracy"] > 0.6
    assert result["balanced_accuracy"] == result["baseline_balanced_accuracy"]
    assert [player.subsets for player in found.players] == [5, 1]
    assert result["players"]["ana"]["auroc_unknown"] == 0.5  # every prediction is as known as any
    assert result["players"]["ana"]["baseline_auroc_unknown"] is not None
    assert result["players"]["bo"]["auroc_unknown"] is None  # nothing of Bo's is left to be unknown
    assert 0 < result["ms_per_frame"]["p50"] <= result["ms_per_frame"]["p95"]


def test_the_unknown_are_told_by_known(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recogniser's AUROC is that of `Prediction.known`, the baseline's that of its confidence."""
    people = read_people(root)
    plain = evaluate(people, Recognizer(FakeEmbedder()), Recognizer(Plain()))

    class Knowing(Recognizer):
        def predict_embeddings(self, X: Floats) -> Any:
            return [replace(seen, known=seen.confidence) for seen in super().predict_embeddings(X)]

    knowing = evaluate(people, Knowing(FakeEmbedder()), Recognizer(Plain()))
    assert knowing.mean("auroc") == plain.mean("auroc", baseline=True) != 0.5


@pytest.mark.parametrize("refuses", [True, False])
def test_a_frame_without_a_face_is_wrong(refuses: bool, tmp_path: Path) -> None:
    """Where no face is found the frame is wrong and unknown; it is not passed over."""
    cast(tmp_path, "ana", 1, dict.fromkeys(FACES[:3], 2))
    people = read_people(tmp_path, faces=3)
    before = evaluate(people, Recognizer(Shy(refuses)), Recognizer(Plain()))
    whiten(tmp_path / "ana" / "smile" / "take-2")
    found = evaluate(read_people(tmp_path, faces=3), Recognizer(Shy(refuses)), Recognizer(Plain()))
    assert before.players[0].marks.no_face == 0
    assert found.players[0].marks.no_face == pytest.approx(1 / 3)
    assert found.players[0].baseline.no_face == 0
    assert found.players[0].marks.accuracy <= 2 / 3
    assert found.players[0].marks.takes == {2: found.players[0].marks.accuracy}


def test_who_cannot_be_taught_gets_everything_wrong(root: Path) -> None:
    """A recogniser that finds too few faces to learn from is marked 0, and the evaluation goes on."""

    class Lost(Recognizer):
        def fit(self, store: SampleStore, progress: Any = None) -> Any:
            raise NotEnough("empty_store")

    found = evaluate(read_people(root), Lost(FakeEmbedder()), Recognizer(Plain()))
    assert found.mean("accuracy") == 0
    assert found.mean("no_face") == 1
    assert found.mean("auroc") == 0.5


def test_nobody_is_an_error(root: Path) -> None:
    """When nobody has that many faces, a sentence says what would help."""
    with pytest.raises(NotEnough, match="--faces"):
        evaluate(read_people(root, faces=6), Recognizer(FakeEmbedder()), Recognizer(Plain()))


def test_predicting_from_embeddings_is_predicting() -> None:
    """`predict_embeddings` says of a batch what `predict` says of each frame, and needs a `fit` too."""
    recognizer = Recognizer(FakeEmbedder())
    pictures: list[Frame] = list(np.random.default_rng(3).integers(0, 256, (12, 16, 16, 3), np.uint8))
    with pytest.raises(NotEnough):
        recognizer.predict_embeddings(recognizer.embedder.embed(pictures))
    store = SampleStore("ab")
    for number, picture in enumerate(pictures):
        store.add("ab"[number % 2], picture)
    recognizer.fit(store)
    batch = recognizer.predict_embeddings(recognizer.embedder.embed(pictures))
    for together, picture in zip(batch, pictures, strict=True):
        alone = recognizer.predict(picture)
        assert together.label == alone.label
        assert together.probabilities == pytest.approx(alone.probabilities, abs=1e-4)
        assert together.closenesses == pytest.approx(alone.closenesses, abs=1e-4)
        assert together.known == 1.0


def test_json_has_the_keys_that_were_promised(
    root: Path, fakes: list[FakeEmbedder], capsys: pytest.CaptureFixture[str]
) -> None:
    """`facegame evaluate --json` prints one JSON object with these keys; who is left out stands on stderr."""
    assert cli.main(["evaluate", str(root), "--sweeps", str(root / "sweeps"), "--json"]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert list(result) == [*KEYS, "sweeps"]
    assert set(result["ms_per_frame"]) == {"p50", "p95"}
    assert set(result["players"]) == {"ana", "bo"}
    assert set(result["sweeps"]) >= {"rho", "start", "end", "graded", "max_jump", "lag_ms"}
    assert result["sweeps"]["fps"] == 30
    assert "cy is left out" in err
    assert "sweeps is left out" not in err
    assert "Teaching and trying\n" in err


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_table_names_everyone(root: Path, language: str) -> None:
    """The table has a row for each player and each run, a mean of both, and says what it counts."""
    people = read_people(root)
    recognizer = Recognizer(FakeEmbedder())
    found = evaluate(people, recognizer, Recognizer(Plain()))
    runs, _ = read_sweeps(root / "sweeps", people, fps=25)
    lines = as_table(found, measure_sweeps(runs, recognizer), language).splitlines()
    starts = ["ana ", "bo ", "ana/neutral-to-smile "]
    assert [start for start in starts if not any(line.startswith(start) for line in lines)] == []
    assert sum(line.startswith({"en": "mean", "es": "media"}[language]) for line in lines) == 2
    assert " 25 " in lines[-1]
    assert len({len(line) for line in lines[:4]}) == 1
    assert "neutral-to" not in as_table(found, None, language)


def test_the_table_is_what_the_command_prints(
    root: Path, fakes: list[FakeEmbedder], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --json and --sweeps, `facegame evaluate` prints the table of the players."""
    assert cli.main(["evaluate", str(root), "--faces", "5"]) == 0
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()[1:3]] == ["ana", "mean"]
    assert "bo is left out: 4 of the categories" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "nowhere could not be read"),
        ([".", "--faces", "1"], "--faces has to be between 2"),
        ([".", "--train-takes", "0"], "--train-takes has to be between 1"),
        ([".", "--embedder", "Nessie"], "--embedder has to be one of face, "),
        ([".", "--classifier", "oracle"], "--classifier has to be one of knn, knn-uniform"),
        ([".", "--sweeps", "nowhere"], "nowhere could not be read"),
        ([".", "--sweeps", "sweeps", "--fps", "nan"], "--fps has to be between"),
        ([".", "--sweeps", "ana"], "None of the runs"),
        ([".", "--faces", "6"], "Nobody in . can be evaluated: that takes 6 faces"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str],
    sentence: str,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong folder or a wrong value ends in a sentence, before anything is prepared."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")
    monkeypatch.chdir(root)
    assert cli.main(["evaluate", *words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err.splitlines()[-1]


def test_recognisers_by_name() -> None:
    """The names stand for the game's own recogniser, or for a net that looks at whole frames."""
    own = pupil.make_recognizer()
    assert (own.embedder.name, type(own.classifier)) == (
        Recognizer().embedder.name,
        type(Recognizer().classifier),
    )
    other = pupil.make_recognizer("MobileNet", "knn-uniform")
    assert other.embedder.name == "MobileNet"
    assert isinstance(other.classifier, KnnClassifier)
    assert other.classifier.weights == "uniform"
    plain = pupil.make_baseline()
    assert plain.embedder.name == pupil.BASELINE
    assert isinstance(plain.classifier, KnnClassifier)
    assert plain.classifier.k == 10
    for names in (("Nessie", "knn"), ("face", "oracle")):
        with pytest.raises(BadSetting):
            pupil.make_recognizer(*names)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """A folder that is not there is not made."""
    with pytest.raises(BadStore):
        read_people(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(
    not REAL.is_dir(), reason="../shared/data/faces is not there: people's faces stay out of here"
)
def test_on_people(tmp_path: Path) -> None:
    """On a person of the shared pictures the plain recogniser is as good as measured before (.96)."""
    (tmp_path / "player-1").symlink_to(REAL / "player-1")
    recognizer = pupil.make_baseline()
    try:
        recognizer.prepare()
    except FaceGameError as error:
        pytest.skip(f"the net cannot be had here: {error}")
    found = evaluate(read_people(tmp_path), recognizer, recognizer)
    assert found.mean("accuracy") == pytest.approx(0.96, abs=0.03)
    assert found.players[0].marks.accuracy == found.players[0].baseline.accuracy
