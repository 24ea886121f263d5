"""The server as one ASGI application: Socket.IO for the games, HTTP for the pages."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import socketio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from facegame_lib import memory, texts
from facegame_lib.reco.board import Board
from facegame_lib.reco.budget import Budget
from facegame_lib.reco.engine import Engine
from facegame_lib.reco.gate import Gate
from facegame_lib.reco.memory import used
from facegame_lib.reco.original import Original
from facegame_lib.reco.play import Play
from facegame_lib.reco.projector import Projector
from facegame_lib.reco.security import HEADERS, MAX_MESSAGE, same
from facegame_lib.reco.turns import TICK, Turns

STATIC: Final = Path(__file__).with_name("static")
_TICKS_A_SECOND: Final = round(1 / TICK)
TIDY: Final = 60  # seconds
logger = logging.getLogger(__name__)
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True)
class House:
    """What a server is run with. `token` None lets everybody in; `address` is where players go; `players` is
    how many there may be at a time; `static` has the built page."""

    engine: Engine
    board: Board
    token: str | None = field(repr=False)
    board_token: str = field(repr=False)
    address: str
    players: int = 200
    budget: Budget = field(default_factory=Budget)
    clock: Callable[[], float] = time.monotonic
    static: Path = STATIC


class Reco:
    """All parts of a running server, and the clock that drives them."""

    def __init__(self, house: House) -> None:
        self.gate = Gate(house.clock)
        self.turns = Turns(house.engine.workers)
        self.projector = Projector(self.gate, house.board, house.board_token, house.address)
        shared = (self.gate, self.turns, house.engine, house.token, house.budget)
        self.play = Play(*shared, limit=house.players, clock=house.clock, scored=self.projector.scored)
        self.original = Original(*shared, limit=house.players, clock=house.clock)
        self.projector.watch(self.play.sessions)
        self._tidied = 0  # sessions over when memory was last given back

    async def run(self) -> None:
        """Let time pass, for ever."""
        ticks = 0
        while True:
            try:
                self.play.tick()
                if ticks % (_TICKS_A_SECOND // 2) == 0:
                    await self.projector.tick()
                if ticks % _TICKS_A_SECOND == 0:
                    self.original.tick()
                    self.gate.drop_the_silent()
                    await self._tidy(ticks // _TICKS_A_SECOND)
            except Exception:  # one that goes wrong must not stop everybody's clock
                logger.exception("facegame: unexpected error; the server goes on")
            ticks += 1
            await asyncio.sleep(TICK)

    async def _tidy(self, second: int) -> None:
        """Give back what players left: at once when nobody is left, else once a minute, for it stops all."""
        sessions = (self.play.sessions, self.original.sessions)
        ended = sum(some.ended for some in sessions)
        if ended != self._tidied and (not any(len(some) for some in sessions) or second % TIDY == 0):
            self._tidied = ended
            await asyncio.to_thread(memory.give_back)

    def close(self) -> None:
        """End all games and the threads."""
        self.play.close()
        self.turns.close()


def make_app(house: House) -> Any:
    """The application. Its engine is prepared already."""
    reco = Reco(house)

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        clock = asyncio.create_task(reco.run())
        yield
        clock.cancel()
        reco.close()

    async def page(request: Request) -> Response:
        name = "board.html" if request.url.path == "/board" else "index.html"
        if (house.static / name).is_file():
            return FileResponse(house.static / name)
        said = "\n\n".join(texts.text("server.no_page", language) for language in texts.LANGUAGES)
        return PlainTextResponse(said, status_code=503)

    async def health(request: Request) -> Response:
        said: dict[str, Any] = {"ok": True}
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if house.token is None or same(key, house.token):
            said["rss_mb"] = used()
        return JSONResponse(said)

    routes: list[Any] = [Route("/", page), Route("/board", page), Route("/health", health)]
    if (house.static / "assets").is_dir():
        routes.append(Mount("/assets", StaticFiles(directory=house.static / "assets")))
    small = [Middleware(GZipMiddleware)]  # the pages alone: what the games say never comes by here
    return _guarded(socketio.ASGIApp(reco.gate, Starlette(routes=routes, middleware=small, lifespan=life)))


def _guarded(app: Any) -> Any:
    """That application, with our headers on whatever it answers, and without requests that are too large:
    the Socket.IO library would read them to their end before it looks at their size."""
    ours = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def answer(scope: Message, receive: Any, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *ours]
            await send(message)

        if scope["type"] != "http":
            await app(scope, receive, send)
        elif _is_small(dict(scope["headers"])):
            await app(scope, receive, send_with_headers)
        else:
            said = PlainTextResponse(texts.text("server.too_large"), 413, {"connection": "close"})
            await said(scope, receive, send_with_headers)

    return answer


def _is_small(headers: dict[bytes, bytes]) -> bool:
    """Whether a request says that its body is small. One that does not say how large it is may be endless."""
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" not in headers and length.isdigit() and int(length) <= MAX_MESSAGE
