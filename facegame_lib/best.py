"""MATCH: the best score so far, kept between sessions. Numbers only: nothing about a person.

Scores are kept apart by what makes them comparable: how many faces were asked for, and for how long.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import platformdirs

from facegame_lib.atomic import write_atomically


class BestScores:
    """In memory, or in a JSON file (`BestScores.of_this_user()`); one that cannot be read or written does
    not stop the game."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._best: dict[str, int] = {}
        if path is not None:
            try:
                rows = json.loads(path.read_bytes())
                self._best = {str(k): int(v) for k, v in rows.items() if isinstance(v, int)}
            except (OSError, ValueError, AttributeError, RecursionError):
                pass  # none yet, or damaged: a best score is not worth an error

    @classmethod
    def of_this_user(cls) -> BestScores:
        """Those of the user of this computer, kept in their data folder."""
        return cls(platformdirs.user_data_path("facegame") / "best.json")

    def get(self, faces: int, seconds: float) -> int:
        """The best score with that many faces in that many seconds, 0 if there is none."""
        return self._best.get(f"{faces}x{seconds:g}s", 0)

    def add(self, faces: int, seconds: float, score: int) -> bool:
        """Enter a score; whether it is a record."""
        if score <= self.get(faces, seconds):
            return False
        self._best[f"{faces}x{seconds:g}s"] = score
        if self.path is not None:
            with suppress(OSError):  # the record stands for this session
                write_atomically(self.path, json.dumps(self._best).encode())
        return True
