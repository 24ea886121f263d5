"""What the soak calls flat. The soak itself takes half an hour: `python tests/long/soak`."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from long.soak.flat import Notes, report
from long.soak.watch import Log


def half_an_hour(percent: float, noise: float = 1.0, spikes: tuple[int, ...] = ()) -> Notes:
    """Notes of a level of 200 that grows by that many percent in the 25 minutes that are judged."""
    dice = random.Random(0)
    notes = Notes("a soak", warm_up=300)
    for number in range(45):
        at = 40.0 * number
        level = 200 * (1 + percent / 100 * max(0.0, at - 300) / 1460) + dice.uniform(-noise, noise)
        notes.rows.append({"at": at, "MB": level + 300 * (at < 200 or number in spikes)})
    return notes


@pytest.mark.parametrize(("percent", "flat"), [(0, True), (3, True), (8, False), (-20, True)])
def test_growth_is_found_and_noise_is_not(percent: float, flat: bool) -> None:
    """Memory that grows by more than 5 % is not flat; the warm-up and two spikes change nothing."""
    notes = half_an_hour(percent, spikes=(20, 40))
    trend = notes.trend("MB", "memory")
    assert trend is not None
    assert trend["flat"] is flat
    assert trend["growth"] == pytest.approx(percent, abs=0.2 * abs(percent) + 0.5)
    assert report(notes, {"MB": "memory"})[1]["well"] is flat


def test_lag_grows_only_when_it_is_sure() -> None:
    """On a machine that has other work, lag that may as well have stayed is not called growing."""
    for percent, noise, flat in ((30, 2, False), (15, 150, True), (0, 150, True)):
        trend = half_an_hour(percent, noise).trend("MB", "lag")
        assert trend is not None
        assert trend["flat"] is flat, (percent, noise, trend)


def test_what_was_not_seen_is_not_well() -> None:
    """A figure that was hardly noted, or anything that went wrong, and the soak has failed."""
    notes = half_an_hour(0)
    assert report(notes, {"MB": "memory"})[1]["well"]
    assert not report(notes, {"MB": "memory", "heap": "memory"})[1]["well"]
    notes.wrong("console: it broke")
    table, whole = report(notes, {"MB": "memory"})
    assert "console: it broke" in table
    assert not json.loads(json.dumps(whole))["well"]


def test_complaints_are_found_in_a_log(tmp_path: Path) -> None:
    """Lines that tell of an error or a warning, from where the log stood when the soak began."""
    path = tmp_path / "server.log"
    path.write_text("[E 2026 ServerApp] of before\n", "utf-8")
    log = Log(path)
    wrong = ("[W 2026 ServerApp] slow", "Traceback (most recent call last):", "ERROR: no", "ValueError: no")
    with path.open("a", encoding="utf-8") as out:
        out.write("\n".join(["[I 2026 ServerApp] fine", *wrong, "GET /api/errors 200", ""]))
    assert log.complaints() == list(wrong)
    assert log.complaints() == []
