"""The server beside whatever else a process does: a notebook's cell starts it, and a later one stops it."""

from __future__ import annotations

import os
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from facegame_lib.errors import FaceGameError
from facegame_lib.progress import Progress, silent
from facegame_lib.reco.serve import Options, Ready, listens_on, prepare

if TYPE_CHECKING:
    import uvicorn

STARTS_WITHIN: Final = 30.0  # seconds
STOPS_WITHIN: Final = 20.0


class RecoServer:
    """What `facegame serve` runs, on a thread of this process. It ends with the process, if not before.

        with RecoServer(Options(host="127.0.0.1")) as server:
            print(server.address)

    `Options` are the command's; its port is the next best one if it is taken. Where a block does not fit,
    `start` and `stop` do the same.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = Options() if options is None else options
        self._ready: Ready | None = None
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether it serves."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def address(self) -> str:
        """Where players go, the token behind the #. Raises `FaceGameError` before the first start."""
        return self._known.players[0]

    @property
    def board(self) -> str:
        """Where the projector goes: not for players, for it can clear the scores. Raises as `address`."""
        return self._known.board

    @property
    def certificate(self) -> Path | None:
        """The file that programs check it with, None without `https`. Raises as `address`."""
        return self._known.certificate

    def sentences(self, language: str = "en") -> str:
        """Where to go, as the command says it. Raises as `address`."""
        return "\n".join(self._known.sentences(language))

    def start(self, progress: Progress = silent) -> RecoServer:
        """Get the nets ready, and serve; nothing new if it does already.

        Raises `MissingExtra`, `BadSetting`, what preparing the nets does, and `FaceGameError` if it cannot
        listen where it should.
        """
        if self.running:
            return self
        listening = _listen(listens_on(self.options), self.options.port)
        try:
            self._ready = prepare(replace(self.options, port=listening.getsockname()[1]), progress)
            import uvicorn

            self._server: uvicorn.Server = uvicorn.Server(self._ready.config)
        except BaseException:
            listening.close()
            raise
        work = {"sockets": [listening]}
        self._thread = threading.Thread(
            target=self._server.run, kwargs=work, name="facegame-serve", daemon=True
        )
        self._thread.start()
        if not self._comes(self._thread):
            self.stop()
            raise FaceGameError("server_not_started", address=self.address.partition("#")[0])
        return self

    def stop(self) -> None:
        """Let everybody go, forget their pictures, and let go of the nets; nothing if it does not run."""
        if self._thread is None or self._ready is None:
            return
        self._server.should_exit = True
        self._thread.join(STOPS_WITHIN)
        self._thread = None
        self._ready.engine.close()

    def __enter__(self) -> RecoServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _comes(self, thread: threading.Thread) -> bool:
        """Wait until it answers; False if it ends before, or takes too long."""
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    @property
    def _known(self) -> Ready:
        if self._ready is None:
            raise FaceGameError("server_never_started")
        return self._ready


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, on the port if it is free, else on any. Raises `FaceGameError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    failure: OSError | None = None
    for wanted in (port, 0):
        listening = socket.socket(family)
        try:
            if os.name == "posix":  # else a port is held for a minute after its last connection
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, wanted))
            listening.listen()  # from now on the port is ours alone, though the nets may take a while
        except OSError as error:
            listening.close()
            failure = error
        else:
            return listening
    raise FaceGameError("server_cannot_listen", host=host, reason=failure) from failure
