"""`facegame serve`: get the nets ready, say where to go, and serve until stopped."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from facegame_lib.errors import MissingExtra
from facegame_lib.progress import Progress
from facegame_lib.reco import addresses
from facegame_lib.reco.board import Board
from facegame_lib.reco.certificate import Certificate, certificate
from facegame_lib.reco.engine import ENGINES, Engine
from facegame_lib.reco.security import MAX_MESSAGE, new_token
from facegame_lib.texts import text

if TYPE_CHECKING:
    import uvicorn

PORT: Final = 8765
SAYS_SOMETHING_WITHIN: Final = 10.0  # seconds, after which a new connection is closed
EVERYWHERE: Final = "0.0.0.0"  # all of this machine's addresses


@dataclass(frozen=True)
class Options:
    """What a server is told, as `facegame serve` is. `token` None is a random one, "none" lets everybody in;
    `host` "" is all addresses, or with the token "none" this machine alone."""

    port: int = PORT
    host: str = ""
    https: bool = False
    token: str | None = None
    engine: str = "local"
    ray_address: str = ""
    db: Path | None = None
    players: int = 200


@dataclass(frozen=True)
class Ready:
    """A server that is prepared and does not run yet, and where it will be reached: the players' addresses,
    the likeliest first, the board's, and the file that programs check the certificate with, if it has one."""

    engine: Engine
    config: uvicorn.Config
    players: tuple[str, ...]
    board: str
    certificate: Path | None
    is_open: bool
    """Whether nobody is asked for a token."""

    def sentences(self, language: str) -> list[str]:
        """Where to go, and what to know about it."""
        first, *others = self.players
        here = addresses.is_loopback(str(self.config.host))
        told = [text("server.join", language, url=first)]
        told += [text("server.also", language, url=url) for url in others]
        told.append(text("server.board", language, url=self.board))
        if here:
            told.append(text("server.only_here", language))
        elif self.certificate is None:
            told.append(text("server.no_camera", language))
        if self.is_open and not here:
            told.append(text("server.open_to_all", language))
        if self.certificate is not None:
            told.append(text("server.certificate", language, path=self.certificate))
        return told


def serve(options: Options, progress: Progress, language: str) -> int:
    """Serve until stopped; returns the exit code. Raises what `prepare` does."""
    ready = prepare(options, progress)
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, *arguments: Any, **more: Any) -> None:
            await super().startup(*arguments, **more)
            if self.started:
                told = [*ready.sentences(language), text("cli.stop", language)]
                # Flushed: another program may be reading the address from a pipe.
                print(addresses.qr_lines(ready.players[0]), *told, sep="\n", flush=True)

    with contextlib.closing(ready.engine), contextlib.suppress(KeyboardInterrupt):
        Server(ready.config).run()
    return 0


def prepare(options: Options, progress: Progress) -> Ready:
    """Get the nets and all else ready. Raises `MissingExtra`, and what preparing the nets does."""
    try:
        import uvicorn  # noqa: F401

        from facegame_lib.reco import server
    except ImportError as error:
        raise MissingExtra("missing_server") from error
    token = None if options.token == "none" else options.token or new_token()
    host = listens_on(options)
    board, board_token = Board(options.db), new_token()
    papers = certificate(addresses.names()) if options.https else None
    engine = ENGINES[options.engine](options.ray_address)
    engine.prepare(progress)

    reached = _reached_at(host)
    urls = [addresses.url(options.https, name, options.port, token=token) for name in reached]
    board_url = addresses.url(options.https, reached[0], options.port, "/board", board_token)
    app = server.make_app(server.House(engine, board, token, board_token, urls[0], options.players))
    config = configure(app, host, options, papers)
    trusted = papers.authority if papers else None
    return Ready(engine, config, tuple(urls), board_url, trusted, token is None)


def configure(app: Any, host: str, options: Options, papers: Certificate | None = None) -> uvicorn.Config:
    """How uvicorn is to serve that application."""
    import uvicorn

    return uvicorn.Config(
        app,
        host=host,
        port=options.port,
        http=_punctual(),
        log_level="warning",
        access_log=False,  # who played when is nobody's business
        server_header=False,
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,  # JPEG gets no smaller, and a small message must not unpack to much
        limit_concurrency=4 * options.players + 64,
        timeout_graceful_shutdown=2,
        ssl_certfile=papers.server if papers else None,
    )


def listens_on(options: Options) -> str:
    """The address to listen on: without a token that is this machine alone, unless the host is given."""
    return options.host or ("127.0.0.1" if options.token == "none" else EVERYWHERE)


def _reached_at(host: str) -> list[str]:
    """The names by which others, or this machine, get to a server that listens on that host."""
    if addresses.is_loopback(host):
        return ["localhost"]
    return (addresses.addresses() if host in (EVERYWHERE, "::") else [host]) or ["localhost"]


def _punctual() -> Any:
    """uvicorn's HTTP, which waits for ever for a first word, with a limit to its patience."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Punctual(H11Protocol):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.loop.call_later(SAYS_SOMETHING_WITHIN, self._close_if_silent)

        def _close_if_silent(self) -> None:
            said: Any = self.cycle  # the first request, or None
            if said is None and self.transport.get_protocol() is self:
                self.transport.close()

    return Punctual
