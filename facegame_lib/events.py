"""MATCH: what can happen in a match, and when. What may follow what is the table in `match.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened `at` that many seconds."""

    at: float


class Started(Event):
    """The player wants to play: 3, 2, 1."""


class Tick(Event):
    """Time passed, nothing else."""


@dataclass(frozen=True)
class FaceSeen(Event):
    """A frame was recognised: its likeliest label (None: none of them), and how close the face is to the
    label asked for, from 0 to 1."""

    label: str | None
    closeness: float


class NothingSeen(Event):
    """A frame with no face in it, which counts for nothing: it is no part of a hold and lets none go (but
    see `GAP`), and it leaves the bar where it was."""


class Skipped(Event):
    """The player gives this label up."""


@dataclass(frozen=True)
class Paused(Event):
    """The match waits; `why` is a word: hidden, no_frames, camera, asleep, player."""

    why: str = "player"


class Resumed(Event):
    """On with it, after another 3, 2, 1."""


class Quit(Event):
    """The player has had enough."""


class CountdownEnded(Event):
    """Made by the match itself when the countdown is over."""


class TimeUp(Event):
    """Made by the match itself when the time is over."""


class PatienceEnded(Event):
    """Made by the match itself when a pause was too long: a match always ends."""
