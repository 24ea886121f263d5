"""The server as one ASGI application: Socket.IO for the games, HTTP for the pages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Final

import socketio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from facegame_lib import texts
from facegame_lib.reco.engine import Engine
from facegame_lib.reco.gate import Gate
from facegame_lib.reco.play import Play
from facegame_lib.reco.security import HEADERS
from facegame_lib.reco.turns import Turns

STATIC: Final = Path(__file__).with_name("static")
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


def make_app(engine: Engine, token: str | None, *, players: int = 100, static: Path = STATIC) -> Any:
    """The application. The engine is prepared; `token` None lets everybody in; `static` has the page."""
    gate = Gate()
    turns = Turns(engine.workers)
    play = Play(gate, turns, engine, token, limit=players)

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        clock = asyncio.create_task(play.run())
        yield
        clock.cancel()
        play.close()
        turns.close()

    def page(request: Request) -> Response:
        name = "board.html" if request.url.path == "/board" else "index.html"
        if (static / name).is_file():
            return FileResponse(static / name)
        said = "\n\n".join(texts.text("server.no_page", language) for language in texts.LANGUAGES)
        return PlainTextResponse(said, status_code=503)

    def health(request: Request) -> Response:
        return JSONResponse({"ok": True, "players": len(play.sessions)})

    routes: list[Any] = [Route("/", page), Route("/board", page), Route("/health", health)]
    if (static / "assets").is_dir():
        routes.append(Mount("/assets", StaticFiles(directory=static / "assets")))
    return _with_headers(socketio.ASGIApp(gate, Starlette(routes=routes, lifespan=life)))


def _with_headers(app: Any) -> Any:
    """That application, with our headers on whatever it answers."""
    ours = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def answer(scope: Message, receive: Any, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *ours]
            await send(message)

        await app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    return answer
