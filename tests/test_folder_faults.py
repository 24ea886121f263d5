"""What a folder of pictures may have gone wrong: damage, links, a full disk. Nothing is lost by it."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from folders import RED, files, kept, picture, shape, told

from facegame_lib import frames
from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadStore
from facegame_lib.folder import MANIFEST
from facegame_lib.samples import SampleStore
from facegame_lib.testing import plain_frame


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
