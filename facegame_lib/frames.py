"""CAPTURE: untrusted bytes become a checked frame.

A frame is a `uint8` RGB array of shape `(H, W, 3)`. What comes from outside (a browser, a file, the
network) is bytes, and nothing of it is decoded before its size, its kind and its dimensions are known to
be fair: a picture that unpacks to gigabytes is refused from its header.
"""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from facegame_lib.errors import BadPicture

Frame = NDArray[np.uint8]

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_SIDE: Final = 4096
FILE_BYTES: Final = 16 * 1024 * 1024  # of a camera's own file, which a page makes small before it sends it
FILE_SIDE: Final = 8192  # 50 megapixels
MIN_SIDE: Final = 8
MAX_SCANS: Final = 100  # passes over a JPEG; programs write some ten of them
STORED_SIDE: Final = 640  # a stored picture's side at most; with 320, faces cut out of it lose 4 points
_FORMATS: Final = ("JPEG", "PNG")


def open_picture(data: bytes, max_bytes: int = MAX_BYTES, max_side: int = MAX_SIDE) -> Image.Image:
    """The picture in these bytes, its header checked and nothing decoded yet.

    Raises `BadPicture` for anything but one JPEG or PNG picture of at most `max_bytes` and `max_side`.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise BadPicture("not_bytes", found=type(data).__name__)
    if len(data) > max_bytes:
        raise BadPicture("too_heavy", megabytes=round(len(data) / 2**20, 1), limit=max_bytes // 2**20)
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture("far_too_large", limit=max_side) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        raise BadPicture("not_a_picture") from error
    width, height = picture.size
    if max(width, height) > max_side:
        raise BadPicture("too_large", width=width, height=height, limit=max_side)
    if min(width, height) < MIN_SIDE:
        raise BadPicture("too_small", width=width, height=height, limit=MIN_SIDE)
    if getattr(picture, "n_frames", 1) > 1 and picture.format == "PNG":
        raise BadPicture("animated")
    # A scan of nothing new is 56 bytes and takes as long to draw as any: 1 MB of them takes over a minute.
    # Source: LJT-01-004 in https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf
    if picture.format != "PNG" and bytes(data).count(b"\xff\xda") > MAX_SCANS:
        raise BadPicture("too_many_scans", limit=MAX_SCANS)
    return picture


def decode(data: bytes, max_bytes: int = MAX_BYTES, max_side: int = MAX_SIDE) -> Frame:
    """The frame in these bytes, upright as its EXIF says, shape `(H, W, 3)`.

    Raises `BadPicture`, and never anything else, for bytes that hold no sound picture.
    """
    picture = open_picture(data, max_bytes, max_side)
    try:
        if max(picture.size) > MAX_SIDE:
            picture.draft("RGB", (MAX_SIDE // 2, MAX_SIDE // 2))  # a JPEG is read at half its size or less
        picture.load()
        if picture.getexif():
            picture = ImageOps.exif_transpose(picture)
        return np.array(picture.convert("RGB"))  # a copy: Pillow's own buffer is read-only
    except (
        Exception
    ) as error:  # Pillow stumbles in many ways: an EXIF text that is a fraction has no `encode`
        raise BadPicture("damaged") from error


def check(frame: Frame) -> Frame:
    """That array itself, if it is a frame; else `BadPicture` says what it is instead."""
    if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3:
        found = f"{frame.dtype} {frame.shape}" if isinstance(frame, np.ndarray) else type(frame).__name__
        raise BadPicture("not_a_frame", found=found)
    if min(frame.shape[:2]) < MIN_SIDE:
        raise BadPicture("too_small", width=frame.shape[1], height=frame.shape[0], limit=MIN_SIDE)
    return frame


def square(frame: Frame) -> Frame:
    """The centre square, a view and no copy: shape `(S, S, 3)` with `S = min(H, W)`."""
    height, width = frame.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return frame[top : top + side, left : left + side]


def encode(frame: Frame, quality: int = 90) -> bytes:
    """That frame as JPEG bytes, without any metadata."""
    buffer = io.BytesIO()
    Image.fromarray(check(frame)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def as_stored(data: bytes, max_bytes: int = MAX_BYTES, max_side: int = MAX_SIDE) -> bytes:
    """These bytes as a sample store keeps them: one square JPEG, `STORED_SIDE` at most, no metadata.

    What is so already (as the game's own camera pictures are) is kept to the byte. Metadata goes because
    a phone writes into it where the picture was taken.
    """
    picture = open_picture(data, max_bytes, max_side)
    frame = decode(data, max_bytes, max_side)
    fits = picture.width == picture.height <= STORED_SIDE
    if fits and isinstance(picture, JpegImageFile) and not _metadata(picture):
        return bytes(data)
    small = Image.fromarray(square(frame))
    small.thumbnail((STORED_SIDE, STORED_SIDE), Image.Resampling.LANCZOS)
    return encode(np.asarray(small))


def _metadata(picture: JpegImageFile) -> bool:
    """Whether there is any segment but JFIF's own, which says how large to print it."""
    return any(not (name == "APP0" and data.startswith(b"JFIF")) for name, data in picture.applist)
