"""SAMPLES: a ZIP file from outside, of which nothing is believed.

Nothing is ever unpacked into a folder: files are read into memory, one at a time, up to a limit. Every name
is looked at before anything is read, and everything wanted is read once to its end (`prove`) before anything
is used, so that a file that turns out hostile or damaged has changed nothing.
What can be wrong with a ZIP: https://docs.python.org/3/library/zipfile.html#decompression-pitfalls
"""

from __future__ import annotations

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final

from facegame_lib.errors import BadStore
from facegame_lib.frames import FILE_BYTES

MAX_FILES: Final = 20_000
MAX_TOTAL: Final = 2 * 1024**3  # bytes, unpacked
MAX_RATIO: Final = 100  # JPEG and PNG hardly shrink; what bombs are made of shrinks 1000-fold
_SMALL: Final = 1024**2  # bytes: no bomb, however well it is packed
_NESTED: Final = (".zip", ".tm", ".7z", ".rar", ".tar", ".gz", ".bz2", ".xz", ".zst")
_UTF8: Final = 0x800  # the bit of a name that says so itself
_ENCRYPTED: Final = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,  # packed in a way that this Python does not know
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


class Archive:
    """The files of a ZIP file. Raises `BadStore` for one that is damaged, hostile or too large."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._sound(path.name):
            self._zip = zipfile.ZipFile(path)
        try:
            self._entries = self._checked()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def names(self) -> list[str]:
        """The path of each file in it, its parts divided by "/"; none leads out of where it is put."""
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """The bytes of a file in it; of one larger than `FILE_BYTES` its first bytes, one more than that."""
        with self._sound(name), self._zip.open(self._entries[name]) as file:
            return file.read(FILE_BYTES + 1)

    def prove(self, names: Iterable[str], look: Callable[[str, bytes], None]) -> None:
        """Read these once to their end, and let `look` see each: so they are whole, and together no bomb,
        whatever the directory says of them."""
        total = 0
        for name in names:
            data = self.read(name)
            total += len(data)
            if total > MAX_TOTAL:
                raise BadStore("archive_too_much", path=self.path, limit=MAX_TOTAL // 1024**3)
            look(name, data)

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        """The files by their names, once every name and size in the directory has been found fair."""
        infos = self._zip.infolist()
        if len(infos) > MAX_FILES:
            raise BadStore("archive_too_many", path=self.path, limit=MAX_FILES)
        found: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = _name_of(info)
            problem = _problem(info, name)
            if problem is None and name in found:
                problem = "archive_twice"
            if problem is not None:
                raise BadStore(problem, path=self.path, name=shown(name))
            if not info.is_dir():
                found[name] = info
        # Files that share their bytes are how a bomb of petabytes fits into a few kB (Fifield, WOOT 2019).
        if sum(info.compress_size for info in infos) > self.path.stat().st_size:
            raise BadStore("archive_bomb", path=self.path, name=shown(infos[0].filename))
        return found

    @contextmanager
    def _sound(self, name: str) -> Iterator[None]:
        try:
            yield
        except BadStore:
            raise
        except _BROKEN as error:
            raise BadStore("archive_damaged", path=self.path, name=shown(name)) from error


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: macOS writes UTF-8 and does not say so."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name


def _problem(info: zipfile.ZipInfo, name: str) -> str | None:
    """The key of what is wrong with an entry, going by its name and by what the directory says of it."""
    parts = name.removesuffix("/").split("/")
    if (
        re.match(r"[A-Za-z]:", name)
        or "\\" in name
        or "\0" in name
        or any(p in ("", ".", "..") for p in parts)
    ):
        return "archive_path"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "archive_link"
    if info.flag_bits & _ENCRYPTED:
        return "archive_encrypted"
    if name.lower().endswith(_NESTED) and not name.rpartition("/")[2].startswith("."):
        return "archive_nested"
    if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
        return "archive_bomb"
    return None


def shown(name: str) -> str:
    """A name that may be printed: it may hold anything, and be as long as a book."""
    readable = name.encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else "?" for c in readable[:120])
