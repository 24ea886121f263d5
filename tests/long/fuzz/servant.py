"""A Reco server without a network: one connection's packets go in by hand, and what it would send comes out.

One thread does everything: the workers' turns are taken here, between two messages, so that the same input
always does the same.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import tempfile
from pathlib import Path
from typing import Any, Final

from door import PICTURES, messages
from house import BOARD_TOKEN, TOKEN, FakeEngine

from facegame_lib.reco.board import Board
from facegame_lib.reco.server import House, Reco

PICTURE: Final = {"_placeholder": True, "num": 0}
CONNECTION: Final = "connection"
ROUNDS: Final = 400  # of the loop, for one message: what takes more is a finding


def packet(event: str, details: Any, id: int, namespace: str = "/") -> bytes:
    """A Socket.IO event as text; one with a picture says that its bytes come behind it."""
    data = json.dumps([event, *(details if isinstance(details, list) else [details])])
    kind = "51-" if "_placeholder" in data else "2"
    return f"4{kind}{'' if namespace == '/' else namespace + ','}{id}{data}".encode()


class _Told(logging.Handler):
    """Keeps what the server's log is told: an error that nobody expected is told there."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)


class _Engine(FakeEngine):
    workers = 0  # no threads: turns are taken by `_rest`


class Servant:
    """The server, and one client that comes anew for each input; `lesson` stands for a message "\\3"."""

    def __init__(self, hello: bytes, lesson: list[bytes]) -> None:
        self._hello, self._lesson = hello, lesson
        self._told = _Told()
        folder = tempfile.TemporaryDirectory()
        board = Board(Path(folder.name, "board.sqlite3"))
        self._loop = asyncio.new_event_loop()
        atexit.register(self._loop.close)
        atexit.register(folder.cleanup)
        self._loop.set_exception_handler(self._unhandled)
        self._now = 0.0
        self._house = House(_Engine(), board, TOKEN, BOARD_TOKEN, "http://here", clock=lambda: self._now)
        self._reco = Reco(self._house)
        self._reco.gate.eio.send = self._send
        self._reco.gate.eio.send_packet = lambda eio_sid, packet: self._send(eio_sid, packet.data)
        self._reco.gate._hang_up = self._hang_up
        self._reco.play.draw = lambda *about: None  # no bytes of a client's go there, and both need a thread
        self._reco.play._scored = _scored

    def hear(self, data: bytes) -> None:
        """Let that input's messages in, one after the other."""
        logs = [logging.getLogger(name) for name in ("facegame_lib", "asyncio")]
        try:
            for log in logs:
                log.addHandler(self._told)
            self._loop.run_until_complete(self._hear(data))
        finally:
            for log in logs:
                log.removeHandler(self._told)

    async def _hear(self, data: bytes) -> None:
        self._gone, reco = False, self._reco
        self._told.records.clear()
        await reco.gate._handle_eio_connect(CONNECTION, {})
        await self._packet(self._hello.decode())
        for message in [
            m for all in messages(data, at_most=32) for m in (self._lesson if all == b"\3" else [all])
        ]:
            if message[:1] == b"\2":  # time passes
                self._now += (message[1:2] or b"\0")[0] / 10
                reco.play.tick()
                reco.original.tick()
                await self._rest()
            elif message[:1] == b"\1":  # bytes, those of a picture by its number
                more = message[1:]
                await self._packet(PICTURES[more[0] % len(PICTURES)] if len(more) == 1 else more)
            else:
                try:
                    text = message.decode()
                except UnicodeError:  # a websocket lets no such text through
                    continue
                await self._packet(text.removeprefix("4") if text[:2] in ("42", "45") else text)
            if self._gone:
                break
        await reco.gate._handle_eio_disconnect(CONNECTION, "done")
        self._now += 100_000
        reco.play.tick()
        reco.original.tick()
        await self._rest()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert not left, left
        assert len(reco.play.sessions) == len(reco.original.sessions) == self._house.budget.spent == 0
        assert not any((reco.gate.languages, reco.gate._lines, reco.turns.one()))
        if self._told.records:
            record = self._told.records[0]
            raise AssertionError(record.getMessage()) from (record.exc_info[1] if record.exc_info else None)

    async def _packet(self, packet: str | bytes) -> None:
        await self._reco.gate._handle_eio_message(CONNECTION, packet)
        await self._rest()

    async def _rest(self) -> None:
        """Until nobody has anything to do."""
        quiet = 0
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
            quiet = 0 if self._reco.turns.one() else quiet + 1
            if quiet > 12:
                return
        raise AssertionError("there is no end to it")

    async def _send(self, eio_sid: str, packet: str | bytes) -> None:
        if isinstance(packet, str):
            start = min((i for i in (packet.find("{"), packet.find("[")) if i >= 0), default=len(packet))
            if start < len(packet):
                json.loads(packet[start:], parse_constant=_no_number)
            packet.encode()

    async def _hang_up(self, eio_sid: str) -> None:
        self._gone = True

    def _unhandled(self, loop: asyncio.AbstractEventLoop, about: dict[str, Any]) -> None:
        error = about.get("exception")
        self._told.records.append(
            logging.LogRecord(
                "loop", logging.ERROR, "", 0, about["message"], None, (type(error), error, None)
            )
        )


async def _scored(*about: Any) -> None:
    """The board is not told."""


def _no_number(name: str) -> None:
    raise AssertionError(f"{name} is sent, which is no JSON")
