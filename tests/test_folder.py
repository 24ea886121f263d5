"""The store in a folder: what was written comes back, and what is broken is told and left where it is."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facegame_lib import folder as folder_module
from facegame_lib import frames
from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadStore
from facegame_lib.folder import MANIFEST
from facegame_lib.samples import SampleStore
from facegame_lib.testing import plain_frame

RED = (250, 20, 20)


def picture(seed: int) -> bytes:
    """A small square JPEG of its own."""
    return frames.encode(plain_frame(RED, seed=seed))


def kept(root: Path) -> SampleStore:
    """A store in that folder: two pictures of "Zapallo 🎃" in a take each, one of "smile"."""
    store = SampleStore.open(root, ["Zapallo 🎃", "smile"])
    store.add("zapallo", picture(0))
    store.add("smile", picture(1))
    store.add("zapallo", picture(2), take=2)
    return store


def told(store: SampleStore) -> list[tuple[str, str]]:
    """What was wrong in the folder: the last word of each sentence's key, and where."""
    return [(problem.key.rpartition(".")[2], problem.details["path"]) for problem in store.problems]


def files(root: Path) -> dict[str, bytes]:
    """Everything under the folder, hidden files too."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def shape(store: SampleStore) -> dict[str, list[tuple[str, int, bytes]]]:
    """Each category's name with its pictures in order."""
    return {
        category.name: [(s.id, s.take, s.data) for s in store.samples(category.id)]
        for category in store.categories
    }


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it, and from then on the disk is full."""

    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    return lambda: monkeypatch.setattr(os, "fsync", fail)


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


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '{"format": "x", "categories": []}', '{"format": 1}', '{"categories": []}',
     '{"format": 1, "categories": [{"id": 1, "name": "x"}]}', '{"format": 1, "categories": ["x"]}',
     '{"format": 1, "categories": {"a": "b"}}',
     '{"format": 2, "categories": [{"id": "x", "name": "x", "role": "y"}]}',
     pytest.param("[" * 100_000, id="deep")],
)  # fmt: skip
def test_a_damaged_manifest_costs_names_only(tmp_path: Path, text: str) -> None:
    """Without a readable manifest the folders' names serve, it is told, and the damaged file is kept."""
    kept(tmp_path)
    (tmp_path / MANIFEST).write_text(text)
    store = SampleStore.open(tmp_path)
    assert told(store) == [("manifest", MANIFEST)]
    assert [category.name for category in store.categories] == ["smile", "zapallo"]
    assert len(store) == 3
    store.rename("zapallo", "Zapallo")
    assert (tmp_path / f"{MANIFEST}.damaged").read_text() == text
    again = SampleStore.open(tmp_path)
    assert again.category("zapallo").name == "Zapallo"
    assert again.problems == []


def test_a_newer_format_is_not_touched(tmp_path: Path) -> None:
    """What a newer facegame wrote is refused with a word to update, and left to the byte."""
    kept(tmp_path)
    (tmp_path / MANIFEST).write_text('{"format": 3, "categories": [{"id": "a", "name": "a", "role": "new"}]}')
    before = files(tmp_path)
    with pytest.raises(BadStore) as caught:
        SampleStore.open(tmp_path)
    assert caught.value.key == "newer_store"
    with pytest.raises(BadStore):
        SampleStore(["a"]).save(tmp_path)
    assert files(tmp_path) == before


@pytest.mark.parametrize("id", ["../outside", "..", "/tmp", "a/b", "", ".", "C:\\x", "\ud800", "x" * 300])
def test_an_id_never_leads_out_of_the_folder(tmp_path: Path, id: str) -> None:
    """A manifest's id that is no plain folder name is left out and told, and nothing outside is read."""
    write_atomically(tmp_path / "outside" / "take-1" / "0001.jpg", picture(0))
    root = tmp_path / "store"
    rows = [{"id": id, "name": "evil"}, {"id": "good", "name": "good"}]
    write_atomically(root / MANIFEST, json.dumps({"format": 1, "categories": rows}).encode())
    store = SampleStore.open(root)
    assert [category.id for category in store.categories] == ["good"]
    assert [reason for reason, _ in told(store)] == ["outside"]
    assert len(store) == 0
    store.add("good", picture(1))  # which writes the folder and, by the next line, the manifest
    store.rename("good", "better")
    assert [category.name for category in SampleStore.open(root).categories] == ["better"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A symbolic link in the place of a category, a take or a picture is left out and told."""
    outside = tmp_path / "outside"
    write_atomically(outside / "x.jpg", picture(0))
    root = tmp_path / "store"
    store = kept(root)
    (root / "linked").symlink_to(outside)
    (root / "smile" / "take-2").symlink_to(outside)
    (root / "smile" / "take-1" / "0002.jpg").symlink_to(outside / "x.jpg")
    again = SampleStore.open(root)
    assert shape(again) == shape(store)
    assert sorted(told(again)) == [
        ("outside", "linked"),
        ("outside", "smile/take-1/0002.jpg"),
        ("outside", "smile/take-2"),
    ]
    again.remove_category("smile")
    assert files(outside) == {"x.jpg": picture(0)}


def test_a_category_that_became_a_link_is_left_out(tmp_path: Path) -> None:
    """Also where the manifest names it: through a link, removing pictures would remove somebody else's."""
    store = kept(tmp_path / "store")
    (tmp_path / "store" / "smile").rename(tmp_path / "elsewhere")
    (tmp_path / "store" / "smile").symlink_to(tmp_path / "elsewhere")
    again = SampleStore.open(store.folder or "")
    assert [category.id for category in again.categories] == ["zapallo"]
    assert told(again) == [("outside", "smile")]


def test_what_is_unsound_is_told_and_left(tmp_path: Path) -> None:
    """Every file that is no sound picture is named with its reason and stays; the sound ones load."""
    store = kept(tmp_path)
    take = tmp_path / "smile" / "take-1"
    small, sides = frames.encode(plain_frame(RED, side=8)), b"\0\x08\0\x08"
    assert small.count(sides) == 1
    spoiled = {
        "a.jpg": (b"", "not_a_picture"),
        "b.jpg": (picture(3)[:-200], "damaged"),
        "c.png": (b"text", "not_a_picture"),
        "d.jpg": (b"x" * (frames.MAX_BYTES + 1), "too_heavy"),
        "e.jpg": (small.replace(sides, b"\0\4\0\4"), "too_small"),
        "f.jpg": (small.replace(sides, b"\x20\0\x20\0"), "too_large"),
        "notes.txt": (b"hello", "stranger"),
    }
    for name, (data, _) in spoiled.items():
        (take / name).write_bytes(data)
    (take / "folder.jpg").mkdir()
    os.mkfifo(take / "pipe.jpg")  # which would wait forever to be read
    again = SampleStore.open(tmp_path)
    assert shape(again) == shape(store)
    expected = {name: reason for name, (_, reason) in spoiled.items()} | {
        "folder.jpg": "stranger",
        "pipe.jpg": "stranger",
    }
    assert {path.removeprefix("smile/take-1/"): reason for reason, path in told(again)} == expected
    assert all((take / name).read_bytes() == data for name, (data, _) in spoiled.items())
    assert all(
        len(problem.text("es")) > 10 and problem.details["path"] in str(problem) for problem in again.problems
    )


def test_a_damaged_file_is_never_written_over(tmp_path: Path) -> None:
    """A new picture takes a number that no file has, be it one that was left out."""
    kept(tmp_path)
    damaged = tmp_path / "smile" / "take-1" / "0002.jpg"
    damaged.write_bytes(b"half a picture")
    store = SampleStore.open(tmp_path)
    assert store.add("smile", picture(5)).id == "smile/take-1/0003.jpg"
    assert damaged.read_bytes() == b"half a picture"


def test_names_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    """Files and folders whose names are no UTF-8 are told and left out, and the store can be written."""
    kept(tmp_path)
    (tmp_path / os.fsdecode(b"b\xffd")).mkdir()
    (tmp_path / "smile" / "take-1" / os.fsdecode(b"\xff.jpg")).write_bytes(picture(0))
    store = SampleStore.open(tmp_path)
    assert sorted(told(store)) == [("outside", "b?d"), ("unreadable", "smile/take-1/?.jpg")]
    store.add_category("new")
    assert store.folder == tmp_path


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One category whose folder may not be read does not keep the others from loading."""
    kept(tmp_path)
    listing = Path.iterdir

    def refuse(path: Path) -> Any:
        if path.name == "smile":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listing(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    store = SampleStore.open(tmp_path)
    assert told(store) == [("unreadable", "smile")]
    assert (len(store.samples("smile")), len(store.samples("zapallo"))) == (0, 2)


def test_a_full_disk_costs_no_picture(tmp_path: Path, full_disk: Callable[[], None]) -> None:
    """When the folder takes no more the store goes on in memory, says why once, and what was there stays."""
    store = kept(tmp_path)
    before = shape(store)
    full_disk()
    store.add("smile", picture(5))
    store.add("smile", picture(6))
    store.add_category("more")
    assert store.folder is None
    assert told(store) == [("memory_only", str(tmp_path))]
    assert "No space left" in str(store.problems[0])
    assert len(store) == 5
    assert shape(SampleStore.open(tmp_path)) == before


@pytest.mark.parametrize("act", ["rename", "remove", "remove_category", "undo"])
def test_a_read_only_folder_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    """Whatever is done first after a folder became read-only is done in memory, and told."""
    store = kept(tmp_path)
    store.remove([store.samples("smile")[0].id])

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for name in ("replace", "unlink"):
        monkeypatch.setattr(Path, name, refuse)
    before = files(tmp_path)
    if act == "rename":
        store.rename("smile", "new name")
        assert store.category("smile").name == "new name"
    elif act == "remove":
        assert store.remove([store.samples("zapallo")[0].id]) == 1
        assert len(store) == 1
    elif act == "remove_category":
        store.remove_category("zapallo")
        assert [category.id for category in store.categories] == ["smile"]
    else:
        assert store.undo() == 1
        assert len(store) == 3
    assert told(store) == [("memory_only", str(tmp_path))]
    assert {name: data for name, data in files(tmp_path).items() if not name.endswith(".part")} == before


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file in the folder's place, or in the place of one above it, is refused by a sentence."""
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        for act in (
            lambda path=path: SampleStore.open(path),
            lambda path=path: SampleStore(["a"]).save(path),
        ):
            with pytest.raises(BadStore) as caught:
                act()
            assert caught.value.key == "store_folder"
            assert str(path) in str(caught.value)


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
    assert list((tmp_path / "new").iterdir()) == []
    assert store.folder == tmp_path / "old"
    assert shape(SampleStore.open(tmp_path / "old")) == shape(store)
