"""What games and players leave behind is given back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from house import Client, open_house, until

from facegame_lib import memory
from facegame_lib.reco.memory import used


def test_when_the_last_player_left_memory_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is done once all are gone, once, and not while somebody plays."""
    times: list[Any] = []
    monkeypatch.setattr(memory, "give_back", lambda: times.append(1))
    with open_house(tmp_path) as url:
        stays, goes = Client(url, "/game"), Client(url, "/game")
        until(lambda: stays.shown and goes.shown)
        goes.ask("leave")
        assert times == []
        stays.ask("leave")
        until(lambda: times == [1])
        for client in (stays, goes):
            client.close()


def test_giving_back_frees_what_only_knows_itself() -> None:
    """Two that know each other and that nobody else knows are gone after it."""

    class Held:
        alive = 0

        def __init__(self) -> None:
            self.itself = self
            Held.alive += 1

        def __del__(self) -> None:
            Held.alive -= 1

    Held()
    memory.give_back()
    assert Held.alive == 0
    assert used() > 1
