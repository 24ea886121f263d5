"""`facegame evaluate`: its measures against the libraries they imitate, and its command on cartoons."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr
from sklearn.calibration import calibration_curve
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from facegame_lib import cli, frames
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.classifier import Floats, KnnClassifier
from facegame_lib.closeness import Smoother
from facegame_lib.errors import BadPicture, BadSetting, BadStore, FaceGameError, NotEnough
from facegame_lib.frames import Frame
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import measures, pupil
from facegame_lib.research.evaluate import evaluate
from facegame_lib.research.people import MAX_SUBSETS, Player, read_people, read_sweeps
from facegame_lib.research.sweeps import follow, measure_sweeps
from facegame_lib.research.table import as_table
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder

FACES = ("neutral", "smile", "surprise", "wink", "zapallo")
KEYS = ["balanced_accuracy", "baseline_balanced_accuracy", "players", "auroc_unknown", "ece", "ms_per_frame"]
REAL = Path(__file__).parents[2] / "shared" / "data" / "faces"
DICE = np.random.default_rng(3)


def film(folder: Path, player: CartoonPlayer, at: float, pictures: int, every: float = 0.1) -> None:
    """Pictures of that player, taken from that second on."""
    folder.mkdir(parents=True)
    for number in range(pictures):
        (folder / f"{number:04}.jpg").write_bytes(frames.encode(player.frame(at + every * number)))


def cast(root: Path, name: str, seed: int, takes: dict[str, int]) -> None:
    """A cartoon player in the layout of an evaluation: so many takes of each face, five pictures each."""
    for place, (face, number) in enumerate(takes.items()):
        player = CartoonPlayer(seed, (96, 72), motion=0.3, light=0.3)
        player.make(face, 0)
        for take in range(1, number + 1):
            film(root / name / face / f"take-{take}", player, 1 + 20 * take + 3 * place, 5)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana has five faces, Bo four (and one without a second take), Cy two; Ana's smile is also a sweep."""
    root = tmp_path_factory.mktemp("people")
    cast(root, "ana", 1, dict.fromkeys(FACES, 2))
    cast(root, "bo", 2, {**dict.fromkeys(FACES[:4], 2), "zapallo": 1})
    cast(root, "cy", 3, dict.fromkeys(FACES[:2], 2))
    for face in FACES[1:]:
        player = CartoonPlayer(1, (96, 72), motion=0.3, light=0.3)
        player.make(face, 0.1, over=0.5)
        film(root / "sweeps" / "ana" / f"neutral-to-{face}", player, 0, 20, every=1 / 30)
    return root


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> list[FakeEmbedder]:
    """The command runs without weights; gives the embedders of the recogniser and of the baseline."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")
    embedders = [FakeEmbedder(), Plain()]
    monkeypatch.setattr(pupil, "Recognizer", lambda *_, **__: Recognizer(embedders[0]))
    monkeypatch.setattr(
        "facegame_lib.research.evaluate.make_baseline", lambda: Recognizer(embedders[1], KnnClassifier(10))
    )
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


@pytest.mark.parametrize("levels", [3, 1000])
def test_ranks_and_rank_correlation_are_scipys(levels: int) -> None:
    """Ranks and Spearman's correlation agree with SciPy's, with many ties and with few."""
    for _ in range(20):
        a, b = DICE.integers(0, levels, (2, 25))
        assert measures.ranks(a) == pytest.approx(rankdata(a))
        assert measures.spearman(a, b) == pytest.approx(float(spearmanr(a, b).statistic))


def test_a_bar_that_never_moves_follows_nothing() -> None:
    """The rank correlation of a constant, which is not defined, counts as 0."""
    assert measures.spearman([0.5] * 4, range(4)) == 0


@pytest.mark.parametrize("levels", [3, 1000])
def test_auroc_is_scikit_learns(levels: int) -> None:
    """The area under the ROC curve agrees with scikit-learn's, ties counting half."""
    for _ in range(20):
        known, unknown = DICE.integers(0, levels, 12), DICE.integers(0, levels, 7)
        expected = roc_auc_score([1] * 12 + [0] * 7, [*known, *unknown])
        assert measures.auroc(known.tolist(), unknown.tolist()) == pytest.approx(expected)
    assert measures.auroc([1.0], []) is None
    assert measures.auroc([], [1.0]) is None


def test_calibration_error_has_scikit_learns_bins() -> None:
    """The calibration error is the gaps of scikit-learn's curve, each weighed with its frames."""
    for confidence in (DICE.uniform(0, 1, 200), DICE.integers(0, 11, 200) / 10):
        right = DICE.uniform(0, 1, 200) < confidence**2
        share, trust = calibration_curve(right, confidence, n_bins=measures.BINS)
        bins = np.searchsorted(np.linspace(0, 1, measures.BINS + 1)[1:-1], confidence)
        weight = np.bincount(bins)[np.bincount(bins) > 0] / 200
        expected = float((weight * abs(share - trust)).sum())
        assert measures.calibration_error(confidence, right) == pytest.approx(expected)


def test_calibration_error_of_the_surely_wrong_is_one() -> None:
    """Who is sure and wrong is as far off as can be; who is sure and right, or knows nothing, is not off."""
    assert measures.calibration_error([1, 1], [False, False]) == 1
    assert measures.calibration_error([1, 0], [True, False]) == 0


def test_balanced_accuracy_is_scikit_learns() -> None:
    """Each label weighs the same, however many frames it has."""
    truth, guess = DICE.integers(0, 3, (2, 50))
    expected = balanced_accuracy_score(truth, guess)
    assert measures.balanced_accuracy(truth.tolist(), truth == guess) == pytest.approx(expected)


def test_takes_are_parted(root: Path) -> None:
    """The first take teaches and the others test; no picture does both."""
    ana = read_people(root).players[0]
    assert (ana.name, len(ana.lessons), len(ana.tests)) == ("ana", 25, 5)
    assert {sample.take for sample in ana.lessons.samples()} == {1}
    tests = [sample for samples in ana.tests.values() for sample in samples]
    assert {sample.take for sample in tests} == {2}
    assert all(sample.category in ana.tests for sample in tests)
    assert ana.taught.isdisjoint(sample.digest for sample in tests)


def test_nothing_is_written(root: Path) -> None:
    """Reading people leaves their folders as they are."""
    before = sorted(root.rglob("*"))
    read_sweeps(root / "sweeps", read_people(root))
    assert sorted(root.rglob("*")) == before


def test_who_is_left_out_is_named_with_the_reason(root: Path) -> None:
    """Players with too few categories, and categories without a second take, are named."""
    people = read_people(root, but=root / "sweeps")
    assert [player.name for player in people.testable] == ["ana", "bo"]
    said = [str(problem) for problem in people.left_out]
    assert len(said) == 2
    assert "bo/zapallo is taught but not tested" in said[0]
    assert "cy is left out: 2 of the categories" in said[1]
    assert [player.name for player in read_people(root, faces=2).testable] == ["ana", "bo", "cy"]
    assert read_people(root, train_takes=2).testable == ()


def test_a_take_with_few_pictures_is_not_taught(tmp_path: Path) -> None:
    """A category with fewer training pictures than the game accepts is left out, and named."""
    cast(tmp_path, "ana", 1, dict.fromkeys(FACES[:3], 2))
    (tmp_path / "ana" / "smile" / "take-1" / "0000.jpg").unlink()
    (tmp_path / "ana" / "smile" / "take-1" / "0001.jpg").write_bytes(b"no picture")
    people = read_people(tmp_path, faces=3)
    assert people.testable == ()
    said = " ".join(str(problem) for problem in people.left_out)
    assert "ana/smile/take-1/0001.jpg" in said
    assert "ana/smile is left out" in said
    assert "have 3 pictures" in said


def test_takes_may_be_counted_from_anywhere(tmp_path: Path) -> None:
    """Takes 0, 4 and 11 are a first, a second and a third; with two to teach the third one tests."""
    cast(tmp_path, "ana", 1, dict.fromkeys(FACES[:2], 3))
    for folder in tmp_path.glob("ana/*/take-*"):
        folder.rename(folder.with_name({"1": "take-0", "2": "take-4", "3": "take-11"}[folder.name[-1]]))
    (ana,) = read_people(tmp_path, faces=2, train_takes=2).testable
    assert {sample.take for sample in ana.lessons.samples()} == {1, 2}
    assert {sample.take for samples in ana.tests.values() for sample in samples} == {11}


def test_subsets_are_all_of_them_or_twenty_by_seed() -> None:
    """Up to 20 choices are all tried; of more, 20 different ones are drawn, the same for the same seed."""

    def player(categories: int) -> Player:
        return Player("ana", SampleStore(), {f"c{n}": () for n in range(categories)}, {}, frozenset())

    assert player(6).subsets(4) == list(combinations(sorted(player(6).tests), 4))
    drawn = player(9).subsets(4, seed=1)
    assert len(set(drawn)) == MAX_SUBSETS < math.comb(9, 4)
    assert drawn == player(9).subsets(4, seed=1) != player(9).subsets(4, seed=2)
    assert len(player(300).subsets(150)) == MAX_SUBSETS  # without counting them all out


def test_a_store_gets_its_categories_back() -> None:
    """While only some categories are taught the others are out of the store, and afterwards back."""
    store = SampleStore("abcd")
    for number, category in enumerate(store.categories):
        store.add(category.id, np.full((16, 16, 3), 40 * number, np.uint8))
    before = store.categories, store.samples()
    with pupil.only(store, ["d", "b"]) as part:
        assert [category.id for category in part.categories] == ["b", "d"]
    assert (store.categories, store.samples()) == before


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
    pictures: list[Frame] = list(DICE.integers(0, 256, (12, 16, 16, 3), np.uint8))
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


def test_a_run_is_followed_as_the_game_follows_it() -> None:
    """A step up is smoothed by the game's own smoother: its jump, its ends and its lag are those."""
    values = [0.0] * 10 + [1.0] * 30
    run = follow("a/b", values, fps=30.0)
    smoother = Smoother()
    smooth = [smoother.smooth((value,), at / 30)[0] for at, value in enumerate(values)]
    assert run.max_jump == pytest.approx(smooth[10])
    assert (run.start, run.end) == (0, pytest.approx(1, abs=0.01))
    assert run.graded == pytest.approx(sum(0.1 <= value <= 0.9 for value in smooth) / 40)
    keep = math.exp(-1 / 30 / smoother.seconds)
    assert run.lag_ms == pytest.approx(1000 / 30 * keep / (1 - keep))


def test_a_dead_run_has_no_lag() -> None:
    """A bar that stays where it is rises with nothing and has no lag to speak of."""
    run = follow("a/b", [0.4] * 10, fps=30.0)
    assert (run.rho, run.max_jump, run.lag_ms, run.graded) == (0, 0, None, 1)


def test_sweeps_rise(root: Path) -> None:
    """A cartoon that makes its face slowly fills its bar, from the first frames to the last."""
    people = read_people(root)
    runs, left_out = read_sweeps(root / "sweeps", people)
    assert left_out == []
    found = measure_sweeps(runs, Recognizer(FakeEmbedder()))
    assert [run.name for run in found.runs] == [f"ana/neutral-to-{face}" for face in FACES[1:]]
    means = found.to_json()
    assert means["end"] - means["start"] > 0.4
    assert means["rho"] > 0.6
    assert means["taught"] == 0


def test_sweeps_left_out_are_named(root: Path, tmp_path: Path) -> None:
    """Runs of players or faces that are not taught, short ones and damaged pictures are named."""
    for name, pictures in {"ana/neutral-to-fury": 8, "eve/neutral-to-smile": 8, "ana/smile": 8}.items():
        film(tmp_path / name, CartoonPlayer(1, (96, 72)), 0, pictures)
    film(tmp_path / "ana" / "neutral-to-smile", CartoonPlayer(1, (96, 72)), 0, 6)
    (tmp_path / "ana" / "neutral-to-smile" / "0003.jpg").write_bytes(b"no picture")
    (tmp_path / "ana" / "neutral-to-zapallo").mkdir()
    runs, left_out = read_sweeps(tmp_path, read_people(root))
    assert runs == []
    said = [str(problem) for problem in left_out]
    expected = [
        "ana/neutral-to-fury",
        "ana/neutral-to-smile/0003.jpg",
        "ana/neutral-to-smile is left out: it has 5",
        "ana/neutral-to-zapallo is left out: it has 0",
        "ana/smile",
        "eve/neutral-to-smile",
    ]
    assert len(said) == len(expected)
    assert [part for part, sentence in zip(expected, said, strict=True) if part not in sentence] == []


def test_training_pictures_in_a_run_are_counted(root: Path, tmp_path: Path) -> None:
    """A run whose frames were taught says so: it flatters."""
    folder = tmp_path / "ana" / "neutral-to-smile"
    folder.mkdir(parents=True)
    for number, face in enumerate(("neutral", "smile")):
        for file in (root / "ana" / face / f"take-{2 - number}").iterdir():
            (folder / f"{number}-{file.name}").write_bytes(file.read_bytes())
    runs, _ = read_sweeps(tmp_path, read_people(root))
    assert measure_sweeps(runs, Recognizer(FakeEmbedder())).to_json()["taught"] == 0.5


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
