"""A sample store against a model of it: two dictionaries and a list. Whatever is done in whatever order, both
say the same, and so does the folder.

A few hundred steps here; `HYPOTHESIS_PROFILE=long` takes many more (see `docs/promises.md`).
"""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import machines
import pytest
from folders import picture
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from facegame_lib.errors import BadPicture, BadSetting, BadStore, UnknownCategory
from facegame_lib.folder import MANIFEST
from facegame_lib.names import unique_name
from facegame_lib.samples import SampleStore

PICTURES = [picture(seed) for seed in range(4)]
NAMES = ("smile", "Smile", "zapallo 🎃", "笑", "con", "../x", "a\u200bb", "  ", "x" * 41, "")
TAKES = (None, 1, 2, 7, 0, 1_000_000)
Kept = dict[str, tuple[str, int, bytes]]  # of each picture's id: its category, take and bytes


class Stores(RuleBasedStateMachine):
    """`faces` has each category's name and role, `kept` the pictures, `gone` what can be undone, the last one
    last; `ever` is every id in the order of its picture's first day; `foreign` files that others put into the
    folder since it was opened."""

    @initialize(saved=st.booleans())
    def begin(self, saved: bool) -> None:
        self._folders = tempfile.TemporaryDirectory()
        self.root: Path | None = None
        self.store = SampleStore()
        self.faces: dict[str, tuple[str, str]] = {}
        self.kept: Kept = {}
        self.ever: list[str] = []
        self.gone: list[tuple[Kept, tuple[str, str, str, int] | None]] = []
        self.foreign: dict[str, bytes] = {}
        for name in ("smile", "zapallo 🎃", "rest"):
            self.add_category(name, "neutral" if name == "rest" else "face")
        for number in range(4):
            self.add(number % 3, 1 + number // 2, PICTURES[number])
        if saved:
            self.save()

    def teardown(self) -> None:
        if hasattr(self, "_folders"):
            self._folders.cleanup()

    # -- what is done

    @rule(name=st.sampled_from(NAMES), role=st.sampled_from(["face", "face", "neutral"]))
    def add_category(self, name: str, role: Any) -> None:
        used = {name.casefold() for name, _ in self.faces.values()}
        clean = name.replace("\u200b", "").strip()
        second = role == "neutral" and any(other == "neutral" for _, other in self.faces.values())
        if second or not 1 <= len(clean) <= 40 or clean.casefold() in used:
            with pytest.raises(BadSetting):
                self.store.add_category(name, role)
            return
        made = self.store.add_category(name, role)
        assert made.id not in self.faces
        assert made.id not in {back[0] for _, back in self.gone if back}
        self.faces[made.id] = (clean, role)

    @rule(which=st.integers(0, 9), name=st.sampled_from(NAMES))
    def rename(self, which: int, name: str) -> None:
        id = self._category(which)
        clean = name.replace("\u200b", "").strip()
        used = {name.casefold() for other, (name, _) in self.faces.items() if other != id}
        if id is None or not 1 <= len(clean) <= 40 or clean.casefold() in used:
            with pytest.raises((BadSetting, UnknownCategory)):
                self.store.rename(id or "nobody", name)
            return
        self.store.rename(id, name)
        self.faces[id] = (clean, self.faces[id][1])

    @rule(which=st.integers(0, 9), take=st.sampled_from(TAKES), data=st.sampled_from([*PICTURES, b"none"]))
    def add(self, which: int, take: int | None, data: bytes) -> None:
        id = self._category(which)
        if id is None or data == b"none" or take in (0, 1_000_000):
            with pytest.raises((UnknownCategory, BadPicture, BadSetting)):
                self.store.add(id or "nobody", data, take)
            return
        latest = max((of for category, of, _ in self.kept.values() if category == id), default=1)
        self._added(self.store.add(id, data, take), id, take or latest, data)

    @precondition(lambda self: self.root is not None)
    @rule(which=st.integers(0, 9), rare=st.sampled_from([True, *[False] * 6]))
    def add_to_a_full_disk(self, which: int, rare: bool) -> None:
        id = self._category(which)
        if id is None or not rare:
            return
        with mock.patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device")):
            sample = self.store.add(id, PICTURES[0], 3)
        self._added(sample, id, 3, PICTURES[0])
        assert self.store.folder is None  # it goes on in memory, and says so
        assert self.store.problems[-1].key == "store.problem.memory_only"
        self.root, self.foreign = None, {}

    @rule(which=st.sets(st.integers(0, 8), max_size=3))
    def remove(self, which: set[int]) -> None:
        ids = [id for number, id in enumerate(self.kept) if number in which]
        assert self.store.remove([*ids, "nothing/of/this", *ids]) == len(ids)
        if ids:
            self.gone.append(({id: self.kept.pop(id) for id in ids}, None))

    @rule(which=st.integers(0, 9), for_good=st.booleans())
    def remove_category(self, which: int, for_good: bool) -> None:
        id = self._category(which)
        if id is None:
            with pytest.raises(UnknownCategory):
                self.store.remove_category("nobody", for_good)
            return
        self.store.remove_category(id, for_good)
        place = list(self.faces).index(id)
        name, role = self.faces.pop(id)
        lost = {key: row for key, row in self.kept.items() if row[0] == id}
        self.kept = {key: row for key, row in self.kept.items() if row[0] != id}
        if for_good:
            left = [({k: row for k, row in rows.items() if row[0] != id}, back) for rows, back in self.gone]
            self.gone = [(rows, back) for rows, back in left if rows or back]
        else:
            self.gone.append((lost, (id, name, role, place)))

    @rule()
    def undo(self) -> None:
        assert self.store.can_undo == bool(self.gone)
        if not self.gone:
            assert self.store.undo() == 0
            return
        rows, back = self.gone.pop()
        assert self.store.undo() == len(rows)
        self.kept = self.kept | rows
        if back:
            id, name, role, place = back
            name = unique_name(name, [name for name, _ in self.faces.values()])
            role = "face" if "neutral" in {role for _, role in self.faces.values()} else role
            faces = list(self.faces.items())
            faces.insert(place, (id, (name, role)))
            self.faces = dict(faces)

    @rule(which=st.integers(0, 8), meanwhile=st.sampled_from(["face", "neutral"]))
    def think_again(self, which: int, meanwhile: str) -> None:
        """Chance alone seldom does these three one after the other; so with those below."""
        self.remove_category(which, False)
        self.add_category("at rest", meanwhile)
        self.undo()

    # -- the folder

    @rule()
    def save(self) -> None:
        root = Path(tempfile.mkdtemp(dir=self._folders.name))
        self.store.save(root)
        self.root, self.foreign = root, {}

    @precondition(lambda self: self.root is not None)
    @rule()
    def save_where_others_are(self) -> None:
        taken = Path(tempfile.mkdtemp(dir=self._folders.name))
        (taken / "theirs").mkdir()
        with pytest.raises(BadStore):
            self.store.save(taken)
        self.store.save(str(self.root))  # where it is already, which changes nothing

    @precondition(lambda self: self.root is not None)
    @rule(which=st.integers(0, 9), name=st.sampled_from(["0001.jpg", "0003.jpg", "theirs.png", "notes.txt"]))
    def somebody_else_writes(self, which: int, name: str) -> None:
        id = self._category(which)
        assert self.root is not None
        if id is not None and not (path := self.root / id / "take-2" / name).exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(PICTURES[3])
            self.foreign[path.relative_to(self.root).as_posix()] = PICTURES[3]

    @precondition(lambda self: self.root is not None)
    @rule()
    def open_again(self) -> None:
        assert self.root is not None
        self.store = SampleStore.open(self.root)
        strangers = [path for path in self.foreign if path.endswith(".txt")]
        assert [problem.details["path"] for problem in self.store.problems] == sorted(
            strangers, key=lambda path: [*self._order()].index(path.partition("/")[0])
        )
        for path, data in self.foreign.items():
            id = path.partition("/")[0]
            if id not in self.faces:  # a face that was removed while somebody else's files were in its folder
                names = [name for name, _ in self.faces.values()]
                self.faces[id] = (unique_name(id, names), "face")
            if path not in strangers:
                self.kept[path] = (id, 2, data)
        self.faces = {id: self.faces[id] for id in self._order()}
        rank = {id: number for number, id in enumerate(self.faces)}
        self.ever = sorted(self.kept, key=lambda id: (rank[self.kept[id][0]], self.kept[id][1], id))
        self.gone, self.foreign = [], {path: self.foreign[path] for path in strangers}

    @precondition(lambda self: self.root is not None)
    @rule(which=st.integers(0, 8))
    def add_where_somebody_else_wrote(self, which: int) -> None:
        self.somebody_else_writes(which, "0001.jpg")
        self.add(which, 2, PICTURES[0])

    @precondition(lambda self: self.root is not None)
    @rule(which=st.integers(0, 8))
    def replace_what_was_opened(self, which: int) -> None:
        self.open_again()
        mine = [number for number, row in enumerate(self.kept.values()) if row[0] == self._category(which)]
        if mine:
            take = [*self.kept.values()][mine[-1]][1]
            self.remove({mine[-1]})
            self.add(which, take, PICTURES[1])
            self.undo()

    # -- what holds

    @invariant()
    def it_is_as_the_model(self) -> None:
        assert {c.id: (c.name, c.role) for c in self.store.categories} == self.faces
        assert [c.id for c in self.store.categories] == list(self.faces)
        ordered = sorted(self.kept, key=self.ever.index)
        assert [(s.id, (s.category, s.take, s.data)) for s in self.store.samples()] == [
            (id, self.kept[id]) for id in ordered
        ]
        assert self.store.folder == self.root

    @invariant()
    def the_folder_is_as_the_model(self) -> None:
        if self.root is None:
            return
        there = {p.relative_to(self.root).as_posix(): p for p in self.root.rglob("*") if p.is_file()}
        there.pop(MANIFEST)
        expected = {id: data for id, (_, _, data) in self.kept.items()} | self.foreign
        assert {path: file.read_bytes() for path, file in there.items()} == expected

    def _category(self, which: int) -> str | None:
        return list(self.faces)[which % len(self.faces)] if self.faces and which < 9 else None

    def _order(self) -> list[str]:
        """The categories as the folder has them: the store's, then those that only have a folder."""
        return [*self.faces, *sorted({path.partition("/")[0] for path in self.foreign} - set(self.faces))]

    def _added(self, sample: Any, category: str, take: int, data: bytes) -> None:
        assert sample.id not in self.ever
        assert sample.id not in self.foreign
        assert sample.id.startswith(f"{category}/take-{take}/")
        self.kept[sample.id] = (category, take, data)
        self.ever.append(sample.id)


TestStores = machines.test_of(
    Stores, "Any sequence of commands leaves the store, its folder and the model alike."
)
