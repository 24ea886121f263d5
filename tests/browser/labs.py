"""A real Chromium, and a real JupyterLab as `facegame play` starts it, with a game in a notebook."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright
from serving import serve
from table import Table, kernel_idle

from facegame_lib import launch

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "1_play.ipynb"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]


def chromium(playwright: Playwright, *flags: str) -> Browser:
    """Start a Chromium with these flags besides."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *flags])


def write_notebook(path: Path, cell: str) -> None:
    """The shipped notebook, its game made by `cell`."""
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    shipped = "".join(code[0]["source"])
    assert shipped.rstrip().endswith("FaceGame()"), shipped
    code[0]["source"] = shipped.replace("FaceGame()", cell)
    path.write_text(json.dumps(notebook), "utf-8")


def environment(folder: Path) -> dict[str, str]:
    """This process's, but nothing of this user's is read or written except the backbone's cache."""
    ours = {**os.environ, "XDG_DATA_HOME": str(folder / "data"), "FACEGAME_LANGUAGE": "en"}
    return ours | {"JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_DATA_DIR": str(folder / "jupyter")}


def serve_lab(folder: Path, environment: dict[str, str]) -> Iterator[tuple[str, str, Path]]:
    """JupyterLab: its address, its token, its folder."""
    port, token = launch.free_port(0), secrets.token_hex(8)
    command = launch.lab_command(folder / "x.ipynb", port, False, launch.is_root())
    command += ["--LabApp.expose_app_in_browser=True"]
    command += ["--ServerApp.allow_remote_access=True"]  # for the page that is not on localhost
    environment = {**environment, "JUPYTER_TOKEN": token}
    environment["JUPYTER_CONFIG_PATH"] = str(Path(launch.__file__).parent / "jupyter")
    for _ in serve(command, f"http://localhost:{port}/api/status?token={token}", folder, environment):
        yield f"http://localhost:{port}", token, folder


def open_notebook(page: Page, lab: tuple[str, str, Path], cell: str, host: str = "localhost") -> Table:
    """Open a fresh notebook there, its game made by that cell, and run it."""
    address, token, folder = lab
    name = f"play-{secrets.token_hex(4)}"
    write_notebook(folder / f"{name}.ipynb", cell)
    # A workspace of its own: else JupyterLab opens the notebooks of the tests before, too.
    where = f"/lab/workspaces/{name}/tree/{name}.ipynb?token={token}"
    page.goto(address.replace("localhost", host) + where)
    run_all(page)
    return Table(page)


def run_all(page: Page) -> None:
    """Run all cells, once the kernel is there."""
    page.wait_for_selector(".jp-Notebook", timeout=60_000)
    kernel_idle(page)
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    # Not awaited: the command is done when the cells are, and waiting for that has no time-out.
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
