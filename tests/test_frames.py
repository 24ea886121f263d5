"""Frames: whatever bytes come in, out comes a checked picture or a sentence that says what was wrong."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from facegame_lib import frames
from facegame_lib.errors import BadPicture, FaceGameError
from facegame_lib.testing import plain_frame

RED, BLUE = (250, 10, 10), (10, 10, 250)


def noise(width: int, height: int, seed: int = 0) -> frames.Frame:
    """A frame of noise, which no encoder makes small."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def saved(frame: frames.Frame, kind: str, mode: str = "RGB", **options: Any) -> bytes:
    """The frame as Pillow writes it."""
    buffer = io.BytesIO()
    Image.fromarray(frame).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def empty_png(width: int, height: int) -> bytes:
    """A PNG's header that promises so many pixels, with hardly anything behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def refused(data: Any) -> str:
    """The key of the sentence with which these bytes are refused, by each way in that there is."""
    with pytest.raises(BadPicture) as caught:
        frames.decode(data)
    with pytest.raises(BadPicture) as again:
        frames.as_stored(data)
    assert isinstance(caught.value, FaceGameError)
    assert caught.value.key == again.value.key
    assert len(caught.value.text("es")) > 20
    return caught.value.key


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
    ],
)
def test_every_mode_becomes_rgb(kind: str, mode: str) -> None:
    """JPEG and PNG of any colour mode give a writable uint8 frame of the picture's height and width."""
    frame = frames.decode(saved(noise(40, 24), kind, mode))
    assert frame.shape == (24, 40, 3)
    assert frame.dtype == np.uint8
    frame[0, 0] = 7
    assert frames.check(frame) is frame


def test_a_png_keeps_its_pixels() -> None:
    """A lossless picture comes back as it was."""
    picture = noise(16, 12)
    assert np.array_equal(frames.decode(saved(picture, "PNG")), picture)


def test_bytes_may_come_as_a_view() -> None:
    """What a browser's message holds, a memoryview, is as good as bytes, and so is a bytearray."""
    data = frames.encode(plain_frame(RED))
    for view in (memoryview(data), bytearray(data)):
        assert np.array_equal(frames.decode(view), frames.decode(data))
        assert frames.as_stored(view) == data


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + b"\0" * 40, b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"not a picture", b"\0" * 5000],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    """Bytes that are no JPEG and no PNG, or nothing but their beginning, are no picture."""
    assert refused(data) == "not_a_picture"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP", "PPM"])
def test_other_formats_are_refused(kind: str) -> None:
    """A sound picture of any other format is refused: fewer decoders, fewer holes."""
    assert refused(saved(plain_frame(RED), kind)) == "not_a_picture"


@pytest.mark.parametrize("thing", [None, "a.jpg", 7, ["x"], plain_frame(RED)])
def test_what_is_not_bytes_is_refused(thing: Any) -> None:
    """A path, a list or an array where bytes belong is answered with how to read a file."""
    assert refused(thing) == "not_bytes"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_truncated_picture_is_damaged(kind: str) -> None:
    """A picture cut short is refused and not filled up with grey."""
    data = saved(noise(64, 64), kind)
    assert refused(data[: len(data) // 2]) == "damaged"


def test_a_heavy_picture_is_refused_before_it_is_looked_at() -> None:
    """One byte over the limit is too much, whatever the bytes are; at the limit they are looked at."""
    assert refused(b"x" * (frames.MAX_BYTES + 1)) == "too_heavy"
    assert refused(b"x" * frames.MAX_BYTES) == "not_a_picture"


def test_a_large_picture_is_refused_from_its_header() -> None:
    """A side over the limit is refused though nothing behind the header could be decoded."""
    assert refused(empty_png(frames.MAX_SIDE + 1, 10)) == "too_large"
    assert refused(empty_png(10, frames.MAX_SIDE + 1)) == "too_large"
    assert refused(empty_png(frames.MAX_SIDE, frames.MAX_SIDE)) == "damaged"


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_a_bomb_is_refused_from_its_header(side: int) -> None:
    """A picture that would unpack to gigabytes is refused with a sentence, not with Pillow's warning."""
    assert refused(empty_png(side, side)) == "far_too_large"


def test_a_tiny_picture_is_refused() -> None:
    """A side under eight pixels shows no face; eight is enough."""
    assert refused(saved(noise(frames.MIN_SIDE - 1, 50), "PNG")) == "too_small"
    assert frames.decode(saved(noise(frames.MIN_SIDE, 50), "PNG")).shape == (50, frames.MIN_SIDE, 3)


def test_an_animated_picture_is_refused() -> None:
    """A PNG that moves is refused, because nobody could say which of its pictures was meant."""
    second = Image.fromarray(noise(20, 20, seed=1))
    assert refused(saved(noise(20, 20), "PNG", save_all=True, append_images=[second])) == "animated"


def test_a_picture_of_endless_passes_is_refused() -> None:
    """A JPEG whose last pass is there again and again would draw for minutes; a fair one passes."""
    data = saved(noise(64, 64), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xc4") : -2]  # its table and its scan
    assert frames.decode(data).shape == (64, 64, 3)
    assert frames.decode(data[:-2] + 50 * last + data[-2:]).shape == (64, 64, 3)
    assert refused(data[:-2] + 100 * last + data[-2:]) == "too_many_scans"


def test_a_turned_picture_is_set_upright() -> None:
    """A phone's picture is turned as its EXIF says, also as it is stored."""
    exif = Image.Exif()
    exif[0x0112] = 6  # the picture has to be turned a quarter to the right
    data = saved(plain_frame(RED, side=40)[:, :32], "JPEG", exif=exif, quality=95)
    frame = frames.decode(data)
    assert frame.shape == (32, 40, 3)
    assert frame[2, 20, 0] > 200 > 160 > frame[29, 20, 0]  # what was left is on top
    assert np.abs(frames.decode(frames.as_stored(data)).astype(int) - frames.square(frame)).mean() < 6


@given(st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_damage_of_any_kind_is_a_bad_picture_or_none(data: st.DataObject) -> None:
    """However a picture's bytes are changed, the answer is a frame or `BadPicture`, and nothing else."""
    exif = Image.Exif()
    exif[0x0112] = 3
    seeds = [saved(noise(16, 16), "PNG"), saved(noise(16, 16), "JPEG", exif=exif, comment=b"hi")]
    broken = bytearray(data.draw(st.sampled_from(seeds)))
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), max_size=8)):
        broken[at % len(broken)] = value
    end = data.draw(st.integers(0, len(broken)))
    try:
        stored = frames.as_stored(bytes(broken[: end or None]))
    except BadPicture:
        return
    assert frames.decode(stored).ndim == 3


@pytest.mark.parametrize(
    "thing",
    [
        np.zeros((20, 20, 3), np.float32),
        np.full((20, 20, 3), np.nan),
        np.zeros((20, 20), np.uint8),
        np.zeros((20, 20, 4), np.uint8),
        np.zeros((3, 20, 20), np.uint8),
        [[0]],
        None,
    ],
)
def test_an_array_that_is_no_frame_says_what_it_is(thing: Any) -> None:
    """Floats, NaN, grey, four channels or channels first are refused, and the sentence names what came."""
    with pytest.raises(BadPicture) as caught:
        frames.check(thing)
    assert caught.value.key == "not_a_frame"
    named = f"{thing.dtype} {thing.shape}" if isinstance(thing, np.ndarray) else type(thing).__name__
    assert named in str(caught.value)
    with pytest.raises(BadPicture):
        frames.encode(thing)


def test_a_frame_of_a_few_pixels_is_none() -> None:
    """An array too small for a picture is refused as a small picture is."""
    with pytest.raises(BadPicture) as caught:
        frames.check(np.zeros((7, 20, 3), np.uint8))
    assert caught.value.key == "too_small"


@pytest.mark.parametrize(("height", "width"), [(10, 30), (30, 10), (11, 30), (20, 20)])
def test_the_square_is_the_centre_and_no_copy(height: int, width: int) -> None:
    """The square's side is the shorter one, it lies in the middle, and it shares the frame's memory."""
    frame = noise(width, height)
    part = frames.square(frame)
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    assert np.array_equal(part, frame[top : top + side, left : left + side])
    assert part.shape == (side, side, 3)
    assert np.shares_memory(part, frame)


def test_encoding_a_view_writes_that_view() -> None:
    """A part of a frame, which is not contiguous in memory, is encoded as it looks."""
    frame = plain_frame(RED, side=64)
    part = frame[:, :32]
    assert not part.flags.c_contiguous
    assert np.abs(frames.decode(frames.encode(part)).astype(int) - RED).max() < 12


def test_the_games_own_pictures_are_stored_to_the_byte() -> None:
    """A small square JPEG without metadata, as the camera's side sends them, is kept as it came."""
    data = frames.encode(plain_frame(RED, side=frames.STORED_SIDE, seed=1), quality=80)
    assert frames.as_stored(data) == data


@pytest.mark.parametrize(("width", "height"), [(640, 480), (300, 200), (321, 321), (20, 9)])
def test_what_is_stored_is_square_and_small(width: int, height: int) -> None:
    """Any other picture is cut to its centre and made small enough, and never made larger."""
    stored = frames.decode(frames.as_stored(saved(noise(width, height), "JPEG")))
    side = min(width, height, frames.STORED_SIDE)
    assert stored.shape == (side, side, 3)


def test_a_png_is_stored_as_jpeg() -> None:
    """A store holds one kind of file."""
    stored = frames.as_stored(saved(plain_frame(BLUE), "PNG"))
    assert stored.startswith(b"\xff\xd8\xff")
    assert np.abs(frames.decode(stored).astype(int) - plain_frame(BLUE)).mean() < 5


def test_where_a_picture_was_taken_is_not_stored() -> None:
    """EXIF, comments, colour profiles and segments nobody knows are gone from what is stored."""
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    plain = frames.encode(plain_frame(RED))
    secret = b"\xff\xe5" + struct.pack(">H", 2 + 6) + b"secret"  # an application's segment, APP5
    for data in (
        saved(plain_frame(RED), "JPEG", exif=exif),
        saved(plain_frame(RED), "JPEG", comment=b"secret"),
        saved(plain_frame(RED), "JPEG", icc_profile=b"secret profile"),
        plain[:2] + secret + plain[2:],
    ):
        assert b"secret" in data
        assert b"secret" not in frames.as_stored(data)
