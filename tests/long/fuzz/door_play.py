"""The server's namespace `/game`: a whole game for a phone, from the packets on."""

from __future__ import annotations

from door import as_json, bend
from servant import PICTURE, Servant, packet

MAX_LENGTH = 2048


def _do(number: int, command: str, **details: object) -> bytes:
    return packet("do", [command, details], number, "/game")


_LESSON = [_do(0, "remove_face", face="zapallo")]
for _burst, _face in enumerate(("smile", "surprise"), 1):
    _LESSON.append(_do(0, "record", face=_face))
    for _number in range(6):
        _LESSON += [
            packet("picture", [_burst, 0.1 * _number, PICTURE], 1, "/game"),
            b"\1" + bytes([_burst - 1]),
        ]
    _LESSON.append(_do(0, "burst_sent", burst=_burst))
_LESSON += [_do(0, "train"), b"\2\5"]
_FRAME = [packet("frame", [1.5, PICTURE], 31, "/game"), b"\1\0"]
SEEDS = [
    as_json(
        b"\3",
        _do(1, "start"),
        b"\2\50",
        *_FRAME,
        b"\2\3",
        *_FRAME,
        _do(2, "skip"),
        _do(3, "pause"),
        _do(4, "resume"),
        b"\2\xff",
        b"\2\xff",
        packet("download", [], 5, "/game"),
    ),
    as_json(
        b"\3",
        *_FRAME,
        _do(1, "clear", face="smile"),
        _do(2, "undo"),
        _do(3, "train"),
        _do(4, "start"),
        b"\2\x28",
        _do(5, "page", visible=False),
        _do(6, "page", visible=True),
        _do(7, "quit"),
        _do(8, "back"),
    ),
    as_json(
        _do(1, "add_face", name="frown"),
        _do(2, "rename_face", face="smile", name="Zapallo 🎃"),
        _do(3, "remove_face", face="smile"),
        _do(4, "undo"),
        _do(5, "look_at", what="frame"),
        _do(6, "remove_pictures", pictures=["smile/take-1/0001.jpg"]),
        _do(7, "clear", face="smile"),
        _do(8, "count_down", on=False),
        _do(9, "save", folder="x"),
    ),
    as_json(
        packet("upload", ["smile", PICTURE], 1, "/game"),
        b"\1\0",
        packet("nickname", ["Ana"], 2, "/game"),
        packet("speak", ["es"], 3, "/game"),
        _do(4, "page", visible=False),
        _do(5, "camera_lost"),
        _do(6, "camera_back"),
        _do(7, "quit"),
        _do(8, "back"),
        packet("leave", [], 9, "/game"),
    ),
]
TOKENS = [
    b'"record"',
    b'"face"',
    b'"smile"',
    b'"train"',
    b'"start"',
    b'"frame"',
    b'"picture"',
    b'"do"',
    b'"upload"',
    b'"look_at"',
    b'"undo"',
    b'{"_placeholder":true,"num":0}',
    b"42/game,",
    b"451-/game,",
    b"\x1e",
    b"\x1e\1\0",
    b"\x1e\2\x20",
    b"\\ud800",
    b"NaN",
    b"1e999",
]
mutate = bend
_servant = Servant(b'0/game,{"token": "the-token", "name": "Ana"}', _LESSON)


def one(data: bytes) -> None:
    """Each message is answered, refused with a sentence, or costs its sender the connection; what is sent is
    JSON that a browser reads."""
    _servant.hear(data)
