"""The README says what is so: its code runs, its diagram is the match's table."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from facegame_lib.commands import COMMANDS
from facegame_lib.match import TRANSITIONS

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_diagram_is_the_table_of_transitions() -> None:
    """The README's diagram has the rows of TRANSITIONS, all of them and no other."""
    arrows = re.findall(r"^    (\w+) --> (\w+): (.+)$", README, re.MULTILINE)
    drawn = {(start, event, end) for start, end, events in arrows for event in events.split(", ")}
    assert drawn == {(start.value, event.__name__, end.value) for (start, event), end in TRANSITIONS.items()}


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_its_code_runs(number: int, tmp_path: Path) -> None:
    """Each block of code in the README runs by itself, in an empty folder."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKS[number]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if "print(" in BLOCKS[number]:
        assert done.stdout.startswith("zapallo 1.0"), done.stdout


def test_there_is_code_to_run() -> None:
    """The README shows the library and the match, so that the test above has something to do."""
    assert len(BLOCKS) == 3


def test_every_command_has_a_row() -> None:
    """The table of commands names each command that there is, and no other."""
    assert {*re.findall(r"^\| `facegame (\w+)", README, re.MULTILINE)} == {*COMMANDS}


def test_its_pictures_are_there() -> None:
    """Every picture and page that the README links to is in the project."""
    root = Path(__file__).parents[1]
    links = re.findall(r"\]\(([^):#]+)\)", README)
    assert "docs/match.png" in links
    assert [link for link in links if not (root / link).exists()] == []
