"""The README and the pages of `docs/` say what is so: code runs, links hold, tables are whole."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# These begin with the reader's pictures: notebooks run instead, and test_export.py runs those of export.md.
ON_OWN_FACES = {"lab.md", "look-inside.md", "export.md"}


def blocks(page: Path) -> list[str]:
    """The blocks of Python in a page."""
    return re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    if page.name not in ON_OWN_FACES
    for number, block in enumerate(blocks(page))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_code_runs(block: str, tmp_path: Path) -> None:
    """Each block of code in the README and in the pages runs by itself, in an empty folder."""
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if "print(" in block:
        assert done.stdout.startswith("zapallo 1.0"), done.stdout


def test_there_is_code_to_run() -> None:
    """The README shows the library and the match, so that the test above has something to do."""
    assert len(blocks(README)) == 2
    assert len(BLOCKS) > 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_hold(page: Path) -> None:
    """Every picture and page that a page links to is in the project, or made as the site is built."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if "://" not in link]
    links = [link for link in links if not link.startswith("made/")]
    assert [link for link in links if not (page.parent / link).is_file()] == []


def test_the_readme_has_a_match_and_leads_to_every_page() -> None:
    """The README shows a match and both commands, and links to each page of the site but its index."""
    text = README.read_text("utf-8")
    links = set(re.findall(r"\]\(([^):#]+)\)", text))
    assert {"docs/match.png", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff"} <= links
    assert re.findall(r"^    (make \w+) ", text, re.MULTILINE) == ["make play", "make test"]
    beside = {"docs/index.md", "docs/contributing.md", "docs/changes.md"}
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} - links == beside


def help_of(*command: str) -> str:
    """The help of `facegame`, or of one of its commands."""
    program = "import sys; from facegame_lib.cli import main; main(sys.argv[1:])"
    arguments = [sys.executable, "-c", program, *command, "--help"]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def test_the_table_of_commands_is_whole() -> None:
    """Each command has its row, and no other; and each has the options that its row names."""
    rows = dict(re.findall(r"^\| `facegame ([\w-]+)[^`]*` \| (.*) \|$", COMMANDS, re.MULTILINE))
    assert set(rows) == set(re.findall(r"^    ([\w-]+) ", help_of(), re.MULTILINE))
    for command, row in rows.items():
        options = set(re.findall(r"--[a-z][\w-]*", row))
        assert options <= set(re.findall(r"--[a-z][\w-]*", help_of(command))), command


def test_the_table_of_make_is_whole() -> None:
    """Each target that `make help` lists has its row, and no other."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) - {"help"}
    assert set(re.findall(r"^\| `make (\w+)` \|", COMMANDS, re.MULTILINE)) == targets


def test_every_package_says_why_it_is_there() -> None:
    """Each dependency of pyproject.toml stands in the table of what is installed, by its name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [
        *project["dependencies"],
        *(line for name, some in extras.items() if name != "dev" for line in some),
    ]
    table = (ROOT / "docs" / "packages.md").read_text("utf-8")
    names = {re.split(r"[\[>=;~ ]", line)[0] for line in lines}
    assert {name for name in names if not re.search(rf"\b{re.escape(name)}\b", table)} == set()
    assert {extra for extra in extras if f"*extra* `{extra}`" not in table} == set()
