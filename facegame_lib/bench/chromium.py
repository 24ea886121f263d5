"""A real Chromium, driven by Playwright, and a real JupyterLab for it to visit, each only for as long as it
is measured."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from facegame_lib import launch
from facegame_lib.errors import FaceGameError, MissingExtra

_STARTS: Final = 90.0  # seconds
_QUIET: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
_KERNEL: Final = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
_IDLE: Final = """() =>
  window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status === "idle"
"""


def needed() -> None:
    """Raise `MissingExtra` where Playwright is not installed."""
    if importlib.util.find_spec("playwright") is None:
        raise MissingExtra("missing_playwright")


@contextmanager
def browser(film: Path | None = None) -> Iterator[Any]:
    """A headless Chromium whose webcam plays that film (raw MJPEG), with nothing of this user's in it."""
    needed()
    from playwright.sync_api import Error, sync_playwright

    flags = [*_QUIET]
    if film is not None:
        flags += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        flags += [f"--use-file-for-fake-video-capture={film}"]
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=path, args=flags)
        except Error as error:
            raise FaceGameError("no_chromium", reason=str(error).splitlines()[0]) from error
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def lab(page: Any, cell: str) -> Iterator[Path]:
    """A notebook with that one cell, run in JupyterLab on that page; its folder, thrown away afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source: dict[str, Any] = {
            "cell_type": "code",
            "source": cell,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        (folder / "measured.ipynb").write_text(
            json.dumps({"cells": [source], "metadata": _KERNEL, "nbformat": 4, "nbformat_minor": 4}), "utf-8"
        )
        port, token = launch.free_port(0), secrets.token_hex(8)
        command = launch.lab_command(folder / "measured.ipynb", port, False, launch.is_root())
        command += ["--LabApp.expose_app_in_browser=True"]
        environment = {**os.environ, "JUPYTER_TOKEN": token, "FACEGAME_LANGUAGE": "en"}
        environment["JUPYTER_CONFIG_PATH"] = str(Path(launch.__file__).parent / "jupyter")
        for variable in ("XDG_DATA_HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
            environment[variable] = str(folder / "home" / variable.lower())
        null = subprocess.DEVNULL
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=null, stderr=null) as server:
            try:
                _wait(server, f"http://localhost:{port}/api/status?token={token}", port)
                page.goto(f"http://localhost:{port}/lab/tree/measured.ipynb?token={token}")
                page.wait_for_selector(".jp-Notebook", timeout=60_000)
                page.wait_for_function(_IDLE, timeout=60_000)
                page.evaluate("window.jupyterapp.shell.collapseLeft()")
                page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
                yield folder
                page.goto("about:blank")
            finally:
                server.terminate()
                server.wait(30)


def _wait(server: subprocess.Popen[bytes], url: str, port: int) -> None:
    deadline = time.monotonic() + _STARTS
    while True:
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError) as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise FaceGameError("no_server", port=port) from error
            time.sleep(0.1)  # a poll with a deadline
