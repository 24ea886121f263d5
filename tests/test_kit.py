"""The classroom's kit: made once with a package index, installed anywhere without one.

The packages here are tiny ones of the tests' own, in a folder that pip takes for the whole index, and
`facegame` is one of them. The real ones are 151, and TensorFlow among them: see docs/kit.md for how long
those take.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from folders import files
from small_world import small_world, wheel

from facegame_lib import cli, kit
from facegame_lib.errors import BadSetting, FaceGameError
from facegame_lib.kit.target import PLATFORMS, PYTHONS, Target, constraints_for


@pytest.fixture
def fetched(tmp_path: Path) -> Iterator[list[str]]:
    """A small world of the test's own, in its folder; what is fetched in it is listed."""
    with small_world(tmp_path) as asked:
        yield asked


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit."""
    folder = tmp_path_factory.mktemp("kit")
    with small_world(folder):
        return kit.make(folder / "the kit ñ")


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return shutil.copytree(made, tmp_path / made.name)


def install(
    folder: Path, *words: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the kit's install.py where there is no package index."""
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_FIND_LINKS": "", "PIP_NO_INDEX": "0"}
    return subprocess.run(
        [sys.executable, str(folder / "install.py"), *words],
        env={**os.environ, **nowhere, "FACEGAME_LANGUAGE": "en", **environment},
        cwd=cwd or folder.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_kit_installs_without_an_index(made: Path, tmp_path: Path) -> None:
    """From a folder with a space in its name into another, asking nobody: the game starts, nets and all."""
    done = install(made, str(tmp_path / "laptop"), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    programs = tmp_path / "laptop" / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    said = subprocess.run([programs / "facegame", "play"], capture_output=True, text=True, check=False)
    assert said.stdout == "alpha play\n"
    assert f"{programs / 'facegame'} play" in done.stdout
    assert {path.name for path in (tmp_path / "got").iterdir()} == {
        path.name for path in (made / "nets").iterdir()
    }
    assert (tmp_path / "laptop" / "notebooks" / "1_play.ipynb").is_file()


def test_a_kit_has_what_it_needs_by_hash(made: Path) -> None:
    """Each requirement has the SHA-256 of its wheel; what has to be there is listed, and is there."""
    lines = dict(
        line.split(" --hash=sha256:") for line in (made / "requirements.txt").read_text().splitlines()
    )
    assert {name.partition("[")[0].partition("=")[0]: digest for name, digest in lines.items()} == {
        path.name.partition("-")[0]: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (made / "wheels").iterdir()
    }
    assert "facegame[mobilenet,app,server]==1.0" in lines
    about = json.loads((made / "kit.json").read_text())
    assert (about["python"], about["platform"]) == (Target.python, Target.platform)
    assert about["finished"]
    assert {*about["files"]} == {*files(made)}
    assert {"install.py", "README.md", "LEEME.md", "notebooks/1_play.ipynb"} < {*about["files"]}


def test_an_interrupted_kit_is_gone_on_with(
    fetched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was fetched is not fetched again; what is damaged is; and a half kit says that it is one."""
    monkeypatch.setattr(kit, "_AT_ONCE", 1)
    pip = kit._pip

    def until_beta(command: str, *arguments: str, **options: Any) -> None:
        if fetched == ["alpha"] and command == "download":
            raise KeyboardInterrupt
        pip(command, *arguments, **options)

    with monkeypatch.context() as cut:
        cut.setattr(kit, "_pip", until_beta)
        with pytest.raises(KeyboardInterrupt):
            kit.make(tmp_path / "kit")
    assert [path.name for path in tmp_path.glob("kit/.part*")] == []
    (tmp_path / "kit" / ".part-killed").mkdir()
    (tmp_path / "kit" / "install.py").write_bytes(Path(kit.__file__).with_name("install.py").read_bytes())
    half = install(tmp_path / "kit")
    assert (half.returncode, "not whole" in half.stdout) == (1, True)
    assert not (tmp_path / "kit" / ".venv").exists()
    fetched.clear()
    kit.make(tmp_path / "kit")
    assert fetched == ["beta", "a-net", "b-net"]
    (tmp_path / "kit" / "wheels" / "alpha-1.0-py3-none-any.whl").write_bytes(b"half")
    (tmp_path / "kit" / "wheels" / "older-0.9-py3-none-any.whl").write_bytes(b"of an older kit")
    fetched.clear()
    kit.make(tmp_path / "kit")
    assert fetched == ["alpha"]
    assert not [*tmp_path.glob("kit/wheels/older*"), *tmp_path.glob("kit/.part*")]


def test_a_changed_wheel_is_not_installed(copied: Path) -> None:
    """A wheel that is not the one whose hash was noted stops the installation, with a sentence."""
    wheel(copied / "wheels", "alpha", "print('not what was fetched')")
    done = install(copied)
    assert done.returncode == 1
    assert "copy the kit again" in done.stdout
    assert "DO NOT MATCH THE HASHES" in done.stdout + done.stderr


@pytest.mark.parametrize(("language", "said"), [("en", "Python 3.99 on"), ("es", "Python 3.99 en")])
def test_another_python_is_told_which_one(language: str, said: str, copied: Path) -> None:
    """Where the kit does not fit, its sentence names the Python and the system that it is for."""
    about = json.loads((copied / "kit.json").read_text())
    (copied / "kit.json").write_text(json.dumps({**about, "python": "3.99"}))
    done = install(copied, FACEGAME_LANGUAGE=language)
    assert done.returncode == 1
    assert f"{said} {Target.platform}" in done.stdout
    assert not (copied / ".venv").exists()


@pytest.mark.parametrize("missing", ["wheels/beta-1.0-py3-none-any.whl", "kit.json", "requirements.txt"])
def test_a_kit_that_was_not_copied_whole_says_what_lacks(missing: str, copied: Path) -> None:
    """A file that is missing is named before anything is made."""
    (copied / missing).unlink()
    done = install(copied)
    assert (done.returncode, missing in done.stdout) == (1, True)
    assert not (copied / ".venv").exists()


def test_what_is_no_kit_is_left_alone(copied: Path, tmp_path: Path) -> None:
    """A folder with anything else in it, or with a kit for other computers, is not touched."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    before = files(tmp_path)
    with pytest.raises(BadSetting) as caught:
        kit.make(tmp_path / "mine")
    assert caught.value.key == "kit_taken"
    with pytest.raises(BadSetting) as caught:
        kit.make(copied, Target("3.13" if Target.python != "3.13" else "3.12", "win32_amd64"))
    assert caught.value.key == "kit_other"
    assert files(tmp_path) == before


def test_no_internet_is_told(fetched: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A package that cannot be had is a sentence with what to do, and below it what pip said."""
    (tmp_path / "index" / "beta-1.0-py3-none-any.whl").unlink()
    assert cli.main(["kit", "--out", str(tmp_path / "kit")]) == 1
    said = capsys.readouterr().err
    assert "it goes on where it was" in said
    assert "beta" in said.partition("What pip said:")[2]


def test_a_facegame_without_its_project_says_so(
    fetched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installed from a wheel it has no pins to make a kit by: it says where to get them."""
    monkeypatch.setattr(kit, "PROJECT", tmp_path / "site-packages")
    with pytest.raises(FaceGameError) as caught:
        kit.make(tmp_path / "kit")
    assert caught.value.key == "kit_no_project"
    assert not (tmp_path / "kit").exists()


def test_the_command_says_where_and_how_large(
    fetched: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`facegame kit --out FOLDER` shows its stages, and where it is; and that it has no pages for phones."""
    assert cli.main(["kit", "--out", str(tmp_path / "kit")]) == 0
    out, err = capsys.readouterr()
    assert f"The kit is in {tmp_path / 'kit'} (0 MB)" in out
    assert err.splitlines()[0] == "Packing the game itself"
    assert err.splitlines()[-2] == "The kit is ready"
    assert "make web" in err.splitlines()[-1]
    page = tmp_path / "project" / "facegame_lib" / "reco" / "static" / "index.html"
    page.parent.mkdir(parents=True)
    page.touch()
    assert cli.main(["kit", "--out", str(tmp_path / "kit")]) == 0
    assert "make web" not in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--python", "2.7"], ["--platform", "amiga_68k"]])
def test_unknown_computers_are_refused(words: list[str], tmp_path: Path, capsys: Any) -> None:
    """A Python or a system that no kit can be for is told with those that there are."""
    assert cli.main(["kit", "--out", str(tmp_path / "kit"), *words]) == 1
    assert "3.13" in (said := capsys.readouterr().err) or "darwin_arm64" in said
    assert not (tmp_path / "kit").exists()


def test_pins_are_those_of_the_computers_it_is_for() -> None:
    """What only they need is asked for by name; what holds here only is not."""
    pins = (Path(kit.__file__).parents[2] / "constraints.txt").read_text("utf-8")
    holds, besides = constraints_for(pins, Target("3.13", "win32_amd64"))
    assert {"pywinpty", "colorama"} <= {pin.partition("==")[0] for pin in holds}
    assert not {"pexpect", "uvloop", "appnope"} & {pin.partition("==")[0] for pin in holds}
    if sys.platform == "linux":
        assert {"pywinpty", "colorama"} <= {pin.partition("==")[0] for pin in besides}
    for platform in PLATFORMS:
        for python in PYTHONS:
            holds, _ = constraints_for(pins, Target(python, platform))
            names = [pin.partition("==")[0] for pin in holds]
            assert len(names) == len(set(names))
            assert {"numpy", "tensorflow", "jupyterlab"} <= {*names}
    assert constraints_for(pins, Target())[1] == []


def test_an_old_python_can_read_what_it_needs() -> None:
    """install.py is understood by Python 3.8, so that it can say which one is needed."""
    source = Path(kit.__file__).with_name("install.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 8))
    assert "facegame_lib" not in source
