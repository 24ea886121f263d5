"""What can be asked of running processes and pages from outside: their memory, their complaints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import Page

_WRONG = re.compile(r"Traceback|\bERROR\b|\bCRITICAL\b|\bWARNING\b|Exception|^\[[EWC] |^\w+Error\b")


def processes(*words: str) -> Iterator[psutil.Process]:
    """The processes that this one started, or that those started, with all of these words on their lines."""
    for process in psutil.Process().children(recursive=True):
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:  # it has ended meanwhile
            continue
        if all(word in line for word in words):
            yield process


def memory(*words: str) -> float:
    """The resident memory of the largest such process, in MB."""
    return max(process.memory_info().rss for process in processes(*words)) / 1e6


class Pulse:
    """A page's heap and what stands in it, once all garbage was collected."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")

    def figures(self) -> dict[str, float]:
        """Megabytes of JavaScript, its buffers and the DOM; nodes, listeners; and the page's process."""
        self._devtools.send("HeapProfiler.collectGarbage")
        said = self._devtools.send("Performance.getMetrics")["metrics"]
        heap = self._devtools.send("Runtime.getHeapUsage")
        found = {metric["name"]: metric["value"] for metric in said}
        return {
            "page heap MB": round(found["JSHeapUsedSize"] / 1e6, 2),
            "page buffers MB": round(heap["backingStorageSize"] / 1e6, 2),
            "page DOM MB": round(heap["embedderHeapUsedSize"] / 1e6, 2),
            "page nodes": found["Nodes"],
            "page listeners": found["JSEventListeners"],
            "page process MB": round(memory("--type=renderer"), 1),
        }


class Log:
    """A log file from where it stands now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = path.stat().st_size if path.exists() else 0

    def complaints(self) -> list[str]:
        """Its new lines that tell of something wrong."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as log:
            log.seek(self._at)
            new = log.read()
        self._at += len(new)
        return [line for line in new.decode("utf-8", "replace").splitlines() if _WRONG.search(line)]
