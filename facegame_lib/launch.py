"""Start the game's notebook in JupyterLab or, as a plain web page, in Voila.

Both are commands of their own: they run in another process, listen on this computer only (camera access
needs localhost or HTTPS), ask nothing of the internet, and are stopped with this one.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from importlib import resources
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

from facegame_lib import texts
from facegame_lib.errors import BadSetting, FaceGameError, MissingExtra

NOTEBOOK = "1_play.ipynb"
PORT = 8888
PORTS_TRIED = 50
LAST_PORT = 65535
STARTS_WITHIN = 60.0
"""Seconds: a slow laptop that reads JupyterLab from a cold disk for the first time needs many."""

_PACKAGE = Path(str(resources.files("facegame_lib")))

# A proxy knows another localhost than this one.
_NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def play(port: int | None = None, browser: bool = True, extra: Sequence[str] = ()) -> int:
    """Run JupyterLab on the game's notebook until it is stopped; returns its exit code.

    `port` is 8888 if not given and the next free one if taken. `extra` goes to `jupyter lab` as it is.
    Raises `FaceGameError` if there is no notebook, no free port or no server.
    """
    notebook = find_notebook(Path.cwd())
    port = free_port(PORT if port is None else port)
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(16)
    # In the environment, not among the arguments: those can be read by everyone on the computer.
    environment = {**os.environ, "JUPYTER_TOKEN": token}
    # Where JupyterLab's settings are looked for: ours say that nobody is to be asked about news.
    environment["JUPYTER_CONFIG_PATH"] = _with_ours("JUPYTER_CONFIG_PATH")
    command = lab_command(notebook, port, browser, as_root=is_root(), extra=extra)
    url = f"http://localhost:{port}/lab/tree/{quote(notebook.name)}?token={token}"

    def is_ours() -> bool:  # who else would let that token in?
        return _get(f"http://localhost:{port}/api/status?token={token}").status == 200

    return serve(command, environment, port, url, is_ours)


def app(port: int | None = None, browser: bool = True, extra: Sequence[str] = ()) -> int:
    """Run Voila on the game's notebook until it is stopped; returns its exit code. Else as `play`."""
    if importlib.util.find_spec("voila") is None:
        raise MissingExtra("missing_voila")
    notebook = find_notebook(Path.cwd())
    port = free_port(PORT if port is None else port)
    command = voila_command(notebook, port, browser, extra)
    url = f"http://localhost:{port}/"
    with tempfile.TemporaryDirectory() as marks:
        mark = Path(marks) / "labextensions" / secrets.token_hex(8) / "mark.txt"
        mark.parent.mkdir(parents=True)
        mark.touch()
        # Where Jupyter's data is looked for: the mark, and our template "facegame".
        environment = {**os.environ, "JUPYTER_PATH": marks + os.pathsep + _with_ours("JUPYTER_PATH")}

        def is_ours() -> bool:  # who else would have a file of that name?
            return _get(f"{url}voila/labextensions/{mark.parent.name}/mark.txt").status == 200

        return serve(command, environment, port, url, is_ours)


def find_notebook(folder: Path, package: Path = _PACKAGE) -> Path:
    """The game's notebook: the checkout's own, else the one in `folder`, copied there if it is not yet.

    The others (look inside, swap the brain, run a workshop) lie beside it, as in a checkout. A copy that is
    there is the player's and is never overwritten. Raises `FaceGameError` if there is none to play.
    """
    checkout = package.parent / "notebooks" / NOTEBOOK
    if checkout.is_file():
        return checkout
    mine, packaged = folder / NOTEBOOK, package / "notebooks" / NOTEBOOK
    if not mine.is_file() and not packaged.is_file():
        raise FaceGameError("no_notebook", path=packaged)
    copied = []
    for notebook in sorted(packaged.parent.glob("*.ipynb")):
        copy = folder / notebook.name
        if copy.exists():
            continue
        try:
            shutil.copyfile(notebook, copy)
        except OSError as error:
            if mine.is_file():  # it can be played without the others
                break
            raise FaceGameError(
                "notebook_not_copied", folder=folder, reason=error.strerror or error
            ) from error
        copied.append(copy.name)
    if copied:
        _say("cli.notebook_copied", names=", ".join(copied), folder=folder)
    return mine


def free_port(wanted: int) -> int:
    """`wanted` if it is free, else the next one that is, and says so; 0 means any."""
    if not 0 <= wanted <= LAST_PORT:
        raise BadSetting("out_of_range", name="port", low=0, high=LAST_PORT, found=wanted)
    if wanted == 0:
        with socket.socket() as any_port:
            any_port.bind(("127.0.0.1", 0))
            return int(any_port.getsockname()[1])
    ports = range(wanted, min(wanted + PORTS_TRIED, LAST_PORT + 1))
    for port in ports:
        if is_free(port):
            if port != wanted:
                _say("cli.port_taken", wanted=wanted, port=port)
            return port
    raise FaceGameError("no_free_port", first=ports[0], last=ports[-1])


def is_free(port: int) -> bool:
    """Whether a server may listen on that port of localhost, of both its addresses where there are two."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as attempt:
                if os.name == "posix":  # else a port is held for a minute after its last connection
                    attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                attempt.bind((address, port))
        except OSError:
            if family == socket.AF_INET or _has_ipv6():
                return False
    return True


def lab_command(
    notebook: Path, port: int, browser: bool, as_root: bool, extra: Sequence[str] = ()
) -> list[str]:
    """The command line of JupyterLab on that notebook, `extra` at its end."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={notebook.parent}"]
    command += [f"--LabApp.default_url=/lab/tree/{quote(notebook.name)}"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.open_browser={browser}", "--Application.log_level=WARN"]
    command += ["--ServerApp.answer_yes=True"]  # Ctrl-C stops at once, without a question
    # No news, no look for updates and no list of extensions: a room may have no internet.
    command += ["--LabApp.news_url=None", "--LabApp.extension_manager=readonly"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate"]
    # Made for notebooks of before 2023; it only prints a warning about itself.
    command += ["--ServerApp.jpserver_extensions={'notebook_shim': False}"]
    command += ["--allow-root"] if as_root else []
    return [*command, *_prompt("ServerApp", extra), *extra]


def voila_command(notebook: Path, port: int, browser: bool, extra: Sequence[str] = ()) -> list[str]:
    """The command line of Voila on that notebook, `extra` at its end."""
    command = [sys.executable, "-m", "voila", str(notebook)]
    command += [f"--Voila.port={port}", "--Voila.port_retries=0", f"--Voila.open_browser={browser}"]
    command += ["--Application.log_level=ERROR"]
    # A cell that fails shows why: whoever runs a kiosk has no other place to look.
    command += ["--VoilaConfiguration.show_tracebacks=True"]
    # Voila's own template waits for icons from a server on the internet; ours does not.
    command += ["--VoilaConfiguration.template=facegame"]
    return [*command, *_prompt("Voila", extra), *extra]


def serve(
    command: Sequence[str], environment: Mapping[str, str], port: int, url: str, is_ours: Callable[[], bool]
) -> int:
    """Run a server, print its address once it answers, and stop it with this process.

    `is_ours` asks what answers on the port whether it is that server: two may have been started at once,
    and the port is free until one of them is ready.
    """
    # In a container or as a service, a stop is a SIGTERM: the server must not outlive us.
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with subprocess.Popen(command, env=dict(environment)) as server:
            try:
                _wait_for(server, port, is_ours)
                _say("cli.open", url=url)
                _say("cli.stop")
                return server.wait()
            except KeyboardInterrupt:
                return 0
            finally:
                _stop(server)
    finally:
        signal.signal(signal.SIGTERM, before)


def is_root() -> bool:
    """Whether this is root, whom JupyterLab serves only when told to."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _prompt(program: str, extra: Sequence[str]) -> list[str]:
    """The setting that has messages sent at once; kernels behind a gateway have a connection of their own."""
    if any("gateway" in word.lower() for word in (*extra, *os.environ)):
        return []
    return [f"--{program}.kernel_websocket_connection_class=facegame_lib.jupyter.connection.PromptConnection"]


def _with_ours(variable: str) -> str:
    """The value of a list of folders in the environment, with the one we bring."""
    return os.pathsep.join(filter(None, [os.environ.get(variable), str(_PACKAGE / "jupyter")]))


def _wait_for(server: subprocess.Popen[bytes], port: int, is_ours: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, HTTPException):
            if is_ours():
                return
        time.sleep(0.1)
    if server.poll() is not None:
        raise FaceGameError("no_server", port=port)
    # It runs and does not answer as expected: the player gave it settings of their own (a password, HTTPS).


def _get(url: str) -> HTTPResponse | HTTPError:
    try:
        response: HTTPResponse = _NO_PROXY.open(url, timeout=5)
    except HTTPError as error:
        return error
    with response:
        return response


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop (it ends its notebooks first); a second Ctrl-C or 15 s end the asking."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(timeout=15)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            server.kill()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as attempt:
            attempt.bind(("::1", 0))
    except OSError:
        return False
    return True


def _say(key: str, **details: object) -> None:
    # Flushed: another program may be reading the address from a pipe.
    print(texts.text(key, texts.preferred_language(), **details), flush=True)
