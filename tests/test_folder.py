"""The store in a folder: what was written comes back, and what is broken is told and left where it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from folders import files, kept, picture, shape

from facegame_lib import folder as folder_module
from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadStore
from facegame_lib.folder import MANIFEST
from facegame_lib.samples import SampleStore


def test_a_folder_is_an_image_folder_with_a_manifest(tmp_path: Path) -> None:
    """On disk are `<category>/take-<n>/<picture>.jpg` and `categories.json`, and nothing else."""
    store = kept(tmp_path)
    paths = ["zapallo/take-1/0001.jpg", "smile/take-1/0001.jpg", "zapallo/take-2/0001.jpg"]
    assert [sample.id for sample in store.samples()] == paths
    assert set(files(tmp_path)) == {MANIFEST, *paths}
    assert files(tmp_path)["smile/take-1/0001.jpg"] == picture(1)
    manifest = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    assert manifest["format"] == 1
    assert manifest["categories"][0] == {"id": "zapallo", "name": "Zapallo 🎃"}


def test_opening_again_brings_all_back(tmp_path: Path) -> None:
    """After a restart the categories, names and order, pictures and takes are as they were."""
    store = kept(tmp_path / "my faces ñ")
    store.add_category("empty")
    again = SampleStore.open(tmp_path / "my faces ñ", ["not", "these"])
    assert again.categories == store.categories
    assert shape(again) == shape(store)
    assert again.problems == []
    assert again.folder == tmp_path / "my faces ñ"
    assert again.add("zapallo", picture(9), take=2).id == "zapallo/take-2/0002.jpg"


def test_a_long_name_comes_back_whole(tmp_path: Path) -> None:
    """The longest name that may be given is the same after a restart."""
    SampleStore.open(tmp_path, ["ñ" * 40])
    assert SampleStore.open(tmp_path).categories[0].name == "ñ" * 40


def test_a_rename_keeps_id_and_folder(tmp_path: Path) -> None:
    """A renamed category has its new name after a restart, and not one picture was moved."""
    store = kept(tmp_path)
    before = {name: data for name, data in files(tmp_path).items() if name != MANIFEST}
    store.rename("smile", "Sonrisa 😀")
    assert {name: data for name, data in files(tmp_path).items() if name != MANIFEST} == before
    again = SampleStore.open(tmp_path)
    assert again.category("smile").name == "Sonrisa 😀"
    assert len(again.samples("smile")) == 1


def test_what_is_removed_goes_from_the_folder_and_comes_back(tmp_path: Path) -> None:
    """A removed picture's file and its empty take are gone; undo writes them again."""
    store = kept(tmp_path)
    before = files(tmp_path)
    store.remove(["zapallo/take-2/0001.jpg"])
    assert not (tmp_path / "zapallo" / "take-2").exists()
    store.remove([sample.id for sample in store.samples("smile")])
    assert shape(SampleStore.open(tmp_path)) == shape(store)
    store.undo()
    store.undo()
    assert files(tmp_path) == before


def test_a_removed_category_goes_from_the_folder_and_comes_back(tmp_path: Path) -> None:
    """A removed category leaves no folder and does not come back by itself; undo writes it again."""
    store = kept(tmp_path)
    before = files(tmp_path)
    store.remove_category("zapallo")
    assert not (tmp_path / "zapallo").exists()
    assert shape(SampleStore.open(tmp_path)) == shape(store)
    store.undo()
    assert files(tmp_path) == before
    assert SampleStore.open(tmp_path).categories == store.categories


def test_a_category_without_pictures_stays_in_a_foreign_folder(tmp_path: Path) -> None:
    """A folder that came without a manifest does not lose a category with its last picture."""
    write_atomically(tmp_path / "cat" / "a.jpg", picture(0))
    store = SampleStore.open(tmp_path)
    store.remove(["cat/a.jpg"])
    assert [category.name for category in SampleStore.open(tmp_path).categories] == ["cat"]


def test_any_image_folder_opens(tmp_path: Path) -> None:
    """A folder of folders of JPEG and PNG is a store: names from the folders, loose pictures take 1."""
    for name in ("ñandú/b.JPG", "ñandú/a.jpeg", "ñandú/take-3/c.jpg", "cat/1.png"):
        write_atomically(tmp_path / name, picture(len(name)))
    (tmp_path / "readme.txt").write_text("hello")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    before = files(tmp_path)
    store = SampleStore.open(tmp_path)
    assert [category.name for category in store.categories] == ["cat", "ñandú"]
    assert [(s.id, s.take) for s in store.samples("ñandú")] == [
        ("ñandú/a.jpeg", 1),
        ("ñandú/b.JPG", 1),
        ("ñandú/take-3/c.jpg", 3),
    ]
    assert store.problems == []
    assert files(tmp_path) == before  # looking at a folder changes nothing in it
    assert store.add("ñandú", picture(0)).id == "ñandú/take-3/0001.jpg"
    assert len(SampleStore.open(tmp_path)) == 5


def test_a_write_that_was_cut_short_never_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut between writing and renaming leaves a hidden part, which opening passes over in silence."""
    store = kept(tmp_path)
    before = shape(store)
    with monkeypatch.context() as cut:
        cut.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        cut.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            store.add("smile", picture(7))
    assert [name for name in files(tmp_path) if name.endswith(".part")]
    again = SampleStore.open(tmp_path)
    assert shape(again) == before
    assert again.problems == []


def test_a_write_is_all_or_nothing(tmp_path: Path, full_disk: Callable[[], None]) -> None:
    """When writing over a file fails the old one is whole, and no part is left beside it."""
    write_atomically(tmp_path / "x", b"old")
    full_disk()
    with pytest.raises(OSError, match="No space"):
        write_atomically(tmp_path / "x", b"new" * 1000)
    assert files(tmp_path) == {"x": b"old"}


def test_a_stores_files_can_be_read_by_others(tmp_path: Path) -> None:
    """What is written has a file's usual rights: a folder is shared with a class."""
    kept(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()} == {0o644}


def test_saving_writes_all_and_goes_on_writing(tmp_path: Path) -> None:
    """A store from memory that is saved is in the folder whole, and what comes later is written too."""
    store = SampleStore(["Zapallo 🎃", "smile"])
    for category, take in (("zapallo", 1), ("zapallo", 2), ("smile", 1)):
        store.add(category, picture(take), take)
    store.save(tmp_path / "new")
    assert shape(SampleStore.open(tmp_path / "new")) == shape(store)
    store.add("smile", picture(8))
    store.rename("smile", "Sonrisa")
    assert shape(SampleStore.open(tmp_path / "new")) == shape(store)
    before = files(tmp_path)
    store.save(tmp_path / "new")
    assert files(tmp_path) == before


@pytest.mark.parametrize("there", ["store", "images", "damaged"])
def test_saving_into_a_taken_folder_is_refused(tmp_path: Path, there: str) -> None:
    """A folder that holds a store, other pictures or a manifest nobody can read is left to the byte."""
    if there == "store":
        kept(tmp_path)
    elif there == "images":
        write_atomically(tmp_path / "cat" / "1.jpg", picture(0))
    else:
        (tmp_path / MANIFEST).write_text("{")
    before = files(tmp_path)
    store = SampleStore(["smile"])
    store.add("smile", picture(1))
    with pytest.raises(BadStore) as caught:
        store.save(tmp_path)
    assert caught.value.key == "store_taken"
    assert files(tmp_path) == before
    assert store.folder is None


def test_saving_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full_disk: Callable[[], None]
) -> None:
    """When the disk fills up half way the half is taken back, and the store still writes where it did."""
    store = kept(tmp_path / "old")
    write, written = folder_module.write_atomically, []

    def until_full(path: Path, data: bytes) -> None:
        written.append(path)
        if len(written) == 3:
            full_disk()
        write(path, data)

    monkeypatch.setattr(folder_module, "write_atomically", until_full)
    with pytest.raises(BadStore) as caught:
        store.save(tmp_path / "new")
    assert "No space left" in str(caught.value)
    assert not (tmp_path / "new").exists()
    assert store.folder == tmp_path / "old"
    assert shape(SampleStore.open(tmp_path / "old")) == shape(store)
