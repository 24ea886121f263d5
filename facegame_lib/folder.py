"""SAMPLES: the disk format of a sample store, read with suspicion and written atomically.

    root/categories.json        {"format": 2, "categories": [{"id": ..., "name": ..., "role": "neutral"}]}
    root/<category id>/take-<n>/<picture>.jpg

`role` is left out of those that are plain faces. A store of nothing but those is written as format 1, which
has no roles, so that an older facegame opens it.

    root/.facegame/             what was worked out of the pictures, see `embedding_cache`: goes with them

Any tool that reads a folder of image folders reads it, and any such folder opens as a store: without a
`categories.json` the folders' names are the categories, and pictures beside the takes are take 1.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

from facegame_lib import frames
from facegame_lib.atomic import sweep, write_atomically
from facegame_lib.errors import BadPicture, BadStore
from facegame_lib.names import is_folder_name
from facegame_lib.texts import text

FORMAT: Final = 2
MANIFEST: Final = "categories.json"
TAKE: Final = re.compile(r"take-(\d{1,6})")
SUFFIXES: Final = (".jpg", ".jpeg", ".png")
BESIDE: Final = ".facegame"

Role = Literal["face", "neutral"]


class Row(NamedTuple):
    """A category as the manifest has it."""

    id: str
    name: str
    role: Role = "face"


@dataclass(frozen=True)
class Problem:
    """Something found wrong in a folder: a key of the catalogue and what fills it in."""

    key: str
    details: dict[str, str]

    def text(self, language: str = "en") -> str:
        """The sentence in that language."""
        return text(self.key, language, **self.details)

    def __str__(self) -> str:
        return self.text()


class Folder:
    """The folder of one store: reads what is sound; `problems` says what is not."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self._pictures: set[str] = set()  # those that were read or written here and are not removed
        self._categories: set[str] = set()
        self._damaged = False  # whether there is a manifest that cannot be read
        self._known: frozenset[str] = frozenset()

    def create(self) -> None:
        """Make sure that the folder is there. Raises `BadStore`."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadStore("store_folder", path=self.root, reason=error.strerror or error) from error

    def has(self, below: str) -> bool:
        """Whether there is anything at that path below the root."""
        return os.path.lexists(self.root / below)

    def categories(self) -> list[Row]:
        """Each category: the manifest's, then folders that it does not name.

        What leads out of the root (an id such as "../elsewhere", a symbolic link) is left out. Raises
        `OSError`, and `BadStore` for what a newer facegame wrote.
        """
        sweep(self.root)
        found = {row.id: row for row in self._manifest()}
        for entry in sorted(self.root.iterdir()):
            if entry.is_dir() and not entry.name.startswith("."):
                found.setdefault(entry.name, Row(entry.name, entry.name))
        outside = [id for id in found if not _is_category(id) or (self.root / id).is_symlink()]
        for id in outside:
            self._tell("outside", id)
            del found[id]
        self._categories.update(found)
        return list(found.values())

    def _manifest(self) -> list[Row]:
        try:
            return rows_of((self.root / MANIFEST).read_bytes(), self.root)
        except FileNotFoundError:
            return []
        except BadStore:
            raise
        except (OSError, ValueError):
            self._damaged = True
            self._tell("manifest", MANIFEST)
            return []

    def pictures(self, category: str) -> Iterator[tuple[int, str, bytes]]:
        """`(take, path below the root, bytes)` of each sound picture, in order of take and name."""
        self._known = self._known or self._embedded()
        inside = self._inside(self.root / category)
        takes = {
            path: int(match[1])
            for path in inside
            if (match := TAKE.fullmatch(path.name)) and path.is_dir() and not path.is_symlink()
        }
        groups = [(1, [path for path in inside if path not in takes])]
        groups += [(take, self._inside(folder)) for folder, take in takes.items()]
        for take, paths in sorted(groups):
            for path in paths:
                data = self._sound(path)
                if data is not None:
                    below = path.relative_to(self.root).as_posix()
                    self._pictures.add(below)
                    yield take, below, data

    def _inside(self, folder: Path) -> list[Path]:
        """What is in that folder. A write that was cut short leaves a hidden file, which never counted."""
        sweep(folder)
        try:
            return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError:
            self._tell("unreadable", folder)
            return []

    def _sound(self, path: Path) -> bytes | None:
        """The bytes of that picture; None for what is no sound one, and then `problems` says why."""
        try:
            if path.is_symlink():
                reason = "outside"
            elif path.suffix.lower() not in SUFFIXES or not path.is_file():
                reason = "stranger"
            else:
                str(path).encode()  # a name that is no text cannot be shown
                with path.open("rb") as file:
                    data = file.read(frames.MAX_BYTES + 1)  # enough to be refused, and never more
                # What was embedded was decoded then, these very bytes. It is what takes long in opening.
                if not self._known or hashlib.sha256(data).hexdigest() not in self._known:
                    frames.decode(data)
                return data
        except BadPicture as error:
            reason = error.key
        except (OSError, UnicodeEncodeError):
            reason = "unreadable"
        self._tell(reason, path)
        return None

    def _embedded(self) -> frozenset[str]:
        """The digests of the pictures that have an embedding: each is a file named by it."""
        kept = beside(self.root)
        return frozenset(path.stem for path in kept.glob("embeddings/*/*/*.rows")) if kept else frozenset()

    def drop_rows(self, digest: str | None = None) -> None:
        """Remove what was worked out of the picture with that SHA-256, or of all. Raises `OSError`."""
        kept = beside(self.root)
        if kept is None or not kept.is_dir():
            return
        if digest is None:
            shutil.rmtree(kept)
            return
        for path in kept.glob(f"embeddings/*/{digest[:2]}/{digest}.rows"):
            path.unlink(missing_ok=True)

    def _tell(self, reason: str, path: Path | str) -> None:
        below = path if isinstance(path, str) else path.relative_to(self.root).as_posix()
        readable = below.encode("utf-8", "replace").decode()
        self.problems.append(Problem(f"store.problem.{reason}", {"path": readable}))

    def write_manifest(self, categories: list[Row]) -> None:
        """Write `categories.json`; a damaged one is kept beside it. Raises `OSError`."""
        if self._damaged:
            (self.root / MANIFEST).replace(self.root / f"{MANIFEST}.damaged")
            self._damaged = False
        self._categories.update(row.id for row in categories)
        write_atomically(self.root / MANIFEST, manifest_of(categories))

    def write(self, below: str, data: bytes) -> None:
        """Write one picture. Raises `OSError`, also where a link would lead it out of the folder."""
        path = self.root / below
        if any(folder.is_symlink() for folder in path.parents[: below.count("/")]):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        self._pictures.add(below)
        write_atomically(path, data)

    def remove(self, below: str) -> None:
        """Remove one picture, and its take's folder if that is empty now. Raises `OSError`."""
        path = self.root / below
        path.unlink(missing_ok=True)
        self._pictures.discard(below)
        if path.parent.parent != self.root:
            _remove_if_empty(path.parent)

    def remove_category(self, category: str) -> None:
        """Remove the empty folder of a category; one that holds anything else stays. Raises `OSError`."""
        folder = self.root / category
        for inside in self._inside(folder):
            if TAKE.fullmatch(inside.name):  # empty, of a take whose removal was cut short
                _remove_if_empty(inside)
        _remove_if_empty(folder)

    def forget(self) -> bool:
        """Remove all pictures that were read or written here, what was worked out of them, what killed writes
        left of others, the manifest and folders that are empty then. Whether anything else is left. Raises
        `OSError`."""
        kept = beside(self.root)
        if kept is not None and kept.is_dir():
            shutil.rmtree(kept)
        for below in sorted(self._pictures):
            self.remove(below)
        for category in sorted(self._categories):
            for folder in self._inside(self.root / category):
                if TAKE.fullmatch(folder.name):
                    sweep(folder, older=0)
            sweep(self.root / category, older=0)
            self.remove_category(category)
        sweep(self.root, older=0)
        for name in (MANIFEST, f"{MANIFEST}.damaged"):
            (self.root / name).unlink(missing_ok=True)
        with suppress(OSError):  # it may be a disk of its own
            _remove_if_empty(self.root)
        return self.root.is_dir() and any(self.root.iterdir())


def forget_all(folders: Iterable[Folder]) -> tuple[list[Path], list[tuple[Folder, OSError]]]:
    """Have each forget: those that hold something of others, and those that did not let go, with why."""
    left, failed = [], []
    for folder in folders:
        try:
            if folder.forget():
                left.append(folder.root)
        except OSError as error:
            failed.append((folder, error))
    return left, failed


def beside(root: Path) -> Path | None:
    """Where to keep what is worked out of a store's pictures, so that it goes with them; None where that
    would lead out of the store's folder."""
    path = root / BESIDE
    return None if path.is_symlink() else path


def _is_category(id: str) -> bool:
    """Whether that can be a category's folder: the manifest's place is taken, and that of a damaged one."""
    return is_folder_name(id) and not id.lower().startswith(MANIFEST)


def rows_of(manifest: bytes, path: Path) -> list[Row]:
    """The categories that a `categories.json` names; `path` is where it lies.

    Raises `ValueError` for one that is damaged, `BadStore` for what a newer facegame wrote.
    """
    try:
        found = json.loads(manifest)
        version = found["format"]
        rows = [Row(row["id"], row["name"], row.get("role", "face")) for row in found["categories"]]
        if not isinstance(version, int) or not all(isinstance(part, str) for row in rows for part in row):
            raise ValueError(version)
        if version <= FORMAT and not all(row.role in get_args(Role) for row in rows):
            raise ValueError(rows)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(manifest[:80]) from error
    if version > FORMAT:
        raise BadStore("newer_store", path=path, found=version, known=FORMAT)
    return rows


def manifest_of(categories: Iterable[Row]) -> bytes:
    """What `categories.json` says of these."""
    rows = [{"id": row.id, "name": row.name} | _role(row) for row in categories]
    version = FORMAT if any(len(row) > 2 for row in rows) else 1
    return json.dumps({"format": version, "categories": rows}, ensure_ascii=False, indent=1).encode()


def _role(row: Row) -> dict[str, str]:
    """What the manifest says of a category besides: nothing of a plain face."""
    return {} if row.role == "face" else {"role": row.role}


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
