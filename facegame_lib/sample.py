"""SAMPLES: one picture that was taught, and the category it belongs to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from facegame_lib import frames
from facegame_lib.folder import Role
from facegame_lib.frames import Frame


@dataclass(frozen=True)
class Category:
    """`id` never changes and names a folder; `name` is what people read, any Unicode. A match asks for those
    whose `role` is "face"; "neutral" is a face at rest, learnt so that the others stand out from it."""

    id: str
    name: str
    role: Role = "face"


@dataclass(frozen=True)
class Sample:
    """One stored picture: `data` is JPEG (or PNG, from a foreign folder), `id` its path in a store."""

    id: str
    category: str
    take: int
    data: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes: what an embedding is remembered by."""
        return hashlib.sha256(self.data).hexdigest()

    def frame(self) -> Frame:
        """The decoded centre square, `uint8` `(S, S, 3)`."""
        return frames.square(frames.decode(self.data))
