"""The phone page of a real Reco server, in a Chromium of a phone's size, a film for its camera."""

from __future__ import annotations

import os
import re
import secrets
import statistics
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from film import FACES
from playwright.sync_api import Browser, expect
from pocket import LANDSCAPE, SMALL, Pocket
from serving import serve
from table import ALLOW, FAKE_DEVICE

from facegame_lib import launch

SERVE = "from facegame_lib.cli import main; raise SystemExit(main())"
# The same server with an embedder that needs no net: most of these tests are about the page.
QUICK = """
import sys, uvicorn
from facegame_lib import Recognizer
from facegame_lib.reco.server import make_app
from facegame_lib.testing import FakeEmbedder

class Engine:
    workers = 1
    def prepare(self, progress=None): return self
    def recognizer(self): return Recognizer(FakeEmbedder())

uvicorn.run(make_app(Engine(), sys.argv[2]), port=int(sys.argv[1]), log_level="warning")
"""


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that recognises by a fake."""
    folder, port, token = tmp_path_factory.mktemp("quick"), launch.free_port(0), secrets.token_urlsafe(8)
    command = [sys.executable, "-c", QUICK, str(port), token]
    for _ in serve(command, f"http://localhost:{port}/health", folder, dict(os.environ)):
        yield f"http://localhost:{port}/#{token}"


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `facegame serve`, its own nets and all."""
    folder, port, token = tmp_path_factory.mktemp("real"), launch.free_port(0), secrets.token_urlsafe(8)
    command = [sys.executable, "-c", SERVE, "serve", "--port", str(port), "--token", token]
    for _ in serve(command, f"http://localhost:{port}/health", folder, dict(os.environ)):
        yield f"http://localhost:{port}/#{token}"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Pocket]]:
    """Open the page on a phone of its own."""
    opened: list[Pocket] = []

    def start(address: str, other: Browser | None = None, **settings: Any) -> Pocket:
        opened.append(Pocket(other or browser, address, **settings))
        return opened[-1]

    yield start
    for pocket in opened:
        pocket.context.close()


def test_a_whole_game_is_played(
    real: str, phone: Callable[..., Pocket], capsys: pytest.CaptureFixture[str]
) -> None:
    """Faces are recorded, learnt and played on a phone: it scores; nothing comes from another host, and the
    page's policy has nothing to refuse."""
    player = phone(real)
    player.shot("phone-welcome")
    assert "#" not in player.page.url, "the token stands in the address bar"
    player.page.locator(".welcome").get_by_label(re.compile("Nickname")).fill("Ada")
    player.start()
    player.shot("phone-teach")
    player.menu().get_by_label("3-2-1 first").uncheck()
    player.shot("phone-menu")
    player.shut()
    player.remove("neutral")
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
    bars = player.bars()
    expect(player.app).to_have_attribute("data-stage", "result", timeout=45_000)
    bars = player.bars() or bars
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
    host = real.partition("//")[2].partition("/")[0]
    assert {url for url in player.asked if f"//{host}/" not in url and not url.startswith("blob:")} == set()
    with capsys.disabled():
        print(f"\nphone: {score} points; {_figures(bars)}")  # noqa: T201


def _figures(bars: list[dict[str, float]]) -> str:
    late = sorted(bar["shown"] - bar["stamp"] for bar in bars)
    seconds = (bars[-1]["shown"] - bars[0]["shown"]) / 1000
    return (
        f"{(len(bars) - 1) / seconds:.1f} predictions/s; from a frame's grab to the bar it moved:"
        f" p50 {statistics.median(late):.0f} ms, p95 {late[int(len(late) * 0.95)]:.0f} ms"
    )
