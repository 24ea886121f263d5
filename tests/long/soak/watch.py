"""What can be asked of running processes and pages from outside: their memory, their complaints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import Page

# How each figure of a page is judged, see `flat.Notes.trend`. The memory of the DOM and of the process is
# only noted: the inspector of whoever drives a page keeps an entry of each request (docs/promises.md).
PAGE = {
    "page heap MB": "memory",
    "page buffers MB": "memory",
    "page DOM MB": "",
    "page nodes": "memory",
    "page listeners": "memory",
    "page process MB": "",
    "page shared MB": "",
}
BAR = {
    "grab to bar p50 ms": "lag",
    "predictions/s": "",
    "load": "",
}
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


def page_memory() -> dict[str, float]:
    """The largest page's process, in MB: what is its own, and what it shares with other processes.

    What it shares is on the whole Chromium's cache of decoded pictures (359 of 421 MB after one game, by its
    own count, `cc/image_memory`): up to 1000 of them, given back when memory is short.
    """
    page = max((process.memory_info() for process in processes("--type=renderer")), key=lambda one: one.rss)
    shared = getattr(page, "shared", 0)  # other systems than Linux do not say
    return {"page process MB": round((page.rss - shared) / 1e6, 1), "page shared MB": round(shared / 1e6, 1)}


def fill_the_inspector(page: Page) -> None:
    """Have that page load so much that its inspector is full.

    Whoever drives a page has its inspector keep what the page loads, the last 100 MB or so: in JupyterLab 4
    MB a game (pictures, the icon of a busy kernel's tab), which a page that nobody inspects does not keep.
    Pictures, because a page may forbid other requests.
    """
    page.evaluate(
        """async () => {
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 1024;
          const context = canvas.getContext("2d");
          const noise = context.createImageData(1024, 1024); // 4 MB, which nothing makes smaller
          for (let i = 0; i < 60; i++) {
            for (let k = 0; k < noise.data.length; k++) noise.data[k] = Math.random() * 256;
            context.putImageData(noise, 0, 0);
            const image = new Image();
            image.src = URL.createObjectURL(await new Promise((done) => canvas.toBlob(done)));
            await image.decode();
            URL.revokeObjectURL(image.src);
          }
        }"""
    )


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
            **page_memory(),
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
