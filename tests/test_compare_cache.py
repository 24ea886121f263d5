"""What an embedder saw is kept, believed only while it is whole, and never mistaken for another's."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lab import Kept, Other, store_of

from facegame_lib import embedding_cache
from facegame_lib.embedding import MobileNetEmbedder, fingerprint_of
from facegame_lib.embedding_cache import EmbeddingCache, key_of
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.faces import FaceFinder
from facegame_lib.research import compare, forget_embeddings
from facegame_lib.research.comparison import Comparison
from facegame_lib.testing import FakeEmbedder, plain_frame

PICTURE = "0" * 64


def again(embedder: Any, cache: Path, **options: Any) -> Comparison:
    """Compare that embedder, untimed, on the same three takes as ever."""
    settings: dict[str, Any] = {"timed": 0, "cache": cache, **options}
    return compare(store_of(), embedder, **settings)


def entries(cache: Path) -> list[Path]:
    """The files in the cache."""
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_a_second_run_embeds_nothing(tmp_path: Path) -> None:
    """What was looked at once is not looked at again, and the result is the same to the last digit."""
    first, second = Kept(), Kept()
    found = again(first, tmp_path)
    assert first.embedded == 45
    assert again(second, tmp_path) == found
    assert second.embedded == 0


def test_only_the_clock_looks_again(tmp_path: Path) -> None:
    """With the time taken, a second run embeds the frames that are timed and no others."""
    again(Kept(), tmp_path)
    timed = Kept()
    again(timed, tmp_path, timed=4)
    assert timed.embedded == 5


def test_the_same_picture_is_looked_at_once(tmp_path: Path) -> None:
    """Nor is it within a run, where two takes or two players have it."""
    store = store_of(takes=2)
    for sample in store.samples("red"):
        store.add("red", sample.data, 7)
    embedder = Kept()
    compare(store, embedder, timed=0, cache=False)
    assert embedder.embedded == 30


def test_without_a_fingerprint_nothing_is_kept(tmp_path: Path) -> None:
    """An embedder that does not say what it is is asked again, and leaves no file."""
    for embedder in (FakeEmbedder(), FakeEmbedder()):
        again(embedder, tmp_path)
        assert embedder.embedded == 45
    assert entries(tmp_path) == []


def test_nothing_is_kept_where_that_is_not_wished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`cache=False` writes nowhere, `cache=True` into the user's cache folder."""
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path))
    compare(store_of(), Kept(), timed=0, cache=False)
    assert entries(tmp_path) == []
    compare(store_of(), Kept(), timed=0)
    assert len(entries(tmp_path)) == 45


def test_it_can_be_forgotten(tmp_path: Path) -> None:
    """All of it, and nothing else of the cache; how many pictures it was is told."""
    (tmp_path / "backbones").mkdir()
    (tmp_path / "backbones" / "net").write_bytes(b"a net")
    again(Kept(), tmp_path)
    assert forget_embeddings(tmp_path) == 45
    assert [path.name for path in entries(tmp_path)] == ["net"]
    assert forget_embeddings(tmp_path) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights on files")
def test_a_face_in_numbers_is_for_its_owner(tmp_path: Path) -> None:
    """Nobody else may read the files."""
    again(Kept(), tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in entries(tmp_path)} == {0}


def cut(path: Path, other: Path) -> None:
    """Lose the end."""
    path.write_bytes(path.read_bytes()[:-9])


def flip(path: Path, other: Path) -> None:
    """Turn one bit over, in the numbers."""
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def empty(path: Path, other: Path) -> None:
    """Lose all of it."""
    path.write_bytes(b"")


def swap(path: Path, other: Path) -> None:
    """Hold another picture's rows, whole as they are."""
    path.write_bytes(other.read_bytes())


def block(path: Path, other: Path) -> None:
    """Be no file at all."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [cut, flip, empty, swap, block])
def test_a_damaged_entry_is_made_again(damage: Callable[[Path, Path], None], tmp_path: Path) -> None:
    """It is noticed, looked at again and, where that can be, put right; the result is what it was."""
    found = again(Kept(), tmp_path)
    path, other = entries(tmp_path)[:2]
    damage(path, other)
    repaired, after = Kept(), Kept()
    assert again(repaired, tmp_path).rows == found.rows
    assert repaired.embedded == 1
    assert again(after, tmp_path).rows == found.rows
    assert after.embedded == (1 if damage is block else 0)


def test_objects_are_not_loaded(tmp_path: Path) -> None:
    """An entry with a right sum that holds a pickle is no entry."""
    cache = EmbeddingCache(Kept(), tmp_path)
    cache.put(PICTURE, np.zeros((1, 192), np.float32))
    (path,) = entries(tmp_path)
    np.save(tmp_path / "evil.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    data = (tmp_path / "evil.npy").read_bytes()
    path.write_bytes(cache._sum(PICTURE, data) + data)
    assert cache.get(PICTURE) is None


def test_a_full_disk_stops_the_keeping_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison goes on, and says that nothing is kept."""

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(embedding_cache, "write_atomically", full)
    found = again(Kept(), tmp_path)
    assert found.rows[0].accuracy.mean > 0.9
    assert "No space left" in str(found.left_out[-1])
    assert entries(tmp_path) == []


def test_what_sees_nothing_is_kept_too(tmp_path: Path) -> None:
    """A picture without a face is not looked at again either."""

    class Blind(Kept):
        fingerprint = "sees nothing in red"

        def seen(self, X: Any) -> Any:
            return X[:, 0] < X[:, 2]

    first, second = Blind(), Blind()
    found = again(first, tmp_path)
    assert 0 < found.rows[0].unseen < 1
    assert again(second, tmp_path) == found
    assert second.embedded == 0


def test_each_key_is_one_embedders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another class, name, size, fingerprint or version of the code is another key."""

    class Same(Kept):
        fingerprint = Kept.fingerprint

    class Renamed(Kept):
        fingerprint, name = Kept.fingerprint, "renamed"

    changed = Kept()
    changed.fingerprint = "the picture at 8 x 8, sharper"
    keys = [key_of(each) for each in (Kept(), Kept(4), Same(), Renamed(), changed)]
    monkeypatch.setattr(embedding_cache, "code_hash", lambda: "another version")
    keys.append(key_of(Kept()))
    assert None not in keys
    assert len(set(keys)) == 6


def test_an_inherited_fingerprint_does_not_count() -> None:
    """Who changes what a class sees, and says nothing of it, is not taken for that class."""

    class Changed(Kept):
        def embed(self, frames: Any) -> Any:
            return -super().embed(frames)

    class Net(MobileNetEmbedder):
        pass

    class Finder(FaceFinder):
        pass

    assert fingerprint_of(Kept()) == Kept.fingerprint
    assert fingerprint_of(Changed()) is None
    assert fingerprint_of(Other()) is None
    assert fingerprint_of(Net()) is None
    assert fingerprint_of(FaceEmbedder(FakeEmbedder())) is None
    assert fingerprint_of(FaceEmbedder(Kept(), finder=Finder())) is None
    assert fingerprint_of(FaceEmbedder(Kept())) is not None
    assert fingerprint_of(FaceEmbedder(Kept(), landmarks=0)) != fingerprint_of(FaceEmbedder(Kept()))


def test_the_nets_file_is_in_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A net of the same name made from other weights is another one."""

    def prepared(name: str, weights: str, **_: Any) -> Path:
        path = tmp_path / f"{weights}.tflite"
        path.write_bytes(weights.encode())
        return path

    monkeypatch.setattr("facegame_lib.backbone.prepare", prepared)
    monkeypatch.setattr("facegame_lib.litert.Net", lambda *_: object())
    one, same, other = (MobileNetEmbedder("MobileNet", weights=each) for each in ("a", "a", "b"))
    assert fingerprint_of(one) == fingerprint_of(same) != fingerprint_of(other)


def test_the_code_is_in_the_key() -> None:
    """All modules that a picture goes through on its way to a row, and none that is not there."""
    assert embedding_cache.code_hash() is not None
    assert {"frames", "embedding", "face_embedding", "faces", "head"} <= set(embedding_cache._STEPS)


def test_the_rows_come_back_as_they_were(tmp_path: Path) -> None:
    """Bit by bit, copies included."""
    rows = np.random.default_rng(1).normal(size=(2, 192)).astype(np.float32)
    EmbeddingCache(Kept(), tmp_path).put(PICTURE, rows)
    kept = EmbeddingCache(Kept(), tmp_path).get(PICTURE)
    assert kept is not None
    assert kept.tobytes() == rows.tobytes()
    assert EmbeddingCache(Kept(), tmp_path).get("1" * 64) is None
    assert plain_frame((1, 2, 3)).any()
