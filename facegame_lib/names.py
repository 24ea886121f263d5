"""SAMPLES: the rules of names: the one people read, any Unicode, and the folder's that is made from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import count
from typing import Final

from facegame_lib.errors import BadSetting

MAX_NAME: Final = 40  # characters of a display name
# Of the characters without a shape of their own these are part of writing: joiners, which hold an emoji
# family and a Persian word together, and tags, which make the flags of regions. The rest can only deceive.
_JOINERS: Final = frozenset("\u200c\u200d") | {chr(code) for code in range(0xE0020, 0xE0080)}
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|take-\d+)")  # Windows' devices, and our takes
_MAX_FILE_NAME: Final = 255  # bytes, on every file system in use


def clean_name(name: str) -> str:
    """The name as it is shown: composed, single spaces, nothing invisible but joiners; "" if none is left."""
    kept = "".join(c for c in name if c.isspace() or c in _JOINERS or not _is_hidden(c))
    composed = unicodedata.normalize("NFC", kept)  # last: what was hidden may have stood between two parts
    return " ".join(composed.split()) if any(_has_shape(c) for c in composed) else ""


def checked_name(name: str, taken: Iterable[str]) -> str:
    """The clean name. Raises `BadSetting` for no name, a long one, or one that is taken in any case."""
    clean = clean_name(name)
    if not clean:
        raise BadSetting("no_name")
    if len(clean) > MAX_NAME:
        raise BadSetting("long_name", limit=MAX_NAME, found=len(clean))
    if clean.casefold() in {other.casefold() for other in taken}:
        raise BadSetting("name_taken", name=clean)
    return clean


def unique_name(name: str, taken: Iterable[str]) -> str:
    """A name that passes, made from one that may not: a foreign folder's, or one taken meanwhile."""
    clean, used = clean_name(name) or "?", {other.casefold() for other in taken}
    candidates = (clean[: MAX_NAME - 5].rstrip() + f" {number}" for number in count(2))
    first = clean[:MAX_NAME].rstrip()
    return first if first.casefold() not in used else next(c for c in candidates if c.casefold() not in used)


def folder_name(name: str, used: Callable[[str], bool]) -> str:
    """A folder name that every system takes, made from a display name; not one that is `used`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_NAME] or "face"
    slug = f"face-{slug}" if _RESERVED.fullmatch(slug) else slug
    return slug if not used(slug) else next(c for n in count(2) if not used(c := f"{slug}-{n}"))


def is_folder_name(name: str) -> bool:
    """Whether that is one folder's name, and nothing that leads out of the folder it is in."""
    return (
        name[:1] not in ("", ".", " ")
        and not any(c in '/\\:*?"<>|' or unicodedata.category(c) in ("Cc", "Cs") for c in name)
        and len(name.encode()) <= _MAX_FILE_NAME
    )


def _is_hidden(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cf", "Cs")  # control, format, half of a pair


def _has_shape(c: str) -> bool:
    """A letter, digit or sign; or one that is newer than this Python, as the latest emoji are."""
    return unicodedata.category(c)[0] in "LNPS" or unicodedata.category(c) in ("Cn", "Co")
