"""`facegame doctor`: what could keep this computer from playing, each with what to do about it.

Nothing heavy is imported: whether a package is there, and which, is read from what pip wrote down.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from facegame_lib import texts
from facegame_lib.backbone import DEFAULT, is_whole
from facegame_lib.launch import PORT, is_free
from facegame_lib.weights import FACE_NETS, MOBILENET_V2, cache_folder, is_cached

Status = Literal["ok", "warn", "fail"]

OLDEST_PYTHON = (3, 11)
EXTRAS: dict[str, Status] = {"mobilenet": "fail", "app": "warn", "lab": "warn", "server": "warn"}
"""The extras a player may want, and how bad it is when one is not there."""
LABEXTENSIONS = {
    "jupyter-webrtc": "ipywebrtc",
    "anywidget": "anywidget",
    "@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets",
}
"""The parts that run in the browser, and the package that brings each."""
STATIC = Path(__file__).parent / "reco" / "static"
ROOM_NEEDED = 200  # MB: the wheel, what is taken out of it and what is made of that, with room to spare


@dataclass(frozen=True)
class Check:
    """One thing looked at: ok, warn (the game works, but) or fail (it does not), and what to do."""

    name: str
    status: Status
    text: str
    fix: str = ""


def checks(language: str | None = None) -> list[Check]:
    """Everything that is looked at, from Python to the camera, in the user's language if none is given."""
    say = Speaker(language or texts.preferred_language())
    try:
        required = metadata.requires("facegame") or []
    except metadata.PackageNotFoundError:
        required = None
    net = backbone(say)
    return [
        python(say, sys.version_info[:3]),
        *packages(say, required),
        *labextensions(say, _labextension_folders()),
        port(say, PORT),
        cache(say, net_is_ready=net.status == "ok"),
        net,
        face_nets(say),
        pages(say, STATIC),
        camera(say, sys.platform, Path("/dev")),
        secure_context(say, os.environ, in_container=Path("/.dockerenv").exists()),
    ]


def as_lines(found: Sequence[Check], language: str) -> str:
    """The checks as aligned lines, and a last one that sums them up."""
    width = max(len(check.name) for check in found)
    lines = [f"{c.status:<4}  {c.name:<{width}}  {c.text} {c.fix}".rstrip() for c in found]
    fails = sum(check.status == "fail" for check in found)
    end = texts.text("doctor.some_fail" if fails else "doctor.all_well", language, fails=fails)
    return "\n".join([*lines, end])


def as_json(found: Sequence[Check]) -> str:
    """The checks for a program: `{"ok": bool, "checks": [{"name", "status", "text", "fix"}]}`."""
    well = all(check.status != "fail" for check in found)
    everything = {"ok": well, "checks": [asdict(check) for check in found]}
    return json.dumps(everything, ensure_ascii=False, indent=2)


class Speaker:
    """Makes checks out of the catalogue's sentences `doctor.<key>` and `doctor.fix.<fix>`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, name: str, status: Status, key: str, fix: str = "", /, **details: object) -> Check:
        """The check of that name; the details fill in both sentences."""
        what_to_do = texts.text(f"doctor.fix.{fix}", self.language, **details) if fix else ""
        return Check(name, status, texts.text(f"doctor.{key}", self.language, **details), what_to_do)


def python(say: Speaker, version: tuple[int, int, int]) -> Check:
    """Whether this Python is new enough."""
    details = {"version": ".".join(map(str, version)), "needed": ".".join(map(str, OLDEST_PYTHON))}
    if version[:2] < OLDEST_PYTHON:
        return say("Python", "fail", "old", "python", **details)
    return say("Python", "ok", "version", **details)


def packages(say: Speaker, required: Iterable[str] | None) -> list[Check]:
    """Whether what pyproject.toml asks for is installed and new enough; the base first, then each extra."""
    if required is None:
        return [say("facegame", "fail", "not_installed", "install")]
    found = [say("facegame", "ok", "version", version=metadata.version("facegame"))]
    for requirement in required:
        name, needed, extra = _parts(requirement)
        if extra and extra not in EXTRAS:
            continue
        what = f"facegame[{extra}]" if extra else "facegame"
        bad: Status = EXTRAS[extra] if extra else "fail"
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            found.append(say(name, bad, f"without.{extra}" if extra else "not_installed", "pip", what=what))
            continue
        if _numbers(version) < _numbers(needed):
            found.append(say(name, bad, "old", "pip", version=version, needed=needed, what=what))
        else:
            found.append(say(name, "ok", "version", version=version))
    return found


def labextensions(say: Speaker, folders: Sequence[Path]) -> list[Check]:
    """Whether JupyterLab will find the parts of the packages that run in the browser."""
    found = []
    for extension, package in LABEXTENSIONS.items():
        where = [folder for folder in folders if (folder / extension / "package.json").is_file()]
        name = f"{package} (browser)"
        if where:
            found.append(say(name, "ok", "labextension", extension=extension, path=where[0]))
        else:
            details = {"extension": extension, "package": package}
            found.append(say(name, "fail", "no_labextension", "labextension", **details))
    return found


def port(say: Speaker, number: int) -> Check:
    """Whether the usual port is free; the game takes the next one otherwise."""
    if is_free(number):
        return say(f"port {number}", "ok", "port_free")
    return say(f"port {number}", "warn", "port_taken")


def cache(say: Speaker, net_is_ready: bool) -> Check:
    """Whether the cache folder can be written and has room. A ready net can be used without."""
    folder = cache_folder()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free // 1_000_000
    except OSError as error:
        status: Status = "warn" if net_is_ready else "fail"
        return say("cache", status, "cache_unwritable", "cache", path=folder, reason=error.strerror or error)
    if free < ROOM_NEEDED:
        return say("cache", "warn", "cache_full", "cache", path=folder, free=free, needed=ROOM_NEEDED)
    return say("cache", "ok", "cache", path=folder, free=free)


def backbone(say: Speaker) -> Check:
    """Whether the pretrained net is in the cache and is what it was when it was made."""
    file = cache_folder() / "backbones" / f"{DEFAULT}.tflite"
    if not file.is_file():
        return say("backbone", "warn", "no_backbone", "prepare", name=DEFAULT)
    if not is_whole(file, MOBILENET_V2.sha256):
        return say("backbone", "warn", "backbone_unsound", "prepare", name=DEFAULT)
    return say("backbone", "ok", "backbone", name=DEFAULT)


def face_nets(say: Speaker) -> Check:
    """Whether the nets that find the face are in the cache, undamaged."""
    name = "BlazeFace, FaceMesh"
    if not all(is_cached(net) for net in FACE_NETS):
        return say("face nets", "warn", "no_backbone", "prepare", name=name)
    return say("face nets", "ok", "backbone", name=name)


def pages(say: Speaker, folder: Path) -> Check:
    """Whether the pages for phones and the projector, which `facegame serve` gives, are in that folder."""
    if all((folder / name).is_file() for name in ("index.html", "board.html")):
        return say("phone pages", "ok", "pages")
    return say("phone pages", "warn", "no_pages", "pages")


def camera(say: Speaker, platform: str, devices: Path) -> Check:
    """Hints only: it is the browser that opens the camera, and it may run on another computer."""
    if platform == "darwin":
        return say("camera", "ok", "camera_macos")
    if platform == "win32":
        return say("camera", "ok", "camera_windows")
    cameras = sorted(devices.glob("video*"))
    if not cameras:
        return say("camera", "warn", "no_camera", "camera")
    if not any(os.access(camera, os.R_OK | os.W_OK) for camera in cameras):
        return say("camera", "warn", "camera_forbidden", "camera_group", path=cameras[0])
    return say("camera", "ok", "camera", path=cameras[0])


def secure_context(say: Speaker, environment: Mapping[str, str], in_container: bool) -> Check:
    """Whether the browser will see the game on localhost; it gives no camera to plain http elsewhere."""
    if "JUPYTERHUB_API_URL" in environment:
        return say("address", "warn", "hub", "hub")
    tunnel = f"ssh -L {PORT}:localhost:{PORT}"
    if "SSH_CONNECTION" in environment:
        here = f"{tunnel} {_me()}@{socket.gethostname()}"
        return say("address", "warn", "ssh", "ssh", tunnel=here, port=PORT)
    if in_container or "KUBERNETES_SERVICE_HOST" in environment or "container" in environment:
        # The names in a container are not those that its host goes by.
        return say("address", "warn", "container", "container", tunnel=f"{tunnel} user@host", port=PORT)
    return say("address", "ok", "localhost")


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name
        return "user"


def _labextension_folders() -> list[Path]:
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return []
    return [Path(folder) for folder in jupyter_path("labextensions")]


def _parts(requirement: str) -> tuple[str, str, str]:
    """The name, the oldest version and the extra of a line like `ray[serve]>=2.52; extra == "cluster"`."""
    line = r"([\w.-]+)(?:\[[\w,-]+\])?\s*>=\s*([\w.]+)\s*(?:;\s*extra\s*==\s*['\"](\w+)['\"])?"
    match = re.fullmatch(line, requirement)
    if match is None:
        raise ValueError(f"a requirement in a form this file does not read: {requirement}")
    return match[1], match[2], match[3] or ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
