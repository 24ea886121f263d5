"""Docstrings here are plain text with `code` and indented examples: this makes them what Sphinx reads."""

from __future__ import annotations

import inspect
import re
from typing import Any

from sphinx.util.inspect import stringify_signature

_MEANT = re.compile(r"(`[^`]*`|(?<!\w)\*\w[^*`]*\*(?!\w))")  # `code` and *stress*
_ROW = re.compile(r"(\w+) {2,}(\S.*)")  # `size    what it is`: a row of a list of names

_ARRAY = r"~?(?:numpy\.)?ndarray\[~?(?:typing\.)?tuple\[~?(?:typing\.)?Any, \.\.\.\], ~?(?:numpy\.)?dtype\["
_SHORT = (
    ("<factory>", "..."),
    (_ARRAY + r"~?(?:numpy\.)?uint8\]\]", "Frame"),
    (_ARRAY + r"~?(?:\w+\.)?(\w+)\]\]", r"NDArray[\1]"),
    (r"~?(?:[\w.]+\.)?Callable\[\[float, str\], None\]", "Progress"),
)


def as_rest(app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Sphinx's event for a docstring: change its lines in place."""
    lines[:] = rest("\n".join(lines)).split("\n")


def short(
    app: Any, what: str, name: str, value: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Sphinx's event for a signature: arrays by the short names that the source has for them."""
    if what == "class" and getattr(value, "_is_protocol", False):
        return "", None  # nobody makes one
    if what == "class" and signature is not None and "t.Any" in signature:  # traitlets hides a widget's own
        own = inspect.signature(value.__init__, eval_str=True)
        own = own.replace(parameters=list(own.parameters.values())[1:], return_annotation=own.empty)
        signature = stringify_signature(own, unqualified_typehints=True)
    return _short(signature), _short(returns)


def left_out(app: Any, what: str, name: str, value: Any, skip: bool, options: Any) -> bool | None:
    """Sphinx's event for a member: what a named tuple says of its fields explains nothing."""
    return True if str(getattr(value, "__doc__", "")).startswith("Alias for field number") else None


def linked(app: Any, environment: Any, node: Any, text: Any) -> Any:
    """Sphinx's event for a name that is not of the module it stands in: perhaps it is of the package."""
    python, name = environment.domains["py"], f"facegame_lib.{node['reftarget']}"
    if node.get("refdomain") != "py" or name not in python.objects:
        return None
    return python.resolve_xref(environment, node["refdoc"], app.builder, "obj", name, node, text)


def _short(text: str | None) -> str | None:
    if text is not None:
        for long, name in _SHORT:
            text = re.sub(long, name, text)
    return text


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
    """The same with bars, underscores and stars that mean nothing but themselves."""
    parts = _MEANT.split(text)
    text = "".join(
        _code(part) if i % 2 else re.sub(r"([*|]|_\b)", r"\\\1", part) for i, part in enumerate(parts)
    )
    return re.sub(r"(`[^`]*`)(?=\w)", r"\1\\ ", text)  # `Frame`s: a letter after code


def _code(text: str) -> str:
    """Code as Sphinx reads it: between two backticks each side where `<` would begin an address."""
    return f"`{text}`" if "<" in text else text
