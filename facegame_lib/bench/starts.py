"""Starting: a process from nothing to its first prediction, and a game in a notebook's kernel.

Both are measured in processes of their own, because what this one has imported would flatter them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any, Final

from facegame_lib import backbone, weights
from facegame_lib.bench.figures import Figure, figure
from facegame_lib.bench.player import Cast
from facegame_lib.errors import FaceGameError
from facegame_lib.progress import Progress

_WAIT: Final = 120.0  # seconds after which a kernel is taken for dead

# A kept game of 80 pictures: open it, learn it, say what a frame is.
_FIRST: Final = """
import sys
from pathlib import Path
from facegame_lib import Recognizer, SampleStore
recognizer = Recognizer().prepare()
recognizer.fit(SampleStore.open(sys.argv[1]))
print(recognizer.predict(Path(sys.argv[2]).read_bytes()).label, flush=True)
"""

# What the notebook's cell does, and what came of it.
_CELL: Final = """
import json, sys, time
began = time.perf_counter()
from facegame_lib.widgets import FaceGame
game = FaceGame()
built = time.perf_counter() - began
while not game.game.recognizer.ready and time.perf_counter() - began < 100:
    time.sleep(0.002)
ready = time.perf_counter() - began
game.close()
try:
    # Not `getrusage`: on Linux its peak is handed on to a child, so this would be the peak of who measures.
    peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
except FileNotFoundError:
    try:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS
    except ImportError:  # Windows does not say
        peak = None
heavy = [name for name in ("tensorflow", "keras", "torch", "sklearn") if name in sys.modules]
print("MEASURED", json.dumps([built, ready, peak, heavy]), flush=True)
"""


def cold(cast: Cast, rounds: int, progress: Progress) -> list[Figure]:
    """From starting Python to the first prediction, of a kept game of 80 pictures that was learnt before."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        kept, frame = Path(folder) / "kept", Path(folder) / "frame.jpg"
        cast.store.save(kept)
        frame.write_bytes(cast.frames[0])
        for number in range(rounds + 1):  # the first keeps the embeddings, the others find them
            progress(number / (rounds + 1), "")
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", _FIRST, str(kept), str(frame)],
                capture_output=True,
                text=True,
                check=False,
            )
            took.append(time.perf_counter() - began)
            if done.returncode:
                raise FaceGameError("bench_failed", what="cold start", reason=done.stderr[-300:])
    return [figure("bench.start.first", "s", took[:1]), figure("bench.start.cold", "s", took[1:])]


def warm(rounds: int, progress: Progress) -> list[Figure]:
    """A fresh IPython kernel, as JupyterLab starts it: `FaceGame()` to the widget built, to the nets loaded,
    the most memory the process had by then, and which heavy packages it imported."""
    found = []
    for number in range(rounds):
        progress(number / rounds, "")
        found.append(_in_a_kernel())
    built, ready, peak, heavy = zip(*found, strict=True)
    imported = {name for names in heavy for name in names}
    memory = [one for one in peak if one is not None]
    return [
        figure("bench.start.widget", "s", built),
        figure("bench.start.ready", "s", ready),
        *([figure("bench.memory.kernel", "MB", memory)] if memory else []),
        figure("bench.memory.heavy", "packages", [len(imported)], names=", ".join(sorted(imported)) or "-"),
    ]


def _in_a_kernel() -> tuple[float, float, float | None, list[str]]:
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", stderr=subprocess.DEVNULL)
    said: list[str] = []

    def heard(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            said.append(message["content"]["text"])
        elif message["msg_type"] == "error":
            raise FaceGameError("bench_failed", what="FaceGame()", reason=message["content"]["evalue"])

    try:
        client.execute_interactive(_CELL, output_hook=heard, timeout=_WAIT)
    except (TimeoutError, Empty) as error:
        raise FaceGameError("bench_failed", what="FaceGame()", reason=error) from error
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    line = next(line for line in "".join(said).splitlines() if line.startswith("MEASURED "))
    built, ready, peak, heavy = json.loads(line.removeprefix("MEASURED "))
    return built, ready, peak, heavy


def preparing(progress: Progress) -> list[Figure]:
    """Building and converting the backbone, into a folder that is thrown away; its weights are there."""
    source = weights.fetch(weights.MOBILENET_V2)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        backbone.prepare(weights=source, cache=folder, progress=progress)
        return [figure("bench.start.prepare", "s", [time.perf_counter() - began])]
