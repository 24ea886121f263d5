"""Faults on stage that need a second tab, or a computer that sleeps: what the player sees of them."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from table import Table, quick

PID = '\n__import__("pathlib").Path("kernel.pid").write_text(str(__import__("os").getpid()))'


def seconds_left(table: Table) -> int:
    """What the match's clock says."""
    return int(re.sub(r"\D", "", table.game.locator(".fg-left").inner_text()))


@pytest.mark.skipif(os.name == "nt", reason="Windows stops no process by a signal")
def test_a_computer_that_slept_goes_on_where_it_was(
    page: Page, open_lab: Callable[..., Table], lab_server: tuple[str, str, Path]
) -> None:
    """The kernel stopped in mid-match, then the page: each says so, and costs the player no second of it."""
    cell = quick().replace("\nFaceGame", PID + "\nFaceGame")
    table = open_lab(page, cell).ready().taught()
    words, clock = table.game.locator(".fg-big-words"), table.game.locator(".fg-left")
    page.keyboard.press("Enter")
    expect(clock).to_have_text("58 s", timeout=10_000)

    kernel = int((lab_server[2] / "kernel.pid").read_text())
    before = seconds_left(table)
    os.kill(kernel, signal.SIGSTOP)
    try:
        expect(table.camera).to_contain_text("kernel does not answer", timeout=20_000)
    finally:
        os.kill(kernel, signal.SIGCONT)
    expect(table.camera.locator(".fg-trouble")).to_be_hidden(timeout=10_000)
    expect(words).to_have_text("", timeout=10_000)
    assert seconds_left(table) >= before - 3

    page.evaluate(_LISTEN)
    before = seconds_left(table)
    devtools = page.context.browser.new_browser_cdp_session()
    processes = devtools.send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [process["id"] for process in processes if process["type"] == "renderer"]
    _signal(pages, signal.SIGSTOP)
    try:
        time.sleep(4)  # the page sleeps: it has nothing that could be polled
    finally:
        _signal(pages, signal.SIGCONT)
    page.wait_for_function(
        "() => window.said.includes('Paused: no picture comes from the camera')", timeout=10_000
    )
    expect(words).to_have_text("", timeout=10_000)
    assert seconds_left(table) >= before - 4
    assert not table.errors


# Every word that the match shows from now on, however short.
_LISTEN = """() => {
  window.said = [];
  const hear = (changes) => {
    for (const one of changes) for (const node of one.addedNodes) window.said.push(node.textContent);
  };
  new MutationObserver(hear).observe(document.querySelector(".fg-big-words"), { childList: true });
}"""


def _signal(processes: list[int], what: signal.Signals) -> None:
    for process in processes:
        os.kill(process, what)


def test_a_game_has_one_camera_in_two_tabs(page: Page, open_lab: Callable[..., Table]) -> None:
    """The newer tab has the camera, the older says where it went and gets it back; no picture comes twice."""
    table = open_lab(page, quick()).ready()
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("() => { window.track = document.querySelector('.fg-video').srcObject.getTracks()[0]; }")
    second = page.context.new_page()
    second.goto(page.url.replace("/workspaces/", "/workspaces/second-"))
    other = Table(second).ready()
    expect(table.camera).to_contain_text("goes on in another tab", timeout=10_000)
    assert page.evaluate("window.track.readyState") == "ended", "the older tab's camera is still on"
    table.shot("two-tabs")
    other.take("smile")
    for each in (table, other):
        expect(each.card("smile").locator(".fg-status")).to_contain_text("6 pictures · last: 6 of 6 arrived")
        expect(each.game.locator(".fg-thumbnail img[src^=blob]")).to_have_count(6)

    page.bring_to_front()
    table.camera.get_by_role("button", name="Play here").click()
    table.ready()
    expect(other.camera).to_contain_text("goes on in another tab", timeout=10_000)
    table.take("surprise")
    expect(other.card("surprise").locator(".fg-status")).to_contain_text("6 pictures · last: 6 of 6 arrived")
    second.close()
    table.take("smile")
    expect(table.card("smile").locator(".fg-status")).to_contain_text("12 pictures · 2 takes")
    assert not table.errors
    assert not other.errors
