"""A player at the table: what a test does with a page that has the game in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from film import LOOP, TIME, start_of
from playwright.sync_api import Locator, Page, expect

FAKE_DEVICE = "--use-fake-device-for-media-stream"
ALLOW = "--use-fake-ui-for-media-stream"  # the camera is allowed without a question
SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
_LISTEN = """() => {
  if (!window.bars) document.addEventListener("facegame:bar", (e) => window.bars.push(e.detail));
  window.bars = [];
}"""

# Short bursts and an embedder that needs no net, for tests that are about the page.
_QUICK = """import facegame_lib as f, facegame_lib.testing as t
brain, plan = f.Recognizer(t.FakeEmbedder()), f.BurstPlan(6, 0.6, 0)
FaceGame(recognizer=brain, plan=plan, seconds={seconds}, countdown=1{more})"""


def quick(more: str = "", seconds: int = 60) -> str:
    """A cell with a game whose bursts are short; `more` keywords of it."""
    return _QUICK.format(more=more, seconds=seconds)


def hide(page: Page, hidden: bool) -> None:
    """The page is hidden, or seen again."""
    page.evaluate(
        f"""() => {{
          const get = () => {str(hidden).lower()};
          Object.defineProperty(document, "hidden", {{ configurable: true, get }});
          document.dispatchEvent(new Event("visibilitychange"));
        }}"""
    )


def kernel_idle(page: Page) -> None:
    """Wait until the notebook's kernel is there and has nothing to do."""
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status"
        " === 'idle'",
        timeout=60_000,
    )


class Table:
    """One page with one game."""

    patience = 1  # times longer than usual that something is waited for

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.game = page.locator(".facegame").last
        self.camera = self.game.locator(".fg-camera")
        self.notice = self.game.locator(".fg-notice")

    def ready(self) -> Table:
        """Wait until the camera's picture is there."""
        expect(self.camera).to_have_attribute("data-state", "live", timeout=60_000 * self.patience)
        self.page.evaluate(_LISTEN)
        self.camera.scroll_into_view_if_needed()
        return self

    def card(self, name: str) -> Locator:
        """The card of the face of that name."""
        button = self.page.get_by_label(re.compile(f"([Rr]ecord|recording|[Gg]rabar) {re.escape(name)}$"))
        return self.game.locator(".fg-card").filter(has=button)

    def film_reaches(self, seconds: float) -> None:
        """Wait until the film is there (seconds into its loop), within a third of a second."""
        self.page.wait_for_function(
            f"() => {{ const t = ({TIME})(); const late = (t - {seconds % LOOP} + {LOOP}) % {LOOP};"
            " return t >= 0 && late < 0.35; }",
            polling=50,
            timeout=40_000 * self.patience,
        )

    def record(self, face: str, press: Any = None) -> int:
        """Press the red button of that face while the film shows it; how many pictures arrived."""
        card = self.card(face)
        self.film_reaches(start_of(face) + 0.4)
        (press or card.locator(".fg-record").click)()
        status = card.locator(".fg-status")
        expect(status).to_contain_text(re.compile("recording|grabando"))
        expect(status).to_contain_text(re.compile("arrived|llegaron"), timeout=15_000 * self.patience)
        found = re.search(r"(\d+) (?:of|de) 20", status.inner_text())
        assert found is not None, status.inner_text()
        return int(found[1])

    def take(self, face: str) -> None:
        """Press the red button of that face whatever the film shows; wait for the card to say it is done."""
        self.card(face).locator(".fg-record").click()
        expect(self.card(face).locator(".fg-status")).to_contain_text(
            "arrived", timeout=15_000 * self.patience
        )

    def train(self) -> None:
        """Press Train and wait until the bars are there."""
        button = self.game.get_by_role("button", name=re.compile("^(Train|Entrenar)"))
        expect(self.game.locator(".fg-training progress")).to_be_hidden(
            timeout=120_000 * self.patience
        )  # the backbone
        button.click()
        expect(self.game.locator(".fg-tryout")).to_be_visible(timeout=30_000 * self.patience)
        expect(self.game.locator(".fg-bar").first).to_be_visible()

    def taught(self) -> Table:
        """Two faces recorded, the others removed, and trained."""
        for face in ("neutral", "zapallo"):
            self.game.get_by_label(f"Remove {face}").click()
        for face in ("smile", "surprise"):
            self.take(face)
        self.train()
        return self

    def bars(self) -> list[dict[str, float]]:
        """Each move of the match's bar so far: `stamp` and `shown` in ms, `closeness`."""
        return list(self.page.evaluate("window.bars"))

    def theme(self, name: str) -> None:
        """JupyterLab's "Dark" or "Light"; wait until it is there. The server remembers it."""
        self.page.evaluate(
            "(theme) => void window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
            f"JupyterLab {name}",
        )
        expect(self.page.locator("body")).to_have_attribute(
            "data-jp-theme-light", str(name == "Light").lower()
        )
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)

    def shot(self, name: str) -> None:
        """A screenshot, for people to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")
