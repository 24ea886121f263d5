"""The Socket.IO server, and what every message passes before it is looked at.

Nothing that a client sends may stop the server or fill its log: what is no message of the protocol closes
that client's connection, and too many messages are refused, then the connection is closed too.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import socketio
from socketio.packet import Packet

from facegame_lib import texts
from facegame_lib.errors import BadSetting, FaceGameError
from facegame_lib.reco.security import MAX_ATTACHMENTS, MAX_MESSAGE, PATIENCE, Allowance
from facegame_lib.reco.turns import Seat

Handler = Callable[[str, tuple[Any, ...]], Awaitable[Any]]
"""What answers an event: given the connection and what was sent, it returns the acknowledgement."""

_RESERVED: Final = ("connect", "disconnect", "connect_error")  # the server's own events, no client's
T = TypeVar("T")
logger = logging.getLogger(__name__)


class CheckedPacket(Packet):  # type: ignore[misc]  # socketio has no types
    """A packet of Socket.IO whose number of binary parts is limited: they are collected in memory."""

    def decode(self, encoded_packet: Any) -> int:
        """As the library's; raises `ValueError` for too many parts."""
        count = int(super().decode(encoded_packet))
        if count > MAX_ATTACHMENTS:
            raise ValueError("too many attachments")
        return count


class Gate(socketio.AsyncServer):  # type: ignore[misc]
    """An `AsyncServer` that checks and limits what comes in. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, **settings: Any) -> None:
        quiet = logging.getLogger("facegame_lib.reco.socketio")
        quiet.setLevel(logging.CRITICAL)  # what a bad client sends is no news
        super().__init__(
            async_mode="asgi",
            serializer=CheckedPacket,
            max_http_buffer_size=MAX_MESSAGE,
            cors_credentials=False,
            logger=quiet,
            engineio_logger=quiet,
            **settings,
        )
        self.languages: dict[str, str] = {}  # of each connection that said one
        self._clock = clock
        self._allowances: dict[str, Allowance] = {}

    def answer(self, namespace: str, handlers: dict[str, Handler]) -> None:
        """Have those events of that namespace answered; others are acknowledged and do nothing."""

        async def hear(event: str, sid: str, *details: Any) -> Any:
            handler = handlers.get(event)
            if handler is None:
                return {}
            try:
                return await handler(sid, details)
            except FaceGameError as error:
                return refusal(error, self.languages.get(sid, "en"))
            except Exception:
                logger.exception("facegame: unexpected error; the server goes on")
                return refusal(FaceGameError("server_unexpected"), self.languages.get(sid, "en"))

        self.on("*", hear, namespace=namespace)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        at = self._clock()
        allowance = self._allowances.setdefault(eio_sid, Allowance(at))
        if not allowance.take(len(data), at) and allowance.refused > PATIENCE:
            await self.eio.disconnect(eio_sid)
            return
        try:
            await super()._handle_eio_message(eio_sid, data)
        except Exception:  # no packet of the protocol, or not now
            await self.eio.disconnect(eio_sid)

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:
        if not (isinstance(data, list) and data and isinstance(data[0], str)) or data[0] in _RESERVED:
            raise ValueError("no event")
        await super()._handle_event(eio_sid, namespace, id, data)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._allowances.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)


def refusal(error: FaceGameError, language: str = "en") -> dict[str, Any]:
    """An error as an acknowledgement: `error` its key, `message` its sentence; for programs, `kind` its class
    and `details` what fills in the sentence."""
    return {
        "error": error.key,
        "message": error.text(language),
        "kind": type(error).__name__,
        "details": {key: value if isinstance(value, int | float) else str(value)
                    for key, value in error.details.items()},
    }  # fmt: skip


def refused(error: FaceGameError, language: str = "en") -> Exception:
    """The same for a connection that is refused."""
    said = refusal(error, language)
    return socketio.exceptions.ConnectionRefusedError(said["message"], said)  # type: ignore[no-any-return]


def language_of(auth: Any) -> str:
    """The language that a client says it speaks, English if it says none that there is."""
    wanted = auth.get("language") if isinstance(auth, dict) else None
    return wanted if wanted in texts.LANGUAGES else "en"


def bad_message(event: str) -> BadSetting:
    """The error for an event whose details are not those that it has."""
    return BadSetting("bad_message", event=event)


async def in_turn(seat: Seat, job: Callable[[], T]) -> T:
    """Have `job()` done in that seat's turn, on a worker's thread; what it returns or raises."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if future.done():  # the connection is gone
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        try:
            result = job()
        except BaseException as error:
            loop.call_soon_threadsafe(tell, None, error)
        else:
            loop.call_soon_threadsafe(tell, result, None)

    seat.post(work)
    return await future
