"""SAMPLES: pictures that other tools have written, into a store. What is read is what `layout.py` knows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from facegame_lib import layout
from facegame_lib.archive import MAX_FILES, Archive, shown
from facegame_lib.errors import BadPicture, BadStore, NotEnough
from facegame_lib.folder import Problem, Row, rows_of
from facegame_lib.frames import FILE_BYTES, FILE_SIDE, as_stored, open_picture
from facegame_lib.layout import Layout, Place
from facegame_lib.names import is_folder_name, unique_name
from facegame_lib.progress import Progress, silent
from facegame_lib.samples import Category, SampleStore
from facegame_lib.texts import text

MAX_FACES = 200
MAX_TOLD = 20


@dataclass
class Imported:
    """What an import did: pictures added by face, how many were there before, and what was left out."""

    added: dict[str, int] = field(default_factory=dict)  # display name: pictures, in the order of the faces
    already: int = 0
    problems: list[Problem] = field(default_factory=list)

    @contextmanager
    def leaving_out(self, path: str) -> Iterator[None]:
        """A picture that turns out to be none is left out, and that is told."""
        try:
            yield
        except BadPicture as error:
            self.problems.append(_problem(error.key, path))

    def as_error(self, path: Path) -> NotEnough:
        """What to raise when nothing was found: what was wanted, and what there is instead."""
        error = NotEnough("import_nothing", path=path)
        for problem in self.problems[:MAX_TOLD]:
            error.add_note(str(problem))
        return error

    def sentence(self, language: str) -> str:
        """What was done, for people."""
        counts = {"added": sum(self.added.values()), "already": self.already, "left_out": len(self.problems)}
        faces = [f"  {name}: {count}" for name, count in self.added.items()]
        return "\n".join([text("import.done", language, **counts), *faces])


def import_images(path: str | Path, to: str | Path, progress: Progress = silent) -> Imported:
    """Add the pictures of a folder, a ZIP file or a Teachable Machine project to the store in folder `to`.

    Faces are matched by their names, in any case; what is new of a face is a take of its own, or as many as
    it came in. A picture that the face has already is not added again; large ones are made small. Nothing is
    written before the whole file was found sound, but for single pictures that are not: those are left out
    and told. Raises `BadStore` for a file that is damaged or hostile and for a store that cannot be written,
    and `NotEnough` if there is no picture in it.
    """
    path = Path(path)
    if not path.exists():
        raise BadStore("import_not_there", path=path)
    report = Imported()
    progress(0.0, "progress.import")
    with nullcontext(_Tree(path, report)) if path.is_dir() else Archive(path) as source:
        found = _layout(source, path)
        rows = _rows(source, found, path, report)
        report.problems += [_problem("stranger", stranger) for stranger in found.strangers]
        sound: set[str] = set()

        def look(name: str, data: bytes) -> None:
            with report.leaving_out(name):
                open_picture(data, FILE_BYTES, FILE_SIDE)
                sound.add(name)

        source.prove([place.path for place in found.places], look)
        if not sound:
            raise report.as_error(path)
        places = [place for place in found.places if place.path in sound]
        writer = _Writer(SampleStore.open(to), rows)
        for number, place in enumerate(places):
            progress(number / len(places), "progress.import")
            with report.leaving_out(place.path):
                writer.add(place, source.read(place.path), report)
        progress(1.0, "progress.import")
    return report


class _Tree:
    """The files of a folder, as `Archive` has those of a ZIP file. Links are left out and told."""

    def __init__(self, root: Path, report: Imported) -> None:
        self.root, self._report = root, report

    def names(self) -> list[str]:
        """The path of each file that is not hidden, its parts divided by "/"."""
        found: list[str] = []
        for folder, inside, files in os.walk(self.root, onerror=self._unreadable):
            inside[:] = [name for name in inside if not name.startswith(".")]
            for name in [*inside, *(name for name in files if not name.startswith("."))]:
                path = Path(folder, name)
                if path.is_symlink():
                    self._tell("outside", path)
                elif path.is_file():
                    found.append(path.relative_to(self.root).as_posix())
            if len(found) > MAX_FILES:  # somebody's whole disk
                raise BadStore("archive_too_many", path=self.root, limit=MAX_FILES)
        return found

    def _unreadable(self, error: OSError) -> None:
        self._tell("unreadable", Path(error.filename))

    def _tell(self, reason: str, path: Path) -> None:
        self._report.problems.append(_problem(reason, path.relative_to(self.root).as_posix()))

    def read(self, name: str) -> bytes:
        """The bytes of a file; of one larger than `FILE_BYTES` its first bytes, one more than that."""
        try:
            with (self.root / name).open("rb") as file:
                return file.read(FILE_BYTES + 1)
        except OSError as error:
            raise BadStore("import_unreadable", path=name, reason=error.strerror or error) from error

    def prove(self, names: Iterable[str], look: Callable[[str, bytes], None]) -> None:
        """Let `look` see each of these."""
        for name in names:
            look(name, self.read(name))


class _Writer:
    """Adds pictures to a store, and knows which are there."""

    def __init__(self, store: SampleStore, rows: list[tuple[str, Row]]) -> None:
        self._store = store
        self._faces: dict[str, Category] = {}
        for face, row in rows:
            self._faces[face] = self._category(row)
        self._known = {c.id: {sample.digest for sample in store.samples(c.id)} for c in store.categories}
        self._last = {c.id: store.next_take(c.id) - 1 for c in store.categories}
        self._takes: dict[tuple[str, int], int] = {}

    def add(self, place: Place, data: bytes, report: Imported) -> None:
        """Add one picture, unless its face has it. Raises `BadPicture`, and `BadStore` for a full disk."""
        category = self._faces[place.face]
        small = as_stored(data, FILE_BYTES, FILE_SIDE)
        digests = {hashlib.sha256(bytes_).hexdigest() for bytes_ in (data, small)}
        if digests & self._known[category.id]:
            report.already += 1
            return
        self._store.add(category.id, small, self._take(category.id, place.take))
        if self._store.folder is None:
            raise BadStore("import_stopped", **self._store.problems[-1].details)
        self._known[category.id] |= digests
        report.added[category.name] = report.added.get(category.name, 0) + 1

    def _category(self, row: Row) -> Category:
        """The store's face of that name, in any case, if nothing else went into it; else a new one."""
        taken = {category.id for category in self._faces.values()}
        name = unique_name(row.name, [category.name for category in self._faces.values()])
        for category in self._store.categories:
            if category.id not in taken and category.name.casefold() == name.casefold():
                return category
        name = unique_name(name, [category.name for category in self._store.categories])
        return self._store.add_category(name, "face" if self._store.neutral else row.role)

    def _take(self, category: str, take: int) -> int:
        """Its number in the store: after those that are there; as it was, if there are none."""
        if (category, take) not in self._takes:
            before = [number for (of, _), number in self._takes.items() if of == category]
            following = max([self._last[category], *before]) + 1
            self._takes[category, take] = following if self._last[category] else max(take, following)
        return self._takes[category, take]


def _layout(source: Archive | _Tree, path: Path) -> Layout:
    names = source.names()
    if layout.is_project(names, path.name):
        kind = layout.project_kind(source.read(layout.TM_MANIFEST))
        if kind != "image":
            raise BadStore("import_no_image_project", path=path, found=shown(kind))
        return layout.project_layout(names)
    named = path.resolve()
    found = layout.layout_of(names, alone=named.name if path.is_dir() else named.stem)
    for place in found.places:
        if not is_folder_name(place.face):
            raise BadStore("archive_path", path=path, name=shown(place.face))
    return found


def _rows(source: Archive | _Tree, found: Layout, path: Path, report: Imported) -> list[tuple[str, Row]]:
    """Each face's folder or class, with what the manifest says of it, if there is one."""
    named: dict[str, Row] = {}
    if found.manifest:
        try:
            named = {row.id: row for row in rows_of(source.read(found.manifest), path)}
        except BadStore:
            raise
        except ValueError:
            report.problems.append(_problem("manifest", found.manifest))
    faces = list(dict.fromkeys([*named, *(place.face for place in found.places)]))
    if len(faces) > MAX_FACES:
        raise BadStore("import_faces", path=path, limit=MAX_FACES, found=len(faces))
    return [(face, named.get(face, Row(face, face))) for face in faces]


def _problem(reason: str, path: str) -> Problem:
    return Problem(f"store.problem.{reason}", {"path": shown(path)})
