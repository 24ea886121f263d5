"""A ZIP file may be hostile: each kind gets its sentence, in both languages, and nothing is written."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from folders import files, kept, picture
from packed import FAIR, linked, packed, patched

from facegame_lib import archive as archive_module
from facegame_lib.archive import Archive
from facegame_lib.errors import BadStore
from facegame_lib.intake import import_images

ZEROS = bytes(3_000_000)


def bomb(path: Path) -> Path:
    """A picture of nothing but zeros, packed a thousandfold."""
    return packed(path, {**FAIR, "smile/3.jpg": ZEROS}, zipfile.ZIP_DEFLATED)


def lying_bomb(path: Path) -> Path:
    """The same, and the directory says that it is small."""
    real, said = struct.pack("<L", len(ZEROS)), struct.pack("<L", 1000)
    return patched(bomb(path), real, said)


def overlapping(path: Path) -> Path:
    """A hundred names in the directory for the bytes of one file."""
    packed(path, {"a/1.jpg": picture(1) * 40})
    with zipfile.ZipFile(path, "a") as file:
        one = file.infolist()[0]
        for number in range(100):
            info = zipfile.ZipInfo(f"a/{number + 2}.jpg")
            info.header_offset, info.CRC = one.header_offset, one.CRC
            info.file_size, info.compress_size = one.file_size, one.compress_size
            file.filelist.append(info)
            file.NameToInfo[info.filename] = info
        file._didModify = True
    return path


def twice(path: Path) -> Path:
    """Two files of one name."""
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(packed(path), "a") as file:
        file.writestr("smile/1.jpg", picture(9))
    return path


def locked(path: Path) -> Path:
    """An entry that says it is encrypted, in both places where that is said."""
    data = bytearray(packed(path).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    return path


def strangely_packed(path: Path) -> Path:
    """An entry packed in a way that nobody knows (method 250)."""
    data = bytearray(packed(path).read_bytes())
    data[8] = data[data.index(b"PK\1\2") + 10] = 250
    path.write_bytes(data)
    return path


def half(path: Path) -> Path:
    """A download that was cut short."""
    data = packed(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def flipped(path: Path) -> Path:
    """One bit of a picture is not what it was."""
    data = bytearray(packed(path).read_bytes())
    data[data.index(b"\xff\xd8") + 400] ^= 1
    path.write_bytes(data)
    return path


def garbled(method: int) -> Callable[[Path], Path]:
    """Packed bytes that cannot be unpacked."""

    def make(path: Path) -> Path:
        data = bytearray(packed(path, FAIR, method).read_bytes())
        start = data.index(b"smile/1.jpg") + len("smile/1.jpg") + 9  # after what LZMA begins with
        data[start : start + 40] = b"\xff" * 40
        path.write_bytes(data)
        return path

    return make


def named(name: str) -> Callable[[Path], Path]:
    """A fair ZIP file, but for one more picture of this name."""
    return lambda path: packed(path, {**FAIR, name: picture(9)})


def text(path: Path) -> Path:
    """No ZIP file at all."""
    path.write_text("hello")
    return path


def empty(path: Path) -> Path:
    """Nothing."""
    path.touch()
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "an absolute path": (named("/etc/smile/3.jpg"), "archive_path"),
    "a path that leads out": (named("../../smile/3.jpg"), "archive_path"),
    "one that leads out in the middle": (named("smile/../../3.jpg"), "archive_path"),
    "a path with a dot": (named("smile/./3.jpg"), "archive_path"),
    "a path with nothing between": (named("smile//3.jpg"), "archive_path"),
    "a drive": (named("C:/smile/3.jpg"), "archive_path"),
    "a backslash": (named("smile\\3.jpg"), "archive_path"),
    "one that leads out by backslashes": (named("..\\..\\3.jpg"), "archive_path"),
    "a NUL in a name": (named("smile/3.jpg\0.txt"), "archive_path"),
    "a folder with a name that is none": (named("a*b/3.jpg"), "archive_path"),
    "a folder that hides a line": (named("a\nb/3.jpg"), "archive_path"),
    "a link": (lambda path: linked(path, "/etc/passwd"), "archive_link"),
    "a password": (locked, "archive_encrypted"),
    "a ZIP file in it": (named("smile/more.ZIP"), "archive_nested"),
    "two of one name": (twice, "archive_twice"),
    "a bomb": (bomb, "archive_bomb"),
    "a bomb that lies": (lying_bomb, "archive_damaged"),
    "files that share their bytes": (overlapping, "archive_bomb"),
    "an unknown way of packing": (strangely_packed, "archive_damaged"),
    "half a file": (half, "archive_damaged"),
    "a bit that flipped": (flipped, "archive_damaged"),
    "garbled bytes": (garbled(zipfile.ZIP_DEFLATED), "archive_damaged"),
    "garbled bytes of another packer": (garbled(zipfile.ZIP_LZMA), "archive_damaged"),
    "no ZIP file": (text, "archive_damaged"),
    "an empty file": (empty, "archive_damaged"),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("there", [False, True])
def test_a_hostile_zip_is_refused_whole(kind: str, there: bool, tmp_path: Path) -> None:
    """Its sentence names the file in both languages; no file changes or appears, in the store or outside."""
    make, key = HOSTILE[kind]
    source = make(tmp_path / "f.zip")
    if there:
        kept(tmp_path / "store")
    before = files(tmp_path)
    with pytest.raises(BadStore) as caught:
        import_images(source, tmp_path / "store")
    assert caught.value.key == key
    for language in ("en", "es"):
        said = caught.value.text(language)
        assert "f.zip" in said
        assert said.isprintable()
    assert files(tmp_path) == before
    assert (tmp_path / "store").exists() == there


@pytest.mark.parametrize(
    ("limit", "value", "key"), [("MAX_FILES", 2, "archive_too_many"), ("MAX_TOTAL", 2000, "archive_too_much")]
)
def test_there_is_an_end_to_how_much(
    limit: str, value: int, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More files, or bytes once unpacked, than a store would have are refused, and nothing is written."""
    monkeypatch.setattr(archive_module, limit, value)
    with pytest.raises(BadStore) as caught:
        import_images(packed(tmp_path / "f.zip"), tmp_path / "store")
    assert caught.value.key == key
    assert not (tmp_path / "store").exists()


def test_bytes_are_counted_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than the limit is ever unpacked of a file, whatever the directory says of its size."""
    monkeypatch.setattr(archive_module, "FILE_BYTES", 1000)
    with Archive(packed(tmp_path / "f.zip", {"a/1.jpg": bytes(500_000)})) as archive:
        assert len(archive.read("a/1.jpg")) == 1001


def test_an_archive_is_closed_when_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing holds its file open, so that it can be removed at once, also on Windows."""
    source = linked(tmp_path / "f.zip", "x")
    open_zip, opened = zipfile.ZipFile, list[zipfile.ZipFile]()

    def spy(path: Path) -> zipfile.ZipFile:
        opened.append(open_zip(path))
        return opened[-1]

    monkeypatch.setattr(zipfile, "ZipFile", spy)
    with pytest.raises(BadStore):
        Archive(source)
    assert [file.fp for file in opened] == [None]


def test_names_are_read_as_they_were_meant(tmp_path: Path) -> None:
    """macOS writes UTF-8 and does not say so; Windows writes its own letters."""
    source = packed(tmp_path / "f.zip", {"ñandú/1.jpg": picture(1)})
    data = bytearray(source.read_bytes())
    for place in (6, data.index(b"PK\1\2") + 8):
        flags = struct.unpack_from("<H", data, place)[0]
        assert flags & 0x800
        struct.pack_into("<H", data, place, flags & ~0x800)
    source.write_bytes(data)
    with Archive(source) as archive:
        assert archive.names() == ["ñandú/1.jpg"]
    old = packed(tmp_path / "old.zip", {"nandu/1.jpg": picture(1)})
    with Archive(patched(old, b"nandu", "ñandu".encode("cp437"))) as archive:
        assert archive.names() == ["ñandu/1.jpg"]


def test_a_fair_zip_passes(tmp_path: Path) -> None:
    """Well packed text, folders' own entries and a comment are nothing to be afraid of."""
    source = packed(
        tmp_path / "f.zip", {"smile/": b"", **FAIR, "readme.txt": b"hello " * 9999}, zipfile.ZIP_DEFLATED
    )
    with zipfile.ZipFile(source, "a") as file:
        file.comment = b"made by hand"
    with Archive(source) as archive:
        assert archive.names() == [*FAIR, "readme.txt"]
        seen: dict[str, int] = {}
        archive.prove(FAIR, lambda name, data: seen.update({name: zlib.crc32(data)}))
    assert seen == {name: zlib.crc32(data) for name, data in FAIR.items()}
