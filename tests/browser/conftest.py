"""Real Chromium, real JupyterLab, real Voila, and a film in place of a webcam."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import film as films
import labs
import pytest
import reco
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from pocket import Pocket
from serving import serve
from table import ALLOW, FAKE_DEVICE, Table

from facegame_lib import launch


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder are browser tests (and are run last: the others are sooner done)."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that the fake webcam plays."""
    return films.make(tmp_path_factory.mktemp("film") / "cartoon.mjpeg")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, started once."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Callable[..., Browser]]:
    """Start a Chromium with these flags besides."""
    opened = []

    def start(*flags: str) -> Browser:
        opened.append(labs.chromium(playwright, *flags))
        return opened[-1]

    yield start
    for browser in opened:
        browser.close()


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., Browser], film: Path) -> Browser:
    """A Chromium whose webcam is the film."""
    return chromium(FAKE_DEVICE, ALLOW, f"--use-file-for-fake-video-capture={film}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of that Chromium."""
    with browser.new_context(viewport={"width": 1400, "height": 980}) as context:
        yield context.new_page()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder for notebooks, and an environment in which nothing of this user's is read or written but the
    backbone's cache."""
    folder = tmp_path_factory.mktemp("home")
    return folder, labs.environment(folder)


@pytest.fixture(scope="session")
def lab_server(home: tuple[Path, dict[str, str]]) -> Iterator[tuple[str, str, Path]]:
    """A JupyterLab as `facegame play` starts it: its address, its token, its folder."""
    yield from labs.serve_lab(*home)


@pytest.fixture
def open_lab(lab_server: tuple[str, str, Path]) -> Callable[..., Table]:
    """Open a fresh notebook in JupyterLab, its game made by a cell, and run it."""

    def start(page: Page, cell: str, host: str = "localhost") -> Table:
        return labs.open_notebook(page, lab_server, cell, host)

    return start


@pytest.fixture
def open_voila(home: tuple[Path, dict[str, str]]) -> Iterator[Callable[..., Table]]:
    """Open a fresh notebook as a page of Voila, as `facegame app` starts it."""
    folder, environment = home
    servers: list[Any] = []

    def start(page: Page, cell: str) -> Table:
        notebook = folder / f"app-{secrets.token_hex(4)}.ipynb"
        labs.write_notebook(notebook, cell)
        port = launch.free_port(0)
        ours = str(Path(launch.__file__).parent / "jupyter")
        command = launch.voila_command(notebook, port, False)
        url = f"http://localhost:{port}/voila/static/voila.js"
        servers.append(serve(command, url, folder, {**environment, "JUPYTER_PATH": ours}))
        next(servers[-1])
        page.goto(f"http://localhost:{port}/")
        return Table(page)

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[reco.Reco]:
    """`facegame serve`, its own nets and all."""
    yield from reco.real(tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[reco.Reco]:
    """A Reco server that recognises by a fake, for tests that are about the page."""
    yield from reco.quick(tmp_path_factory.mktemp("quick"))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Pocket]]:
    """Open an address on a phone of its own, in that browser or in the one whose webcam is the film."""
    opened: list[Pocket] = []

    def start(address: str, other: Browser | None = None, **settings: Any) -> Pocket:
        opened.append(Pocket(other or browser, address, **settings))
        return opened[-1]

    yield start
    for pocket in opened:
        pocket.context.close()
