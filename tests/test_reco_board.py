"""The leaderboard's file, addresses with their QR codes, and the certificate."""

from __future__ import annotations

import ipaddress
import re
import socket
import sqlite3
import ssl
import stat
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facegame_lib import BadStore
from facegame_lib.reco import addresses
from facegame_lib.reco.board import SHOWN, Board
from facegame_lib.reco.certificate import DAYS, LEFT, certificate

NOON = datetime(2026, 5, 4, 12, 0)
NAMES = ["192.168.0.5", "fd00::5", "class", "localhost", "127.0.0.1", "::1"]


def test_the_best_of_the_day(tmp_path: Path) -> None:
    """Each name stands there once, with its best of that day, the highest first, then the earliest."""
    board = Board(tmp_path / "new" / "board.sqlite3")
    board.add("Ana", 5, 4, 30.0, NOON)
    board.add("Ana", 9, 3, 30.0, NOON + timedelta(minutes=5))
    board.add("Bob", 9, 4, 30.0, NOON)
    board.add("Zoë", 12, 4, 30.0, NOON - timedelta(days=1))
    rows = board.best(NOON)
    assert [(row.name, row.score, row.faces, row.at) for row in rows] == [
        ("Bob", 9, 4, "12:00"),
        ("Ana", 9, 3, "12:05"),
    ]
    assert [row.name for row in board.best(NOON - timedelta(days=1))] == ["Zoë"]


def test_the_board_is_kept_between_runs_and_has_an_end(tmp_path: Path) -> None:
    """Another run shows the same scores, the first `SHOWN` of them."""
    for number in range(SHOWN + 5):
        Board(tmp_path / "b").add(f"player {number}", number, 4, 30.0, NOON)
    assert [row.score for row in Board(tmp_path / "b").best(NOON)] == list(range(SHOWN + 4, 4, -1))


def test_the_file_is_wal_and_holds_nothing_else_of_a_person(tmp_path: Path) -> None:
    """SQLite's write-ahead log is on, and the only table has just these columns."""
    board = Board(tmp_path / "b")
    board.add("Robert'); drop table scores;--", 5, 4, 30.0, NOON)
    with sqlite3.connect(board.path) as scores:
        assert scores.execute("pragma journal_mode").fetchone() == ("wal",)
        assert [row[1] for row in scores.execute("pragma table_info(scores)")] == [
            "name",
            "score",
            "faces",
            "seconds",
            "at",
        ]
        assert scores.execute("select name from sqlite_master").fetchall() == [("scores",)]
    scores.close()
    assert board.best(NOON)[0].name.startswith("Robert")


def test_a_cleared_board_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    """After `clear` no file beside the board holds a name any more."""
    board = Board(tmp_path / "b")
    board.add("Incognita", 5, 4, 30.0, NOON)
    assert any(b"Incognita" in file.read_bytes() for file in tmp_path.iterdir())
    board.clear()
    assert board.best(NOON) == []
    assert not any(b"Incognita" in file.read_bytes() for file in tmp_path.iterdir())


def test_a_board_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    """A file that is no database, or a folder, is refused with a sentence."""
    (tmp_path / "text").write_text("no database" * 100, "utf-8")
    for path in (tmp_path / "text", tmp_path):
        with pytest.raises(BadStore) as caught:
            Board(path)
        assert caught.value.key == "board_unusable"


def test_addresses_are_those_that_others_reach() -> None:
    """No address of this machine alone is among them; the certificate's names have those too."""
    found = addresses.addresses()
    assert not any(addresses.is_loopback(address) for address in found)
    assert all(ipaddress.ip_address(address) for address in found)
    assert set(addresses.names()) >= {*found, *addresses.LOOPBACK}


@pytest.mark.parametrize(
    ("host", "named"),
    [("class", {"class", "class.local"}), ("a.school", {"a.school"}), ("my_pc", set()), ("", set())],
)
def test_a_certificate_can_be_made_for_whatever_the_machine_is_called(
    host: str, named: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host's name is among the names where it can be, and no name is one that no certificate takes."""
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    names = addresses.names()
    assert set(names) - {*addresses.addresses(), *addresses.LOOPBACK} == named
    assert certificate(names, tmp_path).server.is_file()


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("localhost", True), ("::1", True),
     ("0.0.0.0", False), ("192.168.0.5", False), ("class", False), ("", False), ("::", False)],
)  # fmt: skip
def test_loopback_is_this_machine_alone(host: str, here: bool) -> None:
    """What listens on these is reached by this machine alone, and on the others it is not."""
    assert addresses.is_loopback(host) is here


def test_the_token_stands_behind_the_hash() -> None:
    """Browsers send nobody what is behind #; an IPv6 address stands in brackets."""
    assert addresses.url(True, "192.168.0.5", 8765, token="abc") == "https://192.168.0.5:8765/#abc"
    assert addresses.url(False, "fd00::5", 80, "/board", "x") == "http://[fd00::5]:80/board#x"
    assert addresses.url(False, "here", 80) == "http://here:80/"


@pytest.mark.parametrize("token", ["a b#c", "100%", "a%20b", "ñ/?&=+", "plain-1_2"])
def test_any_token_can_stand_in_an_address(token: str) -> None:
    """Whatever it is made of, it is quoted, so that people can copy it whole, and read back as it was."""
    url = addresses.url(True, "here", 443, token=token)
    assert re.fullmatch(r"https://here:443/#[A-Za-z0-9%_.~-]+", url)
    assert addresses.without_token(url) == ("https://here:443/", token)
    assert addresses.without_token("http://here/") == ("http://here/", "")


def test_qr_codes_are_drawn() -> None:
    """As SVG for the board, without a script or a link, and as lines for a terminal."""
    svg = addresses.qr_svg("https://192.168.0.5:8765/#abc")
    assert svg.startswith("<svg")
    assert "script" not in svg
    assert "href" not in svg
    assert len(addresses.qr_lines("https://192.168.0.5:8765/#abc").splitlines()) > 10


def test_a_certificate_is_made_and_kept(tmp_path: Path) -> None:
    """The second run has the same one, and nobody else may read its key."""
    first = certificate(NAMES, tmp_path)
    made = first.server.read_bytes(), first.authority.read_bytes()
    again = certificate(list(reversed(NAMES)), tmp_path, datetime.now(UTC) + timedelta(days=30))
    assert (again.server.read_bytes(), again.authority.read_bytes()) == made
    if sys.platform != "win32":
        assert stat.S_IMODE(first.server.stat().st_mode) == 0o600


@pytest.mark.parametrize("change", ["another address", "expiry", "damage", "no authority", "another's"])
def test_a_certificate_that_does_not_do_is_made_anew(tmp_path: Path, change: str) -> None:
    """When an address changed, it is about to expire, or a file is damaged or gone, there is a new one."""
    first = certificate(NAMES, tmp_path / "a")
    old = first.server.read_bytes()
    names, now = NAMES, datetime.now(UTC)
    if change == "another address":
        names = ["192.168.0.6", *NAMES[1:]]
    elif change == "expiry":
        now += timedelta(days=DAYS - LEFT)
    elif change == "damage":
        first.server.write_bytes(old[: len(old) // 2])
    elif change == "another's":
        first.authority.write_bytes(certificate(NAMES, tmp_path / "b").authority.read_bytes())
    else:
        first.authority.unlink()
    certificate(names, tmp_path / "a", now)
    assert first.server.read_bytes() != old
    assert first.authority.is_file()


def test_the_certificate_is_good_for_its_names(tmp_path: Path) -> None:
    """A client that checks it by the authority's file accepts each of the names, and no other."""
    papers = certificate(NAMES, tmp_path)
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(papers.server)
    client_side = ssl.create_default_context(cafile=papers.authority)
    for name in NAMES:
        assert _shake(server_side, client_side, name) == ""
    assert "mismatch" in _shake(server_side, client_side, "192.168.0.99")
    assert "verify failed" in _shake(server_side, ssl.create_default_context(), "localhost")


def _shake(server_side: ssl.SSLContext, client_side: ssl.SSLContext, name: str) -> str:
    """Shake hands as that name; what the client objects to, "" for nothing."""
    here, there = socket.socketpair()

    def serve() -> None:
        try:
            server_side.wrap_socket(there, server_side=True).close()
        except OSError:
            there.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        client_side.wrap_socket(here, server_hostname=name).close()
    except ssl.SSLCertVerificationError as error:
        here.close()
        return str(error)
    finally:
        thread.join(20)
    return ""


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Where the certificate cannot be kept, a sentence says so."""
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BadStore) as caught:
        certificate(NAMES, tmp_path / "file")
    assert caught.value.key == "certificate_unwritable"
