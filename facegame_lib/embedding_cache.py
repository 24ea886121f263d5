"""EMBED: embeddings that were worked out once: on disk, by picture, embedder and preprocessing.

An entry is found by the SHA-256 of the picture's bytes, under a key that changes with whatever may change
the numbers. The library's own embedders say what that is: the SHA-256 of their nets and their settings.
Another may say so too, in `fingerprint`; of one that says nothing, nothing is kept on disk. A game's
lie inside the folder in which the player keeps the pictures, those of `research.compare` in the user's cache.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
import json
import shutil
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib.atomic import write_atomically
from facegame_lib.embedding import Embedder, fingerprint_of
from facegame_lib.folder import beside
from facegame_lib.samples import SampleStore
from facegame_lib.weights import cache_folder

Floats = NDArray[np.float32]

FOLDER: Final = "embeddings"
# What lies between a picture's bytes and its row. A comment changed there costs a second look at the
# pictures; a version number that somebody forgets to raise would cost a wrong table.
_STEPS: Final = (
    "frames",
    "embedding",
    "face_embedding",
    "faces",
    "detector",
    "head",
    "warp",
    "another_take",
    "litert",
)
_PACKAGES: Final = ("numpy", "pillow", "ai-edge-litert")
_NUMBERS: Final = "<f4"
_SUM: Final = 32  # bytes of a SHA-256
_MAX_BYTES: Final = 64 * 2**20  # of an entry


class EmbeddingCache:
    """One embedder's entries in a folder; without a folder or a fingerprint nothing is found or kept.

    An entry is bare numbers (float32, rows of one picture, itself first; no row where nothing was seen)
    behind the SHA-256 of its key, its picture's digest and itself. Nothing is decoded: numpy's own file
    reader takes ZIP files too, and makes room for as many rows as a file says it has. What is damaged, or
    not of this place, is not there. `failure` says why the folder stopped taking writes.
    """

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        about = None if folder is None else key_of(embedder)
        self._dim = embedder.dim
        self._key = hashlib.sha256((about or "").encode()).hexdigest()
        self._folder = folder / FOLDER / self._key[:32] if folder is not None and about else None
        self.failure: OSError | None = None

    def get(self, digest: str) -> Floats | None:
        """The rows `(m, dim)` of that picture, or None."""
        if self._folder is None:
            return None
        with suppress(OSError, ValueError):
            with self._path(digest).open("rb") as file:
                data = file.read(_MAX_BYTES)
            if data[:_SUM] == self._sum(digest, data[_SUM:]):
                return np.frombuffer(data[_SUM:], _NUMBERS).reshape(-1, self._dim).astype(np.float32)
        return None

    def put(self, digest: str, rows: Floats) -> None:
        """Keep the rows of that picture. They are a person's face in numbers: for the owner's eyes only."""
        if self._folder is None or self.failure is not None:
            return
        data = np.asarray(rows, _NUMBERS).tobytes()
        try:
            write_atomically(self._path(digest), self._sum(digest, data) + data, mode=0o600, lasting=False)
        except OSError as error:
            self.failure = error

    def _path(self, digest: str) -> Path:
        assert self._folder is not None
        return self._folder / digest[:2] / f"{digest}.rows"

    def _sum(self, digest: str, data: bytes) -> bytes:
        return hashlib.sha256(f"{self._key}/{digest}/".encode() + data).digest()


class Beside:
    """What one embedder saw in the pictures of a store that the player keeps: inside its folder, so that it
    goes when that goes. Of a game in memory nothing is written."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._folder: Path | None = None  # of the store that was looked at last
        self._cache = EmbeddingCache(embedder, None)
        self._there: set[str] = set()  # the pictures whose rows lie there

    def keep(self, store: SampleStore, known: dict[str, Floats]) -> None:
        """Take what lies there into `known` (rows by digest); leave there what is known of its pictures."""
        if store.folder != self._folder:
            self._folder, self._there = store.folder, set()
            kept = None if store.folder is None else beside(store.folder)
            self._cache = EmbeddingCache(self._embedder, kept)
        if self._folder is None:
            return
        digests = {sample.digest for sample in store.samples()}
        self._there &= digests  # what was removed is gone from there too, and may come back
        for digest in digests - self._there:
            rows = known.get(digest)
            if rows is not None:
                self._cache.put(digest, rows)
            elif (rows := self._cache.get(digest)) is not None:
                known[digest] = rows
            if rows is not None:
                self._there.add(digest)


def forget_embeddings(folder: Path | None = None) -> int:
    """Delete all that `compare` has kept in that folder, or in the user's cache; how many pictures' rows."""
    kept = cache_folder(folder) / FOLDER
    count = sum(1 for _ in kept.rglob("*.rows"))
    shutil.rmtree(kept, ignore_errors=True)
    return count


def key_of(embedder: Embedder) -> str | None:
    """What tells this embedder's rows from all others', as JSON; None if it does not say (see
    `embedding.fingerprint_of`)."""
    fingerprint, code = fingerprint_of(embedder), code_hash()
    if fingerprint is None or code is None:
        return None
    kind = f"{type(embedder).__module__}.{type(embedder).__qualname__}"
    return json.dumps([kind, embedder.name, embedder.dim, fingerprint, code])


@cache
def code_hash() -> str | None:
    """SHA-256 of the code that takes a picture to its row, and of the versions of what it calls; None where
    the code cannot be read."""
    try:
        sources = [inspect.getsource(import_module(f"facegame_lib.{name}")) for name in _STEPS]
    except OSError:
        return None
    versions = []
    for package in _PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{package} {importlib.metadata.version(package)}")
    return hashlib.sha256("\n".join([*versions, *sources]).encode()).hexdigest()
