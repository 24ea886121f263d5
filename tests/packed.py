"""ZIP files for the tests of imports, fair and hostile ones."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

from folders import picture

FAIR = {"smile/1.jpg": picture(1), "smile/2.jpg": picture(2), "sad/1.jpg": picture(3)}


def packed(path: Path, entries: Mapping[str, bytes] = FAIR, method: int = zipfile.ZIP_STORED) -> Path:
    """A ZIP file of these entries, whatever their names are."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(_info(name, method), data)
    return path


def linked(path: Path, target: str) -> Path:
    """A fair ZIP file, but for one entry that is a symbolic link to `target`."""
    packed(path)
    info = _info("smile/3.jpg")
    info.create_system = 3  # Unix
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, target)
    return path


def patched(path: Path, old: bytes, new: bytes, count: int = -1) -> Path:
    """The file with some of its bytes replaced; they are there, and as many."""
    data = path.read_bytes()
    assert old in data
    assert len(old) == len(new)
    path.write_bytes(data.replace(old, new, count))
    return path


def _info(name: str, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name  # as it is: ZipInfo itself would tidy it up
    info.compress_type = method
    return info
