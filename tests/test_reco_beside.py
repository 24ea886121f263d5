"""A server beside a notebook: started and stopped from Python, and the sheet for families."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from house import Client, FakeEngine, get, until

from facegame_lib.errors import BadSetting, FaceGameError, MissingExtra
from facegame_lib.reco import Options, RecoServer, privacy_sheet, serve, write_privacy_sheet
from facegame_lib.reco.addresses import without_token
from facegame_lib.texts import LANGUAGES

DOCS = Path(__file__).parents[1] / "docs"


class Closing(FakeEngine):
    """An engine without nets that counts how often it was let go."""

    closed = 0

    def close(self) -> None:
        type(self).closed += 1


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> type[Closing]:
    """Servers without nets."""
    monkeypatch.setattr(serve, "ENGINES", {"local": lambda _: Closing()})
    monkeypatch.setattr(Closing, "closed", 0)
    return Closing


def options(folder: Path, **more: Any) -> Options:
    """For this computer alone, on any port."""
    return Options(**{"host": "127.0.0.1", "port": 0, "db": folder / "board.sqlite3", **more})


def test_it_serves_from_start_to_stop(tmp_path: Path, engine: type[Closing]) -> None:
    """Its address lets a player in and its board's the projector, until it is stopped: then nobody answers,
    and the nets are let go, once."""
    server = RecoServer(options(tmp_path))
    assert not server.running
    assert server.start() is server
    assert server.running
    url, token = without_token(server.address)
    board, board_token = without_token(server.board)
    assert board == f"{url}board"
    with Client(url, "/game", token=token) as client:
        until(lambda: client.shown)
    with Client(url, "/board", token=board_token) as client:
        until(lambda: client.all("board"))
        assert client.all("board")[0]["address"] == server.address
    assert server.address in server.sentences("en")
    assert server.board in server.sentences("es")
    assert engine.closed == 0
    server.stop()
    server.stop()
    assert not server.running
    assert engine.closed == 1
    with pytest.raises(OSError):
        get(url, "/health")


def test_a_second_start_is_the_same_server(tmp_path: Path) -> None:
    """A cell that is run again starts nothing new; after a stop it starts anew, with other tokens."""
    with RecoServer(options(tmp_path)) as server:
        first = server.address
        server.start()
        assert server.address == first
        server.stop()
        server.start()
        assert server.address != first
        assert get(without_token(server.address)[0], "/health").status == 200


def test_a_block_stops_it_whatever_happens(tmp_path: Path) -> None:
    """An error in the block ends the server too."""
    with pytest.raises(ZeroDivisionError), RecoServer(options(tmp_path)) as server:
        raise ZeroDivisionError
    assert not server.running


def test_a_taken_port_is_not_its_end(tmp_path: Path) -> None:
    """Where another program has the port it takes a free one, and its address says which."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with RecoServer(options(tmp_path, port=taken)) as server:
            assert f":{taken}/" not in server.address
            assert get(without_token(server.address)[0], "/health").status == 200


def test_its_port_is_its_own_while_the_nets_get_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server that starts meanwhile, however it asks, is not given the same port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    refused = []

    def prepare(engine: FakeEngine, progress: Any = None) -> FakeEngine:
        with pytest.raises(OSError, match="in use") as caught:
            socket.create_server(("127.0.0.1", port)).close()  # with SO_REUSEADDR, as ours
        refused.append(caught.value)
        return engine

    monkeypatch.setattr(Closing, "prepare", prepare)
    with RecoServer(options(tmp_path, port=port)) as server:
        assert f":{port}/" in server.address
    assert len(refused) == 1


def test_with_https_it_says_what_vouches_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `https` the address is secure, and the file to check it with is there."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / name)
    with RecoServer(options(tmp_path, https=True)) as server:
        assert server.address.startswith("https://")
        assert server.certificate is not None
        assert server.certificate.is_file()


def test_an_address_of_nobody_is_said(tmp_path: Path) -> None:
    """Where it cannot listen there is a sentence, and nothing runs."""
    server = RecoServer(options(tmp_path, host="192.0.2.1"))
    with pytest.raises(FaceGameError, match="cannot listen on") as caught:
        server.start()
    assert caught.value.text("es") != caught.value.text("en")
    assert not server.running


def test_a_server_that_does_not_come_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: type[Closing]
) -> None:
    """One that ends as it starts is an error that names where, and lets go of its nets."""
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: sockets[0].close())
    with pytest.raises(FaceGameError, match="did not start at http://localhost:") as caught:
        RecoServer(options(tmp_path)).start()
    assert "#" not in str(caught.value)
    assert engine.closed == 1


def test_before_its_start_it_has_no_address() -> None:
    """Whoever asks too early is told to start it."""
    with pytest.raises(FaceGameError, match=r"start\(\)"):
        _ = RecoServer().address


def test_without_its_packages_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, the error names the line that installs it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(MissingExtra, match=r"facegame\[server"):
        RecoServer(options(tmp_path)).start()


# The sheet


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_one_page_to_print(language: str, tmp_path: Path) -> None:
    """What is written has every word of the sheet, its blanks, and nothing to load from anywhere."""
    page = write_privacy_sheet(tmp_path / "sheet.html", language).read_text("utf-8")
    sheet = privacy_sheet(language)
    for paragraph in sheet.split("\n\n"):
        last = paragraph.strip().splitlines()[-1].rpartition("*")[2].strip()
        assert last in page, last
    assert page.count("____") >= 4
    assert f'<html lang="{language}">' in page
    assert "http" not in page


def test_there_is_one_text_of_the_sheet() -> None:
    """docs/privacy.md shows the same files, and says nothing of its own."""
    page = (DOCS / "privacy.md").read_text("utf-8")
    for language in LANGUAGES:
        assert f"```{{include}} ../facegame_lib/reco/privacy.{language}.md\n```" in page
        assert privacy_sheet(language).split("\n\n")[2] not in page


def test_a_sheet_that_there_is_not() -> None:
    """Another language is refused with those that there are."""
    with pytest.raises(BadSetting, match="en, es"):
        privacy_sheet("fr")
