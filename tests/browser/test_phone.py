"""A whole game on the page of a real Reco server: Chromium of a phone's size, a film for its camera."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from itertools import pairwise

import pytest
from film import FACES
from playwright.sync_api import expect
from pocket import Pocket
from reco import Reco


def test_a_whole_game_is_played(
    real: Reco, phone: Callable[..., Pocket], capsys: pytest.CaptureFixture[str]
) -> None:
    """Faces are recorded (the neutral one is not), learnt and played on a phone: it scores; nothing comes
    from another host, and the page's policy has nothing to refuse."""
    player = phone(real.address)
    player.shot("phone-welcome")
    assert "#" not in player.page.url, "the token stands in the address bar"
    player.page.locator(".welcome").get_by_label(re.compile("Nickname")).fill("Ada")
    player.start()
    player.shot("phone-teach")
    player.menu().get_by_label("3-2-1 first").uncheck()
    player.shot("phone-menu")
    player.shut()
    player.record_film(*FACES)
    player.shot("phone-recorded")
    player.train()
    expect(player.words).to_contain_text(re.compile("named rightly|☞"))
    player.shot("phone-trained")

    player.page.get_by_role("button", name="Play").click()
    expect(player.app).to_have_attribute("data-stage", "match")
    expect(player.page.locator(".frame .count:not(:empty)")).to_be_visible()
    player.shot("phone-countdown")
    player.page.wait_for_function("() => window.bars.some((b) => b.closeness > 0.6)", timeout=20_000)
    player.shot("phone-match")
    expect(player.page.locator(".cheer.on")).to_be_attached(timeout=20_000)
    player.shot("phone-cheer")
    expect(player.app).to_have_attribute("data-stage", "result", timeout=45_000)
    bars = player.bars()
    expect(player.page.locator(".result-picture")).to_be_visible(timeout=15_000)
    player.page.wait_for_function("() => document.querySelector('.result-picture').naturalWidth > 400")
    player.shot("phone-result")

    score = int(re.search(r"\d+", player.page.locator(".result h2").inner_text())[0])
    assert score > 0
    closeness = [bar["closeness"] for bar in bars]
    assert max(closeness) > 0.9
    assert min(closeness) < 0.3
    assert any(after - before > 0.02 for before, after in pairwise(closeness))
    player.page.get_by_role("button", name="Back to the faces").click()
    expect(player.app).to_have_attribute("data-stage", "teach")
    assert player.errors == []
    assert player.strangers(real.host) == set()
    with capsys.disabled():
        print(f"\nphone: {score} points; {_figures(bars)}")  # noqa: T201


def _figures(bars: list[dict[str, float]]) -> str:
    late = sorted(bar["shown"] - bar["stamp"] for bar in bars)
    seconds = (bars[-1]["shown"] - bars[0]["shown"]) / 1000
    return (
        f"{(len(bars) - 1) / seconds:.1f} predictions/s; from a frame's grab to the bar it moved:"
        f" p50 {statistics.median(late):.0f} ms, p95 {late[int(len(late) * 0.95)]:.0f} ms"
    )
