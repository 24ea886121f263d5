"""The small JSON files that are read back: timelines, best scores, a kit's and a net's description."""

from __future__ import annotations

from pathlib import Path

from door import as_json, bend, fast_folder, refused

from facegame_lib import kit
from facegame_lib.backbone import is_whole
from facegame_lib.best import BestScores
from facegame_lib.errors import BadSetting
from facegame_lib.kit import install
from facegame_lib.timeline import Timeline

MAX_LENGTH = 2048
_ABOUT = {"format": 1, "python": "3.11", "platform": "linux_x86_64"}
SEEDS = [
    as_json(
        {
            "timeline": [
                {"face": "neutral", "start": 0.0, "end": 3.0},
                {"face": "smile", "start": 3.0, "end": 4},
            ]
        }
    ),
    as_json({"2x30s": 7, "3x30s": 12}),
    as_json({**_ABOUT, "finished": True, "files": ["install.py"]}),
    as_json(
        {"name": "MobileNetV2", "recipe": 1, "size": 224, "dim": 1280, "source": "x", "sha256": "0" * 64}
    ),
    b"[" * 2000,
]
TOKENS = [
    b'"timeline"',
    b'"face"',
    b'"start"',
    b'"end"',
    b'"recipe"',
    b'"source"',
    b'"sha256"',
    b'"format"',
    b"NaN",
    b"1e999",
    b"\\ud800",
    b"[[[[[[[[",
]
mutate = bend


def one(data: bytes) -> None:
    """Each is read, passed over or refused with a sentence."""
    with fast_folder() as folder:
        path = Path(folder, "kit.json")
        path.write_bytes(data)
        timeline = refused(lambda: Timeline.load(path), BadSetting)
        if timeline is not None:
            timeline.save(Path(folder, "again.json"))
            assert Timeline.load(Path(folder, "again.json")).spans == timeline.spans
            Path(folder, "again.json").unlink()
        best = BestScores(path)
        best.add(2, 30.0, best.get(2, 30.0) + 1)
        path.write_bytes(data)
        refused(lambda: kit._check(Path(folder), _ABOUT), BadSetting)
        install.about(Path(folder))
        Path(folder, "net.tflite").write_bytes(b"net")
        Path(folder, "net.json").write_bytes(data)
        assert not is_whole(Path(folder, "net.tflite"), "x")
