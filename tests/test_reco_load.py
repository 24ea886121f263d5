"""`facegame load`: what cartoon players meet on a server, and that what goes wrong is counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from house import BOARD_TOKEN, Client, open_house

from facegame_lib import cli
from facegame_lib.errors import BadSetting, FaceGameError
from facegame_lib.reco import load
from facegame_lib.samples import SampleStore

TOKEN, QUOTED = "a b#c", "a%20b%23c"  # as an address has it
KEYS = {"answered_per_s", "dropped", "latency_ms", "fairness", "errors", "samples_lost", "rss_growth_mb"}


@pytest.fixture(autouse=True)
def no_nets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one process does by itself is not measured here, nor when memory comes back."""
    monkeypatch.setattr(load, "pipeline_rate", lambda film: None)
    monkeypatch.setattr(load, "SETTLED", 1.0)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server without nets; its address."""
    with open_house(tmp_path_factory.mktemp("house"), token=TOKEN) as url:
        yield url


def test_players_record_train_and_play(house: str) -> None:
    """Each frame due is answered or dropped; no picture is lost; the report has the promised keys."""
    report = load.run(f"{house}/#{QUOTED}", players=3, fps=10, seconds=2)
    found = report.to_json()
    assert set(found) >= KEYS
    assert set(found["latency_ms"]) == {"p50", "p95", "p99"}
    assert (report.errors, report.samples_lost, report.complaints) == (0, 0, [])
    assert report.answered_per_s > 0
    assert report.answered_per_s * 2 + report.dropped == pytest.approx(3 * 20, abs=3)
    assert 0 < report.fairness <= 1
    assert report.rss_growth_mb is not None
    assert "3" in report.sentence("en")
    assert report.sentence("es") != report.sentence("en")


def test_a_picture_that_the_server_forgets_is_counted(house: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that acknowledges a picture and does not keep it has lost it."""
    add, seen = SampleStore.add, []

    def forget(store: SampleStore, category: str, data: Any, take: int | None = None) -> Any:
        sample = add(store, category, data, take)
        seen.append(sample)
        if len(seen) % 20 == 19:
            store.remove([sample.id])
        return sample

    monkeypatch.setattr(SampleStore, "add", forget)
    report = load.run(house, token=TOKEN, players=1, fps=5, seconds=0.5)
    assert report.samples_lost == 3


def test_what_the_server_refuses_is_an_error(house: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence that a player is shown instead of an answer is counted, and printed."""
    monkeypatch.setattr("facegame_lib.game.Game.frame", lambda *_: 1 / 0)
    report = load.run(house, token=TOKEN, players=1, fps=5, seconds=0.5)
    assert report.errors > 0
    assert report.complaints[0] in report.sentence("en")


def test_a_notebook_has_them_play_in_another_process(house: str) -> None:
    """`run_apart` reports as `run` does, from a process of its own, and says what is going on; `quick` leaves
    the server's memory and the single process out."""
    stages: list[str] = []
    report = load.run_apart(
        f"{house}/#{QUOTED}", players=2, fps=10, seconds=1, quick=True, on_stage=stages.append
    )
    assert (report.players, report.errors, report.samples_lost) == (2, 0, 0)
    assert report.answered_per_s > 0
    assert (report.rss_growth_mb, report.pipeline_per_s) == (None, None)
    assert len(stages) == 5
    assert not any("{" in stage for stage in stages)


@pytest.mark.parametrize("names", [True, False])
def test_the_board_shows_them_if_they_have_names(house: str, names: bool) -> None:
    """With `names` the projector sees each cartoon by its own name, and without none."""
    with Client(house, "/board", token=BOARD_TOKEN) as board:
        load.run(house, token=TOKEN, players=2, fps=5, seconds=1, quick=True, names=names)
        seen = {player["name"] for shown in board.all("board") for player in shown["players"]}
    assert seen == ({"cartoon 1", "cartoon 2"} if names else {""})


def test_what_stops_the_other_process_is_said() -> None:
    """Where no server is, the error has the sentence of the other process."""
    with pytest.raises(FaceGameError, match=r"could not play.*127\.0\.0\.1:9"):
        load.run_apart("http://127.0.0.1:9", players=1, quick=True)


def test_no_server_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no server is, or with a wrong token, there is a sentence and an exit code, no traceback."""
    assert cli.main(["load", "--url", "http://127.0.0.1:9", "--players", "1"]) == 1
    assert "127.0.0.1:9" in capsys.readouterr().err


def test_a_wrong_token_is_said(house: str) -> None:
    """The server lets nobody in with another token."""
    with pytest.raises(BadSetting):
        load.run(house, token="wrong", players=1)


@pytest.mark.parametrize(("name", "value"), [("players", 0), ("fps", 0), ("seconds", 0), ("players", 10**6)])
def test_numbers_that_make_no_sense_are_refused(house: str, name: str, value: float) -> None:
    """A crowd of nobody, or of a million, is a setting that is said to be wrong."""
    numbers: Any = {name: value}
    with pytest.raises(BadSetting):
        load.run(house, token=TOKEN, **numbers)
