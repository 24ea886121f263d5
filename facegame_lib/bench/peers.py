"""What others take for the same: TensorFlow.js as Teachable Machine has it, Keras, and ipywebrtc's recorder.

In one run, on the same pictures, in turns with ours, so that a busy machine is as busy for all of them.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from facegame_lib import frames, weights
from facegame_lib.bench import chromium, play, tfjs
from facegame_lib.bench.figures import Figure, figure
from facegame_lib.bench.player import Cast
from facegame_lib.embedding import resize
from facegame_lib.errors import FaceGameError, MissingExtra
from facegame_lib.progress import Progress

_TURN: Final = 10  # pictures that one does before the next one's turn
_WARM: Final = 5
_RECORDED: Final = 20  # pictures, as many as in a burst

# The backbone in Keras: reads "predict" or "function" and gives what each picture took, in ms.
_KERAS: Final = """
import json, sys, time
import numpy as np, tensorflow as tf
from facegame_lib import backbone
pictures = np.load(sys.argv[2])
net = backbone.build(backbone.DEFAULT, sys.argv[1])
function = tf.function(lambda x: net(x, training=False))
does = {"predict": lambda x: net.predict(x, verbose=0), "function": lambda x: function(x).numpy()}
for name in does:
    for picture in pictures[:3]:
        does[name](picture[None])
print("ready", flush=True)
for line in sys.stdin:
    name, start, count = json.loads(line)
    took = []
    for number in range(start, start + count):
        picture = pictures[number % len(pictures)][None]
        began = time.perf_counter()
        does[name](picture)
        took.append(1000 * (time.perf_counter() - began))
    print(json.dumps(took), flush=True)
"""

# A burst as ipywebrtc can take one: the next picture is asked for when the last one is there.
_RECORDER: Final = """
import json, time
from ipywebrtc import CameraStream, ImageRecorder
camera = CameraStream(constraints={"audio": False, "video": {"width": 640, "height": 480}})
recorder = ImageRecorder(stream=camera, format="jpeg")
log = open("log.jsonl", "a", buffering=1)
def took(change):
    log.write(json.dumps(time.monotonic()) + chr(10))
    recorder.recording = False  # as the page has it by now
    recorder.recording = True
recorder.image.observe(took, "value")
recorder
"""


def needed() -> None:
    """Raise `MissingExtra` for what is not installed."""
    tfjs.needed()
    if importlib.util.find_spec("tensorflow") is None:
        raise MissingExtra("missing_tensorflow")


def peers(cast: Cast, rounds: int, progress: Progress) -> list[Figure]:
    """Each peer's milliseconds for a picture beside ours, and the burst of a recorder."""
    took: dict[str, list[float]] = {}
    pictures = [frames.decode(data) for data in cast.frames]
    with (
        chromium.browser() as opened,
        tfjs.pages(opened, cast.frames) as pages,
        _keras(np.stack([resize(picture, cast.net.size) for picture in pictures])) as keras,
    ):

        def ours(start: int, count: int) -> list[float]:
            return _clocked(
                lambda n: cast.recognizer.predict(cast.frames[n % len(cast.frames)]), start, count
            )

        def one_pass(start: int, count: int) -> list[float]:
            return _clocked(lambda n: cast.net.embed([pictures[n % len(pictures)]]), start, count)

        tasks: dict[str, Any] = {"ours": ours, "pass": one_pass}
        for name, (page, _) in pages.items():
            tasks[name] = lambda start, count, page=page: page.evaluate(
                "([start, count]) => measure(start, count)", [start, count]
            )
        for name in ("predict", "function"):
            tasks[name] = lambda start, count, name=name: keras(name, start, count)
        for turn in range(-1, max(1, rounds // _TURN)):  # the first turn wakes them up
            progress(max(0, turn) * _TURN / rounds, "")
            for name, task in tasks.items():
                one = task(max(0, turn) * _TURN, _WARM if turn < 0 else _TURN)
                if turn >= 0:
                    took.setdefault(name, []).extend(one)
        about = {name: said for name, (_, said) in pages.items()}
    found = [figure(f"bench.peer.{name}", "ms", took[name], **_told(about.get(name))) for name in tasks]
    ratio = float(np.median(took["plain"]) / np.median(took["ours"]))
    return [*found, figure("bench.peer.ratio", "times", [ratio]), *recorder(progress)]


def _told(about: dict[str, Any] | None) -> dict[str, Any]:
    """What of a page's account of itself goes into the table."""
    return {} if about is None else {key: about[key] for key in ("version", "threads")}


def _clocked(task: Any, start: int, count: int) -> list[float]:
    took = []
    for number in range(start, start + count):
        began = time.perf_counter()
        task(number)
        took.append(1000 * (time.perf_counter() - began))
    return took


@contextmanager
def _keras(pictures: Any) -> Iterator[Any]:
    """TensorFlow in a process of its own, with these pictures `(n, side, side, 3)`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pictures.npy"
        np.save(file, pictures)
        command = [sys.executable, "-c", _KERAS, str(weights.fetch(weights.MOBILENET_V2)), str(file)]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            writes, reads = process.stdin, process.stdout

            def ask(name: str, start: int, count: int) -> list[float]:
                writes.write(json.dumps([name, start, count]) + "\n")
                writes.flush()
                return json.loads(_line(reads))  # type: ignore[no-any-return]

            try:
                while _line(reads).strip() != "ready":
                    pass
                yield ask
            finally:
                process.kill()


def _line(reads: Any) -> str:
    line = reads.readline()
    if not line:
        raise FaceGameError("bench_failed", what="TensorFlow", reason="-")
    return str(line)


def recorder(progress: Progress) -> list[Figure]:
    """20 pictures by `ImageRecorder` in JupyterLab: from the first to the last, as ours is counted."""
    progress(0.95, "")
    with tempfile.TemporaryDirectory() as folder:
        reel = play.film(Path(folder) / "film.mjpeg")
        with chromium.browser(reel) as opened, opened.new_context() as context:
            page = context.new_page()
            with chromium.lab(page, _RECORDER) as home:
                button = page.locator(".jp-OutputArea-output .fa-camera, .jp-OutputArea-output button").first
                button.wait_for(timeout=60_000)
                page.wait_for_timeout(1000)
                button.click()
                times = _times(page, home / "log.jsonl")
    step = (times[_RECORDED] - times[0]) / _RECORDED
    return [figure("bench.peer.recorder", "s", [step * _RECORDED], pictures=_RECORDED)]


def _times(page: Any, log: Path) -> Sequence[float]:
    """When each picture came; waits for one more than a burst has."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        times = [float(line) for line in log.read_text().splitlines()] if log.is_file() else []
        if len(times) > _RECORDED:
            return times
        page.wait_for_timeout(200)
    raise FaceGameError("bench_failed", what="ImageRecorder", reason="-")
