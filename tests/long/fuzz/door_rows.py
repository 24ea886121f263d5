"""Entries of the embedding cache. What is in front of a damaged one is a sum that tells so: here it is the
right one half of the time, so that what is read behind it is reached too."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from door import fast_folder

from facegame_lib.embedding_cache import EmbeddingCache

MAX_LENGTH = 1024
_DIGEST = "0" * 64


class _Embedder:
    """Says what it is, and has few numbers."""

    name, dim, fingerprint = "four", 4, "four"

    def embed(self, frames: object) -> object:
        """Not asked."""
        raise NotImplementedError


def _saved(rows: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, rows)
    return file.getvalue()


SEEDS = [
    b"\1" + _saved(np.ones((2, 4), np.float32)),
    b"\1" + np.ones((2, 4), np.float32).tobytes(),
    b"\1",
    b"\0" + bytes(96),
    b"\1PK\x05\x06" + bytes(18),
    b"\1\x80\x04N.",
]
TOKENS = [
    b"\x93NUMPY",
    b"\1\0",
    b"'descr'",
    b"'<f4'",
    b"'|O'",
    b"'shape'",
    b"(9999999999, 4)",
    b"PK\x03\x04",
    b"PK\x05\x06",
]


def one(data: bytes) -> None:
    """Rows of four numbers each, or nothing; never an error, and never more than was in the file."""
    with fast_folder() as folder:
        cache = EmbeddingCache(_Embedder(), Path(folder))  # type: ignore[arg-type]
        path = cache._path(_DIGEST)
        path.parent.mkdir(parents=True)
        entry = cache._sum(_DIGEST, data[1:]) + data[1:] if data[:1] == b"\1" else data
        path.write_bytes(entry)
        rows = cache.get(_DIGEST)
        if rows is not None:
            assert rows.dtype == np.float32
            assert rows.shape[1:] == (4,)
            assert rows.nbytes <= len(data)
