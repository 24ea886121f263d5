"""Servers in processes of their own, for the tests to visit."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path


def serve(command: list[str], url: str, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run that server until the test is done; give its address once it answers."""
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + 90
            while True:
                try:
                    urllib.request.urlopen(url, timeout=5)
                    break
                except (urllib.error.URLError, OSError):
                    if server.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError(f"no server at {url}:\n{log.read_text()}") from None
                    time.sleep(0.1)  # a poll with a deadline
            yield url
        finally:
            server.terminate()
            server.wait(30)
