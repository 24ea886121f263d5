"""What a page sends to the notebook's game: `FaceGame._heard`, and the driver behind it."""

from __future__ import annotations

import atexit
import itertools
import json
import logging
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from door import PICTURES, as_json, bend, messages
from jupyter_client.session import json_packer

from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.testing import FakeEmbedder
from facegame_lib.widgets import face_game
from facegame_lib.widgets.base import Panel
from facegame_lib.widgets.driver import Driver

MAX_LENGTH = 2048
_PICTURE = [b"\1\0", b"\1\1"]


def _picture(burst: int, which: int) -> list[bytes]:
    return [as_json({"kind": "picture", "burst": burst, "stamp": 0.1}), _PICTURE[which]]


_LESSON = [
    *(as_json({"kind": "record", "face": "smile"}), *(part for _ in range(6) for part in _picture(1, 0))),
    *(as_json({"kind": "record", "face": "frown"}), *(part for _ in range(6) for part in _picture(2, 1))),
    *(as_json({"kind": "burst_sent", "burst": 2}), as_json({"kind": "train"}), b"\2\5"),
]
_FRAME = [as_json({"kind": "frame", "stamp": 12.5}), _PICTURE[0]]
_BACK = {
    "kind": "bring_back",
    "faces": [{"id": "smile", "name": "Smile"}, {"id": "rest", "name": "Rest", "role": "neutral"}],
    "pictures": [{"face": "smile", "take": 1}, {"face": "rest", "take": 2}],
}
SEEDS = [
    as_json(
        b"\3",
        *_FRAME,
        {"kind": "start"},
        b"\2\50",
        *_FRAME,
        {"kind": "skip"},
        {"kind": "pause"},
        {"kind": "resume"},
        b"\2\xff",
        b"\2\xff",
        b"\2\xff",
    ),
    as_json(
        b"\3",
        {"kind": "start"},
        {"kind": "page", "visible": False},
        {"kind": "page", "visible": True},
        {"kind": "camera", "state": "lost"},
        {"kind": "camera", "state": "live"},
        {"kind": "quit"},
        {"kind": "back"},
    ),
    as_json(
        _BACK,
        *_PICTURE,
        {"kind": "hello"},
        {"kind": "upload", "face": "smile"},
        *_PICTURE,
        {"kind": "clear", "face": "smile"},
        {"kind": "undo"},
        {"kind": "save"},
    ),
    as_json(
        {"kind": "add_face", "name": "Zapallo 🎃"},
        {"kind": "rename_face", "face": "smile", "name": "x"},
        {"kind": "remove_face", "face": "smile"},
        {"kind": "add_neutral", "name": "rest"},
        {"kind": "remove_pictures", "pictures": ["smile/take-1/0001.jpg"]},
        {"kind": "count_down", "on": True},
        {"kind": "language", "language": "es"},
        {"kind": "device", "id": "x"},
        {"kind": "camera", "want": "off"},
        {"kind": "camera", "want": "on"},
        {"kind": "ping"},
        {"kind": "look_at", "what": "face"},
    ),
]
TOKENS = [
    b'"kind"',
    b'"frame"',
    b'"picture"',
    b'"bring_back"',
    b'"upload"',
    b'"faces"',
    b'"pictures"',
    b'"face"',
    b'"take"',
    b'"stamp"',
    b'"burst"',
    b'"smile"',
    b"\x1e",
    b"\x1e\1\0",
    b"\x1e\2\x20",
    b"\\ud800",
    b"NaN",
    b"1e999",
    b"null",
]
mutate = bend


class _Driver(Driver):
    """The driver, on the thread of whoever calls: what is posted is done at once."""

    def __init__(self, game: Any, show: Any, answer: Any = lambda: None) -> None:
        self.game, self._show, self._answer = game, show, answer
        self._jobs: deque[Callable[[float], object]] = deque()
        self._frame, self._shown, self._open = None, None, True
        self._wake = threading.Condition()
        self.at = 100.0

    def post(self, job: Callable[[float], object]) -> None:
        """Do it now."""
        self._safely(lambda _: job(self.at))
        self._publish()

    def frame(self, data: bytes, stamp: float) -> None:
        """Look at it now."""
        self.post(lambda at: self.game.frame(data, at, stamp))
        self._answer()

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.at += seconds
        for _ in range(20):
            self.post(self.game.tick)
            if not self.game.busy:
                break


class _Told(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        """An error that nobody expected is told to the log: here it is raised."""
        raise AssertionError(record.getMessage()) from (record.exc_info[1] if record.exc_info else None)


_FOLDER = tempfile.TemporaryDirectory()
atexit.register(_FOLDER.cleanup)
_driver_log = logging.getLogger("facegame_lib.widgets.driver")


def _sent(panel: Panel, content: Any, buffers: Any = None) -> None:
    json_packer(content)


def one(data: bytes) -> None:
    """Each message does what it says, or the player is told a sentence; what goes to the page can be sent."""
    told = _Told()
    saved = (
        face_game.Driver,
        face_game.FOLDER,
        face_game.match_png,
        face_game.FaceGame._start_preparing,
        Panel.send,
    )
    folder = Path(_FOLDER.name, "faces")
    _driver_log.addHandler(told)
    try:
        face_game.Driver, face_game.FOLDER = _Driver, str(folder)
        face_game.match_png = lambda *about: b"png"
        face_game.FaceGame._start_preparing = lambda self: None
        Panel.send = _sent
        _play(data)
    finally:
        (
            face_game.Driver,
            face_game.FOLDER,
            face_game.match_png,
            face_game.FaceGame._start_preparing,
            Panel.send,
        ) = saved
        _driver_log.removeHandler(told)
        for left in folder.parent.iterdir():
            shutil.rmtree(left)


def _play(data: bytes) -> None:
    game = face_game.FaceGame(
        SampleStore(["smile", "frown"]), Recognizer(FakeEmbedder()), language="en", seed=1, countdown=0.0
    )
    try:
        parts = [m for all in messages(data) for m in (_LESSON if all == b"\3" else [all])]
        while parts:
            part = parts.pop(0)
            buffers = [_bytes(more) for more in itertools.takewhile(lambda more: more[:1] == b"\1", parts)]
            del parts[: len(buffers)]
            if part[:1] == b"\2":
                game._driver.wait((part[1:2] or b"\0")[0] / 10)
                continue
            try:
                message = json.loads(part)
            except (ValueError, RecursionError):  # Jupyter's server lets no such message through
                continue
            game.cards._on_message(game.cards, message, buffers)
            for panel in game._panels:
                json_packer({"view": panel.view, "guess": getattr(panel, "guess", None)})
    finally:
        game.close()


def _bytes(part: bytes) -> memoryview:
    return memoryview(PICTURES[part[1] % len(PICTURES)] if len(part) == 2 else part[1:])
