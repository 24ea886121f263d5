"""Pictures: `frames.decode` and `as_stored`, with what Pillow does behind them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

from facegame_lib import frames
from facegame_lib.errors import BadPicture

MAX_LENGTH = 4096
_SIDE = 512  # of the pictures that are let through: larger ones only take longer
_PNG = b"\x89PNG\r\n\x1a\n"
_GREY = Image.fromarray(np.arange(24 * 20, dtype=np.uint8).reshape(20, 24))


def _saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x011A] = 6, "camera", 72.0
    exif.get_ifd(0x8769)[0x9003] = "2026:01:01 00:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 2.0, 3.0)})
    return exif.tobytes()


SEEDS = [
    _saved(_GREY, "JPEG"),
    _saved(_GREY.convert("RGB"), "JPEG", progressive=True, quality=60),
    _saved(_GREY.convert("CMYK"), "JPEG"),
    _saved(_GREY.convert("RGB"), "JPEG", exif=_exif(), icc_profile=b"profile" * 9, comment=b"hello"),
    _saved(_GREY.resize((16, 16)).convert("RGB"), "JPEG", quality=30),
    _saved(_GREY.convert("RGB"), "MPO", save_all=True, append_images=[_GREY.convert("RGB")]),
    *(_saved(_GREY.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    _saved(_GREY.convert("RGB"), "PNG", exif=_exif(), icc_profile=b"profile" * 9, transparency=(1, 2, 3)),
]
TOKENS = [
    *(
        bytes([0xFF, marker])
        for marker in (0xC0, 0xC2, 0xC4, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE0, 0xE1, 0xE2, 0xFE)
    ),
    *(
        b"IHDR",
        b"IDAT",
        b"IEND",
        b"PLTE",
        b"tRNS",
        b"iCCP",
        b"zTXt",
        b"iTXt",
        b"tEXt",
        b"eXIf",
        b"acTL",
        b"fcTL",
    ),
    *(b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"Exif\0\0", b"II*\0", b"MM\0*", b"MPF\0", b"JFIF\0", b"Adobe\0"),
    *(
        b"ICC_PROFILE\0\1\1",
        b"Photoshop 3.0\0",
        b"8BIM",
        b"http://ns.adobe.com/xap/1.0/\0",
        b"tiff:Orientation",
    ),
    *(b"XML:com.adobe.xmp", b"Raw profile type exif"),
]


def one(data: bytes) -> None:
    """What is taken is kept as a square JPEG that can be decoded."""
    try:
        kept = frames.as_stored(data, max_side=_SIDE)
        frame = frames.check(frames.decode(data, max_side=_SIDE))
    except BadPicture:
        return
    stored = frames.open_picture(kept)
    assert stored.format == "JPEG"
    assert stored.width == stored.height <= min(frames.STORED_SIDE, *frame.shape[:2])
    frames.check(frames.decode(kept))


def repair(data: bytes) -> bytes:
    """A PNG file with the right sum behind each chunk."""
    if not data.startswith(_PNG):
        return data
    parts, at = [_PNG], len(_PNG)
    while at + 8 <= len(data):
        length = min(int.from_bytes(data[at : at + 4], "big"), len(data) - at - 8)
        chunk = data[at + 4 : at + 8 + length]
        parts.append(struct.pack(">I", length) + chunk + struct.pack(">I", zlib.crc32(chunk)))
        at += length + 12
    return b"".join(parts)
