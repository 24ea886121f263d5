"""A whole game from a thin client: the server plays by the library's rules and loses nobody."""

from __future__ import annotations

import contextlib
import io
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from house import BOARD_TOKEN, RED, Client, Clock, enter, open_house, picture, play, teach, until
from PIL import Image

from facegame_lib import SampleStore, texts
from facegame_lib.reco.budget import EMBEDDED, Budget
from facegame_lib.reco.players import THUMBNAIL
from facegame_lib.reco.sessions import AWAY, IDLE


def test_a_whole_game(house: str, clock: Clock) -> None:
    """Record, train, play a match to its end, and get its picture: all decided by the server."""
    client, welcome = enter(house, name="  Ana\u202e ", language="es")
    assert (welcome["language"], welcome["name"], welcome["resumed"]) == ("es", "Ana", False)
    assert [face["name"] for face in client.shown["faces"]] == ["sonrisa", "sorpresa", "zapallo", "neutral"]
    teach(client)
    until(lambda: sum(len(about) for about, _ in client.all("pictures")) == 16)
    about, thumbnails = client.all("pictures")[0]
    assert about[0].keys() == {"id", "face", "take"}
    assert about[0]["id"] in client.shown["faces"][0]["pictures"]
    assert max(Image.open(io.BytesIO(thumbnails[0])).size) <= THUMBNAIL
    client.ask("do", "start", {})
    assert client.shown["stage"] == "match"
    play(client, clock, points=3)
    clock.ahead += 1.9
    while client.shown["stage"] == "match":
        clock.ahead += 0.5
        client.ask("frame", 2.0, picture(RED))
    assert client.shown["result"]["score"] >= 3
    until(lambda: client.all("result_picture"))
    assert client.all("result_picture")[0][:4] == b"\x89PNG"
    client.close()


def test_only_changes_are_sent(house: str) -> None:
    """The first snapshot is whole; a later one has only the fields that differ."""
    client, _ = enter(house)
    client.ask("do", "count_down", {"on": False})
    first, second = client.all("snapshot")[:2]
    assert {"stage", "faces", "brain", "limits", "counts_down"} <= set(first)
    assert set(second) == {"counts_down"}
    client.close()


def test_a_dropped_player_goes_on_where_they_were(house: str, clock: Clock) -> None:
    """With id and secret a new connection gets the whole game back, pictures and all; its match paused."""
    client, welcome = enter(house)
    teach(client)
    client.ask("do", "start", {})
    client.io.eio.ws.close()  # the phone is gone without a word
    clock.ahead += 10
    again, said = enter(house, session=welcome["session"], secret=welcome["secret"])
    assert said == {**welcome, "resumed": True}
    until(lambda: again.shown.get("match", {}).get("phase") == "paused")
    assert [len(face["pictures"]) for face in again.shown["faces"]] == [8, 8]
    until(lambda: sum(len(about) for about, _ in again.all("pictures")) == 16)
    again.ask("frame", 1.0, picture(RED))
    assert again.shown["match"]["phase"] == "countdown"
    again.close()


def test_without_the_secret_there_is_another_game(house: str) -> None:
    """Who knows the session's id and not its secret begins a game of their own."""
    client, welcome = enter(house)
    client.ask("do", "add_face", {"name": "mine"})
    for auth in ({"secret": "guessed"}, {}, {"secret": 7}):
        thief, said = enter(house, session=welcome["session"], **auth)
        assert said["resumed"] is False
        assert said["session"] != welcome["session"]
        assert len(thief.shown["faces"]) == 4
        thief.close()
    client.close()


def test_a_session_is_shown_on_one_connection(house: str) -> None:
    """A phone whose old connection is still open takes its game along; the old one is closed."""
    client, welcome = enter(house)
    again, said = enter(house, session=welcome["session"], secret=welcome["secret"])
    assert said["resumed"] is True
    until(lambda: not client.io.connected)
    again.ask("do", "add_face", {"name": "here"})
    assert "here" in [face["name"] for face in again.shown["faces"]]
    again.close()


def test_a_silent_player_is_told_that_it_is_over(house: str, clock: Clock) -> None:
    """After the idle time the client hears `gone` with a sentence, and its secret brings nothing back."""
    client, welcome = enter(house)
    clock.ahead += IDLE + 1
    until(lambda: client.all("gone"))
    assert client.all("gone")[0]["error"] == "session_over"
    again, said = enter(house, session=welcome["session"], secret=welcome["secret"])
    assert said["resumed"] is False
    again.close()


def test_who_does_not_come_back_is_forgotten(house: str, clock: Clock) -> None:
    """Two minutes after a disconnect the game is gone."""
    client, welcome = enter(house)
    client.close()
    Client(house, "/game").close()  # when this one is in, the server has seen that the other is gone
    clock.ahead += AWAY + 5
    assert _over(house, welcome)


def _over(house: str, welcome: dict[str, Any]) -> bool:
    """Whether that session is gone, within the second that the server takes to see it."""
    again, said = enter(house, session=welcome["session"], secret=welcome["secret"])
    again.close()
    return said["resumed"] is False


def test_leaving_forgets_everything(house: str) -> None:
    """After `leave` the session and its pictures are gone, and more commands are answered so."""
    client, welcome = enter(house)
    assert client.ask("leave") == {}
    assert client.ask("do", "undo", {})["error"] == "session_over"
    assert _over(house, welcome)
    client.close()


def test_nobody_writes_on_the_servers_disk(house: str, tmp_path: Path) -> None:
    """`save` with a folder is refused with a sentence, and nothing is written."""
    client, _ = enter(house)
    folder = tmp_path / "faces"
    said = client.ask("do", "save", {"folder": str(folder)})
    assert said["error"] == "server_saves_nothing"
    assert not folder.exists()
    client.close()


def test_a_download_is_a_folder_of_pictures(house: str, tmp_path: Path) -> None:
    """The ZIP is a folder that `SampleStore.open` reads: names, roles, pictures as they were sent."""
    client, _ = enter(house)
    face = client.shown["faces"][0]["id"]
    client.ask("do", "rename_face", {"face": face, "name": "ñandú 🐣"})
    for seed in range(3):
        client.ask("upload", face, picture(RED, seed))
    zipfile.ZipFile(io.BytesIO(client.ask("download"))).extractall(tmp_path)
    store = SampleStore.open(tmp_path)
    assert store.category(face).name == "ñandú 🐣"
    assert [(x.id, x.name, x.role) for x in store.categories] == [
        (x["id"], x["name"], x["role"]) for x in client.shown["faces"]
    ]
    assert [sample.data for sample in store.samples(face)] == [picture(RED, seed) for seed in range(3)]
    client.close()


def test_what_cannot_be_done_is_told_in_the_snapshot(house: str) -> None:
    """A command that the game refuses changes nothing; the notice has its sentence."""
    client, _ = enter(house)
    for command in ("train", "start", "nonsense"):
        client.ask("do", command, {})
        notice = client.shown["notice"]
        assert notice["kind"] == "error"
        assert texts.text(notice["key"], "es", **notice["details"])
    client.ask("upload", client.shown["faces"][0]["id"], b"no picture")
    assert client.shown["notice"]["key"] == "error.not_a_picture"
    client.close()


@pytest.mark.parametrize(
    ("event", "details"),
    [
        ("frame", ()),
        ("frame", (1.0,)),
        ("frame", ("now", b"x")),
        ("frame", (float("nan"), b"x")),
        ("frame", (1.0, "text")),
        ("picture", (1.0, b"x")),
        ("picture", ("1", 0.1, b"x")),
        ("do", ()),
        ("do", (7,)),
        ("do", ("train", "now")),
        ("upload", ("smile",)),
        ("upload", (7, b"x")),
        ("nickname", ()),
        ("nickname", (7,)),
        ("speak", ("fr",)),
        ("speak", ()),
    ],
    ids=str,
)
def test_what_is_no_message_is_answered_with_a_sentence(house: str, event: str, details: Any) -> None:
    """An event without its details, or with others, is answered `bad_message`."""
    client, _ = enter(house)
    assert client.ask(event, *details)["error"] == "bad_message"
    assert client.ask("do", "count_down", {"on": False}) == {}
    client.close()


def test_a_full_server_refuses_kindly(tmp_path: Path) -> None:
    """One player more than the limit reads a sentence; when one leaves there is room again."""
    with open_house(tmp_path, players=1) as url:
        client, _ = enter(url)
        late = Client(url, "/game", language="es")
        assert late.refusal["data"]["error"] == "server_full"
        assert late.refusal["message"] == texts.text("error.server_full", "es", limit=1)
        client.ask("leave")
        client.close()
        again, _ = enter(url)
        again.close()


def test_memory_is_limited(tmp_path: Path) -> None:
    """A player who sends more pictures than there is room for is told so; the game goes on."""
    size = len(picture(RED))
    with open_house(tmp_path, budget=Budget(of_one=3 * (EMBEDDED + size) + 100)) as url:
        client, _ = enter(url)
        face = client.shown["faces"][0]["id"]
        said = [client.ask("upload", face, picture(RED)) for _ in range(4)]
        assert [answer.get("error") for answer in said] == [None, None, None, "player_no_room"]
        assert len(client.shown["faces"][0]["pictures"]) == 3
        client.close()


def test_the_board_hears_of_a_match(house: str, clock: Clock) -> None:
    """Who plays is shown meanwhile; a match of someone with a nickname stands among the best of the day."""
    board = Client(house, "/board", token=BOARD_TOKEN)
    client, _ = enter(house)
    assert client.ask("nickname", " Zoë \n ") == {"name": "Zoë"}
    until(lambda: board.heard and any(p["name"] == "Zoë" for p in board.all("board")[-1]["players"]))
    teach(client)
    client.ask("do", "start", {})
    play(client, clock, points=2)
    shown = {"name": "Zoë", "stage": "match", "score": 2}
    until(lambda: shown in board.all("board")[-1]["players"])
    client.ask("do", "quit", {})
    until(lambda: any(row["name"] == "Zoë" for row in board.all("board")[-1]["today"]))
    last = board.all("board")[-1]
    row = next(row for row in last["today"] if row["name"] == "Zoë")
    assert (row["score"], row["faces"], row["seconds"]) == (2, 2, 30.0)
    assert set(row) == {"name", "score", "faces", "seconds", "at"}
    assert set(last) == {"address", "qr", "players", "today"}
    assert last["qr"].startswith("<svg")
    assert board.ask("clear") == {}
    until(lambda: board.all("board")[-1]["today"] == [])
    client.close()
    board.close()


def test_a_match_is_told_once(tmp_path: Path) -> None:
    """A page that comes back to the result gets it and its picture again; on the board it stays one match,
    whatever the player is called by then."""
    clock = Clock()
    with open_house(tmp_path, clock=clock) as url:
        client, welcome = enter(url, name="Ana")
        teach(client)
        client.ask("do", "start", {})
        play(client, clock, points=1)
        client.ask("do", "quit", {})
        until(lambda: client.all("result_picture"))
        client.ask("nickname", "Eva")
        again, _ = enter(url, session=welcome["session"], secret=welcome["secret"])
        until(lambda: again.all("result_picture"))
        assert again.shown["result"]["score"] == 1
        again.ask("do", "start", {})
        play(again, clock, points=2)
        again.ask("do", "quit", {})
        until(lambda: len(_scores(tmp_path)) >= 2)
        assert _scores(tmp_path) == [("Ana", 1), ("Eva", 2)]  # and nothing told twice between
        again.close()


def _scores(folder: Path) -> list[tuple[str, int]]:
    """What stands in the board's file."""
    with contextlib.closing(sqlite3.connect(folder / "board.sqlite3")) as scores:
        return scores.execute("select name, score from scores").fetchall()


def test_a_picture_too_late_is_said_to_be_dropped(house: str) -> None:
    """Only a picture that was kept is acknowledged as one; that of a burst that is over is not."""
    client, _ = enter(house)
    face = client.shown["faces"][0]["id"]
    client.ask("do", "count_down", {"on": False})
    client.ask("do", "record", {"face": face})
    burst = client.shown["burst"]["id"]
    assert client.ask("picture", burst, 0.0, picture(RED)) == {}
    client.ask("do", "burst_sent", {"burst": burst})
    assert client.ask("picture", burst, 0.1, picture(RED, 1)) == {"dropped": True}
    assert len(client.shown["faces"][0]["pictures"]) == 1
    client.close()
