"""The files that set the project up agree with each other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import facegame_lib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]


def parts(requirement: str) -> tuple[str, tuple[int, ...]]:
    """The name, as package indexes compare names, and the version of `name>=1.2` or `name==1.2 ; ...`."""
    match = re.fullmatch(r"([\w.-]+)(?:\[[\w,-]+\])?[=>]=([\w.]+)(\s*;.*)?", requirement)
    assert match, requirement
    numbers = tuple(int(number) for number in re.findall(r"\d+", match[2]))
    return re.sub(r"[-_.]+", "-", match[1]).lower(), numbers


def pins() -> dict[str, list[tuple[int, ...]]]:
    """What constraints.txt pins: a name, and a version for each kind of platform."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            assert "==" in line, line
            name, version = parts(line)
            found.setdefault(name, []).append(version)
    return found


def make(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run make there, as from a terminal: what the make that runs the tests was told is not for it."""
    ours = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "PORT", "NO_BROWSER", "PYTHON")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "CITATION.cff",
        "Makefile",
        "pyproject.toml",
        "constraints.txt",
        "environment.yml",
        ".ci/run",
        "notebooks/1_play.ipynb",
    ],
)
def test_files_of_a_whole_project_are_there(name: str) -> None:
    """Each file that a player, a teacher or CI reaches for is there and says something."""
    assert (ROOT / name).stat().st_size > 100


def test_installed_dependencies_are_those_of_pyproject() -> None:
    """What was installed is what pyproject.toml says now, so the tests test that."""
    installed = {parts(re.sub(r"\s*;.*", "", line))[0] for line in metadata.requires("facegame") or []}
    assert installed == {parts(line)[0] for line in DIRECT}


def test_base_and_mobilenet_are_as_promised() -> None:
    """The base shows the game, the extra recognises; nothing heavy slips into the base."""
    base = {parts(line)[0] for line in PROJECT["dependencies"]}
    promised = {"jupyterlab", "ipywidgets", "ipywebrtc", "anywidget", "numpy", "matplotlib", "pillow"}
    remote = {"python-socketio", "websocket-client"}  # the nets may be on a server
    assert base == promised | remote | {"platformdirs"}
    assert {parts(line)[0] for line in EXTRAS["mobilenet"]} == {"tensorflow", "ai-edge-litert"}


@pytest.mark.parametrize("requirement", DIRECT)
def test_each_direct_dependency_is_pinned_as_new_as_needed(requirement: str) -> None:
    """constraints.txt pins each dependency of pyproject.toml to a version that pyproject.toml allows."""
    name, oldest = parts(requirement)
    assert min(pins()[name]) >= oldest


def test_constraints_name_no_address() -> None:
    """The pins hold on any mirror: no address of an index, no file, no hash."""
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert not re.search(r"://|@|--hash|^\s*-", text, re.MULTILINE)


def test_environment_yml_adds_no_package_of_its_own() -> None:
    """conda brings Python and pip; the rest comes from pyproject.toml with the pinned versions."""
    text = (ROOT / "environment.yml").read_text("utf-8")
    entries = re.findall(r"^ +- (.+)$", text.partition("dependencies:")[2], re.MULTILINE)
    assert [re.split(r"[=: ]", entry)[0] for entry in entries] == [
        "python",
        "pip",
        "pip",
        "--constraint",
        "--editable",
    ]
    assert entries[3:] == ["--constraint constraints.txt", "--editable .[mobilenet,app,lab]"]


def test_version_is_the_same_everywhere() -> None:
    """pyproject.toml, the package, the citation and the changelog speak of one version."""
    version = PROJECT["version"]
    assert facegame_lib.__version__ == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\n## {version}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no bit for executable files")
def test_ci_runs_make_test_and_nothing_else() -> None:
    """CI does what a person does: one command."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = [line for line in script.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_make_without_a_fitting_python_says_so(tmp_path: Path) -> None:
    """`make play` with no Python it can use says which one it needs, and leaves nothing behind."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    made = make("play", "PYTHON=/bin/false", folder=tmp_path)
    assert made.returncode != 0
    assert "facegame needs Python 3.11, 3.12 or 3.13" in made.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize(
    ("settings", "flags"),
    [
        ([], ""),
        (["PORT=9123", "NO_BROWSER=1"], " --port 9123 --no-browser"),
        (["NO_BROWSER=0"], ""),
    ],
)
def test_make_play_passes_port_and_browser_on(settings: list[str], flags: str) -> None:
    """`make play` prepares the net and then plays, with the port and the browser one asks for."""
    shown = make("-n", "play", *settings, folder=ROOT)
    commands = [line.strip() for line in shown.stdout.splitlines()]
    assert [re.sub(r"^\S*facegame", "facegame", line) for line in commands[-2:]] == [
        "facegame prepare",
        f"facegame play{flags}",
    ]
