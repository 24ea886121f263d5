"""A player with a phone: what a test does with the page of a Reco server."""

from __future__ import annotations

import re
from typing import Any

from film import LOOP, TIME, start_of
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from table import SHOTS

PORTRAIT = {"width": 390, "height": 760}
LANDSCAPE = {"width": 760, "height": 360}
SMALL = {"width": 320, "height": 568}
PROJECTOR = {"width": 1280, "height": 720}
# Whether everything that can be pressed lies on the screen, whole, and thick enough for a thumb.
_OUTSIDE = """() => [...document.querySelectorAll(".app button, .app select, .app .frame, .app .meter")]
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0)
  .filter(([, box]) => box.left < -0.5 || box.top < -0.5 || box.right > innerWidth + 0.5
    || box.bottom > innerHeight + 0.5 || Math.min(box.width, box.height) < 33)
  .map(([node, box]) => `${node.className}: ${JSON.stringify(box)}`)"""
_LISTEN = """() => {
  if (!window.bars) document.addEventListener("facegame:bar", (e) => window.bars.push(e.detail));
  window.bars = [];
}"""


class Pocket:
    """One phone with the page open. What it asked for, and what it complained of, is kept."""

    patience = 1  # times longer than usual that something is waited for

    def __init__(self, browser: Browser, address: str, **settings: Any) -> None:
        settings = {"viewport": PORTRAIT, "locale": "en-GB", "has_touch": True, **settings}
        self.context: BrowserContext = browser.new_context(**settings)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.asked: set[str] = set()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda request: self.asked.add(request.url))
        self.page.on("websocket", lambda socket: self.asked.add(socket.url))
        self.page.goto(address)
        self.app = self.page.locator(".app")
        self.camera = self.page.locator(".frame")
        self.words = self.page.locator(".learning .words")

    def start(self) -> Pocket:
        """Press Start; wait for the faces and for the camera's picture."""
        self.page.get_by_role("button", name=re.compile("^(Start|Empezar)$")).click()
        return self.seated()

    def seated(self) -> Pocket:
        """Wait for the faces and for the camera's picture."""
        expect(self.app).to_have_attribute("data-stage", "teach", timeout=20_000 * self.patience)
        expect(self.camera).to_have_attribute("data-state", "live", timeout=20_000 * self.patience)
        self.page.evaluate(_LISTEN)
        return self

    def card(self, name: str) -> Locator:
        """The card of the face of that name."""
        return self.page.locator(".card").filter(has=self.page.get_by_text(name, exact=True))

    def film_reaches(self, seconds: float) -> None:
        """Wait until the film is there (seconds into its loop)."""
        self.page.wait_for_function(
            f"() => {{ const t = ({TIME})(); const late = (t - {seconds % LOOP} + {LOOP}) % {LOOP};"
            " return t >= 0 && late < 0.35; }",
            polling=50,
            timeout=40_000 * self.patience,
        )

    def record(self, face: str, *, at: float | None = None) -> None:
        """Choose that face, press the red button (when the film is `at` that second), wait for the end."""
        self.card(face).click()
        if at is not None:
            self.film_reaches(at)
        self.page.locator(".shutter").click()
        expect(self.page.locator(".shutter")).to_have_class(re.compile("recording"))
        expect(self.page.locator(".shutter")).not_to_have_class(
            re.compile("recording"), timeout=15_000 * self.patience
        )

    def count(self, face: str) -> int:
        """How many pictures that face has."""
        found = re.search(r", (\d+) ", self.card(face).get_attribute("aria-label") or "")
        assert found is not None, self.card(face).get_attribute("aria-label")
        return int(found[1])

    def record_film(self, *faces: str) -> None:
        """Record those faces, each while the film shows it (3-2-1 is switched off)."""
        for face in faces:
            self.record(face, at=start_of(face) + 0.4)
            assert self.count(face) >= 19, f"{self.count(face)} pictures of {face}"

    def menu(self) -> Locator:
        """The menu, opened."""
        self.page.get_by_role("button", name=re.compile("^Men[uú]$")).click()
        menu = self.page.get_by_role("dialog")
        menu.evaluate("menu => Promise.all(menu.getAnimations().map((one) => one.finished)).then(() => 0)")
        return menu

    def shut(self) -> None:
        """Close the dialog that is open."""
        self.page.get_by_role("button", name=re.compile("^(Close|Cerrar)$")).click()

    def remove(self, face: str) -> None:
        """Remove that face, by its sheet."""
        self.card(face).click()
        self.page.locator(".thumbs .side .button").first.click()
        self.page.get_by_role("dialog").locator(".danger").click()
        expect(self.card(face)).to_have_count(0)

    def train(self) -> None:
        """Press Train and wait until the bars move."""
        self.page.get_by_role("button", name=re.compile("^(Train|Entrenar)")).click()
        expect(self.page.locator(".frame .caption")).to_contain_text(
            re.compile("I see|Veo"), timeout=60_000 * self.patience
        )

    def ready_to_play(self) -> Pocket:
        """Have two faces, recorded without 3-2-1 and learnt; the neutral one stays empty."""
        self.menu().get_by_role("checkbox").uncheck()
        self.shut()
        titles = self.page.locator(".card:not(.neutral) .title")
        self.remove(titles.last.inner_text())
        for name in titles.all_inner_texts():
            self.record(name)
        self.train()
        return self

    def bars(self) -> list[dict[str, float]]:
        """Each move of the match's bar so far: `stamp` and `shown` in ms, `closeness`."""
        return list(self.page.evaluate("window.bars"))

    def outside(self) -> list[str]:
        """What can be pressed and does not lie whole on the screen, or is too thin for a thumb."""
        return list(self.page.evaluate(_OUTSIDE))

    def strangers(self, host: str) -> set[str]:
        """What the page asked of another host than that."""
        ours = (f"http://{host}/", f"ws://{host}/", "blob:", "data:")
        return {url for url in self.asked if not url.startswith(ours)}

    def shot(self, name: str) -> None:
        """A screenshot, for people to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")
