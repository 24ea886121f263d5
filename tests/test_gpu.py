"""The net for GPUs gives the numbers of the net that everybody plays with. (On a CPU: CI has no GPU.)"""

import subprocess
import sys

import numpy as np
import pytest

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.errors import BadPicture, MissingExtra
from facegame_lib.gpu import GpuEmbedder, gpu_here

# In a process of its own: TensorFlow stays in one that has loaded it.
EMBED = """
import sys
import numpy as np
from facegame_lib.gpu import GpuEmbedder
pictures = np.load(sys.argv[1])
net = GpuEmbedder("CPU:0")
assert not net.ready
np.savez(sys.argv[2], all=net.embed(list(pictures)), one=net.embed([pictures[2]]), none=net.embed([]))
assert net.ready
"""


def test_its_rows_are_those_of_litert(tmp_path):
    """Seven pictures as one batch give LiteRT's rows within 1e-3 of their length, and so does one alone."""
    player = CartoonPlayer(1, (240, 240))
    player.make("zapallo", 0.0, over=3.0)
    pictures = np.stack([player.frame(at / 2) for at in range(7)])
    np.save(tmp_path / "pictures.npy", pictures)
    files = str(tmp_path / "pictures.npy"), str(tmp_path / "rows.npz")
    subprocess.run([sys.executable, "-c", EMBED, *files], check=True, timeout=120)
    expected = MobileNetEmbedder().embed(list(pictures))
    with np.load(tmp_path / "rows.npz") as rows:
        length = np.linalg.norm(expected, axis=1)
        assert (np.linalg.norm(rows["all"] - expected, axis=1) < 1e-3 * length).all()
        assert np.linalg.norm(rows["one"][0] - expected[2]) < 1e-3 * length[2]
        assert rows["none"].shape == (0, GpuEmbedder.dim)
    apart = np.linalg.norm(expected[0] - expected[-1])
    assert apart > 0.1 * length[0]  # the pictures do differ


def test_what_is_no_frame_is_refused():
    """A wrong array is an error before any net is loaded."""
    embedder = GpuEmbedder("CPU:0")
    with pytest.raises(BadPicture):
        embedder.embed([np.zeros((4, 4, 3), np.uint8)])
    assert not embedder.ready


def test_without_tensorflow_the_install_line_is_said(monkeypatch):
    """Where TensorFlow is not installed, asking for a GPU says what to install."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(MissingExtra):
        gpu_here()
