"""Sources of timed frames: MJPEG files, folders of pictures, timelines and the cartoon that follows them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facegame_lib import frames, mjpeg
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.errors import BadPicture, BadSetting, BadStore
from facegame_lib.frames import Frame
from facegame_lib.sources import (
    CartoonSource,
    ImageFolder,
    TimedFrame,
    Timeline,
    VideoFile,
    record_cartoon,
    write_mjpeg,
)

WEBCAM = Path(__file__).parents[2] / "shared" / "data" / "webcam"


def plain(level: int, side: int = 32) -> Frame:
    """A frame of one grey."""
    return np.full((side, side, 3), level, np.uint8)


def noisy(seed: int = 0, side: int = 96) -> Frame:
    """A frame whose coded data is long and holds every byte."""
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)


def levels(source: VideoFile | ImageFolder) -> list[int]:
    """The grey of each frame of plain ones, to the nearest ten."""
    return [round(float(timed.frame.mean()) / 10) * 10 for timed in source]


def with_thumbnail(data: bytes, payload: bytes) -> bytes:
    """The JPEG with an APP1 segment that holds the payload, as cameras put a thumbnail there."""
    return data[:2] + b"\xff\xe1" + (len(payload) + 2).to_bytes(2) + payload + data[2:]


def test_written_frames_come_back(tmp_path: Path) -> None:
    """What was written is read back: as many frames, in order, with their times, almost the same pixels."""
    count = write_mjpeg(tmp_path / "v.mjpeg", (plain(level) for level in (10, 100, 200)))
    read = list(VideoFile(tmp_path / "v.mjpeg", fps=10))
    assert count == 3
    assert [timed.at for timed in read] == pytest.approx([0.0, 0.1, 0.2])
    assert [int(timed.frame[5, 5, 0]) for timed in read] == pytest.approx([10, 100, 200], abs=2)
    assert read[0].frame.dtype == np.uint8


def test_quality_is_heard(tmp_path: Path) -> None:
    """A higher quality is a larger file."""
    write_mjpeg(tmp_path / "low", [noisy()], quality=20)
    write_mjpeg(tmp_path / "high", [noisy()], quality=95)
    assert (tmp_path / "high").stat().st_size > 2 * (tmp_path / "low").stat().st_size


def test_coded_data_hides_no_marker(tmp_path: Path) -> None:
    """Pictures full of escaped FF bytes are split only where they end."""
    write_mjpeg(tmp_path / "v.mjpeg", (noisy(seed) for seed in range(5)), quality=100)
    assert (tmp_path / "v.mjpeg").read_bytes().count(b"\xff\x00") > 20
    assert len(list(VideoFile(tmp_path / "v.mjpeg"))) == 5


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 2}, {"subsampling": 0}])
def test_every_kind_of_jpeg(tmp_path: Path, options: dict[str, int]) -> None:
    """Progressive pictures (several scans) and restart markers are walked over as well."""
    buffer = io.BytesIO()
    Image.fromarray(noisy()).save(buffer, "JPEG", quality=95, **options)
    (tmp_path / "v.mjpeg").write_bytes(buffer.getvalue() * 3)
    assert len(list(VideoFile(tmp_path / "v.mjpeg"))) == 3


def test_a_thumbnail_is_no_frame(tmp_path: Path) -> None:
    """A whole JPEG inside the metadata neither ends its picture nor counts as one."""
    data = with_thumbnail(frames.encode(plain(50)), b"Exif\0\0" + frames.encode(plain(250)))
    (tmp_path / "v.mjpeg").write_bytes(data + frames.encode(plain(120)) + data)
    assert levels(VideoFile(tmp_path / "v.mjpeg")) == [50, 120, 50]


def test_padding_is_skipped(tmp_path: Path) -> None:
    """Zeros between pictures, and FF bytes before a marker, are padding."""
    first, second = frames.encode(plain(50)), frames.encode(plain(90))
    (tmp_path / "v.mjpeg").write_bytes(first[:2] + b"\xff\xff" + first[2:] + b"\0\0\0" + second + b"\0")
    assert levels(VideoFile(tmp_path / "v.mjpeg")) == [50, 90]


def test_a_last_picture_cut_short_is_left_out(tmp_path: Path) -> None:
    """However much of the last picture is missing, the ones before it are read and it is not."""
    whole, last = frames.encode(plain(50)), frames.encode(noisy(side=16))
    for kept in range(len(last)):
        (tmp_path / "v.mjpeg").write_bytes(whole * 2 + last[:kept])
        assert len(list(mjpeg.pictures(tmp_path / "v.mjpeg"))) == 2, kept


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"RIFF1234AVI ", b"\0" * 500, b"\x89PNG\r\n\x1a\n" + b"\xff\xd8\xff"]
)
def test_what_is_no_mjpeg(tmp_path: Path, data: bytes) -> None:
    """A file that does not begin with a JPEG picture is refused, and an empty one too."""
    (tmp_path / "v.mjpeg").write_bytes(data)
    with pytest.raises(BadPicture) as refused:
        list(VideoFile(tmp_path / "v.mjpeg"))
    assert refused.value.key == "not_mjpeg"


def test_only_half_a_picture(tmp_path: Path) -> None:
    """A file with nothing but a picture cut short holds no video."""
    (tmp_path / "v.mjpeg").write_bytes(frames.encode(plain(50))[:-2])
    with pytest.raises(BadPicture):
        list(VideoFile(tmp_path / "v.mjpeg"))


def test_no_such_video(tmp_path: Path) -> None:
    """A video that is not there, and a folder in its place, are refused with the reason."""
    for path in (tmp_path / "none.mjpeg", tmp_path):
        with pytest.raises(BadPicture) as refused:
            list(VideoFile(path))
        assert refused.value.key == "video_unreadable"


def test_a_picture_broken_in_the_middle(tmp_path: Path) -> None:
    """A picture that stops where the next one begins is refused by its number, after the sound ones."""
    whole = frames.encode(noisy())
    (tmp_path / "v.mjpeg").write_bytes(whole + whole[: len(whole) // 2] + whole)
    video = iter(VideoFile(tmp_path / "v.mjpeg"))
    next(video)
    with pytest.raises(BadPicture) as refused:
        next(video)
    assert refused.value.key == "video_broken"
    assert refused.value.details["number"] == 2


def test_a_segment_of_no_length_ends(tmp_path: Path) -> None:
    """A segment that says it has no length does not keep the reader walking on the spot."""
    (tmp_path / "v.mjpeg").write_bytes(b"\xff\xd8" + b"\xff\xe0\x00\x00" * 50)
    with pytest.raises(BadPicture):
        list(VideoFile(tmp_path / "v.mjpeg"))


def test_frames_are_decoded_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking one frame of a video decodes one picture."""
    write_mjpeg(tmp_path / "v.mjpeg", [plain(level) for level in range(0, 200, 20)])
    decoded: list[int] = []

    def counting(data: bytes) -> Frame:
        decoded.append(len(data))
        return frames.decode(data)

    monkeypatch.setattr("facegame_lib.sources.decode", counting)
    next(iter(VideoFile(tmp_path / "v.mjpeg")))
    assert len(decoded) == 1


def test_a_source_can_be_read_again(tmp_path: Path) -> None:
    """Iterating a second time begins at the beginning."""
    write_mjpeg(tmp_path / "v.mjpeg", [plain(50), plain(90)])
    video = VideoFile(tmp_path / "v.mjpeg")
    assert levels(video) == levels(video) == [50, 90]


@pytest.mark.parametrize("fps", [0, -1, float("nan"), float("inf")])
def test_impossible_rates(tmp_path: Path, fps: float) -> None:
    """A number of frames a second that cannot be is refused at once."""
    with pytest.raises(BadSetting):
        VideoFile(tmp_path / "v.mjpeg", fps)
    with pytest.raises(BadSetting):
        ImageFolder(tmp_path, fps)
    with pytest.raises(BadSetting):
        CartoonSource(CartoonPlayer(size=(64, 64)), Timeline([("smile", 0, 1)]), fps)


def test_a_folder_is_read_in_natural_order(tmp_path: Path) -> None:
    """Picture 10 comes after picture 9, whatever the letters' case; other and hidden files do not count."""
    for name, level in (("a10.PNG", 100), ("a9.jpg", 90), ("A1.jpeg", 10), ("b.png", 200), ("7.jpg", 0)):
        Image.fromarray(plain(level)).save(tmp_path / name)
    (tmp_path / ".hidden.jpg").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("x")
    folder = ImageFolder(tmp_path, fps=4)
    assert levels(folder) == [0, 10, 90, 100, 200]
    assert [timed.at for timed in folder] == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_folders_that_cannot_be(tmp_path: Path) -> None:
    """A missing folder and one without pictures are refused at once, a damaged picture when it is reached."""
    with pytest.raises(BadStore):
        ImageFolder(tmp_path / "none")
    with pytest.raises(BadStore):
        ImageFolder(tmp_path)
    (tmp_path / "1.jpg").write_bytes(b"no picture")
    with pytest.raises(BadPicture):
        list(ImageFolder(tmp_path))


def test_face_at_a_moment() -> None:
    """A span holds its start and not its end; in a gap and outside there is no face."""
    timeline = Timeline([("neutral", 0, 3), ("smile", 3, 5), ("sad", 6, 7)])
    faces = [timeline.face_at(at) for at in (-0.1, 0, 2.99, 3, 5, 6.5, 7)]
    assert faces == [None, "neutral", "neutral", "smile", None, "sad", None]
    assert timeline.seconds == 7


def test_a_timeline_is_read_from_json(tmp_path: Path) -> None:
    """Only the spans of the file matter: other keys, and the spans' own other keys, are ignored."""
    span = {"face": "zapallo", "start": 1, "end": 2.5, "takes": ["zapallo/t2"]}
    (tmp_path / "t.json").write_text(json.dumps({"loops": True, "timeline": [span]}))
    assert Timeline.load(tmp_path / "t.json").spans == (("zapallo", 1.0, 2.5),)


def test_a_timeline_is_written_as_it_is_read(tmp_path: Path) -> None:
    """Saving and loading gives the same spans, with names in any letters."""
    timeline = Timeline([("ñandú 🎃", 0.0, 1.5), ("smile", 1.5, 2.0)])
    timeline.save(tmp_path / "t.json", kind="cartoon")
    assert Timeline.load(tmp_path / "t.json").spans == timeline.spans
    assert json.loads((tmp_path / "t.json").read_text("utf-8"))["kind"] == "cartoon"


@pytest.mark.parametrize(
    ("spans", "key"),
    [
        ([], "timeline_empty"),
        ([("a", 1, 1)], "timeline_span"),
        ([("a", 2, 1)], "timeline_span"),
        ([("a", 0, float("nan"))], "timeline_span"),
        ([("a", 0, float("inf"))], "timeline_span"),
        ([("a", 0, 2), ("b", 1, 3)], "timeline_order"),
        ([("a", 5, 6), ("b", 1, 3)], "timeline_order"),
    ],
)
def test_impossible_timelines(spans: list[tuple[str, float, float]], key: str) -> None:
    """Times have to be finite, end after they start, and follow each other."""
    with pytest.raises(BadSetting) as refused:
        Timeline(spans)
    assert refused.value.key == key


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "{", '{"timeline": 3}', '{"timeline": [3]}', '{"timeline": [{"face": "a"}]}',
        '{"timeline": [{"face": 1, "start": 0, "end": 1}]}',
        '{"timeline": [{"face": "a", "start": "0", "end": 1}]}',
        '{"timeline": [{"face": "a", "start": false, "end": true}]}',
        '{"timeline": [{"face": "a", "start": 0, "end": 1e999}]}',
        '{"timeline": [{"face": "a", "start": 0, "end": 1' + "0" * 400 + "}]}",
        "[" * 100_000,
    ],
)  # fmt: skip
def test_files_that_are_no_timeline(tmp_path: Path, text: str) -> None:
    """A file that is not JSON, or JSON of another shape, is refused with a sentence that shows the shape."""
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(BadSetting) as refused:
        Timeline.load(tmp_path / "t.json")
    assert all("{path}" not in refused.value.text(language) for language in ("en", "es"))


def test_a_timeline_that_is_not_there(tmp_path: Path) -> None:
    """A missing file, and one that is not text, are refused."""
    with pytest.raises(BadSetting):
        Timeline.load(tmp_path / "none.json")
    (tmp_path / "t.json").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(BadSetting):
        Timeline.load(tmp_path / "t.json")


def test_a_cartoon_follows_a_timeline() -> None:
    """The cartoon makes each face when its span begins and rests in the gaps, for the timeline's length."""
    player = CartoonPlayer(size=(64, 64))
    source = CartoonSource(player, Timeline([("smile", 1, 2), ("sad", 3, 4)]), fps=5)
    timed = list(source)
    assert len(timed) == 20
    assert isinstance(timed[0], TimedFrame)
    assert np.array_equal(timed[7].frame, player.frame(1.4))
    assert [round(player.expression(at).smile) for at in (0.5, 1.5, 2.5, 3.5)] == [0, 1, 0, -1]


def test_a_cartoon_is_recorded(tmp_path: Path) -> None:
    """A recording is a video and its timeline beside it, both named as asked, and both read back."""
    timeline = Timeline([("neutral", 0, 0.5), ("zapallo", 0.5, 1)])
    player = CartoonPlayer(1, size=(160, 120))
    video = record_cartoon(tmp_path / "take.2", player, timeline, fps=10)
    assert video == tmp_path / "take.2.mjpeg"
    assert Timeline.load(tmp_path / "take.2.json").spans == timeline.spans
    read = list(VideoFile(video, fps=10))
    assert len(read) == 10
    apart = np.abs(read[3].frame.astype(int) - player.frame(0.3))
    assert apart.mean() < 4
    assert record_cartoon(tmp_path / "again.mjpeg", player, timeline, fps=2) == tmp_path / "again.mjpeg"


@pytest.mark.parametrize("name", ["avatar_train", "avatar_match"])
def test_webcam_videos(name: str) -> None:
    """The recorded videos have as many pictures as their JSON says, of its size, and the first decodes."""
    if not (WEBCAM / f"{name}.mjpeg").exists():
        pytest.skip("the webcam videos are not beside this checkout (../shared/data/webcam)")
    about = json.loads((WEBCAM / f"{name}.json").read_text("utf-8"))
    video: Iterator[TimedFrame] = iter(VideoFile(WEBCAM / f"{name}.mjpeg"))
    assert next(video).frame.shape == (about["height"], about["width"], 3)
    count = sum(1 for _ in mjpeg.pictures(WEBCAM / f"{name}.mjpeg"))
    assert count == round(about["seconds"] * about["mjpeg_fps"])
    assert Timeline.load(WEBCAM / f"{name}.json").seconds == pytest.approx(about["seconds"], abs=0.1)
