"""CAPTURE: a video as JPEG pictures one after the other, which any tool can write and nothing can hide in.

Where a picture ends is found by walking its segments (ITU-T T.81, annex B): searching for the end marker
would stop at the end of a thumbnail inside the metadata.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from facegame_lib.errors import BadPicture
from facegame_lib.frames import Frame, encode

_START: Final = b"\xff\xd8\xff"
_END, _SCAN = 0xD9, 0xDA
_ALONE: Final = frozenset([0x01, *range(0xD0, 0xD8)])  # markers without a length
_NOT_MARKERS: Final = frozenset([0x00, *range(0x02, 0xC0), 0xD8])
# In coded data an FF is followed by 00 or by a restart marker; anything else ends the scan.
_SCAN_ENDS: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)


def write_mjpeg(path: str | Path, frames: Iterable[Frame], quality: int = 90) -> int:
    """Write the frames as JPEG pictures one after the other; the number of them. Overwrites the file.

    Raises `BadPicture` for what is no frame and `OSError` for a file that cannot be written.
    """
    count = 0
    with Path(path).open("wb") as file:
        for frame in frames:
            file.write(encode(frame, quality))
            count += 1
    return count


def pictures(path: str | Path) -> Iterator[bytes]:
    """Each picture's bytes, one at a time. A last picture that is cut short is left out.

    Raises `BadPicture` for a file that cannot be read, that holds no picture, or that is broken inside.
    """
    try:
        with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            start, number = 0, 0
            while start >= 0 and (end := _end_of_picture(data, start, path, number)) is not None:
                yield data[start:end]
                start, number = data.find(_START, end), number + 1  # some recorders pad between pictures
    except OSError as error:
        raise BadPicture("video_unreadable", path=path, reason=error.strerror or error) from error
    except ValueError as error:  # what mmap raises for an empty file
        if isinstance(error, BadPicture):
            raise
        raise BadPicture("not_mjpeg", path=path) from error
    if number == 0:
        raise BadPicture("not_mjpeg", path=path)


def _end_of_picture(data: mmap.mmap, start: int, path: str | Path, number: int) -> int | None:
    """Where the picture that starts there ends (one past its last byte), or None if it is cut short."""
    if data[start : start + len(_START)] != _START:
        raise BadPicture("not_mjpeg", path=path)
    at = start + 2
    while at + 1 < len(data):
        code = data[at + 1]
        if data[at] != 0xFF or code in _NOT_MARKERS:
            raise BadPicture("video_broken", path=path, number=number + 1)
        if code == 0xFF:  # markers may be padded with FF
            at += 1
        elif code == _END:
            return at + 2
        elif code in _ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
            if code == _SCAN:
                ends = _SCAN_ENDS.search(data, at)
                if ends is None:
                    return None
                at = ends.start()
    return None
