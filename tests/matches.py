"""Matches that are on, for the tests of the match."""

from __future__ import annotations

from typing import Any

from facegame_lib.events import (
    FaceSeen,
    Started,
)
from facegame_lib.match import Match

LABELS = ("smile", "surprise", "zapallo")


def playing(**rules: Any) -> Match:
    """A match that is played since 0.0."""
    return Match(LABELS, **rules).on(Started(at=0.0))


def reach(match: Match, at: float, closeness: float = 1.0) -> Match:
    """The player makes the face that is asked for."""
    return match.on(FaceSeen(match.target, closeness=closeness, at=at))


def scored(match: Match, at: float) -> Match:
    """The player makes it and holds it, done at that time."""
    return reach(reach(match, at - match.hold), at)
