"""`--engine ray` for real: replicas that answer like the local engine, and one killed in mid-match."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from house import Client, open_house, until

from facegame_lib import frames
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.errors import BadPicture, BadSetting, MissingExtra, RemoteUnavailable
from facegame_lib.frames import Frame
from facegame_lib.reco.engine import ENGINES, LocalEngine
from facegame_lib.reco.far import Question
from facegame_lib.reco.ray_engine import RayEngine
from facegame_lib.samples import SampleStore

# CI installs it (`make test`); who left out the extra `cluster` tests the rest.
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: extra `cluster`")


@pytest.fixture(scope="module")
def engine() -> Iterator[RayEngine]:
    """Two replicas on this machine, with the real nets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Ray's own imports say of each other
        engine = RayEngine(replicas=(2, 2)).prepare()
    yield engine
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Ray does not wait for the processes that it ends
        engine.close()
        gc.collect()


@pytest.fixture(scope="module")
def local() -> LocalEngine:
    """The same nets in this process."""
    return LocalEngine(workers=1).prepare()


def film(face: str, count: int, seed: int = 1) -> list[Frame]:
    """A cartoon player who makes that face."""
    player = CartoonPlayer(seed, (240, 240))
    player.make(face, 0.0, over=0.1)
    return [player.frame(1 + i / 10) for i in range(count)]


def jpegs(face: str, count: int, seed: int = 1) -> list[bytes]:
    """The same as a camera's side sends it."""
    return [frames.encode(frame) for frame in film(face, count, seed)]


def replicas(engine: RayEngine) -> dict[int, dict[str, Any]]:
    """Both replicas by their processes, and what each says of itself."""
    found: dict[int, dict[str, Any]] = {}

    def both() -> bool:
        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda _: engine.about(), range(8)))
        found.clear()
        found.update({about["pid"]: about for about in said if psutil.pid_exists(about["pid"])})
        return len(found) == 2

    until(both, 60)
    return found


@needs_ray
def test_it_sees_what_the_local_engine_sees(engine: RayEngine, local: LocalEngine) -> None:
    """Rows, faces and predictions of both engines are the same within 1e-5, also where there is no face."""
    store = SampleStore(["smile", "surprise"])
    for category in store.categories:
        for data in jpegs(category.name, 6):
            store.add(category.id, data)
    here, there = (every.recognizers()["face"] for every in (local, engine))
    pictures = [*film("smile", 3), np.full((240, 240, 3), 99, np.uint8), *film("surprise", 3)]
    np.testing.assert_allclose(there.embedder.embed(pictures), here.embedder.embed(pictures), atol=1e-5)
    assert there.embedder.seen(there.embedder.embed(pictures)).tolist() == [True] * 3 + [False] + [True] * 3
    assert there.embedder.name == here.embedder.name
    face, same = there.embedder.finder.find(pictures[0]), here.embedder.finder.find(pictures[0])
    np.testing.assert_allclose(face.landmarks, same.landmarks, atol=1e-5)
    assert there.embedder.finder.find(pictures[3]) is None
    here.fit(store)
    there.fit(store)
    live = jpegs("smile", 15, seed=2) + jpegs("surprise", 15, seed=2)
    for data in live:
        one, other = here.predict(data), there.predict(data)
        assert one.labels == other.labels
        assert one.known == pytest.approx(other.known, abs=1e-5)
        assert one.closenesses == pytest.approx(other.closenesses, abs=1e-5)
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
    assert there.embedder._track.frames == here.embedder.finder._track.frames > 0  # both follow the face


@needs_ray
def test_it_sees_whole_pictures_as_the_local_engine_does(engine: RayEngine, local: LocalEngine) -> None:
    """Told to look at the whole picture, both give the same probabilities within 1e-5, bytes or frames."""
    store = SampleStore(["smile", "surprise"])
    for category in store.categories:
        for data in jpegs(category.name, 6):
            store.add(category.id, data)
    here, there = (every.recognizers()["frame"].fit(store) for every in (local, engine))
    assert (there.embedder.name, there.embedder.dim) == (here.embedder.name, here.embedder.dim)
    for live in (*jpegs("surprise", 5, seed=2), *film("smile", 5)):
        assert there.predict(live).probabilities == pytest.approx(here.predict(live).probabilities, abs=1e-5)


@needs_ray
def test_what_is_no_picture_is_said_so(engine: RayEngine) -> None:
    """Half a JPEG, which only the replica finds out, comes back as the error and sentence of this side."""
    whole = jpegs("smile", 1)[0]
    recognizer = engine.recognizers()["face"]
    with pytest.raises(BadPicture) as error:
        recognizer.embedder.watch(whole[: len(whole) // 2])
    assert error.value.key == "damaged"
    with pytest.raises(BadPicture):
        recognizer.embedder.embed([np.zeros((4, 4, 3), np.uint8)])


@needs_ray
def test_questions_that_come_together_are_run_together(engine: RayEngine) -> None:
    """Under parallel questions the net runs batches of more than one."""
    before = sum((Counter(about["batches"]) for about in replicas(engine).values()), Counter())
    pictures = jpegs("smile", 8)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda i: engine.ask(Question("watch", pictures[i % 8])), range(64)))
    after = sum((Counter(about["batches"]) for about in replicas(engine).values()), Counter())
    ran = after - before
    assert sum(size * times for size, times in ran.items()) == 64
    assert max(ran) > 1


@needs_ray
def test_a_question_outlives_its_replica(engine: RayEngine) -> None:
    """Of questions under way when a replica is killed each gets its answer, the same as before."""
    pictures = jpegs("surprise", 4)
    expected = [engine.ask(Question("watch", data)).rows for data in pictures]
    victim = next(iter(replicas(engine)))
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(engine.ask, Question("watch", pictures[i % 4])) for i in range(120)]
        until(lambda: sum(one.done() for one in asked) > 10)
        os.kill(victim, signal.SIGKILL)
        for i, one in enumerate(asked):
            np.testing.assert_allclose(one.result().rows, expected[i % 4], atol=1e-5)
    assert victim not in replicas(engine)  # and another took its place


def enter_and_record(client: Client) -> dict[str, list[bytes]]:
    """Keep two faces and send pictures of each; what each face looks like."""
    until(lambda: client.all("welcome") and "stage" in client.shown)
    faces = [face["id"] for face in client.shown["faces"] if face["role"] == "face"]
    for face in client.shown["faces"]:
        if face["id"] not in faces[:2]:
            client.ask("do", "remove_face", {"face": face["id"]})
    looks = dict(zip(faces, (jpegs("smile", 8), jpegs("surprise", 8)), strict=False))
    for face, pictures in looks.items():
        client.ask("do", "record", {"face": face})
        burst = client.shown["burst"]
        for due, data in zip(burst["due"], pictures, strict=False):
            assert client.ask("picture", burst["id"], due, data) == {}
        client.ask("do", "burst_sent", {"burst": burst["id"]})
    return looks


def play(url: str, meet: threading.Barrier, killed: threading.Event) -> dict[str, Any]:
    """A whole game of one who makes the face that is asked for; the last snapshot."""
    with Client(url, "/game") as client:
        meet.wait(60)
        looks = enter_and_record(client)
        client.ask("do", "train", {})
        until(lambda: client.shown["brain"]["state"] == "trained", 60)
        client.ask("do", "start", {})
        meet.wait(60)
        stamp, before = 0, None
        while not (killed.is_set() and (client.shown["match"]["score"] or 0) > (before or 0)):
            if killed.is_set() and before is None:
                before = client.shown["match"]["score"]  # some of it has to come after that
            target = client.shown["match"]["target"]
            assert client.ask("frame", stamp, looks.get(target, looks[min(looks)])[stamp % 8]) == {}
            stamp += 1
            assert client.shown["stage"] == "match"
        client.ask("do", "quit", {})
        told = [snapshot.get("notice") for snapshot in client.all("snapshot")]
        assert not [notice for notice in told if notice and notice["kind"] == "error"]
        return client.shown


@needs_ray
def test_a_match_outlives_a_replica(engine: RayEngine, tmp_path: Path) -> None:
    """Four play; a replica is killed as they record, and one in their match: no picture is lost, nobody is
    shown an error, and everybody goes on to score."""
    meet, killed = threading.Barrier(5), threading.Event()
    with open_house(tmp_path, engine=engine) as url, ThreadPoolExecutor(4) as pool:
        games = [pool.submit(play, url, meet, killed) for _ in range(4)]
        for seconds in (0.7, 3.3):  # in mid-burst; after the countdown
            victim = next(iter(replicas(engine)))
            meet.wait(60)
            time.sleep(seconds)
            os.kill(victim, signal.SIGKILL)
        killed.set()
        for game in games:
            shown = game.result(60)
            assert [len(face["pictures"]) for face in shown["faces"]] == [8, 8]
            assert shown["stage"] == "result"


@needs_ray
def test_nobody_else_can_talk_to_it(engine: RayEngine) -> None:
    """Ray's processes listen on this machine alone; the one port that Serve opens to all asks for a token."""
    import grpc

    listening = {
        (part.laddr.ip, part.laddr.port)
        for process in psutil.Process().children(recursive=True)
        for part in process.net_connections()
        if part.status == psutil.CONN_LISTEN
    }
    outside = {port for host, port in listening if not host.endswith("127.0.0.1")}
    assert len(outside) <= 2  # a replica's each
    for port in outside:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            ask = channel.unary_unary("/ray.serve.ASGIService/HandleRequest")
            with pytest.raises(grpc.RpcError) as error:
                ask(b"", timeout=20)
        assert error.value.code() == grpc.StatusCode.UNAUTHENTICATED


@needs_ray
@pytest.mark.filterwarnings("ignore")  # what Ray's own imports say of each other
@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1", "nowhere:x", ":", "127.0.0.1:99999999"])
def test_a_cluster_that_is_not_there_is_said_so(address: str) -> None:
    """An address where no cluster is, or that is none, is an error with a sentence, and at once."""
    with pytest.raises(RemoteUnavailable) as error:
        RayEngine(address).prepare()
    assert error.value.key == "ray_away"
    assert address in str(error.value)


def test_without_ray_the_install_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Ray is not installed, the error names the extra."""
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtra, match=r"facegame\[server,mobilenet,cluster\]"):
        ENGINES["ray"]("").prepare()


def test_an_address_without_the_engine_is_refused() -> None:
    """`--ray-address` with the local engine would be ignored; it is an error instead."""
    with pytest.raises(BadSetting) as error:
        ENGINES["local"]("auto")
    assert error.value.key == "ray_address_alone"
