"""A whole game without camera or browser."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.cli import main
from facegame_lib.errors import BadSetting
from facegame_lib.sources import Timeline, record_cartoon

WEBCAM = Path(__file__).parents[2] / "shared" / "data" / "webcam"


def test_a_cartoon_plays_and_scores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The cartoon's faces are learnt from bursts and recognised in a match; a picture is written."""
    out = tmp_path / "demo.png"
    assert main(["demo", "--json", "--seconds", "8", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"score", "labels", "frames", "accuracy", "seconds_per_frame"}
    assert told["labels"] == ["smile", "surprise", "zapallo"]  # and never the neutral face
    assert told["score"] >= 3
    assert told["accuracy"] > 0.9
    assert 110 <= told["frames"] <= 170  # 8 s of match and 3 of countdown at 15 frames/s
    with Image.open(out) as picture:
        assert picture.width > 1000


def test_the_same_seed_plays_the_same_match(capsys: pytest.CaptureFixture[str]) -> None:
    """Simulated time depends on nothing but the seed."""
    told = []
    for _ in range(2):
        assert main(["demo", "--json", "--seconds", "3", "--seed", "5"]) == 0
        told.append(json.loads(capsys.readouterr().out))
        del told[-1]["seconds_per_frame"]
    assert told[0] == told[1]


def test_videos_play_with_their_timelines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pair of videos is trained on and played; "neutral" is a rest in it and not a label."""
    lesson = Timeline([("neutral", 0, 1), ("smile", 1, 4.6), ("neutral", 4.6, 5), ("zapallo", 5, 8.6)])
    test = Timeline([("neutral", 0, 1), ("zapallo", 1, 3), ("neutral", 3, 4), ("smile", 4, 6)])
    videos = [
        record_cartoon(tmp_path / name, CartoonPlayer(seed=4), timeline, fps=30)
        for name, timeline in (("train", lesson), ("match", test))
    ]
    assert main(["demo", "--json", "--train-video", str(videos[0]), "--match-video", str(videos[1])]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["labels"] == ["smile", "zapallo"]
    assert told["score"] == 2
    assert told["frames"] == 180
    assert told["accuracy"] > 0.9


def test_a_face_that_was_not_taught_is_named(tmp_path: Path) -> None:
    """A match video with a face that the training video lacks is refused, naming it."""
    from facegame_lib import demo

    lesson = Timeline([("smile", 0, 1), ("wink", 1, 2)])
    test = Timeline([("zapallo", 0, 1)])
    videos = [
        record_cartoon(tmp_path / name, CartoonPlayer(seed=4), timeline, fps=30)
        for name, timeline in (("train", lesson), ("match", test))
    ]
    with pytest.raises(BadSetting, match="zapallo"):
        demo.run(train_video=videos[0], match_video=videos[1])


@pytest.mark.skipif(not WEBCAM.exists(), reason="the videos for trying out are not beside this checkout")
def test_the_pair_for_trying_out_is_played(capsys: pytest.CaptureFixture[str]) -> None:
    """The real pair of videos goes through from end to end; how well is the recogniser's business."""
    names = [str(WEBCAM / f"avatar_{part}.mjpeg") for part in ("train", "match")]
    assert main(["demo", "--json", "--train-video", names[0], "--match-video", names[1]]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(told["labels"]) == ["happy", "surprise", "zapallo"]
    assert told["frames"] > 800
    assert np.isfinite(told["accuracy"])
