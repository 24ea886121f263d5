"""CAPTURE: where timed frames come from when it is not a webcam: a video, a folder, a cartoon.

A source is anything that can be iterated over and gives `TimedFrame`s in order of time. Frames are decoded
or drawn when they are asked for, and a source may be iterated over again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.errors import BadSetting, BadStore
from facegame_lib.frames import MAX_BYTES, Frame, decode
from facegame_lib.mjpeg import pictures, write_mjpeg
from facegame_lib.timeline import Span, Timeline

__all__ = [
    "CartoonPlayer",
    "CartoonSource",
    "FrameSource",
    "ImageFolder",
    "Span",
    "TimedFrame",
    "Timeline",
    "VideoFile",
    "record_cartoon",
    "write_mjpeg",
]


class TimedFrame(NamedTuple):
    """A frame and when it was taken."""

    at: float  # seconds since the source's beginning
    frame: Frame  # uint8 RGB, (H, W, 3)


class FrameSource(Protocol):
    """What the game and the tools take frames from."""

    def __iter__(self) -> Iterator[TimedFrame]: ...


class VideoFile:
    """A raw MJPEG file: JPEG pictures one after the other, `fps` of them a second.

    Iterating raises `BadPicture` for a file that is none, or for a picture in it that is damaged; a last
    picture that is cut short is left out. Raises `BadSetting` for an impossible `fps`.
    """

    def __init__(self, path: str | Path, fps: float = 30.0) -> None:
        self.path, self.fps = Path(path), _checked(fps)

    def __iter__(self) -> Iterator[TimedFrame]:
        for index, data in enumerate(pictures(self.path)):
            yield TimedFrame(index / self.fps, decode(data))


class ImageFolder:
    """The .jpg and .png pictures of a folder in natural order (2 before 10), `fps` of them a second.

    Raises `BadStore` for a folder that is none or that holds no picture, `BadSetting` for an impossible
    `fps`, and `BadPicture` when a picture that is damaged is reached.
    """

    def __init__(self, path: str | Path, fps: float = 30.0) -> None:
        self.path, self.fps = Path(path), _checked(fps)
        try:
            inside = [
                file for file in self.path.iterdir() if file.suffix.lower() in (".jpg", ".jpeg", ".png")
            ]
        except OSError as error:
            raise BadStore("folder_unreadable", path=path, reason=error.strerror or error) from error
        self.files = sorted((file for file in inside if not file.name.startswith(".")), key=_natural)
        if not self.files:
            raise BadStore("folder_without_pictures", path=path)

    def __iter__(self) -> Iterator[TimedFrame]:
        for index, file in enumerate(self.files):
            with file.open("rb") as opened:
                data = opened.read(MAX_BYTES + 1)  # enough to be refused, and never more
            yield TimedFrame(index / self.fps, decode(data))


class CartoonSource:
    """A cartoon player that makes the faces of a timeline, from 0 seconds to its end.

    The player is told so right away, and is at rest in the gaps. Raises `BadSetting` for a face that the
    cartoon does not know, or for an impossible `fps`.
    """

    def __init__(self, player: CartoonPlayer, timeline: Timeline, fps: float = 30.0) -> None:
        self.player, self.timeline, self.fps = player, timeline, _checked(fps)
        ended = 0.0
        for span in timeline.spans:
            if span.start > ended:
                player.make("neutral", ended)
            player.make(span.face, span.start)
            ended = span.end

    def __iter__(self) -> Iterator[TimedFrame]:
        for index in range(round(self.timeline.seconds * self.fps)):
            at = index / self.fps
            yield TimedFrame(at, self.player.frame(at))


def record_cartoon(path: str | Path, player: CartoonPlayer, timeline: Timeline, fps: float = 30.0) -> Path:
    """Film the player following the timeline into `path`.mjpeg, and write the timeline beside it as .json.

    Returns the path of the video. Raises as `CartoonSource` does, and `OSError` for a full disk.
    """
    path = Path(path)
    video = path if path.suffix == ".mjpeg" else path.with_name(path.name + ".mjpeg")
    source = CartoonSource(player, timeline, fps)
    write_mjpeg(video, (timed.frame for timed in source))
    width, height = player.size
    about = {
        "kind": "cartoon",
        "mjpeg_fps": fps,
        "width": width,
        "height": height,
        "seconds": timeline.seconds,
    }
    timeline.save(video.with_suffix(".json"), **about)
    return video


def _checked(fps: float) -> float:
    if not 0.1 <= fps <= 240:
        raise BadSetting("out_of_range", name="fps", low=0.1, high=240, found=fps)
    return fps


def _natural(file: Path) -> list[tuple[bool, int, str]]:
    """A key that sorts numbers in names by their value, and before letters."""
    pieces = re.findall(r"\d+|\D+", file.name.lower())
    return [(False, int(piece), "") if piece.isdecimal() else (True, 0, piece) for piece in pieces]
