"""CLASSIFY: what a recogniser says of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

DOUBTFUL: Final = 0.5  # how well known a face must be for its full closeness

Sight = Literal["face", "other", "nothing"]


@dataclass(frozen=True)
class Prediction:
    """What a frame looks like: for each label (a category's id) a probability and a closeness, 0 to 1.

    `known` says how much it is like any of them at all: 0 for a frame without a face, whose closenesses are
    all 0 and whose probabilities say nothing; below 1/2 it is rather none of these.
    """

    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    closenesses: tuple[float, ...]
    known: float = 1.0  # how surely it is one of the labels at all

    @property
    def label(self) -> str:
        """The likeliest label."""
        return self.labels[self.probabilities.index(max(self.probabilities))]

    @property
    def confidence(self) -> float:
        """The likeliest label's probability."""
        return max(self.probabilities)

    @property
    def sight(self) -> Sight:
        """What was seen: one of the labels' faces, another one, or nothing at all (no face)."""
        return "face" if self.known >= DOUBTFUL else "other" if self.known else "nothing"

    def closeness(self, label: str) -> float:
        """How near the face is to that label, from 0 to 1; 0 for one that was not taught."""
        return self.closenesses[self.labels.index(label)] if label in self.labels else 0.0
