"""The Socket.IO server, and what every message passes before it is looked at.

Nothing that a client sends may stop the server or fill its log: what is no message of the protocol closes
that client's connection, and too many messages are refused, then the connection is closed too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import socketio
from socketio.packet import ACK, Packet

from facegame_lib import texts
from facegame_lib.errors import BadSetting, FaceGameError, NotEnough
from facegame_lib.reco.security import MAX_ATTACHMENTS, MAX_MESSAGE, PATIENCE, Line

Handler = Callable[[str, tuple[Any, ...]], Awaitable[Any]]
"""What answers an event: given the connection and what was sent, it returns the acknowledgement."""

_RESERVED: Final = ("connect", "disconnect", "connect_error")  # the server's own events, no client's
UNNAMED: Final = 20.0  # seconds that a connection may take to say what it came for
MAX_UNREAD: Final = 1000  # packets that wait for a client to read them
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
            cors_allowed_origins=_is_same_origin,
            cors_credentials=False,
            logger=quiet,
            engineio_logger=quiet,
            **settings,
        )
        self.languages: dict[str, str] = {}  # of each connection that said one
        self._clock = clock
        self._lines: dict[str, Line] = {}

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

    def drop_the_silent(self) -> None:
        """Close connections that came in and then asked for nothing, and those that do not read."""
        at = self._clock()
        for eio_sid, socket in list(self.eio.sockets.items()):
            line = self._lines.setdefault(eio_sid, Line(at))
            late = at - line.since > UNNAMED and not self._is_named(eio_sid)
            if late or socket.queue.qsize() > MAX_UNREAD:
                self.start_background_task(self._hang_up, eio_sid)

    def _is_named(self, eio_sid: str) -> bool:
        """Whether that connection has entered any namespace."""
        namespaces = list(self.manager.get_namespaces())
        return any(self.manager.sid_from_eio_sid(eio_sid, namespace) for namespace in namespaces)

    async def _hang_up(self, eio_sid: str) -> None:
        """Close a connection. The library asks the client to do it, and would wait for one that does not."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.close(wait=False)
            await socket.queue.put(None)  # what ends the library's writer, which then closes the websocket

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        if eio_sid not in self.environ:  # what still comes of a connection that was closed
            return
        at = self._clock()
        line = self._lines.setdefault(eio_sid, Line(at))
        line.take(len(data), at)
        if line.refused > PATIENCE:
            await self._hang_up(eio_sid)
            return
        try:
            await super()._handle_eio_message(eio_sid, data)
        except Exception:  # no packet of the protocol, or not now
            await self._hang_up(eio_sid)

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:
        if not (isinstance(data, list) and data and isinstance(data[0], str)) or data[0] in _RESERVED:
            raise ValueError("no event")
        if data[0] == "*":  # to the library, all other events together
            data[0] = ""
        if self._lines[eio_sid].is_over:
            sid = self.manager.sid_from_eio_sid(eio_sid, namespace or "/")
            said = refusal(NotEnough("too_fast"), self.languages.get(sid, "en"))
            if id is not None:
                answer = self.packet_class(ACK, namespace=namespace, id=id, data=[said])
                await self._send_packet(eio_sid, answer)
            return
        await super()._handle_event(eio_sid, namespace, id, data)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        self._lines.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)


def _is_same_origin(origin: str | None, environ: dict[str, Any]) -> bool:
    """Whether a page of that origin is ours. The library's own check knows nothing of TLS."""
    scheme = environ["asgi.scope"]["scheme"].replace("ws", "http")
    return origin == f"{scheme}://{environ.get('HTTP_HOST')}"


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
