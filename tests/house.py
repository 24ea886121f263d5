"""A real Reco server on a free port of this computer, in a thread, and clients for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import socketio
import uvicorn

from facegame_lib.frames import encode
from facegame_lib.reco.board import Board
from facegame_lib.reco.certificate import Certificate
from facegame_lib.reco.serve import Options, configure
from facegame_lib.reco.server import House, make_app
from facegame_lib.recognizer import Recognizer, RecognizerProtocol
from facegame_lib.recognizers import LookAt
from facegame_lib.testing import FakeEmbedder, plain_frame

TOKEN, BOARD_TOKEN = "the-token", "the-board-token"
RED, BLUE = (250, 20, 20), (20, 20, 250)


class FakeEngine:
    """An engine without nets."""

    workers = 2

    def prepare(self, progress: Any = None) -> FakeEngine:
        """Nothing to do."""
        return self

    def recognizers(self) -> dict[LookAt, RecognizerProtocol]:
        """Some that see colours."""
        return {"face": Recognizer(FakeEmbedder()), "frame": Recognizer(FakeEmbedder())}

    def close(self) -> None:
        """Nothing to let go of."""


class Clock:
    """The time, and what a test adds to it; `held` stops it there."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.held: float | None = None

    def __call__(self) -> float:
        return (time.monotonic() if self.held is None else self.held) + self.ahead


def picture(colour: tuple[int, int, int], seed: int = 0) -> bytes:
    """A JPEG of that colour; another for another seed."""
    return encode(plain_frame(colour, seed=seed))


@contextmanager
def open_house(
    folder: Path, port: int = 0, papers: Certificate | None = None, **settings: Any
) -> Iterator[str]:
    """A server with those settings of its `House`; its address. It is stopped at the end."""
    told: dict[str, Any] = {
        "engine": FakeEngine(),
        "board": Board(folder / "board.sqlite3"),
        "token": TOKEN,
        "board_token": BOARD_TOKEN,
        "address": "http://here/#token",
    }
    house = House(**(told | settings))
    options = Options(port=port, players=house.players)
    server = uvicorn.Server(configure(make_app(house), "127.0.0.1", options, papers))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    scheme = "https" if papers else "http"
    yield f"{scheme}://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


def until(true: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until that is true; fail if it never is."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


class Client:
    """A Socket.IO client of one namespace, which writes down what it hears."""

    def __init__(self, url: str, namespace: str = "/", token: str | None = TOKEN, **auth: Any) -> None:
        self.namespace = namespace
        self.heard: list[tuple[str, Any]] = []
        self.refusal: Any = None
        self.shown: dict[str, Any] = {}  # the snapshot
        self.io = socketio.Client(reconnection=False)
        self.io.on("*", self._hear, namespace=namespace)
        self.io.on("connect_error", self._refused, namespace=namespace)
        told = auth if token is None else {"token": token, **auth}
        try:
            self.io.connect(url, auth=told, namespaces=[namespace], transports=["websocket"], wait_timeout=20)
        except socketio.exceptions.ConnectionError:
            assert self.refusal is not None

    def _hear(self, event: str, *details: Any) -> None:
        if event == "snapshot":
            self.shown = self.shown | details[0]
        self.heard.append((event, details[0] if len(details) == 1 else details))

    def _refused(self, said: Any) -> None:
        self.refusal = said

    def ask(self, event: str, *details: Any) -> Any:
        """Send that and wait for its acknowledgement."""
        return self.io.call(event, details, namespace=self.namespace, timeout=20)

    def all(self, event: str) -> list[Any]:
        """What came of that event so far."""
        return [details for name, details in self.heard if name == event]

    def close(self) -> None:
        """Hang up."""
        socket = self.io.eio.ws
        self.io.disconnect()
        if socket is not None:
            socket.shutdown()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
