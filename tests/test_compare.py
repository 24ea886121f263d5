"""`compare`: every combination on the same splits, and what it says of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lab import Kept, Other, store_of

from facegame_lib import errors
from facegame_lib.classifier import KnnClassifier
from facegame_lib.errors import BadPicture, BadSetting, BadStore, MissingExtra, NotEnough
from facegame_lib.progress import shown
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import Comparison, compare
from facegame_lib.research.splits import subjects
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder
from facegame_lib.whitening import Whitening


def tried(where: Any, embedders: Any = None, classifiers: Any = "knn", **options: Any) -> Comparison:
    """`compare` without a clock and without a cache, unless they are asked for."""
    settings: dict[str, Any] = {"timed": 0, "cache": False, **options}
    return compare(where, FakeEmbedder() if embedders is None else embedders, classifiers, **settings)


def test_every_combination_has_its_row() -> None:
    """Two embedders with two classifiers are four rows; the first is what the others differ from."""
    found = tried(store_of(), [FakeEmbedder(), Other()], ["knn", KnnClassifier(1)])
    assert [(row.embedder, row.classifier) for row in found.rows] == [
        ("fake", "knn"),
        ("fake", "KnnClassifier(k=1)"),
        ("other", "knn"),
        ("other", "KnnClassifier(k=1)"),
    ]
    first, *others = found.rows
    assert first.difference is None
    for row in others:
        assert row.difference is not None
        assert row.difference.mean == pytest.approx(row.accuracy.mean - first.accuracy.mean)


@pytest.mark.parametrize("metric", [None, Whitening()])
def test_a_trial_is_what_the_recogniser_does(metric: Any) -> None:
    """Each accuracy is that of a `Recognizer` taught the same takes and tried on the same pictures."""
    store = store_of(tint=90)
    parts = Recognizer(FakeEmbedder(), KnnClassifier(3), metric=metric)
    found = tried(store, parts, KnnClassifier(3))
    marks = []
    (player,), _ = subjects(store, None, 1, 10, 0)
    for split in player.splits:
        lesson = SampleStore(["red", "green", "blue"])
        for sample in (player.samples[place] for place in split.taught):
            lesson.add(sample.category, sample.data, sample.take)
        parts.fit(lesson)
        right = dict[str, list[bool]]()
        for sample in (player.samples[place] for place in split.tried):
            guess = parts.predict(sample.frame()).label
            right.setdefault(sample.category, []).append(guess == sample.category)
        marks.append(float(np.mean([np.mean(each) for each in right.values()])))
    assert found.rows[0].splits == {"player": pytest.approx(tuple(marks))}
    assert 0.3 < np.mean(marks) < 1  # else it would prove little


def test_an_embedder_with_copies_learns_them_and_is_tried_without() -> None:
    """Rows that an embedder makes of a taught picture besides its own are learnt, as `Recognizer` does."""

    class Twins(FakeEmbedder):
        def copies(self, frame: Any) -> Any:
            row = self.embed([frame])[0]  # of one in three pictures there are two copies
            return np.stack([row, row + 9000, row + 9000][: 3 - self.embedded % 3 // 2])

    class Seen(KnnClassifier):
        taught: list[int] = []  # noqa: RUF012  (shared by the copies that are taught)
        asked: list[int] = []  # noqa: RUF012

        def fit(self, X: Any, y: Any) -> Any:
            self.taught.append(len(X))
            return super().fit(X, y)

        def predict(self, X: Any) -> Any:
            self.asked.append(len(X))
            assert X.max() < 9000
            return super().predict(X)

    tried(store_of(takes=3, pictures=5, faces=2), Twins(), Seen())
    assert sum(Seen.taught) == 20 * 3 + 10 * 2
    assert set(Seen.asked) == {2 * 5 * 2}  # two faces, five pictures, two takes: none of the copies


def test_a_picture_without_a_face_is_wrong() -> None:
    """What an embedder sees nothing in, or refuses, is neither taught nor right, and its share is told."""

    class Shy(FakeEmbedder):
        def embed(self, frames: Any) -> Any:
            if self.embedded in range(10, 15):  # the first take of the second face
                self.embedded += 1
                raise BadPicture("not_a_picture")
            return super().embed(frames)

    found = tried(store_of(takes=2), Shy())
    assert found.rows[0].unseen == pytest.approx(1 / 6)
    assert sorted(found.rows[0].splits["player"]) == pytest.approx([0.0, 2 / 3])  # taught it, tried on it


def test_players_of_a_folder_weigh_the_same(root: Path) -> None:
    """Of a folder as `facegame evaluate` reads it; whoever has too little is named."""
    found = tried(root, faces=4)
    assert found.players == ("ana", "bo")
    of = found.rows[0].splits
    assert len(of["ana"]) == 10  # of 5 choices of faces and 2 ways to part the takes
    assert len(of["bo"]) == 2
    assert found.rows[0].accuracy.mean == pytest.approx(np.mean([np.mean(of["ana"]), np.mean(of["bo"])]))
    said = " ".join(str(problem) for problem in found.left_out)
    assert "bo/zapallo is left out" in said
    assert "cy is left out" in said


def test_a_folder_that_is_a_store_is_one_player(tmp_path: Path) -> None:
    """`my-faces` itself may be given, by its path or opened."""
    store_of(takes=2).save(tmp_path / "my-faces")
    by_path = tried(tmp_path / "my-faces")
    assert by_path.players == ("my-faces",)
    assert by_path == tried(SampleStore.open(tmp_path / "my-faces"))


def test_the_same_seed_gives_the_same(root: Path) -> None:
    """The seed decides on the splits and on a classifier's dice, and nothing else does."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(3, max_depth=1)
    one, same, other = (tried(root, Other(), forest, faces=3, repeats=4, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.rows[0].splits != other.rows[0].splits


def test_progress_moves_and_ends() -> None:
    """The bar rises from 0 to 1 through looking, trying and timing, and never falls."""
    told: list[tuple[float, str]] = []

    def tell(fraction: float, key: str) -> None:
        told.append((fraction, key))

    tried(store_of(), [FakeEmbedder(), Other()], timed=2, progress=tell)
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert len(set(fractions)) > 50
    assert list(dict.fromkeys(key for _, key in told)) == [
        "progress.embed",
        "progress.evaluate.try",
        "progress.compare.time",
    ]


def test_a_bar_is_shown_in_a_notebook(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`progress=shown` writes one line over and over, which fills, and ends it."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")
    tried(store_of(takes=2), progress=shown)
    first, *lines = capsys.readouterr().out.split("\r")
    assert first == ""
    filled = [line.count("#") for line in lines]
    assert filled == sorted(filled)
    assert (filled[0], filled[-1]) == (0, 28)
    assert "Teaching and trying" in lines[-3]
    assert lines[-1].endswith("\n")


def test_time_is_taken_of_frames_that_are_seen_anew() -> None:
    """Every embedder is timed on so many frames and one to wake it; a slow one takes longer; 0 takes none."""
    import time

    class Slow(FakeEmbedder):
        name = "slow"

        def embed(self, frames: Any) -> Any:
            time.sleep(0.005 * len(frames))
            return super().embed(frames)

    fast, slow = FakeEmbedder(), Slow()
    found = tried(store_of(), [fast, slow], timed=3)
    assert fast.embedded == slow.embedded == 45 + 4
    times = [row.milliseconds for row in found.rows]
    assert times[0] is not None
    assert times[1] is not None
    assert times[1] > max(5, times[0])
    assert tried(store_of()).rows[0].milliseconds is None


@pytest.mark.parametrize(
    ("store", "options", "error", "sentence"),
    [
        (store_of(takes=1), {}, NotEnough, "second take of each face"),
        (SampleStore(["a", "b"]), {}, NotEnough, "no pictures"),
        (store_of(pictures=4), {}, NotEnough, "at least 5 pictures"),
        (store_of(), {"faces": 4}, NotEnough, "4 faces with 2 takes"),
        (store_of(), {"train_takes": 3}, NotEnough, "3 faces|2 faces with 4 takes"),
        (store_of(), {"faces": 1}, BadSetting, "faces has to be"),
        (store_of(), {"repeats": 0}, BadSetting, "repeats has to be"),
        (store_of(), {"train_takes": 0}, BadSetting, "train_takes has to be"),
        (store_of(), {"timed": -1}, BadSetting, "timed has to be"),
        (store_of(), {"n_jobs": 0}, BadSetting, "n_jobs has to be"),
        (store_of(), {"backend": "abacus"}, BadSetting, "backend has to be one of"),
        ("nowhere", {}, BadStore, "nowhere could not be read"),
    ],
)
def test_what_cannot_be_compared_is_said(
    store: Any, options: dict[str, Any], error: type[errors.FaceGameError], sentence: str
) -> None:
    """Too little to compare, or a setting that cannot be, ends in a sentence in both languages."""
    with pytest.raises(error, match=sentence) as raised:
        tried(store, **options)
    assert raised.value.text("es") != raised.value.text("en")


@pytest.mark.parametrize(
    ("package", "backend", "extra"),
    [("joblib", "loky", "lab"), ("sklearn", "loky", "lab"), ("ray", "ray", "lab,cluster")],
)
def test_a_missing_package_is_named(
    package: str, backend: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without what it needs, the error names the install line, before anything is looked at."""
    monkeypatch.setitem(sys.modules, package, None)
    embedder = FakeEmbedder()
    with pytest.raises(MissingExtra, match=rf'"facegame\[{extra}\]"'):
        tried(store_of(), embedder, backend=backend)
    assert embedder.embedded == 0


def test_importing_the_lab_loads_nothing_heavy() -> None:
    """`from facegame_lib.research import compare` is the function, and waits for no framework."""
    heavy = {"sklearn", "scipy", "joblib", "ray", "matplotlib", "pandas", "tensorflow", "ai_edge_litert"}
    program = f"""
import sys
import facegame_lib.research.compare
from facegame_lib.research import compare, evaluate
assert [compare.__name__, evaluate.__name__] == ["compare", "evaluate"]
print(sorted({heavy!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_row_is_flat_and_all_of_it_is_json(root: Path) -> None:
    """`to_rows` makes a tidy table; `to_json` has the splits too, and survives JSON."""
    found = tried(root, [Kept(), Other()], faces=4, timed=1)
    first, second = found.to_rows()
    assert list(first) == list(second)
    assert first["difference"] is None
    assert second["difference_low"] <= second["difference"] <= second["difference_high"]
    whole = json.loads(json.dumps(found.to_json()))
    assert whole["intervals"] == "players"
    assert whole["combinations"][1]["splits"]["bo"] == list(found.rows[1].splits["bo"])
    assert {**whole["combinations"][0], "splits": None} == {**first, "splits": None}
