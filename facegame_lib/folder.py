"""SAMPLES: the disk format of a sample store, read with suspicion and written atomically.

    root/categories.json                     {"format": 1, "categories": [{"id": ..., "name": ...}]}
    root/<category id>/take-<n>/<picture>.jpg

Any tool that reads a folder of image folders reads it, and any such folder opens as a store: without a
`categories.json` the folders' names are the categories, and pictures beside the takes are take 1.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from facegame_lib import frames
from facegame_lib.errors import BadPicture, BadStore

FORMAT: Final = 1
MANIFEST: Final = "categories.json"
_TAKE: Final = re.compile(r"take-(\d{1,6})")
_SUFFIXES: Final = (".jpg", ".jpeg", ".png")


def write_atomically(path: Path, data: bytes) -> None:
    """Write all of it or nothing: into a file beside it, then renamed over it. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp makes it private; a store is shared as any other folder
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_plain_name(name: str) -> bool:
    """Whether that is one folder's name and nothing that leads out of the store."""
    return (
        0 < len(name) <= 120
        and not name.startswith((".", " "))
        and not any(c in '/\\:*?"<>|' or ord(c) < 32 for c in name)
    )


class Folder:
    """The folder of one store: reads what is sound, says what is not in `problems` (sentence key, details)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[tuple[str, dict[str, str]]] = []

    def create(self) -> None:
        """Make sure that the folder is there. Raises `BadStore`."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadStore("store_folder", path=self.root, reason=error.strerror or error) from error

    def categories(self) -> list[tuple[str, str]]:
        """`(id, name)` of each category: the manifest's, then folders that it does not name."""
        found = {id: name for id, name in self._manifest() if is_plain_name(id)}
        for entry in sorted(self.root.iterdir()):
            if entry.is_dir() and not entry.is_symlink() and is_plain_name(entry.name):
                found.setdefault(entry.name, entry.name)
        return list(found.items())

    def _manifest(self) -> Iterator[tuple[str, str]]:
        try:
            manifest = json.loads((self.root / MANIFEST).read_bytes())
            version = manifest["format"]
            rows = [(row["id"], row["name"]) for row in manifest["categories"]]
            if not isinstance(version, int) or not all(isinstance(text, str) for row in rows for text in row):
                raise TypeError(version)
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            self.problems.append(("store.problem.manifest", {"path": MANIFEST}))
            return
        if version > FORMAT:
            raise BadStore("newer_store", path=self.root, found=version, known=FORMAT)
        yield from rows

    def pictures(self, category: str) -> Iterator[tuple[int, str, bytes]]:
        """`(take, path below the root, bytes)` of each sound picture, in order of take and name."""
        top = self.root / category
        takes = [(1, top)] if top.is_dir() else []
        for entry in sorted(top.iterdir()) if top.is_dir() else ():
            match = _TAKE.fullmatch(entry.name)
            if match and entry.is_dir() and not entry.is_symlink():
                takes.append((int(match[1]), entry))
        for take, folder in sorted(takes):
            for path in sorted(folder.iterdir()):
                below = path.relative_to(self.root).as_posix()
                if path.is_dir() or path.name.startswith("."):
                    continue  # a write that was cut short leaves a hidden file, which never counted
                if path.suffix.lower() not in _SUFFIXES or path.is_symlink():
                    self.problems.append(("store.problem.stranger", {"path": below}))
                    continue
                try:
                    yield take, below, self._read(path)
                except (OSError, BadPicture) as error:
                    reason = error.key if isinstance(error, BadPicture) else "unreadable"
                    self.problems.append((f"store.problem.{reason}", {"path": below}))

    @staticmethod
    def _read(path: Path) -> bytes:
        if path.stat().st_size > frames.MAX_BYTES:
            raise BadPicture("too_heavy", megabytes=path.stat().st_size >> 20, limit=frames.MAX_BYTES >> 20)
        data = path.read_bytes()
        frames.decode(data)
        return data

    def write_manifest(self, categories: list[tuple[str, str]]) -> None:
        """Write `categories.json`. Raises `OSError`."""
        rows = [{"id": id, "name": name} for id, name in categories]
        text = json.dumps({"format": FORMAT, "categories": rows}, ensure_ascii=False, indent=1)
        write_atomically(self.root / MANIFEST, text.encode())

    def write(self, below: str, data: bytes) -> None:
        """Write one picture. Raises `OSError`."""
        write_atomically(self.root / below, data)

    def remove(self, below: str) -> None:
        """Remove one picture, and its folders if they are empty now. Raises `OSError`."""
        path = self.root / below
        path.unlink(missing_ok=True)
        for folder in (path.parent, path.parent.parent):
            if folder != self.root and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def remove_category(self, category: str) -> None:
        """Remove the empty folder of a category; one that holds anything else stays. Raises `OSError`."""
        folder = self.root / category
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
