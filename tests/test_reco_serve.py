"""`facegame serve` as people run it: it prints where to go, plays, and ends when it is told to."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from house import Client, until

from facegame_lib import MissingExtra, cli
from facegame_lib.reco import RemoteRecognizer, serve
from facegame_lib.reco.engine import ENGINES
from facegame_lib.weights import cache_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without asking it")


@contextmanager
def running(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The command in a home of its own, and what it has printed once it serves. It never outlives a test."""
    environment = {**os.environ, "FACEGAME_LANGUAGE": "en", "HOME": str(home)}
    environment["FACEGAME_CACHE"] = str(cache_folder())
    environment.pop("XDG_DATA_HOME", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "facegame_lib.cli", "serve", "--port", "0", *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = threading.Timer(120, process.kill)
    deadline.start()
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        yield process, said
    finally:
        deadline.cancel()
        process.kill()
        process.communicate()


def found(pattern: str, said: list[str]) -> str:
    """What stands in the brackets of that pattern, in what was printed."""
    match = re.search(pattern, "".join(said))
    assert match, "".join(said)
    return match[1]


def test_it_says_where_to_go_and_ends_when_told(tmp_path: Path) -> None:
    """A random token is in the printed address and lets in; the board has another; SIGINT ends it with 0."""
    with running(tmp_path, "--host", "127.0.0.1", "--db", str(tmp_path / "b")) as (process, said):
        url, token = found(r"open (http://localhost:\d+)/#", said), found(r"open \S+/#(\S{16,})", said)
        board = found(r"/board#(\S{16,})", said)
        assert board != token
        assert "█" in "".join(said)
        with Client(url, "/game", token=token) as client:
            until(lambda: client.shown)
            assert client.shown["brain"]["state"] == "untrained"  # the nets are ready
        with Client(url, "/board", token=board) as client:
            until(lambda: client.all("board"))
            assert client.all("board")[0]["address"] == f"{url}/#{token}"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_token_of_the_players_own_is_quoted(tmp_path: Path) -> None:
    """The address printed for `--token 'a b#c'` has no space and one #, and lets in who copies it."""
    options = ("--token", "a b#c", "--host", "127.0.0.1", "--db", str(tmp_path / "b"))
    with running(tmp_path, *options) as (_, said):
        url = found(r"open (\S+) or scan", said)
        assert url.endswith("/#a%20b%23c")
        remote = RemoteRecognizer(url).prepare()
        assert remote.ready
        remote.close()


def test_without_a_token_it_is_for_this_machine(tmp_path: Path) -> None:
    """`--token none` lets everybody in, and listens on loopback only."""
    with running(tmp_path, "--token", "none", "--db", str(tmp_path / "b")) as (process, said):
        url = found(r"open (http://localhost:\d+)/ ", said)
        assert "Only this machine" in "".join(said)
        with Client(url, "/game", token=None) as client:
            until(lambda: client.shown)
        listening = {
            line.split()[1].rpartition(":")[0]
            for table in ("tcp", "tcp6")
            for line in _lines(Path(f"/proc/{process.pid}/net/{table}"))
            if line.split()[1].endswith(f":{int(url.rpartition(':')[2]):04X}") and line.split()[3] == "0A"
        }
        assert listening <= {"0100007F"}


def _lines(table: Path) -> list[str]:
    return table.read_text("utf-8").splitlines()[1:] if table.is_file() else []


def test_with_https_the_page_is_secure(tmp_path: Path) -> None:
    """`--https` serves TLS with a certificate that the file it names vouches for."""
    home = tmp_path / "home"
    with running(home, "--https", "--host", "127.0.0.1", "--db", str(tmp_path / "b")) as (_, said):
        url = found(r"open (https://localhost:\d+)/#", said)
        trusted = ssl.create_default_context(cafile=found(r"check it with (\S+\.pem)\.", said))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
        )
        with opener.open(f"{url}/health", timeout=20) as response:
            assert response.read() == b'{"ok":true}'
    assert list(home.rglob("key-and-certificate.pem"))


@pytest.mark.parametrize(
    ("token", "host", "listens"),
    [(None, "", serve.EVERYWHERE), ("none", "", "127.0.0.1"), ("none", "0.0.0.0", "0.0.0.0"),
     ("abc", "", serve.EVERYWHERE), ("abc", "127.0.0.1", "127.0.0.1")],
)  # fmt: skip
def test_where_it_listens(token: str | None, host: str, listens: str) -> None:
    """With a token on all addresses; without one on this machine alone, unless told otherwise."""
    assert serve.listens_on(serve.Options(host=host, token=token)) == listens


def test_without_its_packages_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, the error names the line that installs it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(MissingExtra) as caught:
        serve.serve(serve.Options(), lambda fraction, key: None, "en")
    assert "facegame[server" in str(caught.value)


def test_the_command_knows_the_engines() -> None:
    """What `--engine` may be is what there is."""
    parser = cli.make_parser("en")
    for name in ENGINES:
        assert parser.parse_args(["serve", "--engine", name]).engine == name
    with pytest.raises(SystemExit):
        parser.parse_args(["serve", "--engine", "steam"])
