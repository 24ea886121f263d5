"""Reco servers for the tests: the command's own, and a quick one that recognises by a fake."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from serving import serve

from facegame_lib import launch
from facegame_lib.reco.addresses import url

_COMMAND = "from facegame_lib.cli import main; raise SystemExit(main())"
# The same application with embedders that need no net (that of faces sees none in a picture of one colour)
# and matches of ten seconds.
_QUICK = """
import sys
from pathlib import Path
import uvicorn
from facegame_lib import Recognizer
from facegame_lib.game import Game
from facegame_lib.reco.addresses import url
from facegame_lib.reco.board import Board
from facegame_lib.reco.server import House, make_app
from facegame_lib.testing import FakeEmbedder

class Eyes(FakeEmbedder):
    def seen(self, X):
        return X.any(axis=1)

class Engine:
    workers = 1
    def recognizers(self):
        return {"face": Recognizer(Eyes()), "frame": Recognizer(FakeEmbedder())}

port, token, board_token, db = sys.argv[1:]
Game.__init__.__kwdefaults__.update(seconds=10.0, countdown=1.0)
address = url(False, "localhost", port, token=token)
house = House(Engine(), Board(Path(db)), token, board_token, address)
uvicorn.run(make_app(house), port=int(port), log_level="warning")
"""


@dataclass(frozen=True)
class Reco:
    """A server that runs: where players go, and where the board is."""

    address: str
    board: str = ""

    @property
    def host(self) -> str:
        """Its name and port."""
        return self.address.partition("//")[2].partition("/")[0]


def quick(folder: Path) -> Iterator[Reco]:
    """A server that recognises by a fake."""
    port, board_token = launch.free_port(0), secrets.token_urlsafe(8)
    token = "a b#c " + secrets.token_urlsafe(8)  # one that an address cannot have as it is
    command = [sys.executable, "-c", _QUICK, str(port), token, board_token, str(folder / "board.sqlite3")]
    base = f"http://localhost:{port}"
    for _ in serve(command, f"{base}/health", folder, dict(os.environ)):
        yield Reco(url(False, "localhost", port, token=token), f"{base}/board#{board_token}")


def real(folder: Path) -> Iterator[Reco]:
    """`facegame serve`, its own nets and all."""
    port, token = launch.free_port(0), secrets.token_urlsafe(8)
    command = [sys.executable, "-c", _COMMAND, "serve", "--port", str(port), "--host", "127.0.0.1"]
    command += ["--token", token, "--db", str(folder / "board.sqlite3")]
    for _ in serve(command, f"http://localhost:{port}/health", folder, dict(os.environ)):
        yield Reco(f"http://localhost:{port}/#{token}")
