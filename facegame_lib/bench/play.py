"""The game as it is played: in JupyterLab, in Chromium, with a film for a webcam.

The page stamps each frame when it is grabbed and says (`facegame:bar`) when the bar that it moved is in the
page. The kernel's side writes down which frames and pictures came: the film's faces do not matter here.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from facegame_lib.bench import chromium
from facegame_lib.bench.figures import Figure, figure
from facegame_lib.bench.player import FACES
from facegame_lib.burst import BurstPlan
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.frames import Frame
from facegame_lib.progress import Progress
from facegame_lib.sources import write_mjpeg

PLAN: Final = BurstPlan(countdown=0.0)
FPS: Final = 30  # what Chromium plays raw MJPEG at
_SPAN: Final = 4.0  # seconds a face

_CELL: Final = """
import json
from facegame_lib import BurstPlan
from facegame_lib.widgets import FaceGame
game = FaceGame(seconds={seconds}, seed=3, plan=BurstPlan(countdown=0.0))
log = open("log.jsonl", "a", buffering=1)
frame, picture = game._driver.frame, game.game.picture
def saw(data, stamp):
    log.write(json.dumps(["frame", stamp]) + chr(10))
    return frame(data, stamp)
def took(burst, stamp, data, at):
    log.write(json.dumps(["picture", burst, stamp]) + chr(10))
    return picture(burst, stamp, data, at)
game._driver.frame, game.game.picture = saw, took
game
"""
_LISTEN: Final = """() => {
  window.bars = [];
  window.camera = 0;
  document.addEventListener("facegame:bar", (event) => window.bars.push(event.detail));
  const video = document.querySelector(".fg-video");
  const count = () => { window.camera += 1; video.requestVideoFrameCallback(count); };
  video.requestVideoFrameCallback(count);
}"""


def film(path: Path, seconds: float = _SPAN * len(FACES)) -> Path:
    """A cartoon player who makes one face after the other, for a webcam to play round and round."""
    player = CartoonPlayer(0, motion=0.6)
    for number, face in enumerate(FACES):
        player.make(face, number * _SPAN, over=0.2)
    frames: Iterable[Frame] = (player.frame(number / FPS) for number in range(round(seconds * FPS)))
    write_mjpeg(path, frames)
    return path


def play(progress: Progress, seconds: float = 20.0) -> list[Figure]:
    """Record three faces, train, play a match of that many seconds, and give the figures of both."""
    with tempfile.TemporaryDirectory() as folder:
        progress(0.0, "")
        reel = film(Path(folder) / "film.mjpeg")
        with chromium.browser(reel) as opened, opened.new_context() as context:
            page = context.new_page()
            page.set_viewport_size({"width": 1400, "height": 980})
            with chromium.lab(page, _CELL.format(seconds=seconds)) as home:
                bars, camera = _play(page, seconds, progress)
                log = [json.loads(line) for line in (home / "log.jsonl").read_text().splitlines()]
    return [*match_figures(bars, camera, [row[1] for row in log if row[0] == "frame"]), *burst_figures(log)]


def _play(page: Any, seconds: float, progress: Progress) -> tuple[list[dict[str, float]], int]:
    """What the page saw of a match: each move of the bar, and how many frames the camera gave meanwhile."""
    game = page.locator(".facegame").last
    page.wait_for_selector(".fg-camera[data-state=live]", timeout=90_000)
    page.evaluate(_LISTEN)
    cards = game.locator(".fg-card")
    for number in range(len(FACES)):
        progress(0.2 + 0.1 * number, "")
        cards.nth(number).locator(".fg-record").click()
        cards.nth(number).locator(".fg-status", has_text="arrived").wait_for(timeout=20_000)
    game.locator(".fg-training progress").wait_for(state="hidden", timeout=120_000)
    game.get_by_role("button", name="Train").first.click()
    game.locator(".fg-tryout").wait_for(state="visible", timeout=60_000)
    page.evaluate("() => { window.bars.length = 0; window.camera = 0; }")
    page.keyboard.press("Enter")
    progress(0.6, "")
    game.locator(".fg-end h2").wait_for(state="visible", timeout=1000 * (seconds + 60))
    return page.evaluate("[window.bars, window.camera]")  # type: ignore[no-any-return]


def match_figures(bars: list[dict[str, float]], camera: int, sent: list[float]) -> list[Figure]:
    """Of the moves of the bar (`stamp` when a frame was grabbed, `shown` when the bar was there, both in ms),
    how many frames the camera gave, and the stamps of those that were sent."""
    late = [bar["shown"] - bar["stamp"] for bar in bars]
    passed = (bars[-1]["shown"] - bars[0]["shown"]) / 1000
    shown = {bar["stamp"] for bar in bars}
    during = [stamp for stamp in sent if bars[0]["stamp"] <= stamp <= bars[-1]["stamp"]]
    return [
        figure("bench.browser.rate", "per_second", [(len(bars) - 1) / passed]),
        figure("bench.browser.late", "ms", late),
        figure("bench.browser.camera", "per_second", [camera / passed]),
        figure(
            "bench.browser.dropped", "frames", [sum(stamp not in shown for stamp in during)], sent=len(during)
        ),
    ]


def burst_figures(log: list[list[Any]]) -> list[Figure]:
    """Of the pictures of each burst, stamped in seconds from its first: how far the interval that is worst is
    from the plan, and how many came."""
    step = PLAN.seconds / PLAN.pictures
    bursts: dict[int, list[float]] = {}
    for row in log:
        if row[0] == "picture":
            bursts.setdefault(row[1], []).append(row[2])
    worst = [max(abs(b - a - step) for a, b in pairwise(sorted(stamps))) for stamps in bursts.values()]
    took = [max(stamps) - min(stamps) + step for stamps in bursts.values()]
    return [
        figure("bench.burst.interval", "ms", [float(1000 * np.max(worst))]),
        figure("bench.burst.seconds", "s", took),
        figure("bench.burst.pictures", "pictures", [min(map(len, bursts.values()))], planned=PLAN.pictures),
    ]
