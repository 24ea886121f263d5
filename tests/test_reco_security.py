"""Bad clients: each gets a clear error or a closed socket, and the other players do not notice."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import websocket
from house import BOARD_TOKEN, RED, TOKEN, Client, Clock, get, open_house, picture, until

from facegame_lib import texts
from facegame_lib.reco import gate, serve
from facegame_lib.reco.security import MAX_MESSAGE


@pytest.fixture
def other(house: str) -> Iterator[Client]:
    """Another player, whom nothing of a test disturbs: at its end the server still answers them."""
    with Client(house, "/game") as client:
        until(lambda: client.shown)
        yield client
        assert client.ask("frame", 1.0, picture(RED)) == {}
        assert client.io.connected


def line(house: str, **options: object) -> websocket.WebSocket:
    """A bare websocket that speaks Engine.IO, after the server's first word."""
    wire = websocket.create_connection(
        house.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket", timeout=20, **options
    )
    assert wire.recv()[:1] == "0"
    return wire


def enter(wire: websocket.WebSocket, namespace: str = "") -> None:
    """Enter that namespace with the token."""
    wire.send(f"40{namespace}{json.dumps({'token': TOKEN})}")
    while not wire.recv().startswith("40"):
        pass


def is_closed(wire: websocket.WebSocket) -> bool:
    """Whether the server closes it, whatever it said before; at its ping at the latest it should have."""
    wire.settimeout(20)
    try:
        while said := wire.recv():
            if said == "2":
                return False
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        pass
    wire.shutdown()
    return True


@pytest.mark.parametrize("namespace", ["/", "/game", "/board"])
@pytest.mark.parametrize(("token", "error"), [(None, "no_token"), ("wrong", "wrong_token")])
def test_without_the_token_nobody_comes_in(house: str, namespace: str, token: str | None, error: str) -> None:
    """Each namespace refuses a connection without its token, with a sentence in the client's language."""
    client = Client(house, namespace, token=token, language="es")
    assert client.refusal["message"] == texts.text(f"error.{error}", "es")
    assert client.refusal["data"]["error"] == error
    assert client.heard == []


def test_the_players_token_does_not_open_the_board(house: str) -> None:
    """The board has a token of its own, and that does not open the game."""
    assert Client(house, "/board", token=TOKEN).refusal["data"]["error"] == "wrong_token"
    assert Client(house, "/game", token=BOARD_TOKEN).refusal["data"]["error"] == "wrong_token"
    with Client(house, "/board", token=BOARD_TOKEN) as board:
        until(lambda: board.all("board"))


def test_an_open_server_asks_for_none(tmp_path: Path) -> None:
    """With no token everybody comes in, but not to the board."""
    with open_house(tmp_path, token=None) as url:
        with Client(url, "/game", token=None) as client:
            until(lambda: client.shown)
        assert Client(url, "/board", token=None).refusal["data"]["error"] == "no_token"


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_pages_of_others_cannot_connect(house: str, transport: str) -> None:
    """A request that a browser makes for another site's page is refused before anything else."""
    path = f"/socket.io/?EIO=4&transport={transport}"
    evil = {"Origin": "https://evil.example"}
    if transport == "polling":
        assert get(house, path, **evil).status == 400
        assert get(house, path, Origin=house).status == 200
        assert get(house, path).status == 200
    else:
        with pytest.raises(websocket.WebSocketBadStatusException):
            line(house, origin=evil["Origin"])
        line(house, origin=house).close()


def test_a_message_of_fifty_megabytes_closes_the_socket(house: str, other: Client) -> None:
    """A message above the limit ends the connection, before it is read to its end."""
    wire = line(house)
    enter(wire)
    assert wire.sock is not None
    with suppress(OSError):  # closed while we still send
        # A masked binary frame that announces 50 MB, and its first bytes only.
        wire.sock.sendall(b"\x82\xff" + (50 * MAX_MESSAGE).to_bytes(8) + bytes(4) + bytes(1000))
    assert is_closed(wire)


def test_a_message_just_above_the_limit_closes_the_socket(house: str, other: Client) -> None:
    """The limit is what it says: a message within it is answered, one above it ends the connection."""
    wire = line(house)
    enter(wire)
    message = '421["create","{}"]'
    wire.send(message.format("x" * (MAX_MESSAGE - len(message))))
    assert wire.recv() == "431[{}]"
    with suppress(OSError):
        wire.send(message.format("x" * MAX_MESSAGE))
    assert is_closed(wire)


def test_a_large_post_is_refused(house: str) -> None:
    """By HTTP too: more than the limit, or an endless body, is refused unread."""
    sid = json.loads(_body(house, "GET")[1:])["sid"]
    there = urlsplit(house)
    head = f"POST /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: {there.netloc}\r\n"
    for size in (f"Content-Length: {50 * MAX_MESSAGE}", "Transfer-Encoding: chunked"):
        with socket.create_connection((there.hostname, there.port), timeout=20) as wire:
            wire.sendall(f"{head}{size}\r\n\r\n".encode())
            assert b" 413 " in wire.recv(100)


def _body(house: str, method: str) -> str:
    there = urlsplit(house)
    connection = http.client.HTTPConnection(str(there.hostname), there.port, timeout=20)
    connection.request(method, "/socket.io/?EIO=4&transport=polling")
    body = connection.getresponse().read().decode()
    connection.close()
    return body


def test_a_flood_is_refused_then_closed(house: str, other: Client) -> None:
    """Of ten thousand events at once the first pass, more are answered `too_fast`, then the socket closes."""
    wire = line(house)
    enter(wire)
    with suppress(OSError):
        for number in range(10_000):
            wire.send(f'42{number}["backend_train",{{"sessionId":"s"}}]')
    wire.settimeout(20)
    said = []
    with suppress(websocket.WebSocketConnectionClosedException, ConnectionError):
        while answer := wire.recv():
            said.append(answer)
    wire.shutdown()
    assert any("no_session" in answer for answer in said)
    assert len(said) < 2_000


def test_too_much_is_told_and_forgiven(house: str, clock: Clock) -> None:
    """Who sends too fast reads `too_fast` as the answer; after a rest the server listens again."""
    with Client(house) as client:
        clock.held = time.monotonic()
        answers: list[dict[str, str]] = []
        for _ in range(450):
            client.io.emit("create", {}, callback=answers.append)
        until(lambda: len(answers) == 450)
        assert [answer.get("error") for answer in answers[:100]] == [None] * 100
        assert answers[-1]["error"] == "too_fast"
        assert answers[-1]["message"] == texts.text("error.too_fast")
        clock.ahead += 2
        assert client.ask("create") == {}
        clock.held = None


@pytest.mark.parametrize(
    "message",
    [
        "4",
        "49",
        "4x",
        "42",
        "42{}",
        "42[]",
        "42[7]",
        "42[[]]",
        '42["connect"]',
        '42["connect",{},{"token":"the-token"}]',
        '42["disconnect"]',
        "42[" + "[" * 100_000,
        '459999999999-["backend_predict",{"_placeholder":true,"num":0}]',
        '453-["backend_predict",{"_placeholder":true,"num":0}]',
        '451-/nowhere,["x",{"_placeholder":true,"num":0}]',
        "421" + "1" * 200 + '["x"]',
        "44{}",
    ],
    ids=lambda message: message[:40],
)
def test_what_is_no_packet_closes_the_socket(
    house: str, other: Client, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes that are not of the protocol, or the server's own events, end that connection, quietly."""
    wire = line(house)
    enter(wire)
    wire.send(message)
    assert is_closed(wire)
    assert caplog.records == []


def test_a_binary_part_that_is_not_there_closes_the_socket(house: str, other: Client) -> None:
    """A message that points at a part it does not bring is no message."""
    wire = line(house)
    enter(wire)
    wire.send('451-["backend_predict",{"_placeholder":true,"num":9}]')
    wire.send_binary(b"part")
    assert is_closed(wire)


def test_who_enters_nothing_is_closed(house: str, clock: Clock, other: Client) -> None:
    """A connection that says who it is within its time stays; one that does not is closed."""
    silent, named = line(house), line(house)
    enter(named)
    time.sleep(1.2)  # the server looks once a second, and has seen both by then
    clock.ahead += gate.UNNAMED + 1
    assert is_closed(silent)
    named.send('427["create"]')
    while not named.recv().startswith("437"):
        pass
    named.close()


def test_who_does_not_say_a_word_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that sends nothing, or never ends its first request, is closed after a while."""
    monkeypatch.setattr(serve, "SAYS_SOMETHING_WITHIN", 0.5)
    with open_house(tmp_path) as url:
        there = urlsplit(url)
        for word in (b"", b"GET / HTTP/1.1\r\nHost:"):
            with socket.create_connection((there.hostname, there.port), timeout=20) as wire:
                wire.sendall(word)
                assert wire.recv(1) == b""
        with Client(url, "/game") as client:  # and who spoke is not
            until(lambda: client.shown)
            time.sleep(0.8)
            assert client.ask("do", "count_down", {"on": False}) == {}


def test_another_namespace_is_refused(house: str) -> None:
    """There is nothing behind other names."""
    assert Client(house, "/admin").refusal is not None


def test_the_log_names_nobody(
    house: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """A game with a nickname, an error and a refusal leaves nothing in the log or on the screen."""
    caplog.set_level("DEBUG", logger="facegame_lib")
    with Client(house, "/game", name="Nobody Special") as client:
        until(lambda: client.shown)
        client.ask("upload", client.shown["faces"][0]["id"], b"no picture")
        client.ask("do", "add_face", {"name": "Secret Face"})
    Client(house, "/game", token="wrong")
    told = caplog.text + "".join(capfd.readouterr())
    assert all(word not in told for word in ("Nobody", "Secret", TOKEN, "127.0.0.1"))
