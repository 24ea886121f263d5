"""Folders that take no more: a disk of their own where root may mount one, or the errors that it gives."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ERRORS = {"full": errno.ENOSPC, "read-only": errno.EROFS}
WORDS = {"full": "No space left on device", "read-only": "Read-only file system"}


class SmallDisk:
    """A tmpfs of 512 kB in that folder. Root's own rights do not reach past a full or a read-only one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        _mount("-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder))

    def spoil(self, how: str) -> None:
        """From now on it is "full" or "read-only"."""
        if how == "read-only":
            _mount("-o", "remount,ro", str(self.folder))
            return
        with (self.folder / "filler").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017 (the loop ends no other way)

    def mend(self) -> None:
        """It takes files again."""
        _mount("-o", "remount,rw", str(self.folder))
        (self.folder / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


def _mount(*how: str) -> None:
    subprocess.run(["mount", *how], check=True, capture_output=True)


def may_mount(tmp_path: Path) -> bool:
    """Whether this process may mount a disk here."""
    if shutil.which("mount") is None:
        return False
    try:
        disk = SmallDisk(tmp_path / "may-mount")
    except (subprocess.CalledProcessError, OSError):
        return False
    disk.close()
    return True


class Pretended:
    """The same by the errors that such a disk gives, where none can be mounted."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._patch = folder, monkeypatch
        folder.mkdir()

    def spoil(self, how: str) -> None:
        """From now on it is "full" or "read-only"."""

        def fail(*_: Any, **__: Any) -> None:
            raise OSError(ERRORS[how], WORDS[how])

        self._patch.setattr(os, "fsync", fail)
        if how == "full":
            return
        opens, makes, unlinks = os.open, Path.mkdir, Path.unlink
        writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT
        # As a real one does: what is there already may be "made", and what is not there "removed".
        self._patch.setattr(os, "open", lambda *how: fail() if how[1] & writes else opens(*how))
        self._patch.setattr(
            Path, "mkdir", lambda path, *a, **k: path.is_dir() or fail() or makes(path, *a, **k)
        )
        self._patch.setattr(Path, "unlink", lambda path, **k: fail() if path.exists() else unlinks(path, **k))
        for name in ("rmdir", "replace"):
            self._patch.setattr(Path, name, fail)

    def mend(self) -> None:
        """It takes files again."""
        self._patch.undo()

    def close(self) -> None:
        """Nothing to let go of."""
