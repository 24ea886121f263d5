"""Manifests: `categories.json`, as a store is opened with it and written again."""

from __future__ import annotations

from pathlib import Path

from door import as_json, bend, fast_folder, refused

from facegame_lib.errors import BadStore
from facegame_lib.folder import MANIFEST
from facegame_lib.samples import SampleStore

MAX_LENGTH = 2048
SEEDS = [
    as_json(
        {
            "format": 1,
            "categories": [{"id": "smile", "name": "Smile"}, {"id": "zapallo", "name": "Zapallo 🎃"}],
        }
    ),
    as_json({"format": 2, "categories": [{"id": "rest", "name": "At rest", "role": "neutral"}]}),
    as_json(
        {
            "format": 2,
            "categories": [{"id": "a", "name": "same"}, {"id": "b", "name": "SAME", "role": "face"}],
        }
    ),
    as_json({"format": 3, "categories": []}),
    b"\xef\xbb\xbf{}",
]
TOKENS = [
    b'"format"',
    b'"categories"',
    b'"id"',
    b'"name"',
    b'"role"',
    b'"neutral"',
    b'"face"',
    b"null",
    b"\\ud800",
    b"\\u0000",
    b"NaN",
    b"[[[[",
    b"../",
    b"con",
]
mutate = bend


def one(data: bytes) -> None:
    """A store opens, and what it writes of itself opens as the same store; or it is refused."""
    with fast_folder() as folder:
        root = Path(folder, "store")
        root.mkdir()
        (root / MANIFEST).write_bytes(data)
        store = refused(lambda: SampleStore.open(root), BadStore)
        if store is None:
            return
        again = Path(folder, "again")
        store.save(again)
        assert SampleStore.open(again).categories == store.categories
        assert {path.name for path in Path(folder).iterdir()} == {"store", "again"}
        assert all(problem.text(language) for problem in store.problems for language in ("en", "es"))
