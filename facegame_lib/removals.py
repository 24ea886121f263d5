"""SAMPLES: what was removed from a store and can be brought back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from facegame_lib.sample import Category, Sample

UNDO_PICTURES: Final = 200  # removed ones that `undo` can bring back; older removals are let go


@dataclass(frozen=True)
class Removed:
    """What `undo` brings back: pictures, and the category that went with them at its place, if one did."""

    samples: tuple[Sample, ...]
    category: Category | None = None
    place: int = 0

    def without(self, category: str) -> Removed | None:
        """What is left of it without the pictures of that category; None if nothing is."""
        samples = tuple(sample for sample in self.samples if sample.category != category)
        return replace(self, samples=samples) if samples or self.category else None


class Removals(list[Removed]):
    """All of them, the latest at the end."""

    def remember(self, removed: Removed) -> None:
        """Have `undo` bring it back. All of them for ever would take more memory with each game."""
        self.append(removed)
        while len(self) > 1 and sum(max(1, len(one.samples)) for one in self) > UNDO_PICTURES:
            del self[0]

    def forget(self, category: str) -> None:
        """No picture of that category is to come back."""
        self[:] = [left for removed in self if (left := removed.without(category))]

    def has(self, category: str) -> bool:
        """Whether that category is among them."""
        return any(removed.category and removed.category.id == category for removed in self)

    def samples(self) -> Iterator[Sample]:
        """The pictures that can come back."""
        return (sample for removed in self for sample in removed.samples)
