"""Folders: any tree of files, opened as a store and then used."""

from __future__ import annotations

import os
from pathlib import Path

from door import PICTURES, Reader, fast_folder, refused

from facegame_lib.errors import FaceGameError
from facegame_lib.samples import SampleStore

MAX_LENGTH = 512
_PARTS = (
    b"smile",
    b"take-1",
    b"take-0",
    b"take-999999",
    b"take-\xd9\xa3",
    b".hidden",
    b"categories.json",
    b"a.jpg",
    b"0001.jpg",
    b"9999999999.png",
    b"\xff\xfe",
    b"x" * 255,
    b" ",
    b"con",
    b"\n.jpeg",
)
_MANIFEST = b'{"format": 2, "categories": [{"id": "smile", "name": "Smile", "role": "neutral"}]}'
_CONTENTS = (*PICTURES, _MANIFEST, b"", b"\xff\xd8\xff", b"{")
SEEDS = [
    bytes([2, 0, 0, 0, 7, 0, 0, 3, 0, 0, 0, 1, 0, 8, 0, 1]),
    bytes([1, 0, 6, 0, 2, 3, 0, 0, 0, 2, 0, 9, 0, 0]),
]
TOKENS = [b"smile", b"take-1", b"categories.json", b"0001.jpg"]


def _grow(root: Path, reader: Reader) -> None:
    for _ in range(24):
        if not reader:
            return
        parts = [
            reader.of(_PARTS) if reader.byte() % 4 else reader.some() or b"x"
            for _ in range(reader.byte() % 4 + 1)
        ]
        path = b"/".join([os.fsencode(root), *(part.translate(None, b"/\0") for part in parts)])
        if any(part in (b".", b"..", b"") for part in path.split(b"/")[1:]):
            continue
        kind = reader.byte() % 16
        try:
            os.makedirs(path if kind == 1 else os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
            if kind == 2:
                os.symlink(os.fsencode(root.with_name("elsewhere")), path)  # noqa: PTH211
            elif kind != 1:
                with open(path, "wb") as file:  # noqa: PTH123
                    file.write(reader.some() if kind == 3 else reader.of(_CONTENTS))
        except OSError:  # no such file can be in that place
            continue


def one(data: bytes) -> None:
    """A store opens, tells what it left out in both languages, takes a picture more and opens again as it
    is; nothing outside of its folder is touched."""
    with fast_folder() as folder:
        root = Path(folder, "store")
        root.mkdir()
        Path(folder, "elsewhere").mkdir()
        _grow(root, Reader(data))
        before = sorted(Path(folder, "elsewhere").rglob("*"))  # a link may have led there
        store = refused(lambda: SampleStore.open(root, ["smile"]), FaceGameError)
        if store is None:
            return
        for problem in store.problems:
            assert all(problem.text(language).encode() for language in ("en", "es"))
        refused(lambda: store.add_category("One more"), FaceGameError)
        category = store.categories[0].id
        refused(lambda: store.add(category, PICTURES[0]), FaceGameError)
        if store.folder is not None:
            assert {s.id: s.data for s in SampleStore.open(root).samples()} == {
                s.id: s.data for s in store.samples()
            }
            store.remove([sample.id for sample in store.samples()])
            store.undo()
        if store.folder is not None:
            assert {s.id for s in SampleStore.open(root).samples()} == {s.id for s in store.samples()}
        assert sorted(Path(folder, "elsewhere").rglob("*")) == before
        assert {path.name for path in Path(folder).iterdir()} == {"store", "elsewhere"}
