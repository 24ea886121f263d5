"""`facegame doctor`: each line says ok, warn or fail, and what to do."""

from __future__ import annotations

import json
import shutil
import socket
from importlib import metadata
from pathlib import Path

import pytest

from facegame_lib import backbone, doctor, weights
from facegame_lib.doctor import Check, Speaker
from facegame_lib.faces import FaceFinder

say = Speaker("en")


def statuses(found: list[Check]) -> dict[str, str]:
    """Name to status, for short."""
    return {check.name: check.status for check in found}


def test_this_computer_can_play() -> None:
    """Where the tests run nothing fails: what pyproject.toml asks for is there, and JupyterLab finds it."""
    found = doctor.checks("en")
    assert [check for check in found if check.status == "fail"] == []
    names = statuses(found)
    for name in ("Python", "jupyterlab", "tensorflow", "voila", "ipywebrtc (browser)", "port 8888", "camera"):
        assert name in names
    assert "pytest" not in names  # a player needs none of the developers' tools


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_not_ok_says_what_to_do(language: str) -> None:
    """A line that warns or fails ends with a remedy."""
    for check in doctor.checks(language):
        assert check.text
        assert bool(check.fix) or check.status == "ok" or check.name.startswith("port")


def test_lines_are_aligned_and_summed_up() -> None:
    """The columns stand under each other, and the last line counts the fails."""
    found = [Check("a", "ok", "fine"), Check("longer", "fail", "broken.", "Mend it.")]
    assert doctor.as_lines(found, "en").splitlines() == [
        "ok    a       fine",
        "fail  longer  broken. Mend it.",
        "To put right before a game: 1 (the lines that say fail).",
    ]
    assert doctor.as_lines(found[:1], "es").splitlines()[-1] == "Nada impide jugar."


def test_json_says_the_same() -> None:
    """A program reads all checks and whether any failed."""
    found = [Check("a", "ok", "año"), Check("b", "fail", "broken", "Mend it.")]
    everything = json.loads(doctor.as_json(found))
    assert everything["ok"] is False
    assert everything["checks"][1] == {"name": "b", "status": "fail", "text": "broken", "fix": "Mend it."}
    assert json.loads(doctor.as_json(found[:1]))["ok"] is True


@pytest.mark.parametrize(
    ("version", "status"), [((3, 10, 9), "fail"), ((3, 11, 0), "ok"), ((3, 13, 2), "ok")]
)
def test_an_old_python_fails(version: tuple[int, int, int], status: str) -> None:
    """Python older than 3.11 cannot run the game."""
    assert doctor.python(say, version).status == status


def test_oldest_python_is_that_of_pyproject() -> None:
    """The doctor asks for the Python that the package asks for."""
    oldest = ".".join(map(str, doctor.OLDEST_PYTHON))
    assert metadata.metadata("facegame")["Requires-Python"] == f">={oldest}"


def test_missing_packages_weigh_what_they_are_needed_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the base or what recognises there is no game; without Voila there is one."""
    required = ["numpy>=2.0", 'tensorflow>=2.18; extra == "mobilenet"', "voila>=0.5.8; extra == 'app'"]
    required.append("pytest>=8.3; extra == 'dev'")

    def version(name: str) -> str:
        if name == "facegame":
            return "0.1.0"
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    found = doctor.packages(say, required)
    assert statuses(found) == {"facegame": "ok", "numpy": "fail", "tensorflow": "fail", "voila": "warn"}
    fixes = {check.name: check.fix for check in found}
    assert fixes["numpy"] == 'Run: pip install --upgrade "facegame"'
    assert fixes["tensorflow"] == 'Run: pip install --upgrade "facegame[mobilenet]"'
    assert fixes["voila"] == 'Run: pip install --upgrade "facegame[app]"'


@pytest.mark.parametrize(
    ("installed", "status"),
    [("2.9.9", "fail"), ("2.10", "ok"), ("2.10.0", "ok"), ("2.11.0rc1", "ok"), ("3", "ok")],
)
def test_versions_are_compared_as_numbers(
    installed: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2.9 is older than 2.10."""
    monkeypatch.setattr(metadata, "version", lambda name: installed)
    assert statuses(doctor.packages(say, ["numpy>=2.10"]))["numpy"] == status


def test_facegame_not_installed_fails() -> None:
    """Run from a folder without being installed, the doctor says how to install."""
    (check,) = doctor.packages(say, None)
    assert (check.name, check.status) == ("facegame", "fail")


def test_a_labextension_that_jupyterlab_cannot_find_fails(tmp_path: Path) -> None:
    """Each part that runs in the browser is looked for in each folder."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, name in ((one, "anywidget"), (other, "@jupyter-widgets/jupyterlab-manager")):
        (folder / name).mkdir(parents=True)
        (folder / name / "package.json").write_text("{}")
    found = doctor.labextensions(say, [one, other])
    assert statuses(found) == {
        "ipywebrtc (browser)": "fail",
        "anywidget (browser)": "ok",
        "jupyterlab_widgets (browser)": "ok",
    }
    assert "pip install --force-reinstall ipywebrtc" in found[0].fix


def test_a_taken_port_warns() -> None:
    """Another program on the port is no obstacle, and is said."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]
        assert doctor.port(say, number).status == "warn"
    assert doctor.port(say, number).status == "ok"


def test_a_cache_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a place for the net there is no game, unless the net is there already."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path / "file" / "cache"))
    assert doctor.cache(say, net_is_ready=False).status == "fail"
    check = doctor.cache(say, net_is_ready=True)
    assert check.status == "warn"
    assert "FACEGAME_CACHE" in check.fix


def test_a_cache_folder_that_is_not_there_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder that can be made is fine, and looking does not make it."""
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path / "new" / "cache"))
    assert doctor.cache(say, net_is_ready=False).status == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_warns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Too little room for the net is said in numbers."""
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 5 * 10**6))
    check = doctor.cache(say, net_is_ready=False)
    assert check.status == "warn"
    assert "5 MB free" in check.text


def test_the_net_is_ready_missing_or_damaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A net that is not there, or not what it was, is said with the command that makes it."""
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path))
    missing = doctor.backbone(say)
    file = tmp_path / "backbones" / "MobileNetV2.tflite"
    file.parent.mkdir()
    file.write_bytes(b"a net")
    about = {"recipe": backbone.RECIPE, "source": weights.MOBILENET_V2.sha256, "sha256": weights.sha256(file)}
    file.with_suffix(".json").write_text(json.dumps(about))
    ready = doctor.backbone(say)
    file.write_bytes(b"a met")
    damaged = doctor.backbone(say)
    assert [check.status for check in (missing, ready, damaged)] == ["warn", "ok", "warn"]
    assert missing.text != damaged.text
    assert missing.fix == damaged.fix == "Run: facegame prepare"


def test_the_face_nets_are_ready_or_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The nets that find the face are looked for too, and a cache without them names the command."""
    FaceFinder().prepare()
    assert doctor.face_nets(say).status == "ok"
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path))
    assert (doctor.face_nets(say).status, doctor.face_nets(say).fix) == ("warn", "Run: facegame prepare")


def test_camera_hints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera is never a fail: the browser that opens it may run elsewhere."""
    assert doctor.camera(say, "linux", tmp_path).status == "warn"
    (tmp_path / "video0").touch()
    assert doctor.camera(say, "linux", tmp_path).status == "ok"
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)
    forbidden = doctor.camera(say, "linux", tmp_path)
    assert forbidden.status == "warn"
    assert "usermod -aG video" in forbidden.fix
    assert "System Settings" in doctor.camera(say, "darwin", tmp_path).text
    assert "Privacy & security" in doctor.camera(say, "win32", tmp_path).text


@pytest.mark.parametrize(
    ("environment", "in_container", "status", "advice"),
    [
        ({}, False, "ok", ""),
        ({"SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}, False, "warn", "ssh -L 8888:localhost:8888"),
        ({}, True, "warn", "ssh -L 8888:localhost:8888 user@host"),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, False, "warn", "8888"),
        ({"JUPYTERHUB_API_URL": "http://hub"}, True, "warn", "https://"),
    ],
)
def test_where_the_browser_is(
    environment: dict[str, str], in_container: bool, status: str, advice: str
) -> None:
    """Over SSH or in a container the doctor shows the line that brings the game to localhost."""
    check = doctor.secure_context(say, environment, in_container)
    assert check.status == status
    assert advice in check.fix


def test_the_phones_pages_are_looked_for(tmp_path: Path) -> None:
    """Where one of the two pages is not built, the doctor says how to build them."""
    (tmp_path / "index.html").touch()
    missing = doctor.pages(say, tmp_path)
    assert (missing.status, "make web" in missing.fix) == ("warn", True)
    (tmp_path / "board.html").touch()
    assert doctor.pages(say, tmp_path).status == "ok"
