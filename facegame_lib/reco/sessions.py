"""Sessions: who plays, on which connection, and how one that broke off is taken up again.

A session belongs to the connection that made it. It is found by that connection alone, or by its id
together with its secret: then it goes over to the connection that knew both. Times come in, in seconds.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from facegame_lib.errors import NotEnough

IDLE: Final = 15 * 60.0  # seconds without a word after which a session ends
AWAY: Final = 120.0  # seconds that a session waits for its connection to come back
T = TypeVar("T")


@dataclass(eq=False)
class Session(Generic[T]):
    """`owner` is the connection, None while it is away; `since` is when it last said something, or left."""

    id: str
    value: T
    owner: str | None
    since: float
    secret: str = field(default_factory=secrets.token_urlsafe, repr=False)


class Sessions(Generic[T]):
    """All sessions of one kind. `end(value)` is called with what a session held when it is over.

    Raises `NotEnough` for one more than `limit`.
    """

    def __init__(self, end: Callable[[T], None], limit: int, idle: float = IDLE, away: float = AWAY) -> None:
        self._end, self._limit, self._idle, self._away = end, limit, idle, away
        self._sessions: list[Session[T]] = []
        self.ended = 0  # how many are over

    def __len__(self) -> int:
        return len(self._sessions)

    def all(self) -> list[Session[T]]:
        """Every session, the oldest first."""
        return list(self._sessions)

    def begin(self, owner: str, make: Callable[[], T], at: float, id: str = "") -> Session[T]:
        """A new session of that connection; one of the same id that it had is over."""
        old = self.find(owner, id) if id else None
        if old is not None:
            self.end(old)
        if len(self._sessions) >= self._limit:
            raise NotEnough("server_full", limit=self._limit)
        session = Session(id or secrets.token_urlsafe(9), make(), owner, at)
        self._sessions.append(session)
        return session

    def find(self, owner: str, id: str | None = None) -> Session[T] | None:
        """That connection's session, of that id or its only one."""
        for session in self._sessions:
            if session.owner == owner and id in (None, session.id):
                return session
        return None

    def hear(self, owner: str, at: float, id: str | None = None) -> Session[T] | None:
        """The same, of which something is heard now; None too if it was silent for too long."""
        session = self.find(owner, id)
        if session is None or self._is_over(session, at):
            return None
        session.since = at
        return session

    def take_up(self, owner: str, id: str, secret: str, at: float) -> Session[T] | None:
        """The session of that id and secret, that connection's from now on; None if there is none."""
        for session in self._sessions:
            # All are compared, and each in constant time: how long it takes tells nothing.
            same = secrets.compare_digest(session.secret.encode(), secret.encode("utf-8", "replace"))
            if same and session.id == id and not self._is_over(session, at):
                session.owner, session.since = owner, at
                return session
        return None

    def left(self, owner: str, at: float) -> None:
        """That connection is gone: its sessions wait for it a while."""
        for session in self._sessions:
            if session.owner == owner:
                session.owner, session.since = None, at

    def end(self, session: Session[T]) -> None:
        """That session is over, and what it held is let go."""
        self._sessions.remove(session)
        self.ended += 1
        self._end(session.value)

    def expire(self, at: float) -> list[Session[T]]:
        """End those that were silent, or away, for too long; those that were."""
        old = [session for session in self._sessions if self._is_over(session, at)]
        for session in old:
            self.end(session)
        return old

    def _is_over(self, session: Session[T], at: float) -> bool:
        return at - session.since > (self._away if session.owner is None else self._idle)
