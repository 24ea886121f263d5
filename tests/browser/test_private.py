"""Where pictures go: to the kernel and nowhere else, and nowhere at all once the player says *Forget me*."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from film import FACES
from playwright.sync_api import Page, expect
from table import Table, quick

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG"
LARGE = 2000  # bytes
# What the page could keep anything in, besides its own memory.
_STORED = """async () => {
  const kept = [];
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done, fail) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
    for (const store of base.objectStoreNames) {
      const rows = await new Promise((done) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      const bytes = (value) => [ArrayBuffer, Blob].some((kind) => value instanceof kind)
        || ArrayBuffer.isView(value);
      kept.push(...rows.map((row) => JSON.stringify(row, (key, value) => bytes(value) ? "BYTES" : value)));
    }
    base.close();
  }
  for (const storage of [localStorage, sessionStorage]) kept.push(...Object.values({ ...storage }));
  for (const name of await caches.keys()) {
    kept.push(...(await (await caches.open(name)).keys()).map((one) => one.url));
  }
  return kept;
}"""


def blobs(thing: Any) -> Iterator[bytes]:
    """Everything in a notebook's JSON that could be a picture: long runs of base64 or hex, decoded."""
    for part in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from blobs(part)
    if isinstance(thing, str):
        for run in re.findall(r"[A-Za-z0-9+/\n]{300,}={0,2}", thing):
            run = run.replace("\n", "")
            yield base64.b64decode(run[: len(run) // 4 * 4])
        for run in re.findall(r"(?:[0-9a-fA-F]{2}){150,}", thing):
            yield bytes.fromhex(run)


def jpegs(folder: Path) -> list[str]:
    """Files anywhere in a folder with a JPEG picture in them, or a part of one."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and JPEG in path.read_bytes()]


def test_pictures_go_to_the_kernel_and_can_be_forgotten(
    page: Page, open_lab: Callable[..., Table], lab_server: tuple[str, str, Path]
) -> None:
    """In a whole game the page speaks to its own server only; nothing is written before the player says so;
    the saved notebook has no face in it; and *Forget me*, by keyboard, leaves no picture anywhere."""
    address, _, folder = lab_server
    asked: set[str] = set()
    page.context.on("request", lambda request: asked.add(request.url))
    page.on("websocket", lambda socket: asked.add(socket.url))
    before = set(jpegs(folder))
    table = open_lab(page, quick(', language="en"', seconds=5)).ready().taught()
    page.keyboard.press("Enter")
    expect(table.game.locator(".fg-end")).to_be_visible(timeout=20_000)
    expect(table.game.locator(".fg-picture")).to_be_visible(timeout=15_000)
    host = address.partition("//")[2]
    ours = (f"http://{host}/", f"ws://{host}/", f"blob:http://{host}/", "data:")
    assert any(url.startswith("ws://") for url in asked)
    assert {url for url in asked if not url.startswith(ours)} == set()
    assert set(jpegs(folder)) == before

    notebook = _saved(page, folder)
    states = notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert {"FrameGrabber", "FaceCards", "MatchStage"} <= {
        state["model_name"] for state in states.values()
    } | {state["state"].get("_anywidget_id", "").rpartition(".")[2] for state in states.values()}
    found = list(blobs(notebook))
    assert [data[:4] for data in found if len(data) > LARGE] == [PNG]  # the match's curve
    assert not any(JPEG in data or b"JFIF" in data for data in found)

    page.keyboard.press("Escape")
    table.game.get_by_role("button", name="Keep on this computer").click()
    kept = table.game.locator(".fg-hint", has_text="Kept in")
    expect(kept).to_be_visible()
    where = folder / kept.inner_text().removeprefix("Kept in ")
    assert len(jpegs(where)) == 12
    forget = table.game.get_by_role("button", name="Forget me", exact=True)
    forget.focus()
    page.keyboard.press("Enter")
    expect(table.game.locator(".fg-asking")).to_contain_text(f"those in {where.name} too")
    table.shot("forget-me")
    page.keyboard.press("Escape")
    expect(table.game.locator(".fg-asking")).to_be_hidden()
    assert len(jpegs(where)) == 12
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(table.notice).to_contain_text("Forgotten")
    expect(table.game.locator(".fg-thumbnail")).to_have_count(0)
    expect(table.game.locator(".fg-tryout")).to_be_hidden()
    table.shot("forgotten")
    assert not where.exists()
    assert set(jpegs(folder)) == before
    assert not (folder / "data" / "facegame" / "best.json").exists()
    assert page.evaluate("globalThis.facegameKept.size") == 0
    stored = page.evaluate(_STORED)
    assert not [
        row for row in stored if "BYTES" in row or "/9j/" in row or any(face in row for face in FACES)
    ]
    assert list(blobs(_saved(page, folder))) == []
    assert not table.errors


def _saved(page: Page, folder: Path) -> dict[str, Any]:
    """The notebook as JupyterLab saves it, with the state of its widgets."""
    page.evaluate(
        """async () => {
          const { commands, shell } = window.jupyterapp;
          const toggle = "@jupyter-widgets/jupyterlab-manager:saveWidgetState";
          if (!commands.isToggled(toggle)) await commands.execute(toggle);
          shell.currentWidget.context.model.dirty = true;
          await commands.execute("docmanager:save");
        }"""
    )
    name = page.url.rpartition("/")[2].partition("?")[0]
    saved: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return saved
