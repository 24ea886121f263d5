"""Cartoon players for a server: each records, trains and plays as a phone does, and keeps count."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import aiohttp
import socketio

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.frames import encode, square
from facegame_lib.reco.wire import raise_refused
from facegame_lib.texts import text

FACES: Final = ("smile", "surprise", "zapallo")
LOOKS: Final = 3  # different cartoon people; the players share them
MOMENTS: Final = 24  # pictures of each face of each of them
SIDE: Final = (320, 320)  # pixels of a live frame, as the phone's page sends it
IN_FLIGHT: Final = 2  # unanswered frames a player may have, as the phone's page
PATIENCE: Final = 300.0  # seconds that an answer is waited for: thirty who train at once take their time
NAMESPACE: Final = "/game"
Film = list[list[list[bytes]]]
"""JPEG pictures of cartoon people: `[person][face][moment]`."""


def film(faces: tuple[str, ...] = FACES, looks: int = LOOKS, moments: int = MOMENTS) -> Film:
    """Paint the pictures, a tenth of a second apart: what each face looks like while it is held."""
    people = []
    for seed in range(looks):
        player = CartoonPlayer(seed, SIDE)
        rows = []
        for number, face in enumerate(faces):
            player.make(face, at=10.0 * number)
            times = [10.0 * number + 1 + 0.1 * moment for moment in range(moments)]
            rows.append([encode(square(player.frame(at)), quality=80) for at in times])
        people.append(rows)
    return people


class Player:
    """One player: the frames it had to send (`due`), those that were `answered`, how long each took. Without
    a `name` it is on no board."""

    def __init__(
        self, url: str, token: str, number: int, pictures: list[list[bytes]], fps: float, name: str = ""
    ) -> None:
        self._url, self._token, self._number, self._pictures = url, token, number, pictures
        self._name = name
        self._gap = 1 / fps
        self._view: dict[str, Any] = {}
        self._changed = asyncio.Event()
        self._unanswered = 0
        self._sent = 0  # pictures that the server acknowledged
        self.due = self.answered = self.errors = 0
        self.latencies: list[float] = []
        self.complaints: set[str] = set()

    async def connect(self) -> None:
        """Join, and wait for the first snapshot. Raises `RemoteUnavailable`, and what the server says."""
        self._http = aiohttp.ClientSession()  # ours to close, whatever happens
        self._socket = socketio.AsyncClient(reconnection=False, http_session=self._http)
        refusal: list[Any] = []
        self._socket.on("snapshot", self._see, namespace=NAMESPACE)
        self._socket.on("connect_error", refusal.append, namespace=NAMESPACE)
        auth = {"token": self._token, "name": self._name}
        try:
            await self._socket.connect(self._url, auth=auth, namespaces=[NAMESPACE], transports=["websocket"])
        except (socketio.exceptions.SocketIOError, OSError, ValueError) as error:
            await self._http.close()
            raise_refused(refusal, self._url, error)
        await self._until(lambda view: bool(view.get("faces")))

    async def teach(self) -> None:
        """Record each face once, then train."""
        faces = [face["id"] for face in self._view["faces"]]
        for face in faces[len(FACES) :]:
            await self._do("remove_face", face=face)
        del faces[len(FACES) :]
        self._row = {face: row for row, face in enumerate(faces)}
        for face in faces:
            await self._do("record", face=face)
            await self._until(partial(_records, face))
            burst = self._view["burst"]
            row = self._pictures[self._row[face]]
            sent = [self._picture(burst["id"], due, row[n % len(row)]) for n, due in enumerate(burst["due"])]
            await asyncio.gather(*sent)
            await self._do("burst_sent", burst=burst["id"])
        await self._do("train")
        await self._until(lambda view: view["brain"]["state"] in ("trained", "failed"))

    async def play(self, began: float, seconds: float) -> None:
        """Play matches, sending a frame of the face that is asked for `fps` times a second, until that many
        seconds have passed."""
        waiting: set[asyncio.Task[None]] = set()
        await self._do("start")
        number = 0
        offset = self._gap * ((self._number * 0.618) % 1)  # players are not in step
        while (at := began + offset + number * self._gap) < began + seconds:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            self.due += 1
            number += 1
            if self._view["stage"] == "result":
                await self._do("start")
            if self._unanswered < IN_FLIGHT:
                target = (self._view["match"] or {}).get("target", "")
                row = self._pictures[self._row.get(target, 0)]
                task = asyncio.create_task(self._frame(row[number % len(row)]))
                waiting.add(task)
                task.add_done_callback(waiting.discard)
        await asyncio.gather(*waiting)

    async def leave(self) -> None:
        """Have the server forget this player."""
        with contextlib.suppress(Exception):
            await self._socket.call("leave", namespace=NAMESPACE, timeout=5)
        await self._socket.disconnect()
        await self._http.close()

    @property
    def samples_lost(self) -> int:
        """Pictures acknowledged that no face has."""
        return self._sent - sum(len(face["pictures"]) for face in self._view.get("faces", ()))

    @property
    def score(self) -> int:
        """Of the match under way, or of the last."""
        return int((self._view.get("match") or self._view.get("result") or {}).get("score", 0))

    async def _picture(self, burst: int, due: float, picture: bytes) -> None:
        """A picture of a burst, at its time."""
        await asyncio.sleep(due)
        answer = await self._call("picture", burst, due, picture)
        if answer is not None and answer.get("dropped"):
            self._complain("picture: dropped")
        self._sent += answer is not None

    async def _frame(self, picture: bytes) -> None:
        self._unanswered += 1
        began = time.perf_counter()
        answer = await self._call("frame", began, picture)
        self._unanswered -= 1
        if answer is not None and not answer.get("dropped"):
            self.answered += 1
            self.latencies.append(time.perf_counter() - began)

    async def _do(self, command: str, **details: Any) -> None:
        await self._call("do", command, details)

    async def _call(self, event: str, *data: Any) -> dict[str, Any] | None:
        """The acknowledgement, or None if it is an error or does not come: that is counted."""
        try:
            answer = await self._socket.call(event, data, namespace=NAMESPACE, timeout=PATIENCE)
        except Exception as error:
            self._complain(f"{event}: {type(error).__name__} {error}")
            return None
        if isinstance(answer, dict) and "error" in answer:
            self._complain(f"{event}: {answer.get('message', answer['error'])}")
            return None
        return answer if isinstance(answer, dict) else {}

    def _complain(self, complaint: str) -> None:
        self.errors += 1
        self.complaints.add(complaint)

    async def _see(self, changes: dict[str, Any]) -> None:
        self._view |= changes
        notice = changes.get("notice")
        if notice and notice["kind"] == "error":
            self._complain(text(notice["key"], "en", **notice["details"]))
        self._changed.set()

    async def _until(self, true: Callable[[dict[str, Any]], bool]) -> None:
        """Wait for a snapshot of which that is true. Raises `TimeoutError`."""
        async with asyncio.timeout(PATIENCE):
            while not (self._view and true(self._view)):
                self._changed.clear()
                await self._changed.wait()


def _records(face: str, view: dict[str, Any]) -> bool:
    """Whether a burst of that face is under way."""
    return (view["burst"] or {}).get("face") == face
