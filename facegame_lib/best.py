"""MATCH: the best score so far, kept between sessions. Numbers only: nothing about a person.

Scores are kept apart by what makes them comparable: how many faces were asked for, and for how long.
"""

from __future__ import annotations

import json
from pathlib import Path

import platformdirs

from facegame_lib.atomic import sweep, write_atomically
from facegame_lib.errors import BadStore


class BestScores:
    """In memory, or in a JSON file (`BestScores.of_this_user()`); one that cannot be read or written does
    not stop the game. `unkept` says why the last record could not be written, "" if it was."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.unkept = ""
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
        self.unkept = ""
        if self.path is not None:
            try:
                write_atomically(self.path, json.dumps(self._best).encode())
            except OSError as error:  # the record stands for this session
                self.unkept = error.strerror or str(error)
        return True

    def forget(self) -> None:
        """All of them go, and their file. Raises `BadStore` if it cannot."""
        self._best = {}
        if self.path is not None:
            try:
                self.path.unlink(missing_ok=True)
            except NotADirectoryError:
                pass  # nor was it ever there
            except OSError as error:
                reason = error.strerror or error
                raise BadStore("not_forgotten", path=self.path, reason=reason) from error
            sweep(self.path.parent, older=0)
