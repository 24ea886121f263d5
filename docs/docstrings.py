"""Docstrings here are plain text with `code` and indented examples: this makes them what Sphinx reads."""

from __future__ import annotations

import re
from typing import Any

_ROW = re.compile(r"(\w+) {2,}(\S.*)")  # `size    what it is`: a row of a list of names


def as_rest(app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Sphinx's event for a docstring: change its lines in place."""
    lines[:] = rest("\n".join(lines)).split("\n")


def rest(text: str) -> str:
    """A docstring as reStructuredText: blocks that are indented are examples, and signs mean themselves."""
    blocks = re.split(r"\n\s*\n", text)
    return "\n\n".join(_block(block) for block in blocks)


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("    ") or not line for line in lines):
        return "::\n\n" + block
    if _ROW.match(lines[0]):
        return "\n".join(_row(line) for line in lines)
    return _plain(block)


def _row(line: str) -> str:
    """A row of a list of names, or a line that goes on with one, as a list of definitions."""
    row = _ROW.match(line)
    return f"{row[1]}\n    {_plain(row[2])}" if row else "    " + _plain(line.strip())


def _plain(text: str) -> str:
    """The same with stars, bars and underscores that mean nothing but themselves, outside of `code`."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if i % 2 else re.sub(r"([*|]|_\b)", r"\\\1", part) for i, part in enumerate(parts))
