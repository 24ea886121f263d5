"""The site: built without a warning; links hold, the whole library is in it, no other host is asked."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import facegame_lib
from facegame_lib.match import TRANSITIONS

ROOT = Path(__file__).parents[1]
STAGES = ("errors", "capture", "samples", "embed", "classify", "match", "loop")


class Page(HTMLParser):
    """What a page refers to: `(tag, address)`; and the ids that others may refer to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.addresses: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "srcset", "poster", "data", "action") and value:
                self.addresses.append((tag, value))
            elif name == "id" and value:
                self.ids.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it, in a folder of its own; a warning fails every test of this file."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    command = re.search(r"^\t@\$\(BIN\)/python (-m sphinx .*) docs build/docs$", makefile, re.MULTILINE)
    assert command
    assert "--fail-on-warning" in command[1]
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, *shlex.split(command[1]), "docs", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    """Every page of the site, by its path."""
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def test_every_page_is_there(site: Path) -> None:
    """Each Markdown file of `docs/` has become a page."""
    docs = ROOT / "docs"
    expected = {path.relative_to(docs).with_suffix(".html") for path in docs.rglob("*.md")}
    assert expected <= {path.relative_to(site) for path in site.rglob("*.html")}
    assert len(expected) > 20


def test_links_inside_hold(pages: dict[Path, Page], site: Path) -> None:
    """Each address without a host leads to a file of the site, and to an id that is in it."""
    broken, checked = [], 0
    for page in pages.values():
        for _, address in page.addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            checked += 1
            missing_id = (
                parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids
            )
            if not target.is_file() or missing_id:
                broken.append((page.path.relative_to(site).as_posix(), address))
    assert broken == []
    assert checked > 1000


def test_nothing_is_loaded_from_another_host(pages: dict[Path, Page], site: Path) -> None:
    """Scripts, styles, fonts and pictures are the site's own; only what one may click leads elsewhere."""
    foreign = [
        (page.path.name, tag, address)
        for page in pages.values()
        for tag, address in page.addresses
        if tag != "a" and urlsplit(address).netloc
    ]
    assert foreign == []
    for style in site.rglob("*.css"):
        loaded = re.findall(r"""(?:url\(\s*["']?|@import\s+["'])([^"')]+)""", style.read_text("utf-8"))
        assert [address for address in loaded if urlsplit(address).netloc] == [], style.name


def test_the_library_is_there_in_the_order_of_the_pipeline(pages: dict[Path, Page], site: Path) -> None:
    """Every public name has its entry, once, in the order of `__all__`."""
    ids = [id for stage in STAGES for id in pages[site / "api" / f"{stage}.html"].ids]
    names = [id.removeprefix("facegame_lib.") for id in ids if re.fullmatch(r"facegame_lib\.\w+", id)]
    modules = {Path(module.stem).name for module in Path(facegame_lib.__file__).parent.glob("*.py")}
    assert [name for name in names if name not in modules] == facegame_lib.__all__


@pytest.mark.parametrize("package", ["widgets", "reco", "research"])
def test_the_other_packages_are_there(package: str, pages: dict[Path, Page], site: Path) -> None:
    """Every public name of the widgets, the server's client and the research tools has its entry."""
    module = import_module(f"facegame_lib.{package}")
    ids = {id for name in ("display", "research") for id in pages[site / "api" / f"{name}.html"].ids}
    public = {f"{module.__name__}.{name}" for name in getattr(module, "__all__", ())}
    assert {f"module-{module.__name__}", *public} <= ids


def test_docstrings_come_out_as_they_are_meant(site: Path) -> None:
    """Backticks are code, an indented example is a block, rows of names a list, arrays short."""
    article = {stage: (site / "api" / f"{stage}.html").read_text("utf-8") for stage in STAGES}
    assert all(
        not re.search(r">[^<]*`[^<]*<", re.sub(r"<script.*?</script>", "", text)) for text in article.values()
    )
    assert re.search(r"<pre>.*├── BadPicture", article["errors"], re.DOTALL)
    assert re.search(r"<dt>motion</dt><dd>", article["capture"])
    assert "error.&lt;key&gt;" in article["errors"]
    assert "picture <em>i</em> at" in article["capture"]
    assert re.search(r'href="errors.html#facegame_lib.IllegalEvent"', article["match"])
    assert "Alias for field" not in article["capture"]
    assert "NDArray[float32]" in re.sub(r"<[^>]+>", "", article["classify"])


def test_the_diagram_is_the_table_of_transitions(site: Path) -> None:
    """The picture of a match has the rows of TRANSITIONS, all of them and no other."""
    picture = (site / "_images" / "transitions.svg").read_text("utf-8")
    groups = re.findall(r'<g id="(\w+)\.(\w+)">(.*?)(?=<g id=|\Z)', picture, re.DOTALL)
    drawn = {
        (start, event, end) for start, end, text in groups for event in re.findall(r"<!-- (\w+) -->", text)
    }
    assert drawn == {(start.value, event.__name__, end.value) for (start, event), end in TRANSITIONS.items()}
