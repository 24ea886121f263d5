"""`facegame bench`: what it says is what was measured, in turns; nothing here is timed."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from lab import Kept, store_of

from facegame_lib import bench, cli
from facegame_lib.bench import figures, floor, opening, peers, play, player, queries, table, tfjs
from facegame_lib.bench.figures import Figure, figure, interleaved
from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.errors import FaceGameError, MissingExtra
from facegame_lib.progress import silent
from facegame_lib.recognizer import Recognizer
from facegame_lib.texts import text

HEAVY = {"tensorflow", "keras", "playwright", "sklearn", "ai_edge_litert", "jupyter_client", "matplotlib"}


def test_every_round_does_each_task_once_in_turn() -> None:
    """Tasks are interleaved, given the number of their round, and those that wake things up do not count."""
    done: list[str] = []
    tasks = {name: lambda number, name=name: done.append(f"{name}{number}") for name in "abc"}
    took = interleaved(tasks, 3, warm=1)
    assert done == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"]
    assert {name: len(each) for name, each in took.items()} == {"a": 3, "b": 3, "c": 3}


def test_times_are_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that takes two seconds by the clock is 2000."""
    clock = iter(range(0, 100, 2))
    monkeypatch.setattr(figures.time, "perf_counter", lambda: float(next(clock)))
    assert interleaved({"a": lambda number: None}, 2, warm=0) == {"a": [2000.0, 2000.0]}


def test_a_figure_is_a_median_and_a_95th_percentile() -> None:
    """Of 1 to 100, 50.5 and 95.05; of one measurement there is no second figure."""
    many = figure("bench.stage.frame", "ms", list(range(1, 101)))
    assert (many.p50, many.p95, many.count) == (50.5, 95.05, 100)
    assert figure("bench.stage.frame", "ms", [7.0]).p95 is None


def some() -> list[Figure]:
    """Figures of all kinds."""
    return [
        figure("bench.stage.frame", "ms", [1.0, 2.0, 3.0]),
        figure("bench.query.ours", "ms", [1.5], pictures="10,000"),
        figure("bench.floor.ratio", "times", [1.4]),
    ]


def test_json_has_every_figure_with_its_unit() -> None:
    """What a program reads: the machine, and of each figure key, unit, p50, p95, count and details."""
    found = json.loads(table.as_json(some()))
    assert set(found["machine"]) == {"cores", "machine", "python"}
    assert found["figures"][0] == {
        "key": "stage.frame", "unit": "ms", "p50": 2.0, "p95": 2.9, "count": 3, "details": {}
    }  # fmt: skip
    assert found["figures"][1]["details"] == {"pictures": "10,000"}
    assert found["figures"][1]["p95"] is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_table_is_for_people(language: str) -> None:
    """A line for each figure in their language, with its unit, and what it was measured on."""
    lines = table.as_table(some(), language).splitlines()
    assert lines[1].startswith(text("bench.stage.frame", language))
    assert "10,000" in lines[2]
    assert text("bench.unit.times", language) in lines[3]
    assert "Python" in lines[-1]


def test_the_command_prints_what_was_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its words are handed on; the table or, with `--json`, all figures come out."""
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(bench, "run", lambda **words: asked.append(words) or some())
    assert cli.main(["bench", "--json", "--rounds", "7", "--browser"]) == 0
    assert len(json.loads(capsys.readouterr().out)["figures"]) == 3
    assert {**asked[0], "progress": None} == {
        "rounds": 7, "prepare": False, "browser": True, "peers": False, "progress": None
    }  # fmt: skip
    assert cli.main(["bench", "--rounds", "0"]) == 1


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("flag", ["browser", "peers"])
def test_what_is_missing_is_said_before_anything_is_measured(
    flag: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Playwright, or Node.js, a sentence says what to install, at once."""
    if flag == "browser":
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    else:
        monkeypatch.setattr(tfjs.shutil, "which", lambda name: None)
    monkeypatch.setattr(player, "cast", lambda: pytest.fail("it began"))
    with pytest.raises(MissingExtra) as caught:
        bench.run(browser=flag == "browser", peers=flag == "peers")
    assert ("Playwright" if flag == "browser" else "nodejs.org") in caught.value.text(language)


def test_importing_it_loads_nothing_heavy() -> None:
    """Importing the command and every file of `bench` loads no framework, browser or kernel."""
    names = [path.stem for path in Path(bench.__file__).parent.glob("*.py") if path.stem != "__init__"]
    assert len(names) > 8
    program = "import sys, facegame_lib.commands.bench\n"
    program += "".join(f"import facegame_lib.bench.{name}\n" for name in names)
    program += f"print(sorted({HEAVY!r} & {{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_operations_of_the_net_are_counted_from_its_file() -> None:
    """MobileNetV2 1.0 has 300 million multiplications and as many additions (table 4 of its paper), nearly
    all of them in products of matrices."""
    path = MobileNetEmbedder().file()
    work = floor.flops(path)
    assert 0.59e9 < work < 0.61e9
    layers = list(floor.layers(path))
    assert len(layers) == 52
    assert sum(layer.flops for layer in layers if layer.dense) > 0.9 * work
    assert layers[0] == floor.Layer(112 * 112, 27, 32, True)
    assert layers[1] == floor.Layer(112 * 112, 9, 32, False)


def test_the_three_searches_are_measured_side_by_side_and_checked() -> None:
    """Ours, NumPy's and scikit-learn's, on rows like pictures; a wrong neighbour is an error, no figure."""
    dice = np.random.default_rng(0)
    X = queries.alike(dice.random((40, 96), np.float32), 300)
    found = queries.compared("query", X, X[:6], 2, silent)
    assert [one.key for one in found] == ["bench.query.ours", "bench.query.numpy", "bench.query.sklearn"]
    assert {dict(one.details)["pictures"] for one in found} == {"300"}

    class Wrong(queries.KnnClassifier):
        def distances(self, X: Any) -> Any:
            return np.roll(super().distances(X), 1)

    with pytest.raises(FaceGameError, match="not the nearest"):
        queries.check(Wrong().fit(X, np.arange(len(X)) % 4), X, X[:2])


def test_a_store_is_opened_and_its_embeddings_are_taken_up() -> None:
    """Of a store that is as large as asked for, none is left to be embedded again."""
    embedder = Kept()
    cast: Any = SimpleNamespace(
        embedder=embedder, recognizer=Recognizer(embedder), store=store_of(takes=1, pictures=2)
    )
    found = {one.key: one for one in opening.opening(cast, 1, silent, pictures=60)}
    assert found["bench.open.left"].p50 == 0
    assert dict(found["bench.open.again"].details) == {"pictures": "60"}


def test_the_figures_of_a_match_are_those_of_its_frames() -> None:
    """From grab to bar, a second's predictions, and which frames that were sent were never shown."""
    bars = [{"stamp": 100.0 * n, "shown": 100.0 * n + 40 + n, "closeness": 0.5} for n in range(11)]
    del bars[4]
    found = {one.key: one for one in play.match_figures(bars, 30, [100.0 * n for n in range(-3, 14)])}
    assert found["bench.browser.late"].p50 == 45.5
    assert found["bench.browser.rate"].p50 == round(9 / 1.01, 1)
    assert found["bench.browser.dropped"].p50 == 1
    assert dict(found["bench.browser.dropped"].details) == {"sent": "11"}


def test_the_figures_of_bursts_are_those_of_the_worst() -> None:
    """The interval that is furthest from the plan's, and the burst of which fewest pictures came."""
    plan = play.PLAN.due
    log: list[list[Any]] = [["picture", 1, due] for due in plan]
    log += [["picture", 2, due + (0.03 if number == 5 else 0.0)] for number, due in enumerate(plan[:19])]
    found = {one.key: one for one in play.burst_figures([*log, ["frame", 3.0]])}
    assert found["bench.burst.interval"].p50 == 30.0
    assert found["bench.burst.pictures"].p50 == 19
    assert found["bench.burst.seconds"].p50 == pytest.approx(2.925)


def test_the_peers_page_is_served_with_threads_and_without(tmp_path: Path) -> None:
    """Only the isolated page has the headers that a browser asks of those whose WASM may have threads."""
    with tfjs.served(tmp_path) as address:
        for name, isolated in (("plain", None), ("isolated", "require-corp")):
            with urllib.request.urlopen(f"{address}/{name}", timeout=10) as page:
                assert page.headers["Cross-Origin-Embedder-Policy"] == isolated
                assert b"knn-classifier" in page.read()


def test_what_npm_says_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages are fetched once, in the versions that are named; where that fails a sentence says so."""
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path))
    asked: list[list[str]] = []
    status = [1]
    monkeypatch.setattr(tfjs.shutil, "which", lambda name: "npm")
    monkeypatch.setattr(
        tfjs.reporting, "run", lambda command, heard: (asked.append(command), (status[0], "no net"))[1]
    )
    with pytest.raises(FaceGameError, match="npm could not fetch"):
        tfjs.packages()
    status[0] = 0
    folder = tfjs.packages()
    assert tfjs.packages() == folder
    assert len(asked) == 2
    wanted = json.loads((folder.parent / "package.json").read_text("utf-8"))["dependencies"]
    assert wanted == tfjs.PACKAGES


def test_keras_is_not_needed_to_be_told_that_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--peers` without TensorFlow says what to install."""
    monkeypatch.setattr(tfjs.shutil, "which", lambda name: "npm")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match="TensorFlow"):
        peers.needed()
