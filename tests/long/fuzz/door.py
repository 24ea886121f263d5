"""What the doors share: the shape of one, bytes read as choices, and JSON bent out of shape.

A door is a module here whose `one(data)` lets those bytes in as the library would and returns quietly if it
dealt with them as it should: took them, or refused them with a sentence. Anything else that it raises is a
finding. `SEEDS` are inputs to begin with, `TOKENS` words worth trying, `repair(data)` (if there is one) makes
bytes whole again after they were changed, so that what lies behind a checksum is reached too.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from facegame_lib.frames import encode
from facegame_lib.testing import plain_frame

CUT: Final = b"\x1e"  # divides the messages of one input
PICTURES: Final = tuple(encode(plain_frame(colour, side=16)) for colour in ((250, 20, 20), (20, 20, 250)))
_ODD: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    10**90,
    -0.0,
    1e308,
    0.5,
    float("nan"),
    float("inf"),
    "",
    "smile",
    "../smile",
    "\ud800",
    "\0",
    "\u202e",
    "🎃" * 60,
    "x" * 300,
    [],
    {},
    [[]],
    {"": {}},
    [0, "smile"],
)


class Reader:
    """Bytes as choices, read from the front; where there are no more, zeros."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def byte(self) -> int:
        """The next byte."""
        return (self.bytes(1) or b"\0")[0]

    def bytes(self, count: int) -> bytes:
        """So many of the next bytes, or as many as there are."""
        self._at += count
        return self._data[self._at - count : self._at]

    def some(self) -> bytes:
        """As many of the next bytes as the first of them says."""
        return self.bytes(self.byte())

    def of(self, choices: Any) -> Any:
        """One of these."""
        return choices[self.byte() % len(choices)]


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for one input, in memory where the system has that."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)


def as_json(*messages: Any) -> bytes:
    """These messages as an input; what is bytes already stays as it is."""
    return CUT.join(m if isinstance(m, bytes) else json.dumps(m).encode() for m in messages)


def messages(data: bytes, at_most: int = 24) -> list[bytes]:
    """The messages of an input."""
    return data.split(CUT)[:at_most]


def bend(data: bytes, seed: int, shuffled: bool = True) -> bytes:
    """The input with one of its messages changed: a value for an odd one, a key gone, a message twice."""
    luck = random.Random(seed)
    parts = data.split(CUT)
    at = luck.randrange(len(parts))
    turn = luck.random()
    if shuffled and turn < 0.15:
        parts.insert(luck.randrange(len(parts) + 1), parts[at])
    elif shuffled and turn < 0.25 and len(parts) > 1:
        del parts[at]
    else:
        start = min((i for i in (parts[at].find(b"{"), parts[at].find(b"[")) if i >= 0), default=0)
        try:
            value = json.loads(parts[at][start:])
        except (ValueError, RecursionError):
            return data
        parts[at] = parts[at][:start] + json.dumps(_bent(value, luck)).encode()
    return CUT.join(parts)


def _bent(value: Any, luck: random.Random) -> Any:
    inner: Iterable[Any] = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    keys = list(inner)
    if not keys or luck.random() < 0.2:
        return luck.choice(_ODD)
    key = luck.choice(keys)
    if luck.random() < 0.1:
        del value[key]
    elif isinstance(value, dict) and luck.random() < 0.1:
        value[str(luck.choice(_ODD))] = value[key]
    else:
        value[key] = _bent(value[key], luck)
    return value


def refused(act: Callable[[], Any], *kinds: type[BaseException]) -> Any:
    """What `act()` returns; None if it refused with an error of these kinds."""
    try:
        return act()
    except kinds:
        return None
