"""The pipeline is the architecture: what may import what, held by reading the source and by importing it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

import facegame_lib

PACKAGE = Path(facegame_lib.__file__).parent

# The modules in the order of the pipeline. A module imports from its own stage and from those above it; what
# is not here has no place yet, and gets one when it is made.
STAGES: dict[str, tuple[str, ...]] = {
    "base": ("texts", "errors", "progress", "atomic", "memory", "pip"),
    "capture": ("frames", "burst", "mjpeg", "timeline", "cartoon", "sources"),
    "samples": ("names", "folder", "sample", "removals", "samples", "images", "archive", "layout", "intake"),
    "embed": (
        "torch_state",
        "weights",
        "apart",
        "backbone",
        "litert",
        "warp",
        "detector",
        "head",
        "faces",
        "another_take",
        "embedding",
        "gpu",
        "face_embedding",
        "embedding_cache",
    ),
    "classify": (
        "inner",
        "shortlist",
        "classifier",
        "whitening",
        "closeness",
        "known",
        "report",
        "prediction",
        "recognizer",
        "recognizers",
    ),
    "match": ("events", "match", "best", "match_plot"),
    "loop": ("snapshot", "views", "teaching", "training", "playing", "game"),
    "for users' tests": ("testing",),
    "reco": ("reco",),
    "research": ("research",),
    "commands": ("bar", "demo", "launch", "bench", "doctor", "kit", "commands", "cli"),
    "display": ("jupyter", "widgets"),
}
PLACE = {module: place for place, stage in enumerate(STAGES.values()) for module in stage}
CORE = [module for module in chain(*STAGES.values()) if PLACE[module] <= PLACE["testing"]]

UI = {"ipywidgets", "anywidget", "traitlets", "ipywebrtc", "IPython", "ipykernel", "voila", "jupyterlab"}
SERVER = {"socketio", "engineio", "starlette", "uvicorn", "segno", "trustme", "cryptography", "psutil"}
HEAVY = {"tensorflow", "keras", "ai_edge_litert", "matplotlib", "sklearn", "pandas", "torch", "cv2"}


def files() -> list[Path]:
    """Every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """The name after `facegame_lib.` of the module or folder that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Each module that a file imports by its full name, and whether it does so when it is itself imported."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = [
        part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.If)
    ]
    late = {id(node) for part in inside for node in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            assert node.module
            yield node.module, id(node) not in late
            if node.module == "facegame_lib":
                yield from ((f"facegame_lib.{alias.name}", id(node) not in late) for alias in node.names)


def inner(path: Path) -> set[str]:
    """The modules of this package that a file imports, wherever in it."""
    names = (name.split(".") for name, _ in imports(path))
    return {parts[1] for parts in names if parts[0] == "facegame_lib" and len(parts) > 1}


def present(names: set[str]) -> str:
    """A program that prints which of these modules are loaded."""
    return f"import sys; print(sorted({names!r} & {{name.partition('.')[0] for name in sys.modules}}))"


def test_every_module_has_a_place() -> None:
    """No module is without a stage of the pipeline."""
    assert {module_of(path) for path in files()} - {"__init__"} - set(PLACE) == set()


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    """A module imports from its own stage and from those before it, and never from one after."""
    module = module_of(path)
    if module == "__init__":
        assert {name for name in inner(path) if PLACE[name] > PLACE["game"]} == set()
        return
    assert {name for name in inner(path) if PLACE[name] > PLACE[module]} == set()


def test_no_module_imports_itself_in_a_circle() -> None:
    """The modules can be put in a line in which each imports only from those before it."""
    graph: dict[str, set[str]] = {}
    for path in files():
        if path.name != "__init__.py" or path.parent != PACKAGE:
            graph.setdefault(module_of(path), set()).update(inner(path) - {module_of(path)})
    line = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert set(line) >= {"frames", "samples", "recognizer", "match", "game", "widgets"}


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("frames", {"errors"}),
        ("burst", {"errors"}),
        ("events", set()),
        ("match", {"errors", "events"}),
        ("classifier", {"errors", "inner", "shortlist"}),
        ("closeness", {"errors", "classifier"}),
        ("samples", {"errors", "frames", "folder", "names", "removals", "sample"}),
    ],
)
def test_the_beginnings_of_the_line_stand_alone(module: str, never: set[str]) -> None:
    """What the pipeline begins with knows nothing of its other lines: only these may it import."""
    assert inner(PACKAGE / f"{module}.py") <= never


def test_only_the_game_knows_all_the_stages() -> None:
    """No other part of the core knows the store, a recogniser and a match."""
    stages = {"samples", "recognizer", "match"}
    assert [
        module for module in CORE if any(inner(path) >= stages for path in PACKAGE.glob(f"{module}.py"))
    ] == ["game"]


def test_only_widgets_imports_a_ui() -> None:
    """Outside of `widgets/` no file imports a UI, not even inside a function."""
    found = {
        (path.relative_to(PACKAGE).as_posix(), name)
        for path in files()
        for name, _ in imports(path)
        if name.partition(".")[0] in UI
    }
    assert {path.partition("/")[0] for path, _ in found} == {"widgets"}


def test_heavy_imports_wait_until_they_are_needed() -> None:
    """No file imports a heavy package at its top: that is done in the function that needs it."""
    assert [
        (path.name, name) for path in files() for name, at_once in imports(path)
        if at_once and name.partition(".")[0] in HEAVY
    ] == []  # fmt: skip


def test_only_reco_imports_what_a_server_is_made_of() -> None:
    """No file outside of `reco/` imports a package of the server, not even inside a function."""
    found = {
        (module_of(path), name.partition(".")[0])
        for path in files()
        for name, _ in imports(path)
        if name.partition(".")[0] in SERVER
    }
    assert {module for module, _ in found} == {"reco"}
    assert {name for _, name in found} >= {"socketio", "starlette", "uvicorn", "segno", "trustme"}


def test_the_core_and_the_command_do_not_wait_for_a_server() -> None:
    """Importing the package, its command and the remote recogniser loads no package of the server; the core
    imports nothing of `reco` at all."""
    program = "import facegame_lib, facegame_lib.cli, facegame_lib.reco.client, facegame_lib.reco.serve\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program + present(UI | HEAVY | SERVER)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
    assert [path.name for path in files() if module_of(path) in CORE and "reco" in inner(path)] == []


def test_importing_the_core_loads_neither_a_ui_nor_a_framework() -> None:
    """`import facegame_lib` and every module of the core together load no UI, TensorFlow or matplotlib."""
    modules = [module for module in CORE if any(PACKAGE.glob(f"{module}.py")) or (PACKAGE / module).is_dir()]
    assert len(modules) > 20
    program = "".join(f"import facegame_lib.{module}\n" for module in modules)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import facegame_lib\n{program}{present(UI | HEAVY)}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_game_is_played_without_a_framework() -> None:
    """Teaching, training and predicting with another embedder load none of it either."""
    program = """
from facegame_lib import Game, Recognizer, SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame
store = SampleStore(["a", "b"])
for i in range(12):
    store.add("ab"[i % 2], plain_frame((250 * (i % 2), 20, 20), seed=i))
game = Game(store, Recognizer(FakeEmbedder()))
game.do("train", 0.0)
while game.busy:
    game.tick(0.1)
assert game.do("start", 1.0).stage == "match"
game.frame(plain_frame((250, 20, 20)), 1.1)
"""
    done = subprocess.run(
        [sys.executable, "-c", program + present(UI | HEAVY)], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("kind", ["*.py", "*.js"])
def test_a_file_holds_one_idea(kind: str) -> None:
    """No file of the package is longer than 320 lines."""
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in PACKAGE.rglob(kind)}
    assert {name: length for name, length in lengths.items() if length > 320} == {}
    assert len(lengths) > 3
