"""`--engine ray` where Ray says there is a GPU: replicas ask for a share, and do without one if need be."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.reco.engine import LocalEngine
from facegame_lib.reco.ray_engine import share_of_gpu

# In a process of its own, for a process starts Ray once.
ASK = """
import sys
import numpy as np
from facegame_lib.reco.ray_engine import RayEngine
engine = RayEngine(replicas=(1, 1)).prepare()
import ray
total, left = (of().get("GPU", 0) for of in (ray.cluster_resources, ray.available_resources))
rows = engine.recognizers()["face"].embedder.embed(list(np.load(sys.argv[1])))
np.savez(sys.argv[2], gpu=engine.about()["gpu"], total=total, left=left, rows=rows)
engine.close()
"""


@pytest.mark.parametrize(
    ("resources", "share"),
    [
        ({"CPU": 8.0}, 0.0),
        ({"CPU": 8.0, "GPU": 1.0}, 0.12),
        ({"CPU": 16.0, "GPU": 16.0}, 1.0),
        ({"CPU": 4.0, "GPU": 8.0}, 1.0),
        ({"CPU": 640.0, "GPU": 4.0}, 0.01),
        ({"GPU": 1.0}, 1.0),
        ({}, 0.0),
    ],
)
def test_every_core_gets_its_share_of_the_gpus(resources: dict[str, float], share: float) -> None:
    """What a replica asks for is what a core's part of all GPUs is, one whole at most, and none of none."""
    assert share_of_gpu(resources) == pytest.approx(share)


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: extra `cluster`")
def test_a_gpu_that_tensorflow_cannot_use_is_done_without(tmp_path: Path) -> None:
    """Ray gives the replica its share of a GPU that is not there: it says so, and answers from its core."""
    player = CartoonPlayer(1, (240, 240))
    pictures = np.stack([player.frame(at / 5) for at in range(3)])
    np.save(tmp_path / "pictures.npy", pictures)
    files = str(tmp_path / "pictures.npy"), str(tmp_path / "said.npz")
    claims = {**os.environ, "RAY_OVERRIDE_RESOURCES": '{"GPU": 1}'}  # Ray's own way to say so
    subprocess.run([sys.executable, "-c", ASK, *files], check=True, timeout=300, env=claims)
    with np.load(tmp_path / "said.npz") as said:
        assert said["total"] == 1
        assert said["left"] < 1  # the replica has its share
        assert not said["gpu"]
        here = LocalEngine(workers=1).prepare().recognizers()["face"]
        np.testing.assert_allclose(said["rows"], here.embedder.embed(list(pictures)), atol=1e-5)
