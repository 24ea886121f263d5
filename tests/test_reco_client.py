"""A recogniser with the nets of a server: it answers as a local one, and loses nothing when that fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from house import BLUE, RED, TOKEN, open_house, picture

from facegame_lib import (
    BadPicture,
    BadSetting,
    CartoonPlayer,
    FaceGameError,
    Game,
    NotEnough,
    Recognizer,
    RemoteUnavailable,
    SampleStore,
    encode,
    texts,
)
from facegame_lib.reco import RemoteRecognizer, wire
from facegame_lib.reco.certificate import certificate
from facegame_lib.reco.engine import LocalEngine
from facegame_lib.testing import FakeEmbedder, plain_frame


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two attempts."""
    monkeypatch.setattr(wire, "REST", 0.0)
    monkeypatch.setattr(wire, "TOO_FAST", 0.05)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server without nets; its address."""
    with open_house(tmp_path_factory.mktemp("house")) as url:
        yield url


def colours(pictures: int = 6) -> SampleStore:
    """A store of two colours."""
    store = SampleStore(["red", "Blue!"])
    for seed in range(pictures):
        for category, colour in zip(store.categories, (RED, BLUE), strict=True):
            store.add(category.id, plain_frame(colour, seed=seed))
    return store


def test_it_predicts_what_a_local_one_does_of_cartoon_faces(tmp_path: Path) -> None:
    """With the real nets, reports and predictions are the local ones to the last digit, frame by frame."""
    player = CartoonPlayer(seed=3, size=(240, 240))
    store = SampleStore(["neutral", "smile", "zapallo"])
    for second, category in enumerate(store.categories):
        player.make(category.name, at=10 * second)
        for number in range(8):
            store.add(category.id, player.frame(at=10 * second + 1 + 0.15 * number))
    local = Recognizer().fit(store)
    with open_house(tmp_path, engine=LocalEngine().prepare()) as url:
        remote = RemoteRecognizer(url, TOKEN).fit(store)
        assert remote.report == local.report
        for second, face in enumerate(("zapallo", "smile", "neutral")):
            player.make(face, at=100 + 2 * second)
            for number in range(4):
                frame = encode(player.frame(101 + 2 * second + number / 15))
                assert remote.predict(frame) == local.predict(frame)
        nothing = encode(np.full((240, 240, 3), 90, np.uint8))
        assert remote.predict(nothing) == local.predict(nothing)
        assert remote.predict(nothing).sight == "nothing"
        remote.close()


def test_a_game_is_played_with_it(house: str) -> None:
    """A `Game` on a remote recogniser records, trains and plays as on a local one."""
    game = Game(colours(), RemoteRecognizer(f"{house}/#{TOKEN}").prepare(), countdown=0)
    assert game.busy
    game.tick(0.0)
    game.do("train", 0.1)
    while game.busy:
        game.tick(0.2)
    assert game.snapshot.brain.state == "trained"
    game.do("start", 1.0)
    game.tick(1.1)
    assert game.snapshot.match is not None
    colour = {"red": RED, "blue": BLUE}[game.snapshot.match.target]
    for number in range(20):
        game.frame(picture(colour), 1.2 + number / 10)
    assert game.snapshot.match.score >= 1
    game.recognizer.close()  # type: ignore[attr-defined]


def test_frames_and_bytes_are_both_taken(house: str) -> None:
    """A frame goes as a picture; what is none raises `BadPicture` here, as a local one does."""
    remote = RemoteRecognizer(house, TOKEN).fit(colours())
    assert remote.predict(plain_frame(RED)).label == "red"
    assert remote.predict(plain_frame(RED, side=2000)).label == "red"
    noise = np.random.default_rng(0).integers(0, 255, (1200, 1200, 3), np.uint8)
    assert remote.predict(noise).labels == ("blue", "red")  # more than a message holds
    for bad in (b"no picture", picture(RED)[:300]):
        with pytest.raises(BadPicture):
            remote.predict(bad)
    remote.close()


def test_only_what_is_new_is_sent(house: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are sent once; a later fit sends the new ones, and learns the removed no more."""
    sent = []
    real = wire.Wire.ask

    def ask(self: wire.Wire, event: str, *details: Any) -> Any:
        sent.append(event)
        return real(self, event, *details)

    monkeypatch.setattr(wire.Wire, "ask", ask)
    store, remote = colours(), RemoteRecognizer(house, TOKEN)
    assert len(remote.pending(store)) == 12
    remote.fit(store)
    assert remote.pending(store) == []
    assert sent.count("backend_add_sample") == 12
    store.add("red", plain_frame(RED, seed=99))
    store.remove([sample.id for sample in store.samples("blue")][:1])
    assert remote.fit(store).report.pictures == 12
    assert sent.count("backend_add_sample") == 13
    store.undo()
    assert remote.fit(store).report.pictures == 13
    assert sent.count("backend_add_sample") == 14
    remote.close()


def test_what_is_not_enough_is_said_as_by_a_local_one(house: str) -> None:
    """Too few pictures raise the same error with the same details, before and after anything is sent."""
    remote = RemoteRecognizer(house, TOKEN)
    for store in (SampleStore(), colours(3)):
        with pytest.raises(NotEnough) as here:
            Recognizer(FakeEmbedder()).fit(store)
        with pytest.raises(NotEnough) as there:
            remote.fit(store)
        assert (there.value.key, there.value.details) == (here.value.key, here.value.details)
    for ask in (lambda: remote.report, lambda: remote.predict(picture(RED))):
        with pytest.raises(NotEnough) as caught:
            ask()
        assert caught.value.key == "not_fitted"
    remote.close()


def test_a_broken_connection_is_mended(house: str) -> None:
    """After the connection is killed the next prediction goes on in the same session."""
    remote = RemoteRecognizer(house, TOKEN).fit(colours())
    secret = remote._session["secret"]
    before = remote.predict(picture(RED, 7))
    remote._wire._client.eio.ws.close()
    assert remote.predict(picture(RED, 7)) == before
    assert remote._session["secret"] == secret
    remote.close()


def test_a_server_that_was_started_again_gets_everything_back(tmp_path: Path) -> None:
    """A new server knows nothing: it is sent what was learnt, and predicts the same; no sample is lost."""
    store = colours()
    with open_house(tmp_path) as url:
        remote = RemoteRecognizer(url, TOKEN).fit(store)
        before, report = remote.predict(picture(RED, 7)), remote.report
    port = int(url.rpartition(":")[2])
    with pytest.raises(RemoteUnavailable) as caught:
        remote.predict(picture(RED, 7))
    assert caught.value.key == "remote_away"
    with open_house(tmp_path, port=port):
        assert remote.predict(picture(RED, 7)) == before
        assert remote.report == report
        assert remote.pending(store) == []
        remote.close()


def test_many_pictures_at_once_are_slowed_down_not_lost(house: str) -> None:
    """More pictures than the server lets through are sent more slowly; all of them arrive."""
    remote = RemoteRecognizer(house, TOKEN).fit(colours(150))
    assert remote.report.pictures == 300
    remote.close()


def test_a_wrong_token_is_said(house: str) -> None:
    """Who brings none or a wrong one reads so."""
    for token, key in ((None, "no_token"), ("wrong", "wrong_token")):
        with pytest.raises(BadSetting) as caught:
            RemoteRecognizer(house, token).prepare()
        assert caught.value.key == key


def test_another_version_is_said(house: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of another version of the protocol is refused with both numbers."""
    monkeypatch.setattr("facegame_lib.reco.original.VERSION", 2)
    remote = RemoteRecognizer(house, TOKEN)
    with pytest.raises(RemoteUnavailable) as caught:
        remote.prepare()
    remote.close()
    assert (caught.value.key, caught.value.details["found"], caught.value.details["known"]) == (
        "remote_version",
        2,
        1,
    )


@pytest.mark.parametrize("url", ["", "here", "ws://here", "http://", "http://here:port", "file:///etc"])
def test_what_is_no_address_is_said_at_once(url: str) -> None:
    """A url that cannot be one is refused as the recogniser is made."""
    with pytest.raises(BadSetting):
        RemoteRecognizer(url)


def test_https_is_checked(tmp_path: Path) -> None:
    """With the server's certificate it is reached over TLS; without it, it is not trusted."""
    papers = certificate(["localhost", "127.0.0.1"], tmp_path)
    with open_house(tmp_path, papers=papers) as url:
        assert url.startswith("https")
        remote = RemoteRecognizer(url, TOKEN, certificate=str(papers.authority)).fit(colours())
        assert remote.predict(picture(BLUE)).label == "blue"
        remote.close()
        with pytest.raises(RemoteUnavailable):
            RemoteRecognizer(url, TOKEN).prepare()


@pytest.mark.parametrize(
    ("said", "raised"),
    [
        ({"error": "empty_store", "kind": "NotEnough", "details": {}}, NotEnough),
        ({"error": "of_a_later_version", "kind": "NotEnough", "details": {}}, RemoteUnavailable),
        ({"error": "few_pictures", "kind": "NotEnough", "details": {}}, RemoteUnavailable),
        ({"error": "empty_store", "kind": "OSError", "details": {}}, RemoteUnavailable),
        ({"error": "empty_store", "kind": ["x"], "details": 7}, RemoteUnavailable),
        ({"error": 7}, RemoteUnavailable),
        ({"error": "empty_store", "kind": "NotEnough", "details": {"self": 1}}, RemoteUnavailable),
    ],
    ids=str,
)
def test_whatever_a_server_says_becomes_an_error_of_ours(said: dict[str, Any], raised: type) -> None:
    """An error that this version knows is raised as itself, another with the server's sentence."""
    with pytest.raises(FaceGameError) as caught:
        wire.raise_error(said)
    assert type(caught.value) is raised
    assert all(caught.value.text(language) for language in texts.LANGUAGES)


def test_it_needs_no_nets(house: str) -> None:
    """A game on a remote recogniser imports neither TensorFlow nor LiteRT, nor what a server is made of."""
    program = f"""
import sys
for name in ("tensorflow", "keras", "ai_edge_litert", "starlette", "uvicorn", "segno", "trustme"):
    sys.modules[name] = None  # as if they were not installed
from facegame_lib import Game, SampleStore
from facegame_lib.reco import RemoteRecognizer
from facegame_lib.testing import plain_frame
store = SampleStore(["a", "b"])
for i in range(12):
    store.add("ab"[i % 2], plain_frame((250 * (i % 2), 20, 20), seed=i))
game = Game(store, RemoteRecognizer("{house}", "{TOKEN}").prepare())
game.do("train", 0.0)
while game.busy:
    game.tick(0.1)
game.do("start", 1.0)
print(game.frame(plain_frame((250, 20, 20)), 1.1).guess.likeliest)
game.recognizer.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == ("b", "")


def test_the_server_forgets_when_it_is_told(house: str) -> None:
    """Nothing of what was sent is on the server after `forget`, and the same pictures can be learnt anew."""
    store = colours()
    remote = RemoteRecognizer(house, TOKEN).fit(store)
    keys = sorted(remote._there)
    remote.forget()
    assert remote.pending(store) == list(store.samples())
    assert sorted(remote._ask("backend_train", {"pictures": keys})["missing"]) == keys
    with pytest.raises(NotEnough):
        remote.predict(plain_frame(RED))
    assert remote.fit(store).report.pictures == len(store)
    remote.close()
