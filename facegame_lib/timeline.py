"""CAPTURE: which face is made when in a video, as written beside it in a JSON file.

{"timeline": [{"face": "neutral", "start": 0.0, "end": 3.0}, ...]}
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from facegame_lib.errors import BadSetting


class Span(NamedTuple):
    """One face, from `start` up to but not including `end`, in seconds."""

    face: str
    start: float
    end: float


class Timeline:
    """Spans in order of time that do not overlap; there may be gaps between them.

    Raises `BadSetting` for no span at all, one that does not end after it starts, or one out of order.
    """

    def __init__(self, spans: Iterable[tuple[str, float, float]]) -> None:
        self.spans: tuple[Span, ...] = tuple(Span(*span) for span in spans)
        if not self.spans:
            raise BadSetting("timeline_empty")
        before = -math.inf
        for number, span in enumerate(self.spans, 1):
            if not all(math.isfinite(moment) for moment in (span.start, span.end)) or span.start >= span.end:
                raise BadSetting(
                    "timeline_span", number=number, face=span.face, start=span.start, end=span.end
                )
            if span.start < before:
                raise BadSetting(
                    "timeline_order", number=number, face=span.face, start=span.start, before=before
                )
            before = span.end

    @classmethod
    def load(cls, path: str | Path) -> Timeline:
        """The timeline in that JSON file, whose other keys do not matter. Raises `BadSetting`."""
        try:
            entries = json.loads(Path(path).read_text("utf-8"))["timeline"]
            spans = [(_face(entry), _seconds(entry, "start"), _seconds(entry, "end")) for entry in entries]
        except OSError as error:
            raise BadSetting("timeline_unreadable", path=path, reason=error.strerror or error) from error
        except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
            raise BadSetting("timeline_shape", path=path) from error
        return cls(spans)

    def save(self, path: str | Path, **more: Any) -> None:
        """Write it as JSON, with `more` keys beside it. Raises `OSError`."""
        contents = {**more, "timeline": [span._asdict() for span in self.spans]}
        Path(path).write_text(json.dumps(contents, ensure_ascii=False, indent=1) + "\n", "utf-8")

    @property
    def seconds(self) -> float:
        """Where the last span ends."""
        return self.spans[-1].end

    def face_at(self, at: float) -> str | None:
        """The face that is made at that moment, or None where there is none."""
        return next((span.face for span in self.spans if span.start <= at < span.end), None)


def _face(entry: Any) -> str:
    if not isinstance(entry["face"], str):
        raise TypeError
    entry["face"].encode()  # half of a pair is no text
    return entry["face"]


def _seconds(entry: Any, key: str) -> float:
    if isinstance(entry[key], bool) or not isinstance(entry[key], int | float):
        raise TypeError
    return float(entry[key])
