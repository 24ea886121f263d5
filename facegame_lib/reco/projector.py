"""The namespace `/board`: who plays, and the best of the day, for a projector. It has a token of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from facegame_lib.errors import FaceGameError
from facegame_lib.reco.addresses import qr_svg
from facegame_lib.reco.board import Board, Row
from facegame_lib.reco.gate import Gate, language_of, refused
from facegame_lib.reco.play import Guest
from facegame_lib.reco.security import check_token
from facegame_lib.reco.sessions import Sessions
from facegame_lib.snapshot import ResultView

NAMESPACE: Final = "/board"
logger = logging.getLogger(__name__)


class Projector:
    """All boards that are open. `address` is where players go; `now` gives the local time."""

    def __init__(
        self,
        gate: Gate,
        board: Board,
        token: str,
        address: str,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._gate, self._board, self._token, self._now = gate, board, token, now
        self._players: Sessions[Guest] | None = None
        self._about = {"address": address, "qr": qr_svg(address)}
        self._today: list[Row] = []
        self._day = ""
        self._shown: dict[str, Any] | None = None
        self._watched = 0
        self._lock = asyncio.Lock()  # one thread at a time writes into the file
        gate.on("connect", self._connect, namespace=NAMESPACE)
        gate.on("disconnect", self._disconnect, namespace=NAMESPACE)
        gate.answer(NAMESPACE, {"clear": self._clear})

    def watch(self, players: Sessions[Guest]) -> None:
        """Show these."""
        self._players = players

    async def scored(self, name: str, result: ResultView, seconds: float) -> None:
        """A match ended: it goes on the board if the player gave a name and made a point."""
        if name and result.score:
            row = (name, result.score, len(result.per_face), seconds, self._now())
            await self._do(self._board.add, *row)

    async def tick(self) -> None:
        """Show what changed, if anybody looks."""
        if not self._watched:
            return
        if self._day != f"{self._now():%Y-%m-%d}":
            await self._do()
        state = self._state()
        if state != self._shown:
            self._shown = state
            await self._gate.emit("board", state, namespace=NAMESPACE)

    def _state(self) -> dict[str, Any]:
        guests = [session.value for session in self._players.all()] if self._players else []
        return {
            **self._about,
            "players": [guest.line() for guest in guests],
            "today": [asdict(row) for row in self._today],
        }

    async def _connect(self, sid: str, environ: Any, auth: Any = None) -> None:
        try:
            check_token(auth, self._token)
        except FaceGameError as error:
            raise refused(error, language_of(auth)) from None
        self._gate.languages[sid] = language_of(auth)
        self._watched += 1
        self._shown = None  # the next tick shows everything, to everybody

    async def _disconnect(self, sid: str, reason: Any = None) -> None:
        if self._gate.languages.pop(sid, None) is not None:
            self._watched -= 1

    async def _clear(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        await self._do(self._board.clear)
        return {}

    async def _do(self, act: Callable[..., None] | None = None, *details: Any) -> None:
        """Do that to the board, on a thread (a disk may be slow), and read it again."""
        async with self._lock:
            if act is not None:
                await asyncio.to_thread(act, *details)
            now = self._now()
            self._today = await asyncio.to_thread(self._board.best, now)
            self._day = f"{now:%Y-%m-%d}"
