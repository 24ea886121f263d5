"""Starting JupyterLab and Voila: the notebook, the port, the address, and an end without remains."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from facegame_lib import launch
from facegame_lib.errors import BadSetting, FaceGameError, MissingExtra

OTHERS = ("2_look_inside.ipynb", "3_swap_the_brain.ipynb")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests read English, whatever this computer speaks."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")


@contextmanager
def listening() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def packaged(tmp_path: Path) -> Path:
    """A package as a wheel installs it, with the notebooks in it."""
    package = tmp_path / "site-packages" / "facegame_lib"
    (package / "notebooks").mkdir(parents=True)
    for name in (launch.NOTEBOOK, *OTHERS):
        (package / "notebooks" / name).write_text("the game's")
    return package


# The notebook


def test_a_checkout_plays_its_own_notebook(tmp_path: Path) -> None:
    """In a checkout the notebook is the one in it, and nothing is copied."""
    package = packaged(tmp_path)
    own = package.parent / "notebooks" / launch.NOTEBOOK
    own.parent.mkdir()
    own.write_text("the checkout's")
    here = tmp_path / "here"
    here.mkdir()
    assert launch.find_notebook(here, package) == own
    assert list(here.iterdir()) == []


def test_a_wheel_copies_its_notebook_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a checkout the notebook is copied to where one is, and what a player changed there stays."""
    package = packaged(tmp_path)
    mine = tmp_path / launch.NOTEBOOK
    assert launch.find_notebook(tmp_path, package) == mine
    assert mine.read_text() == "the game's"
    assert f"{tmp_path}: {launch.NOTEBOOK}, " in capsys.readouterr().out
    mine.write_text("mine now")
    assert launch.find_notebook(tmp_path, package) == mine
    assert mine.read_text() == "mine now"
    assert capsys.readouterr().out == ""


def test_the_other_notebooks_come_along(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are copied beside the game's, those too that an older version did not bring; none is overwritten,
    and one sentence names what is new."""
    package = packaged(tmp_path)
    (tmp_path / launch.NOTEBOOK).write_text("mine")
    (tmp_path / OTHERS[0]).write_text("mine too")
    launch.find_notebook(tmp_path, package)
    assert (tmp_path / launch.NOTEBOOK).read_text() == "mine"
    assert (tmp_path / OTHERS[0]).read_text() == "mine too"
    assert (tmp_path / OTHERS[1]).read_text() == "the game's"
    assert capsys.readouterr().out == (
        f"Copied to {tmp_path}: {OTHERS[1]}. What is there is yours: change it as you like.\n"
    )


def test_without_room_for_the_others_the_game_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that has the game's notebook and takes no other is no reason not to play."""

    def full(*paths: Path) -> None:
        raise OSError(28, "No space left on device")

    package = packaged(tmp_path)
    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(FaceGameError, match="No space left"):
        launch.find_notebook(tmp_path, package)
    (tmp_path / launch.NOTEBOOK).write_text("mine")
    assert launch.find_notebook(tmp_path, package) == tmp_path / launch.NOTEBOOK


def test_no_notebook_is_said(tmp_path: Path) -> None:
    """A package without its notebook is an error that names where it should be."""
    with pytest.raises(FaceGameError, match=re.escape(launch.NOTEBOOK)):
        launch.find_notebook(tmp_path, tmp_path / "facegame_lib")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Where the notebook cannot be copied to, the error names the folder."""
    package = packaged(tmp_path)
    with pytest.raises(FaceGameError, match="elsewhere"):
        launch.find_notebook(tmp_path / "elsewhere", package)


# The port


def test_a_free_port_is_taken_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """The port one asks for is the port one gets, without a word."""
    with listening() as taken:
        pass
    assert launch.free_port(taken) == taken
    assert capsys.readouterr().out == ""


def test_the_next_free_port_is_used_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Instead of a taken port the next free one is used, and the player is told."""
    with listening() as taken:
        port = launch.free_port(taken)
        assert taken < port < taken + launch.PORTS_TRIED
        assert capsys.readouterr().out == (
            f"Port {taken} is taken by another program, so the game uses {port}.\n"
        )


def test_port_0_is_any_free_port() -> None:
    """0 means: whichever."""
    assert launch.is_free(launch.free_port(0))


@pytest.mark.parametrize("wanted", [65536, -1])
def test_a_port_that_cannot_be_is_an_error(wanted: int) -> None:
    """A number that no port can have is refused with those that one can."""
    with pytest.raises(BadSetting, match="between 0 and 65535"):
        launch.free_port(wanted)


def test_no_free_port_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """When all ports tried are taken, the error names them."""
    monkeypatch.setattr(launch, "is_free", lambda port: False)
    with pytest.raises(FaceGameError, match="8888 to 8937"):
        launch.free_port(8888)


def test_ipv6_counts_where_there_is_any() -> None:
    """A port taken on localhost's other address is taken: a browser may go there first."""
    if not launch._has_ipv6():
        pytest.skip("this computer has no IPv6")
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        assert not launch.is_free(other.getsockname()[1])


# The commands


def test_root_is_served_only_as_root() -> None:
    """--allow-root is there for root and for nobody else."""
    notebook = Path("here", "1_play.ipynb")
    assert "--allow-root" in launch.lab_command(notebook, 8888, True, as_root=True)
    assert "--allow-root" not in launch.lab_command(notebook, 8888, True, as_root=False)


def test_what_the_player_adds_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments after `--` come last, so that they overrule ours; the token stays out of the command."""
    seen: list[list[str]] = []
    monkeypatch.setattr(launch, "find_notebook", lambda folder: Path("here", "1_play.ipynb"))
    monkeypatch.setattr(
        launch, "serve", lambda command, environment, port, url, is_ours: seen.append(command)
    )
    monkeypatch.setenv("JUPYTER_TOKEN", "secret")
    launch.play(0, browser=False, extra=["--ServerApp.ip=0.0.0.0"])
    launch.app(0, browser=False, extra=["--Voila.ip=0.0.0.0"])
    assert [command[-1] for command in seen] == ["--ServerApp.ip=0.0.0.0", "--Voila.ip=0.0.0.0"]
    assert "secret" not in " ".join(seen[0])
    assert "--ServerApp.open_browser=False" in seen[0]
    assert "--Voila.open_browser=False" in seen[1]


def test_messages_are_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both servers are told of a connection that sends small messages at once, and goes on as theirs."""
    from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection as Theirs
    from traitlets.utils.importstring import import_item

    notebook = Path("here", "1_play.ipynb")
    commands = launch.lab_command(notebook, 8888, False, False), launch.voila_command(notebook, 8888, False)
    setting = ".kernel_websocket_connection_class="
    named = [word.partition(setting)[2] for command in commands for word in command if setting in word]
    assert len(named) == 2
    prompt = import_item(named[0])
    assert prompt is import_item(named[1])
    assert issubclass(prompt, Theirs)

    calls: list[object] = []
    connection = prompt.__new__(prompt)
    monkeypatch.setattr(prompt, "websocket_handler", SimpleNamespace(set_nodelay=calls.append))
    monkeypatch.setattr(Theirs, "connect", lambda self: calls.append("connect"))
    connection.connect()
    assert calls == [True, "connect"]


def test_kernels_behind_a_gateway_keep_their_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes kernels from a gateway, said by an argument or in the environment, is not overruled."""
    notebook, setting = Path("here", "1_play.ipynb"), "kernel_websocket_connection_class"
    theirs = launch.lab_command(notebook, 8888, False, False, ["--gateway-url=http://there"])
    assert setting not in " ".join(theirs)
    monkeypatch.setenv("JUPYTER_GATEWAY_URL", "http://there")
    assert setting not in " ".join(launch.lab_command(notebook, 8888, False, False))


def test_without_voila_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """`facegame app` without its extra says how to get it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=re.escape('pip install "facegame[app]"')):
        launch.app()


# Serving


def test_a_server_that_dies_is_an_error() -> None:
    """A server that ends before it answers is an error, not an address that leads nowhere."""
    command = [sys.executable, "-c", "raise SystemExit(1)"]
    with pytest.raises(FaceGameError, match="8123"):
        launch.serve(command, os.environ, 8123, "http://localhost:8123", lambda: False)


def test_another_server_on_the_port_is_not_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """If somebody else took the port in the meantime, their address is not printed as the game's."""
    asked = []

    def is_ours() -> bool:
        asked.append(True)
        return False

    bind = "import sys, socket; socket.socket().bind(('127.0.0.1', int(sys.argv[1])))"
    with listening() as port:
        command = [sys.executable, "-c", bind, str(port)]
        with pytest.raises(FaceGameError, match=str(port)):
            launch.serve(command, os.environ, port, "http://localhost", is_ours)
    assert asked
    assert "facegame: open" not in capsys.readouterr().out


def test_the_exit_code_is_the_servers(capfd: pytest.CaptureFixture[str]) -> None:
    """The address is printed once the server answers; when it ends by itself, its exit code is ours."""
    command = [sys.executable, "-c", "input(); raise SystemExit(5)"]
    reader, writer = os.pipe()
    stdin = os.dup(0)
    os.dup2(reader, 0)
    try:
        os.write(writer, b"\n")
        assert launch.serve(command, os.environ, 8123, "http://localhost:8123/x", lambda: True) == 5
    finally:
        os.dup2(stdin, 0)
        for descriptor in (reader, writer, stdin):
            os.close(descriptor)
    assert "facegame: open http://localhost:8123/x\n" in capfd.readouterr().out
    assert signal.getsignal(signal.SIGTERM) is not launch._interrupt
