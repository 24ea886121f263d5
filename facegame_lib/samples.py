"""SAMPLES: labelled pictures, in memory and, if the player says so, in a folder.

A category is a stable id and a display name; renaming it changes no picture and breaks no model. A sample
is one picture of one take (one press of the red button). What is removed can be brought back by `undo`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from facegame_lib import frames
from facegame_lib.errors import BadSetting, BadStore, UnknownCategory
from facegame_lib.folder import Folder, Problem, Role, Row, forget_all
from facegame_lib.frames import Frame
from facegame_lib.names import checked_name, folder_name, unique_name
from facegame_lib.removals import Removals, Removed
from facegame_lib.sample import Category, Sample

__all__ = ["MAX_TAKE", "Category", "Problem", "Sample", "SampleStore"]
MAX_TAKE: Final = 999_999


class SampleStore:
    """Labelled pictures.

    In memory: `SampleStore(["surprise", "zapallo"])`. In a folder: `SampleStore.open(path)`, which brings
    back what is there; each picture is then written as it is added, atomically. When the folder stops
    taking writes (full, gone, read-only) nothing is lost: the store goes on in memory, `folder` is None
    and `problems` says why.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._categories: dict[str, Category] = {}
        self._samples: dict[str, Sample] = {}
        self._removed = Removals()
        self._numbers: dict[str, int] = {}  # highest picture number ever given out, per take folder
        self._places: dict[str, int] = {}  # the order in which pictures were added, also of removed ones
        self._folder: Folder | None = None
        self._left: list[Folder] = []  # where pictures were written before
        self._lock = threading.RLock()
        self.problems: list[Problem] = []
        for name in names:
            self.add_category(name)

    @classmethod
    def open(cls, path: str | Path, names: Iterable[str] = ()) -> SampleStore:
        """The store in that folder, made if it is not there, with categories `names` if it is empty.

        What is sound is loaded; the rest is left where it is and told in `problems`. Raises `BadStore`
        when the folder cannot be opened or was written by a newer facegame.
        """
        folder = Folder(Path(path))
        folder.create()
        store = cls()
        try:
            for id, name, role in folder.categories():
                store._categories[id] = Category(id, unique_name(name, store._names()), store._free(role))
                for take, below, data in folder.pictures(id):
                    store._keep(Sample(below, id, take, data))
        except BadStore:
            raise
        except OSError as error:
            raise BadStore("store_folder", path=path, reason=error.strerror or error) from error
        store.problems = folder.problems
        store._folder = folder
        if not store._categories:
            for name in names:
                store.add_category(name)
        return store

    def save(self, path: str | Path) -> None:
        """Write everything into that folder, and from now on each change too. Raises `BadStore`."""
        folder = Folder(Path(path))
        folder.create()
        with self._lock:
            old = self._folder
            again = old is not None and old.root.resolve() == folder.root.resolve()
            mine = again
            try:
                if not again and (folder.categories() or folder.problems):
                    raise BadStore("store_taken", path=path)
                mine = True
                folder.write_manifest(self._rows())
                for sample in self._samples.values():
                    folder.write(sample.id, sample.data)
            except BadStore:
                raise
            except OSError as error:
                if mine and not again:
                    with suppress(OSError):  # take back what was written of it, as far as that can be done
                        folder.forget()
                raise BadStore("store_folder", path=path, reason=error.strerror or error) from error
            if old is not None and not again:
                self._left.append(old)
            self._folder = folder

    def forget(self) -> list[Path]:
        """Everything goes, for good: pictures, categories, what `undo` knew, and all of it that was written.

        The folders that still hold something, which was never this store's. Raises `BadStore` for one that
        does not let go: all else is gone then, and the next `forget` tries it again.
        """
        with self._lock:
            for known in (self._categories, self._samples, self._removed, self._numbers, self._places):
                known.clear()
            self.problems = []
            folders, self._left = [*self._left, *([self._folder] if self._folder else [])], []
            self._folder = None
            left, failed = forget_all(folders)
            self._left = [folder for folder, _ in failed]
            for lost, error in failed:
                raise BadStore("not_forgotten", path=lost.root, reason=error.strerror or error) from error
        return left

    def part(self, categories: Iterable[str]) -> SampleStore:
        """These categories and their pictures as a store of its own, in memory. Raises `UnknownCategory`."""
        part = SampleStore()
        part._categories = {id: self.category(id) for id in categories}
        for sample in self.samples():
            if sample.category in part._categories:
                part._keep(sample)
        return part

    @property
    def folder(self) -> Path | None:
        """Where pictures are written, None when only in memory."""
        return self._folder.root if self._folder else None

    @property
    def categories(self) -> tuple[Category, ...]:
        """All categories, in the order they were added."""
        return tuple(self._categories.values())

    @property
    def faces(self) -> tuple[Category, ...]:
        """Those that a match can ask for: all but a neutral one."""
        return tuple(category for category in self.categories if category.role == "face")

    @property
    def neutral(self) -> Category | None:
        """The face at rest, if there is one."""
        return next((category for category in self.categories if category.role == "neutral"), None)

    def category(self, id: str) -> Category:
        """The category of that id. Raises `UnknownCategory`."""
        try:
            return self._categories[id]
        except KeyError:
            raise UnknownCategory("unknown_category", found=id, known=", ".join(self._categories)) from None

    def samples(self, category: str | None = None) -> tuple[Sample, ...]:
        """All samples, or those of one category, in the order they were added."""
        with self._lock:
            everything = tuple(self._samples.values())
        return everything if category is None else tuple(s for s in everything if s.category == category)

    def __len__(self) -> int:
        return len(self._samples)

    def add_category(self, name: str, role: Role = "face") -> Category:
        """A new category of that display name. Raises `BadSetting` for no name, a long or a taken one, and
        for a second neutral face."""
        with self._lock:
            if self.neutral is not None and role == "neutral":
                raise BadSetting("one_neutral", name=self.neutral.name)
            clean = checked_name(name, self._names())
            category = Category(folder_name(clean, self._is_used), clean, role)
            self._categories[category.id] = category
            self._write_manifest()
        return category

    def rename(self, id: str, name: str) -> Category:
        """Another display name for that category; its id, its pictures and any model stay as they are."""
        with self._lock:
            category = replace(self.category(id), name=checked_name(name, self._names(but=id)))
            self._categories[id] = category
            self._write_manifest()
        return category

    def remove_category(self, id: str, for_good: bool = False) -> None:
        """Remove a category with its pictures; `undo` brings both back unless it is `for_good`, nor then what
        was removed of it before. Raises `UnknownCategory`."""
        with self._lock:
            category = self.category(id)
            place = list(self._categories).index(id)
            samples = self.samples(id)
            self._drop(samples)
            del self._categories[id]
            if for_good:
                self._removed.forget(id)
            else:
                self._removed.remember(Removed(samples, category, place))
            # In this order: a folder that no manifest names is a face of that name to whoever opens it next.
            self._on_disk(Folder.remove_category, id)
            self._write_manifest()

    def next_take(self, category: str) -> int:
        """The number of that category's next take, from 1."""
        self.category(category)
        return max((sample.take for sample in self.samples(category)), default=0) + 1

    def add(self, category: str, picture: bytes | Frame, take: int | None = None) -> Sample:
        """Keep a picture (bytes or a frame) as part of a take, by default the category's latest (or 1).

        Raises `UnknownCategory`, or `BadPicture` for what is no picture; nothing is kept then.
        """
        self.category(category)
        data = frames.as_stored(frames.encode(picture) if isinstance(picture, np.ndarray) else picture)
        with self._lock:
            number = take if take is not None else max(1, self.next_take(category) - 1)
            if not 1 <= number <= MAX_TAKE:
                raise BadSetting("out_of_range", name="take", low=1, high=MAX_TAKE, found=number)
            id = self._new_id(f"{category}/take-{number}")
            sample = Sample(id, category, number, data)
            self._keep(sample)
            self._on_disk(Folder.write, id, data)
        return sample

    def remove(self, ids: Iterable[str]) -> int:
        """Remove pictures by id; `undo` brings them back. Those not there are passed over. How many went."""
        with self._lock:
            samples = tuple(self._samples[id] for id in dict.fromkeys(ids) if id in self._samples)
            self._drop(samples)
            if samples:
                self._removed.remember(Removed(samples))
        return len(samples)

    @property
    def can_undo(self) -> bool:
        """Whether anything was removed that `undo` can bring back."""
        return bool(self._removed)

    @property
    def undo_category(self) -> Category | None:
        """The category that `undo` would bring back, if that is what was removed last."""
        return self._removed[-1].category if self._removed else None

    def within_reach(self) -> list[Sample]:
        """The pictures that are there, and those that `undo` can bring back."""
        with self._lock:
            return [*self._samples.values(), *self._removed.samples()]

    def undo(self) -> int:
        """Bring back what was removed last. How many pictures came back; 0 when there is nothing left."""
        with self._lock:
            if not self._removed:
                return 0
            last = self._removed.pop()
            if last.category is not None:
                rows = list(self._categories.values())
                name = unique_name(last.category.name, self._names())
                role = self._free(last.category.role)
                rows.insert(last.place, replace(last.category, name=name, role=role))
                self._categories = {category.id: category for category in rows}
                self._write_manifest()
            for sample in last.samples:
                self._keep(sample)
                self._on_disk(Folder.write, sample.id, sample.data)
            self._samples = dict(sorted(self._samples.items(), key=lambda item: self._places[item[0]]))
            return len(last.samples)

    def _drop(self, samples: tuple[Sample, ...]) -> None:
        for sample in samples:
            del self._samples[sample.id]
            self._on_disk(Folder.remove, sample.id)
            self._on_disk(Folder.drop_rows, sample.digest)

    def _rows(self) -> list[Row]:
        return [Row(category.id, category.name, category.role) for category in self._categories.values()]

    def _write_manifest(self) -> None:
        self._on_disk(Folder.write_manifest, self._rows())

    def _on_disk(self, act: Callable[..., None], *details: Any) -> None:
        """Do it in the folder, if there is one. A folder that fails is left: the store goes on in memory."""
        if self._folder is None:
            return
        try:
            act(self._folder, *details)
        except OSError as error:
            why = {"path": str(self._folder.root), "reason": error.strerror or str(error)}
            self.problems.append(Problem("store.problem.memory_only", why))
            self._left.append(self._folder)
            self._folder = None

    def _keep(self, sample: Sample) -> None:
        self._samples[sample.id] = sample
        self._places.setdefault(sample.id, len(self._places))
        top, _, name = sample.id.rpartition("/")
        digits = re.match(r"\d{1,9}", name)
        self._numbers[top] = max(self._numbers.get(top, 0), int(digits[0]) if digits else 0)

    def _new_id(self, top: str) -> str:
        """A path in that take's folder that no picture has or had, nor any file that was left out."""
        while True:
            self._numbers[top] = self._numbers.get(top, 0) + 1
            id = f"{top}/{self._numbers[top]:04d}.jpg"
            if self._folder is None or not self._folder.has(id):
                return id

    def _free(self, role: Role) -> Role:
        """That role, or a plain face's if it is that of a neutral one and there is one."""
        return "face" if self.neutral is not None else role

    def _names(self, but: str = "") -> list[str]:
        return [category.name for category in self.categories if category.id != but]

    def _is_used(self, id: str) -> bool:
        """Whether a category has or had that id, or the folder something of that name."""
        mine = id in self._categories or self._removed.has(id)
        return mine or (self._folder is not None and self._folder.has(id))
