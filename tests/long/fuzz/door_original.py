"""The server's namespace `/`: the protocol that the game began with, from the packets on."""

from __future__ import annotations

from door import as_json, bend
from servant import PICTURE, Servant, packet

MAX_LENGTH = 2048
_SESSION = {"sessionId": "a"}
_LESSON = [packet("backend_new_session", _SESSION, 0)]
for _number in range(12):
    _about = {**_SESSION, "class_id": _number % 2, "picture": f"p{_number}", "take": 1 + _number // 6}
    _LESSON += [
        packet("backend_add_sample", {**_about, "sample": PICTURE}, _number),
        b"\1" + bytes([_number % 2]),
    ]
SEEDS = [
    as_json(
        b"\3",
        packet("backend_train", {**_SESSION, "pictures": [f"p{number}" for number in range(12)]}, 20),
        packet("backend_predict", {**_SESSION, "sample": PICTURE, "all": True}, 21),
        b"\1\0",
        packet("backend_train", {**_SESSION, "pictures": ["p0", "p1", "gone"]}, 22),
        packet("backend_reset", _SESSION, 23),
    ),
    as_json(
        b"\3",
        packet("backend_train", _SESSION, 20),
        packet("backend_predict", {**_SESSION, "sample": PICTURE}, 21),
        b"\1\1",
    ),
    as_json(
        packet("backend_new_session", {}, 1),
        packet("backend_new_session", {"sessionId": 7, "secret": "x"}, 2),
        packet("backend_add_sample", {"sessionId": 7, "class_id": "smile", "sample": PICTURE, "take": 2}, 3),
        b"\1\0",
        packet(
            "backend_add_sample",
            {"sessionId": 7, "class_id": "smile", "sample": "data:image/jpeg;base64,/9j/"},
            3,
        ),
        b"\2\xff",
        packet("backend_train", {"sessionId": 7}, 4),
        packet("backend_predict", {"sessionId": 7}, 5),
    ),
    as_json(b"1", b'0{"token": "wrong"}', packet("backend_train", {}, 1)),
]
TOKENS = [
    b'"sessionId"',
    b'"class_id"',
    b'"sample"',
    b'"picture"',
    b'"take"',
    b'"pictures"',
    b'"secret"',
    b'"all"',
    b'{"_placeholder":true,"num":0}',
    b"451-",
    b"42",
    b"\x1e",
    b"\x1e\1\0",
    b"backend_train",
    b"backend_predict",
    b"\\ud800",
    b"NaN",
    b"data:image/png;base64,",
]
mutate = bend
_servant = Servant(b'0{"token": "the-token", "language": "es"}', _LESSON)


def one(data: bytes) -> None:
    """Each message is answered, refused with a sentence, or costs its sender the connection."""
    _servant.hear(data)
