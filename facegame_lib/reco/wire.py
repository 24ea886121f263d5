"""A line to a Reco server: connect, ask and wait for the answer. The server's errors become ours again."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from facegame_lib import errors, texts
from facegame_lib.errors import BadSetting, FaceGameError, RemoteUnavailable

REST: Final = 2.0  # seconds after a failed attempt in which no other is made: frames come faster than that
TOO_FAST: Final = 0.5  # seconds to rest when the server says that it is too much


class Lost(Exception):
    """The connection broke before the answer came, or none came in time."""


class Wire:
    """One connection at a time. `timeout` is seconds. Used by one thread at a time.

    Raises `BadSetting` for what is no address.
    """

    def __init__(self, url: str, token: str | None, certificate: str | None, timeout: float) -> None:
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise BadSetting("not_an_address", found=url)
        self.url = url
        self._token, self._certificate, self._timeout = token, certificate, timeout
        self._client: Any = None
        self._waits = threading.Event()  # set by an answer, and by the end of the connection
        self._failed: tuple[float, FaceGameError] | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._client is not None and bool(self._client.connected)

    def connect(self) -> None:
        """Connect, if there is no connection. Raises `RemoteUnavailable`."""
        if self.connected:
            return
        if self._failed is not None and time.monotonic() - self._failed[0] < REST:
            raise self._failed[1]
        try:
            self._connect()
            self._failed = None
        except FaceGameError as error:
            self._failed = time.monotonic(), error
            raise

    def _connect(self) -> None:
        import socketio

        self.close()
        quiet = logging.getLogger("facegame_lib.reco.socketio")
        quiet.setLevel(logging.CRITICAL)  # what goes wrong is raised
        client = socketio.Client(
            reconnection=False,
            logger=quiet,
            engineio_logger=quiet,
            request_timeout=self._timeout,
            handle_sigint=False,
            websocket_extra_options={"sslopt": {"ca_certs": self._certificate}} if self._certificate else {},
        )
        refusal: list[Any] = []
        client.on("connect_error", refusal.append)
        client.on("disconnect", lambda *reason: self._waits.set())
        auth = {"token": self._token or "", "language": texts.preferred_language()}
        try:
            client.connect(self.url, auth=auth, transports=["websocket"], wait_timeout=self._timeout)
        except (socketio.exceptions.SocketIOError, OSError, ValueError) as error:
            _hang_up(client)
            raise_refused(refusal, self.url, error)
        self._client = client

    def ask(self, event: str, fields: dict[str, Any], timeout: float | None = None) -> dict[str, Any]:
        """The server's answer, which may be an error. Raises `Lost`."""
        while True:
            answer = self._ask(event, fields, self._timeout if timeout is None else timeout)
            if answer.get("error") != "too_fast":
                return answer
            time.sleep(TOO_FAST)

    def _ask(self, event: str, fields: dict[str, Any], timeout: float) -> dict[str, Any]:
        import socketio

        answers: list[Any] = []
        waits = self._waits = threading.Event()

        def answered(*said: Any) -> None:
            answers.append(said[0] if said else {})
            waits.set()

        try:
            if not self.connected:
                raise Lost
            self._client.emit(event, fields, callback=answered)
            waits.wait(timeout)
        except (socketio.exceptions.SocketIOError, OSError) as error:
            raise Lost from error
        if not answers or not isinstance(answers[0], dict):
            self.close()  # an answer that comes later would be taken for another's
            raise Lost
        return answers[0]

    def close(self) -> None:
        """Hang up."""
        client, self._client = self._client, None
        if client is not None:
            _hang_up(client)


def _hang_up(client: Any) -> None:
    """Disconnect, and close the socket, which the library leaves open when the other side has closed it."""
    socket = client.eio.ws
    client.disconnect()
    if socket is not None:
        socket.shutdown()


def raise_refused(refusal: list[Any], url: str, error: Exception) -> NoReturn:
    """Raise why a connection failed with that error: what the server said at `connect_error`, if anything."""
    said = refusal[0].get("data") if refusal and isinstance(refusal[0], dict) else None
    if isinstance(said, dict):
        raise_error(said)
    raise RemoteUnavailable("remote_away", url=url) from error


def raise_error(said: dict[str, Any]) -> None:
    """Raise the error that an answer is, as it was raised in the server, if it is one."""
    if "error" not in said:
        return
    kind, details = getattr(errors, str(said.get("kind")), None), said.get("details")
    if isinstance(kind, type) and issubclass(kind, FaceGameError) and isinstance(details, dict):
        try:
            error = kind(str(said["error"]), **details)
        except (KeyError, IndexError, TypeError, ValueError):  # a sentence that this version does not have
            pass
        else:
            raise error
    raise RemoteUnavailable("remote_said", message=str(said.get("message") or said["error"]))
