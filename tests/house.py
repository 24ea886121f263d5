"""A real Reco server on a free port of this computer, in a thread, and clients for it."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

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


class Answer(NamedTuple):
    """What a server answered to a request."""

    status: int
    headers: Message
    body: bytes


def get(house: str, path: str, **headers: str) -> Answer:
    """What the server answers to that."""
    there = urlsplit(house)
    connection = http.client.HTTPConnection(str(there.hostname), there.port, timeout=20)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    answer = Answer(response.status, response.headers, response.read())
    connection.close()
    return answer


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


def enter(url: str, **auth: Any) -> tuple[Client, dict[str, Any]]:
    """A player that is in, and what they were welcomed with."""
    client = Client(url, "/game", **auth)
    until(lambda: client.all("welcome") and "stage" in client.shown)
    return client, client.all("welcome")[0]


def teach(client: Client) -> None:
    """Record the first two faces, remove the others, and train."""
    first, second, *rest = [face["id"] for face in client.shown["faces"]]
    for face in rest:
        client.ask("do", "remove_face", {"face": face})
    for face, colour in ((first, RED), (second, BLUE)):
        client.ask("do", "record", {"face": face})
        burst = client.shown["burst"]
        assert (burst["face"], len(burst["due"])) == (face, 20)
        for seed, due in enumerate(burst["due"][:8]):
            client.ask("picture", burst["id"], due, picture(colour, seed))
        client.ask("do", "burst_sent", {"burst": burst["id"]})
        assert client.shown["burst"] is None
    client.ask("do", "train")
    until(lambda: client.shown["brain"]["state"] == "trained")


def play(client: Client, clock: Clock, points: int) -> None:
    """Let the countdown of the match pass, and make the face that is asked for until there are so many."""
    clock.ahead += 4
    client.ask("frame", 0.5, picture(RED))
    colours = dict(zip([face["id"] for face in client.shown["faces"]], (RED, BLUE), strict=True))
    stamp = 1.0
    while client.shown["match"]["score"] < points:
        target = client.shown["match"]["target"]
        clock.ahead += 0.1
        stamp += 0.1
        assert client.ask("frame", stamp, picture(colours.get(target, RED))) == {}
        assert abs(client.shown["stamp"] - stamp) < 1e-6  # what it changed came before its answer
