"""The leaderboard, in a SQLite file: nickname, score, faces, seconds, time; nothing else."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import platformdirs

from facegame_lib.errors import BadStore

SHOWN: Final = 10  # rows
_TABLE: Final = """
create table if not exists scores (
    name text not null, score integer not null, faces integer not null, seconds real not null,
    at text not null
)
"""


@dataclass(frozen=True)
class Row:
    """One player's best of a day; `at` is the local time, hours and minutes."""

    name: str
    score: int
    faces: int
    seconds: float
    at: str


class Board:
    """The scores in that file, by default one in the user's data folder. Raises `BadStore`.

    A connection for each call, so that any thread may call; the file's WAL lets readers and a writer be.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = platformdirs.user_data_path("facegame") / "board.sqlite3" if path is None else path
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as scores:
                scores.execute("pragma journal_mode = wal")
                scores.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise BadStore("board_unusable", path=self.path, reason=error) from error

    def add(self, name: str, score: int, faces: int, seconds: float, at: datetime) -> None:
        """Enter a match that ended at that local time."""
        with self._open() as scores:
            row = (name, score, faces, seconds, at.isoformat(timespec="seconds"))
            scores.execute("insert into scores values (?, ?, ?, ?, ?)", row)

    def best(self, day: datetime) -> list[Row]:
        """Each name's best score of that day, the highest first, of those that are equal the earliest."""
        with self._open() as scores:
            rows = scores.execute(
                "select name, max(score), faces, seconds, at from scores where at like ? "
                "group by name order by max(score) desc, at limit ?",
                (f"{day:%Y-%m-%d}T%", SHOWN),
            ).fetchall()
        return [Row(name, score, faces, seconds, at[11:16]) for name, score, faces, seconds, at in rows]

    def clear(self) -> None:
        """Forget all scores, and leave nothing of them in the file."""
        with self._open() as scores:
            scores.execute("delete from scores")
        with self._open() as scores:
            scores.execute("vacuum")
            scores.execute("pragma wal_checkpoint(truncate)")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)  # each statement commits
        try:
            yield connection
        finally:
            connection.close()
