"""The real servers: JupyterLab and Voila answer, ask nothing of the internet, and end without remains."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from facegame_lib import launch

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without asking it")

CODE = "print(6 * 7, 'is the answer')"
CELL = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": []}
NOTEBOOK = {
    "cells": [CELL | {"source": CODE}],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def get(url: str) -> str:
    """The page at that address of this computer."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as response:
        return str(response.read().decode())


@contextmanager
def started(program: str, home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A Python program that calls the launcher, in a home of its own; and the address it prints.

    Nothing waits for ever: after two minutes it is killed with its server, and no address is found.
    """
    variables = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment["FACEGAME_LANGUAGE"] = "en"
    environment |= dict.fromkeys(variables, str(home))
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that the server can be killed with it
    )
    deadline = threading.Timer(120, os.killpg, (process.pid, signal.SIGKILL))
    deadline.start()
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("facegame: open "):
                yield process, line.split()[-1]
                break
        else:
            pytest.fail(f"no address was printed:\n{said}")
    finally:
        deadline.cancel()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def notebook_in(folder: Path) -> Path:
    """A notebook with a name that has to be quoted in an address."""
    path = folder / "my gáme.ipynb"
    path.write_text(json.dumps(NOTEBOOK))
    return path


PROGRAM = """
import sys
from pathlib import Path
from facegame_lib import launch
launch.find_notebook = lambda folder: Path(sys.argv[2])
sys.exit(getattr(launch, sys.argv[1])(port=0, browser=False))
"""


def test_jupyterlab_opens_the_notebook_and_asks_nothing_of_the_internet(tmp_path: Path) -> None:
    """A real JupyterLab answers at the printed address, wants its token, shows no news, and stops with us."""
    notebook = notebook_in(tmp_path)
    with started(PROGRAM, tmp_path, "play", str(notebook)) as (process, url):
        address, _, token = url.partition("?token=")
        assert address.endswith("/lab/tree/my%20g%C3%A1me.ipynb")
        root = address.partition("/lab/")[0]
        page = get(url)
        config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
        assert config["news"] == {"disabled": True}
        assert config["extensionManager"]["can_install"] is False
        file = json.loads(get(f"{root}/api/contents/my%20g%C3%A1me.ipynb?token={token}"))
        assert file["content"]["cells"][0]["source"] == CODE
        setting = json.loads(
            get(f"{root}/lab/api/settings/@jupyterlab/apputils-extension:notification?token={token}")
        )
        assert setting["schema"]["properties"]["fetchNews"]["default"] == "false"
        with pytest.raises(urllib.request.HTTPError):
            get(f"{root}/api/contents?token=wrong")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert launch.is_free(int(root.rpartition(":")[2]))


def test_voila_shows_the_notebook_without_the_internet(tmp_path: Path) -> None:
    """A real Voila runs the cells, and its page needs nothing from elsewhere; Ctrl-C stops it."""
    with started(PROGRAM, tmp_path, "app", str(notebook_in(tmp_path))) as (process, url):
        page = get(url)
        assert "42 is the answer" in page
        assert CODE not in page
        assert re.findall(r"""(?:href|src)=["']?(?:https?:)?//[^"' >]+""", page) == []
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert launch.is_free(int(url.strip("/").rpartition(":")[2]))
