"""One core, two, threads or a Ray cluster: the same numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from lab import Other, store_of
from sklearn.neighbors import KNeighborsClassifier

from facegame_lib.errors import BadSetting
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import compare, jobs
from facegame_lib.testing import FakeEmbedder
from facegame_lib.whitening import Whitening

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: extra `cluster`")

# A cluster of this process, on the loopback address alone and with a token, as `--engine ray` starts its own.
PROGRAM = """
import json, os
from facegame_lib.errors import RemoteUnavailable
from facegame_lib.reco.ray_engine import RayEngine
from facegame_lib.research.jobs import spread

engine = RayEngine()
engine._join(engine._import())

from lab import store_of
from test_compare_backends import result
from facegame_lib.research import compare
from facegame_lib.testing import FakeEmbedder

try:
    assert os.getpid() not in set(spread(os.getpid, [()] * 4, 2, "ray"))
    print(json.dumps(result(backend="ray", n_jobs=2)))
finally:
    engine.close()
embedder = FakeEmbedder()
try:
    compare(store_of(), embedder, backend="ray")
except RemoteUnavailable as error:
    print(error.key, embedder.embedded)
"""


def result(**options: Any) -> dict[str, Any]:
    """A comparison with dice in it, as JSON."""
    from sklearn.ensemble import RandomForestClassifier

    embedders = [Recognizer(FakeEmbedder(), metric=Whitening()), Other()]
    forest = RandomForestClassifier(3, max_depth=2)
    store = store_of(takes=4, tint=90)
    return compare(store, embedders, ["knn", forest], timed=0, cache=False, seed=5, **options).to_json()


@pytest.mark.parametrize("options", [{"n_jobs": 2}, {"n_jobs": 2, "backend": "threading"}, {"n_jobs": -1}])
def test_cores_change_nothing(options: dict[str, Any]) -> None:
    """Two processes, two threads and all cores find what one finds, to the last digit."""
    assert result(**options) == result()


def test_jobs_are_done_elsewhere_and_come_in_order() -> None:
    """Two jobs run in other processes, one in this; what they give stands in the order of the jobs."""
    assert os.getpid() not in set(jobs.spread(os.getpid, [()] * 4, 2, "loky"))
    assert set(jobs.spread(os.getpid, [()] * 4, 1, "loky")) == {os.getpid()}
    numbers = [(number, 3) for number in range(40)]
    assert list(jobs.spread(divmod, numbers, 2, "loky")) == [divmod(*each) for each in numbers]


@needs_ray
def test_a_cluster_changes_nothing() -> None:
    """On a Ray cluster that the process has joined the same comes out; where there is none, that is said."""
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent)])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found, refused = done.stdout.splitlines()[-2:]
    assert json.loads(found) == json.loads(json.dumps(result()))
    assert refused == "no_ray_cluster 0"  # before anything was looked at


def test_a_worker_s_error_is_a_sentence() -> None:
    """What goes wrong in another process arrives as the error it was."""
    with pytest.raises(BadSetting, match="could not learn") as error:
        compare(store_of(), FakeEmbedder(), KNeighborsClassifier(500), timed=0, cache=False, n_jobs=2)
    assert error.value.key == "classifier_failed"
