"""`explain` as a whole: one list, a language and axes for each drawing, nothing heavy when it is imported."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from facegame_lib import research
from facegame_lib.research import explain

DRAWINGS = [name for name in explain.__all__ if name.startswith("draw_")]


@pytest.mark.parametrize("name", explain.__all__)
def test_every_name_is_there_and_explained(name: str) -> None:
    """Each listed name is there, and says in its own docstring what it is."""
    value = getattr(explain, name)
    explained = value.__dict__.get("__doc__") if inspect.isclass(value) else value.__doc__
    assert explained
    assert not explained.startswith(f"{name}(")  # what a dataclass says of itself explains nothing


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_takes_axes_and_a_language_and_gives_a_figure(name: str) -> None:
    """`draw_...(found, ..., ax=None, language="en")` returns the Figure."""
    signature = inspect.signature(getattr(explain, name))
    assert signature.parameters["ax"].default is None
    assert signature.parameters["language"].default == "en"
    assert signature.return_annotation == "Figure"


def test_what_the_folder_offers_is_the_same() -> None:
    """The functions and the lesson can be had of `facegame_lib.research` too, the very same."""
    offered = [name for name in explain.__all__ if name in research.__all__]
    functions = [name for name in explain.__all__ if inspect.isfunction(getattr(explain, name))]
    assert {*functions, "Lesson"} == set(offered)
    assert all(getattr(research, name) is getattr(explain, name) for name in offered)
    assert len(DRAWINGS) > 8


def test_importing_it_loads_nothing_heavy() -> None:
    """matplotlib, scikit-learn, TensorFlow, LiteRT and user interfaces wait until something needs them."""
    heavy = {
        "matplotlib",
        "sklearn",
        "tensorflow",
        "ai_edge_litert",
        "ipywidgets",
        "anywidget",
        "joblib",
        "ray",
    }
    program = f"import sys, facegame_lib.research.explain; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
