"""Imports: ZIP files of pictures, of a store, and Teachable Machine's, into a store.

An input is either the bytes of a ZIP file (`PK...`) or choices from which one is put together, so that names,
sizes and flags of every kind come with a directory that can be read.
"""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

from door import PICTURES, Reader, fast_folder, refused

from facegame_lib.errors import FaceGameError
from facegame_lib.intake import import_images
from facegame_lib.samples import SampleStore

MAX_LENGTH = 3072
_NAMES = (
    "smile/1.jpg",
    "smile/take-2/0001.jpg",
    "top/sad/1.png",
    "categories.json",
    "manifest.json",
    "A-!-1.jpg",
    "A-!-2.jpg",
    "../x.jpg",
    "/abs.jpg",
    "smile/",
    "__MACOSX/._1.jpg",
    "C:\\x.jpg",
    "in.zip",
    "notes.txt",
    "con/1.jpg",
    "🎃/1.jpg",
    "x" * 300 + "/1.jpg",
    " /1.jpg",
)
_CONTENTS = (
    *PICTURES,
    b'{"type": "image"}',
    b'{"type": "audio"}',
    b'{"format": 2, "categories": [{"id": "smile", "name": "S", "role": "neutral"}]}',
    b"",
    b"\0" * 9000,
    b"\xff\xd8\xff",
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def _packed(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


SEEDS = [
    *(_packed({"smile/1.jpg": PICTURES[0], "sad/1.jpg": PICTURES[1]}, method) for method in _METHODS),
    _packed({"manifest.json": b'{"type": "image"}', "A-!-1.jpg": PICTURES[0], "B-!-1.jpg": PICTURES[1]}),
    _packed({"t/categories.json": _CONTENTS[4], "t/smile/take-2/1.jpg": PICTURES[0]}),
    bytes([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
    bytes([1, 0, 4, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 1, 1, 0]),
]
TOKENS = [
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"\x01\x00\x1c\x00",
    b"up",
    b"\xff\xff\xff\xff",
    b"smile/",
    b".jpg",
    b"-!-",
    b"manifest.json",
    b"../",
    b"take-1/",
]


def _built(reader: Reader) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for _ in range(16):
            if not reader:
                break
            name = reader.of(_NAMES) if reader.byte() % 4 else reader.some().decode("utf-8", "replace")
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name[:999] or "x"
            info.compress_type = reader.of(_METHODS)
            info.create_system, info.external_attr = reader.of(
                ((0, 0), (3, 0o120777 << 16), (3, 0o100644 << 16))
            )
            archive.writestr(info, reader.some() if reader.byte() % 8 == 7 else reader.of(_CONTENTS))
    built = bytearray(file.getvalue())
    for _ in range(reader.byte() % 4):  # and then some of what the directory says is no longer so
        at = built.rfind(b"PK\x01\x02", 0, reader.byte() * 16 + 4) + reader.byte() % 46
        built[at : at + 4] = struct.pack("<I", int.from_bytes(reader.bytes(4), "little"))
    return bytes(built)


def one(data: bytes) -> None:
    """Pictures are added, or the file is refused with a sentence and the store is as it was; either way
    nothing is written outside of the store, and it opens again."""
    with fast_folder() as folder:
        path = Path(folder, "in.tm" if data[:1] == b"\1" else "in.zip")
        path.write_bytes(data if data.startswith(b"PK") else _built(Reader(data[1:])))
        report = refused(lambda: import_images(path, Path(folder, "store")), FaceGameError)
        assert {entry.name for entry in Path(folder).iterdir()} <= {path.name, "store"}
        if report is None:
            return
        assert report.sentence("es").encode()
        assert all(problem.text("en").encode() for problem in report.problems)
        store = SampleStore.open(Path(folder, "store"))
        assert not store.problems
        assert len(store) == sum(report.added.values())
