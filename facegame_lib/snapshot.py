"""What a player is shown: one frozen value, made by the game, drawn by any front end.

A front end (notebook, phone page, command line) draws a snapshot and sends commands; it decides nothing.
Sentences are keys of the catalogue with their details, so that each front end speaks its own language.
`changes` gives what differs from the snapshot before, so that a bar's move costs a few bytes.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, Literal

from facegame_lib.folder import Role
from facegame_lib.prediction import Sight

Stage = Literal["teach", "match", "result"]
Wants = Literal["nothing", "frames", "burst"]


@dataclass(frozen=True)
class Notice:
    """One sentence for the player: a key of the catalogue and what fills in its braces, as JSON has it."""

    key: str
    details: dict[str, Any] = field(default_factory=dict)
    kind: Literal["info", "error"] = "info"

    def __post_init__(self) -> None:
        plain = {key: _plain_detail(value) for key, value in self.details.items()}
        object.__setattr__(self, "details", plain)


@dataclass(frozen=True)
class FaceView:
    """One category: its pictures' ids in order, and how many of the last burst arrived (or None). One whose
    `role` is "neutral" is offered, no must, never asked for, and does not count for `Snapshot.limits`."""

    id: str
    name: str
    pictures: tuple[str, ...]
    takes: int
    arrived: tuple[int, int] | None = None
    advice: str = ""  # what the coach says of the last burst: a key of the catalogue
    role: Role = "face"


@dataclass(frozen=True)
class BurstView:
    """A burst to carry out (seconds): after `countdown`, a picture at each of `due`."""

    id: int
    face: str
    countdown: float
    due: tuple[float, ...]
    seconds: float
    arrived: int


@dataclass(frozen=True)
class BrainView:
    """The recogniser: `state` is preparing (the backbone, `progress` 0 to 1), untrained, training
    (`progress`), trained, stale (pictures changed since) or failed; `refusal` says why it cannot train."""

    state: Literal["preparing", "untrained", "training", "trained", "stale", "failed"]
    progress: float = 0.0
    step: str = ""
    refusal: Notice | None = None
    pictures: int = 0
    agreement: float | None = None
    confused: tuple[str, str, float] | None = None
    skipped: int = 0  # pictures that were not learnt: no face in them
    weakest: tuple[str, str] | None = None  # whom a second take would help most, and who is near


@dataclass(frozen=True)
class GuessView:
    """What the last frame looks like, in the order of the faces: `(id, probability, closeness)`; `known` and
    `sight` are the prediction's; `fps` counts
    the frames of the last second."""

    bars: tuple[tuple[str, float, float], ...] = ()
    likeliest: str = ""
    known: float = 1.0
    sight: Sight = "face"
    fps: int = 0


@dataclass(frozen=True)
class MatchView:
    """Where the match stands; `target` is a category's id, `number` grows with each label asked for."""

    phase: str
    seconds: float
    top: float
    target: str = ""
    number: int = 0
    closeness: float = 0.0
    holding: float = 0.0
    likeliest: str = ""
    sight: Sight = "face"
    score: int = 0
    left: float = 0.0
    counting: int = 0
    why: str = ""


@dataclass(frozen=True)
class ResultView:
    """A match that ended: `per_face` is `(id, times scored, mean seconds)`; `best` with the same rules;
    `unkept` is why a record could not be written down, "" if it was."""

    score: int
    per_face: tuple[tuple[str, int, float], ...]
    best: int
    record: bool
    why: str
    seed: int
    unkept: str = ""


@dataclass(frozen=True)
class Snapshot:
    """All of it. `wants` tells the camera's side what to send: nothing, frames, or a burst's pictures;
    `looks_at` is "face" or "frame" (the whole picture), "" where the player cannot switch; `stamp` is that
    of the newest frame in it (the camera side's own clock)."""

    stage: Stage = "teach"
    wants: Wants = "nothing"
    faces: tuple[FaceView, ...] = ()
    limits: tuple[int, int] = (2, 8)
    burst: BurstView | None = None
    brain: BrainView = BrainView("untrained")
    guess: GuessView = GuessView()
    match: MatchView | None = None
    result: ResultView | None = None
    notice: Notice | None = None
    counts_down: bool = True
    can_undo: bool = False
    folder: str = ""
    looks_at: str = ""
    stamp: float = 0.0

    def changes(self, before: Snapshot | None = None) -> dict[str, Any]:
        """The fields that differ from that snapshot (all of them without one), as plain JSON values."""
        return {
            f.name: _plain(getattr(self, f.name))
            for f in fields(self)
            if before is None or getattr(self, f.name) != getattr(before, f.name)
        }


def _plain_detail(value: Any) -> str | int | float:
    """What an error was raised with (a path, another error, NaN) may be nothing that JSON knows, and half of
    a pair of surrogates is nothing that can be sent."""
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value).encode("utf-8", "replace").decode()


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else _listed(value)


def _listed(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
