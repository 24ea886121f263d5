"""What an earlier facegame wrote opens in this one, and what a later one wrote says so."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from folders import files

from facegame_lib.errors import BadStore
from facegame_lib.folder import FORMAT, MANIFEST
from facegame_lib.intake import import_images
from facegame_lib.samples import SampleStore

STORES = Path(__file__).parent / "stores"
FACES = [("zapallo", "Zapallo 🎃", "face"), ("nandu", "ñandú", "face")]
NEUTRAL = ("yo-tranquila", "Yo, tranquila", "neutral")
# Each store that there ever was: its faces as (id, name, role).
KEPT = {
    "format-1": FACES,
    "format-2": [*FACES, NEUTRAL],
    "no-manifest": [("nandu", "nandu", "face"), ("zapallo", "zapallo", "face")],
}


def faces(store: SampleStore) -> list[tuple[str, str, str]]:
    """Id, name and role of each of its faces, in order."""
    return [(category.id, category.name, category.role) for category in store.categories]


def takes(store: SampleStore) -> set[tuple[int, ...]]:
    """The takes of the pictures of each face."""
    return {tuple(sample.take for sample in store.samples(category.id)) for category in store.categories}


def test_the_stores_are_those_that_were_written_then() -> None:
    """Each file has the SHA-256 that was noted when it was written, and there is no other file."""
    lines = (STORES / "SHA256SUMS").read_text("utf-8").splitlines()
    noted = {path: digest for digest, path in (line.split("  ") for line in lines)}
    about = {"SHA256SUMS", ".gitattributes", "README.md"}
    there = {path: data for path, data in files(STORES).items() if path not in about}
    assert {path: hashlib.sha256(data).hexdigest() for path, data in there.items()} == noted


def test_there_is_a_store_of_each_format() -> None:
    """Whoever makes a new format leaves a store of it, and none is forgotten here."""
    assert {f"format-{number}" for number in range(1, FORMAT + 1)} | {"no-manifest"} == set(KEPT)
    assert {path.name for path in STORES.iterdir() if path.is_dir()} == set(KEPT)
    for number in range(1, FORMAT + 1):
        manifest = json.loads((STORES / f"format-{number}" / MANIFEST).read_bytes())
        assert manifest["format"] == number


@pytest.mark.parametrize("name", KEPT)
def test_an_old_store_opens(name: str, tmp_path: Path) -> None:
    """Names, roles, order, pictures and takes are what they were, and opening changes no byte."""
    root = shutil.copytree(STORES / name, tmp_path / "store")
    before = files(root)
    store = SampleStore.open(root)
    assert faces(store) == KEPT[name]
    assert takes(store) == {(1, 1, 2)}
    assert all(sample.frame().shape == (48, 48, 3) for sample in store.samples())
    assert store.problems == []
    assert files(root) == before


@pytest.mark.parametrize("name", ["format-1", "format-2"])
@pytest.mark.parametrize("way", ["unpacked", "imported"])
def test_an_old_export_opens(name: str, way: str, tmp_path: Path) -> None:
    """The ZIP file of an earlier export is the store it was made of, unpacked by hand or imported."""
    if way == "unpacked":
        with zipfile.ZipFile(STORES / f"{name}.zip") as archive:
            archive.extractall(tmp_path / "store")
    else:
        import_images(STORES / f"{name}.zip", tmp_path / "store")
    assert faces(SampleStore.open(tmp_path / "store")) == KEPT[name]
    assert files(tmp_path / "store") == files(STORES / name)


@pytest.mark.parametrize("way", ["opened", "imported", "imported from a zip"])
def test_a_store_from_the_future_asks_for_an_update(way: str, tmp_path: Path) -> None:
    """Format 99 is refused with a sentence that says to update, in both languages, and nothing is written."""
    manifest = json.dumps({"format": 99, "categories": [{"id": "zapallo", "name": "?", "mood": "blue"}]})
    root = shutil.copytree(STORES / "format-1", tmp_path / "store")
    (root / MANIFEST).write_text(manifest, "utf-8")
    source = root
    if way == "imported from a zip":
        source = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", root))
    before = files(tmp_path)
    with pytest.raises(BadStore) as caught:
        SampleStore.open(root) if way == "opened" else import_images(source, tmp_path / "new")
    assert caught.value.key == "newer_store"
    assert "99" in str(caught.value)
    assert "pdate" in caught.value.text("en")
    assert "ctualiza" in caught.value.text("es")
    assert files(tmp_path) == before
