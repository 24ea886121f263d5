"""The public surface: one explicit list, in the order of the pipeline, and every name explained."""

from __future__ import annotations

import ast
import importlib
import inspect
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

import facegame_lib

# Where each public name comes from, in the order of the pipeline.
ORDER = (
    ("errors",),
    ("frames", "burst", "sources", "timeline", "cartoon"),
    ("samples",),
    ("embedding", "faces", "face_embedding"),
    ("classifier", "whitening", "closeness", "known", "report", "prediction", "recognizer"),
    ("match", "events", "best", "match_plot"),
    ("game", "snapshot"),
)
VALUES = {"Frame", "TRANSITIONS"}  # neither classes nor functions: they are explained where they are made


def sources() -> dict[str, str]:
    """The module that each public name is imported from."""
    tree = ast.parse(Path(facegame_lib.__file__).read_text("utf-8"))
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found.update({alias.asname or alias.name: node.module.split(".")[1] for alias in node.names})
    return found


def test_what_is_listed_is_what_is_exported() -> None:
    """`__all__` names every public name of the package, none twice, and nothing else."""
    public = {
        name
        for name, value in vars(facegame_lib).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(facegame_lib.__all__) == public == set(sources())
    assert len(facegame_lib.__all__) == len(set(facegame_lib.__all__))


def test_a_star_import_gives_just_that() -> None:
    """`from facegame_lib import *` works and brings nothing but the listed names."""
    names: dict[str, object] = {}
    exec("from facegame_lib import *", names)
    assert set(names) - {"__builtins__"} == set(facegame_lib.__all__)


def test_the_list_is_in_the_order_of_the_pipeline() -> None:
    """Errors come first, then capture, samples, embed, classify, match and the loop."""
    place = {module: i for i, stage in enumerate(ORDER) for module in stage}
    places = [place[sources()[name]] for name in facegame_lib.__all__]
    assert all(before <= after for before, after in pairwise(places))
    assert set(places) == set(range(len(ORDER)))


@pytest.mark.parametrize("name", facegame_lib.__all__)
def test_every_public_name_is_explained(name: str) -> None:
    """Each class and function says in its own docstring what it is, and so does each public method."""
    value = getattr(facegame_lib, name)
    if name in VALUES:
        assert not inspect.isclass(value)
        return
    assert inspect.isclass(value) or inspect.isfunction(value)
    explained = value.__dict__.get("__doc__") if inspect.isclass(value) else value.__doc__
    assert explained
    assert not explained.startswith(f"{name}(")  # what a dataclass says of itself explains nothing
    if inspect.isclass(value) and value.__module__.startswith("facegame_lib"):
        methods = {
            key: part for key, part in vars(value).items() if inspect.isfunction(part) and key[0] != "_"
        }
        assert {key for key, part in methods.items() if not part.__doc__} == set()


@pytest.mark.parametrize("name", facegame_lib.__all__)
def test_every_public_name_is_where_it_says(name: str) -> None:
    """Each name is the very one of the module it comes from, and its class or function says so too."""
    module = importlib.import_module(f"facegame_lib.{sources()[name]}")
    value = getattr(facegame_lib, name)
    assert getattr(module, name) is value
    if name not in VALUES:
        assert getattr(importlib.import_module(value.__module__), value.__qualname__) is value


def test_every_error_is_public() -> None:
    """Whoever uses the library can catch each error of the tree by its name."""
    errors = importlib.import_module("facegame_lib.errors")
    tree = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, Exception)
    }
    assert tree <= set(facegame_lib.__all__)
    assert all(issubclass(getattr(errors, name), facegame_lib.FaceGameError) for name in tree)
