"""A frame becomes a row of numbers: any size, any thread, and no TensorFlow on the way."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from facegame_lib import backbone, litert
from facegame_lib.embedding import Embedder, MobileNetEmbedder, resize
from facegame_lib.errors import BadPicture, BadSetting, MissingExtra


@pytest.fixture(scope="module")
def embedder() -> MobileNetEmbedder:
    """MobileNetV2, ready."""
    return MobileNetEmbedder().prepare()


@pytest.fixture(scope="module")
def frames() -> list[np.ndarray]:
    """Six frames of six sizes, blotches of colour."""
    rng = np.random.default_rng(7)
    sizes = [(480, 480), (224, 224), (200, 300), (90, 64), (720, 540), (225, 223)]
    small = [rng.integers(0, 256, (9, 9, 3), dtype=np.uint8) for _ in sizes]
    return [
        np.resize(np.kron(blot, np.ones((80, 80, 1), np.uint8)), (*size, 3))
        for blot, size in zip(small, sizes, strict=True)
    ]


def test_it_is_an_embedder(embedder):
    """The protocol, checked at run time, is what MobileNetEmbedder keeps."""
    assert isinstance(embedder, Embedder)
    assert not isinstance(object(), Embedder)


def test_frames_of_any_size_become_rows(embedder, frames):
    """One finite float32 row of `dim` numbers per frame, whatever its size."""
    rows = embedder.embed(frames)
    assert rows.shape == (len(frames), embedder.dim)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()


def test_a_row_depends_on_its_frame_alone(embedder, frames):
    """Frames embedded together or one by one get the same rows, in the same order, and different ones."""
    together = embedder.embed(frames)
    np.testing.assert_array_equal(together, np.vstack([embedder.embed([frame]) for frame in frames]))
    assert len(np.unique(together, axis=0)) == len(frames)


def test_threads_may_share_one(embedder, frames):
    """Many threads at once get the rows that one gets."""
    expected = embedder.embed(frames)
    with ThreadPoolExecutor(8) as pool:
        for rows in pool.map(lambda _: embedder.embed(frames), range(24)):
            np.testing.assert_array_equal(rows, expected)


def test_threads_may_ask_before_it_is_ready(frames, monkeypatch):
    """Many threads that come first together load the net once."""
    loaded = []
    load = litert.load
    monkeypatch.setattr(litert, "load", lambda *given: loaded.append(given) or load(*given))
    fresh = MobileNetEmbedder()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda frame: fresh.embed([frame]), frames))
    assert len(loaded) == 1


def test_making_one_loads_nothing(tmp_path):
    """Name, size and dim are known at once; nothing is ready, and nothing is in the cache."""
    fresh = MobileNetEmbedder("MobileNetV3Small", cache=tmp_path)
    assert (fresh.name, fresh.dim, fresh.ready) == ("MobileNetV3Small", 576, False)
    assert not list(tmp_path.iterdir())


def test_the_first_frame_prepares_it(frames):
    """Nobody has to call prepare."""
    fresh = MobileNetEmbedder()
    assert not fresh.ready
    fresh.embed(frames[:1])
    assert fresh.ready


def test_no_frames_give_no_rows(tmp_path):
    """An empty list is an answer, `(0, dim)`, for which nothing is loaded."""
    fresh = MobileNetEmbedder(cache=tmp_path)
    assert fresh.embed([]).shape == (0, 1280)
    assert not fresh.ready


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((224, 224, 3), np.float32),
        np.zeros((224, 224), np.uint8),
        np.zeros((224, 224, 4), np.uint8),
        np.zeros((0, 224, 3), np.uint8),
        "frame.jpg",
    ],
    ids=["float", "grey", "alpha", "empty", "path"],
)
def test_what_is_no_frame_is_refused(frame, tmp_path):
    """Another type or shape is an error before anything is downloaded."""
    with pytest.raises(BadPicture):
        MobileNetEmbedder(cache=tmp_path).embed([frame])
    assert not list(tmp_path.iterdir())


def test_one_frame_alone_is_no_list_of_frames(tmp_path):
    """A frame without its list is refused, not taken for a list of rows."""
    with pytest.raises(BadPicture):
        MobileNetEmbedder(cache=tmp_path).embed(np.zeros((224, 224, 3), np.uint8))


@pytest.mark.parametrize("settings", [{"name": "MobilNet"}, {"threads": 0}])
def test_settings_are_checked_at_once(settings):
    """A wrong name or number of threads is said when the embedder is made."""
    with pytest.raises(BadSetting):
        MobileNetEmbedder(**settings)


def test_without_litert_the_install_line_is_given(tmp_path, monkeypatch):
    """Missing LiteRT is said before the net is fetched."""
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(MissingExtra, match=r"pip install \"facegame\[mobilenet\]\""):
        MobileNetEmbedder(cache=tmp_path).prepare()
    assert not list(tmp_path.iterdir())


def test_shrinking_skips_no_pixel():
    """A fine chessboard shrinks to an even grey, where picking pixels would give black and white."""
    board = np.indices((448, 448)).sum(axis=0) % 2 * 255
    grey = resize(np.stack([board] * 3, axis=-1).astype(np.uint8), 224)
    assert grey.shape == (224, 224, 3)
    assert np.abs(grey.astype(int) - 127).max() <= 4


def test_a_frame_of_the_right_size_is_left_alone():
    """Resizing to the same size copies and changes nothing."""
    frame = np.random.default_rng(1).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    assert resize(frame, 224) is frame


def test_the_table_of_nets_has_the_default():
    """The default net is in the table, with the numbers everything else was measured with."""
    assert backbone.NETS[backbone.DEFAULT] == (224, 1280)


def test_a_warm_embedder_is_light_and_quiet(embedder):
    """With the net in the cache, embedding imports no TensorFlow and writes nothing on stderr."""
    code = (
        "import sys; import numpy as np; from facegame_lib.embedding import MobileNetEmbedder;"
        "rows = MobileNetEmbedder().embed([np.zeros((224, 224, 3), np.uint8)]);"
        "heavy = {'tensorflow', 'keras', 'torch', 'matplotlib', 'ipywidgets'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy or rows.shape != (1, 1280) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
