"""The tables of what is promised name tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def functions_of(path: Path) -> set[str]:
    """The tests in that file."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("page", ["faults.md", "promises.md"])
def test_the_tests_that_a_table_names_are_there(page: str) -> None:
    """Each file and each test of that name exists."""
    named = NAMED.findall((ROOT / "docs" / page).read_text("utf-8"))
    assert len(named) > 5
    lost = [
        (file, test)
        for file, test in named
        if not (ROOT / file).exists() or (test and test not in functions_of(ROOT / file))
    ]
    assert lost == []


def test_each_fault_has_a_test() -> None:
    """No row of the faults on stage is without one."""
    text = (ROOT / "docs" / "faults.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| What")]
    assert len(rows) > 20
    assert [row for row in rows if not NAMED.search(row)] == []
