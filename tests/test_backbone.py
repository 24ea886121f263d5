"""The net is converted once, in another process, and what the cache holds is checked."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from facegame_lib import backbone
from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.errors import BackboneUnavailable, BadSetting, MissingExtra
from facegame_lib.weights import MOBILENET_V2, fetch


def in_python(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Another Python that runs this code; TensorFlow stays out of the tests' own process."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}
    return subprocess.Popen(
        command,
        env={**os.environ, **quiet, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    """What it printed, once it is done; its complaint if it failed."""
    output, complaint = process.communicate()
    assert process.returncode == 0, complaint[-2000:]
    return output


@pytest.fixture(scope="module")
def net() -> Path:
    """MobileNetV2 in the user's own cache: converted if it never was, else there at once."""
    return backbone.prepare()


@pytest.fixture
def copy(net: Path, tmp_path: Path) -> Path:
    """The same net in a cache of its own, to be damaged."""
    (tmp_path / "backbones").mkdir()
    shutil.copy(net.with_suffix(".json"), tmp_path / "backbones")
    return Path(shutil.copy(net, tmp_path / "backbones"))


@pytest.fixture
def no_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python where TensorFlow is not installed."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tensorflow" else find(name)
    )


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """Four pictures: smooth, noisy, black, white."""
    rows, columns = np.mgrid[0:224, 0:224]
    smooth = np.stack([rows, columns, (rows + columns) // 2], axis=-1).astype(np.uint8)
    noisy = np.random.default_rng(1).integers(0, 256, smooth.shape, dtype=np.uint8)
    return np.stack([smooth, noisy, np.zeros_like(smooth), np.full_like(smooth, 255)])


def test_an_unknown_name_is_answered_with_those_there_are():
    """A typo in the net's name costs no download."""
    with pytest.raises(BadSetting, match=r"MobileNetV3Small.*MobilNet"):
        backbone.prepare("MobilNet")


def test_the_record_says_what_the_net_is(net):
    """Beside the net lies what it is, where it came from and what made it."""
    about = json.loads(net.with_suffix(".json").read_text("utf-8"))
    assert (
        about.items()
        >= {"name": "MobileNetV2", "size": 224, "dim": 1280, "source": MOBILENET_V2.sha256}.items()
    )
    assert set(about) >= {"recipe", "sha256", "tensorflow"}


def test_a_warm_cache_needs_no_tensorflow(copy, tmp_path, no_tensorflow):
    """A classroom that copies a cache plays without TensorFlow, and the bar goes straight to the end."""
    told = []
    assert backbone.prepare(cache=tmp_path, progress=lambda *at: told.append(at)) == copy
    assert told == [(1.0, "progress.backbone.ready")]


@pytest.mark.parametrize("damage", ["net", "no net", "record", "no record", "old recipe", "other weights"])
def test_what_is_damaged_or_outdated_is_not_used(damage, copy, tmp_path, no_tensorflow):
    """Anything wrong with the net or its record means making it again: TensorFlow is missed here."""
    record = copy.with_suffix(".json")
    about = json.loads(record.read_text("utf-8"))
    if damage == "net":
        copy.write_bytes(copy.read_bytes()[:-1] + b"?")
    elif damage == "record":
        record.write_text("{")
    elif damage.startswith("no "):
        (copy if damage == "no net" else record).unlink()
    else:
        other = {"recipe": 0} if damage == "old recipe" else {"source": "0" * 64}
        record.write_text(json.dumps({**about, **other}))
    with pytest.raises(MissingExtra, match=r"facegame\[mobilenet\]"):
        backbone.prepare(cache=tmp_path)


def test_two_processes_mend_a_damaged_cache_at_once(net, copy, tmp_path, no_tensorflow):
    """Two that find the net damaged leave a whole one, and the progress of each goes up to 1."""
    copy.write_bytes(b"damaged")
    code = (
        "import sys; from facegame_lib import backbone;"
        "backbone.prepare(weights=sys.argv[1], cache=sys.argv[2], progress=print)"
    )
    weights = fetch(MOBILENET_V2)
    both = [in_python(code, weights, tmp_path) for _ in range(2)]
    for output in [finish(process) for process in both]:
        told = [line.split() for line in output.splitlines()]
        parts = [float(part) for part, _ in told]
        assert parts == sorted(parts)
        assert parts[-1] == 1.0
        stages = list(dict.fromkeys(key.removeprefix("progress.backbone.") for _, key in told))
        assert stages == ["download", "tensorflow", "build", "convert", "ready"]
    assert backbone.prepare(cache=tmp_path) == copy  # without TensorFlow: nothing left to make
    assert sorted(path.name for path in copy.parent.iterdir()) == ["MobileNetV2.json", "MobileNetV2.tflite"]
    assert abs(copy.stat().st_size - net.stat().st_size) < 10_000


def test_a_given_file_is_checked_even_if_the_cache_is_warm(copy, tmp_path):
    """Weights that the player names are never silently passed over."""
    (tmp_path / "mine.pt").write_bytes(b"mine")
    with pytest.raises(BackboneUnavailable, match="SHA-256"):
        backbone.prepare(weights=tmp_path / "mine.pt", cache=tmp_path)


def test_litert_gives_the_numbers_of_keras(net, pictures, tmp_path):
    """The converted net computes what the Keras net computes."""
    np.save(tmp_path / "pictures.npy", pictures)
    code = (
        "import sys; import numpy as np; from facegame_lib import backbone;"
        "net = backbone.build('MobileNetV2', sys.argv[1]);"
        "rows = [np.asarray(net(picture[None]))[0] for picture in np.load(sys.argv[2])];"
        "np.save(sys.argv[3], rows)"
    )
    finish(in_python(code, fetch(MOBILENET_V2), tmp_path / "pictures.npy", tmp_path / "rows.npy"))
    expected = np.load(tmp_path / "rows.npy")
    assert np.ptp(expected) > 1
    np.testing.assert_allclose(MobileNetEmbedder().embed(list(pictures)), expected, atol=1e-3)


def test_the_numbers_are_those_of_pytorch(net, pictures):
    """The smooth picture gets the numbers that the original PyTorch net (torch 2.13.0, CPU) gave it."""
    row = MobileNetEmbedder().embed([pictures[0]])[0]
    np.testing.assert_allclose(row[:4], [0.29519442, 0.01122451, 0.00927956, 0.2614009], atol=1e-3)
    assert row.argmax() == 738
    np.testing.assert_allclose([row.max(), row.sum()], [3.573361, 341.06293], rtol=1e-4)


def test_another_net_runs_on_weights_the_player_gives(tmp_path):
    """A net of keras.applications, its own preprocessing inside, from a file and without internet."""
    code = (
        "import sys; import keras; import numpy as np; from facegame_lib import backbone;"
        "keras.utils.set_random_seed(1);"
        "net = keras.applications.MobileNet(weights=None, include_top=False, pooling='avg');"
        "net.save_weights(sys.argv[1]);"
        "picture = np.random.default_rng(1).integers(0, 256, (1, 224, 224, 3)).astype('float32');"
        "np.save(sys.argv[2], picture.astype('uint8'));"
        "np.save(sys.argv[3], net(keras.applications.mobilenet.preprocess_input(picture)))"
    )
    files = [tmp_path / name for name in ("net.weights.h5", "picture.npy", "row.npy")]
    finish(in_python(code, *files))
    embedder = MobileNetEmbedder("MobileNet", weights=files[0], cache=tmp_path)
    row, expected = embedder.embed(np.load(files[1])), np.load(files[2])
    assert row.shape == (1, 1024)
    np.testing.assert_allclose(row, expected, atol=1e-3 * expected.max())


def test_weights_that_do_not_fit_are_named(tmp_path):
    """A file that Keras cannot load into the net is an error about that file."""
    (tmp_path / "other.weights.h5").write_bytes(b"no weights at all")
    with pytest.raises(BackboneUnavailable, match=r"other\.weights\.h5 do not fit MobileNet"):
        backbone.prepare("MobileNet", weights=tmp_path / "other.weights.h5", cache=tmp_path)


def test_weights_that_are_not_there_are_named(tmp_path):
    """A path that leads nowhere is said before TensorFlow is woken up."""
    with pytest.raises(BackboneUnavailable, match=r"no file .*none\.h5"):
        backbone.prepare("MobileNet", weights=tmp_path / "none.h5", cache=tmp_path)


def test_without_internet_another_net_says_what_to_do(tmp_path, monkeypatch):
    """Where Keras cannot download, the player is told of the net that needs no internet."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))  # nothing downloaded earlier
    for scheme in ("http_proxy", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(scheme, "http://127.0.0.1:9")  # nobody listens there
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BackboneUnavailable, match=r"internet.*use MobileNetV2"):
        backbone.prepare("MobileNetV3Small", cache=tmp_path)


def test_a_conversion_that_breaks_keeps_what_was_said(net, tmp_path, monkeypatch):
    """A TensorFlow that does not work is our error, with its words below, and leaves no net behind."""
    (tmp_path / "keras.py").write_text("raise RuntimeError('wrong libstdc++')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(BackboneUnavailable) as raised:
        backbone.prepare(weights=fetch(MOBILENET_V2), cache=tmp_path / "cache")
    assert raised.value.key == "backbone_not_converted"
    assert "wrong libstdc++" in raised.value.__notes__[0]
    assert not list((tmp_path / "cache").rglob("*.tflite"))
