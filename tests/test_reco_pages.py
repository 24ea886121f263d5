"""The pages that the server gives: what they may load, and how they travel."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import get, open_house

from facegame_lib.reco.security import HEADERS


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose page was not built; its address."""
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, static=folder / "static") as url:
        yield url


@pytest.mark.parametrize("path", ["/", "/board", "/health", "/nothing", "/assets/../../pyproject.toml"])
def test_every_page_has_the_headers(house: str, path: str) -> None:
    """Whatever is answered says what a page may load, and that it may be framed by nobody."""
    response = get(house, path)
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert response.headers["server"] is None
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"


def test_without_the_page_there_is_a_sentence(tmp_path: Path) -> None:
    """Where the page was not built, `/` says what to do; where it was, it is served."""
    with open_house(tmp_path / "bare", static=tmp_path / "nothing") as url:
        assert get(url, "/").status == 503
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "board.html", "assets/main.js"):
        (tmp_path / name).write_text("built", "utf-8")
    with open_house(tmp_path / "house", static=tmp_path) as url:
        assert [get(url, path).status for path in ("/", "/board", "/assets/main.js")] == [200] * 3
        assert get(url, "/assets/../house/board.sqlite3").status == 404


def test_pages_travel_small(tmp_path: Path) -> None:
    """A browser that takes gzip gets it, with all the headers; who does not gets the file as it is."""
    text = "let facegame = 1;\n" * 500
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "assets/main.js"):
        (tmp_path / name).write_text(text, "utf-8", newline="")
    with open_house(tmp_path / "house", static=tmp_path) as url:
        for path in ("/", "/assets/main.js"):
            small, plain = get(url, path, **{"Accept-Encoding": "gzip"}), get(url, path)
            assert {name: small.headers[name] for name in HEADERS} == HEADERS
            assert small.headers["content-encoding"] == "gzip"
            assert len(small.body) < len(text) / 10
            assert gzip.decompress(small.body).decode() == text
            assert plain.headers["content-encoding"] is None
            assert plain.body.decode() == text
