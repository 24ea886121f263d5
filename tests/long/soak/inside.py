"""What is looked at from inside of a kernel; the notebook of the soak imports this."""

from __future__ import annotations

import json
import logging
import threading
import time
import tracemalloc
from pathlib import Path
from typing import Any

EVERY = 5.0  # seconds


def watch(folder: str, trace: bool) -> None:
    """Have all that is logged from a warning on, and what a thread raises, in `kernel.log`; how many there
    are of what could pile up in `census.json`; and with `trace` who took what memory in `trace.txt`."""
    logging.basicConfig(filename=Path(folder) / "kernel.log", level=logging.WARNING)
    logging.captureWarnings(True)
    threading.excepthook = _raised
    if trace:
        tracemalloc.start(12)
    threading.Thread(target=_count, args=(Path(folder), trace), daemon=True).start()


def _raised(thread: Any) -> None:
    told = (thread.exc_type, thread.exc_value, thread.exc_traceback)
    logging.critical("a thread raised", exc_info=told)


def _count(folder: Path, trace: bool) -> None:
    from ipywidgets.widgets.widget import _instances

    from facegame_lib.widgets import FaceGame

    while True:
        time.sleep(EVERY)
        store = FaceGame._memory
        census = {
            "widgets": len(_instances),
            "threads": threading.active_count(),
            "pictures": len(store) if store is not None else 0,
        }
        new = folder / "census.new"
        new.write_text(json.dumps(census), "utf-8")
        new.replace(folder / "census.json")
        if trace:
            _trace(folder / "trace.txt")


def _trace(path: Path) -> None:
    """Add the twenty lines of code that hold most, if a minute has passed."""
    if path.exists() and time.time() - path.stat().st_mtime < 60:
        return
    top = tracemalloc.take_snapshot().statistics("lineno")[:20]
    with path.open("a", encoding="utf-8") as out:
        print(time.ctime(), *top, "", sep="\n", file=out)
