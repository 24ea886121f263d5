"""A package index of tiny packages, `facegame` one of them, for the tests of the kit."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from facegame_lib import kit, weights
from facegame_lib.weights import Asset

MAIN = """
import os, pathlib, subprocess, sys
def main():
    nets = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", "got", "a-net", "b-net"]
    if sys.argv[1:] == ["prepare"]:
        sys.exit(subprocess.call(nets))
    import alpha
    print(alpha.__name__, *sys.argv[1:])
"""


def wheel(folder: Path, name: str, code: str = "", meta: str = "", entry: str = "") -> Path:
    """A tiny package of one module, as a wheel."""
    module = name.replace("-", "_")
    path, info = folder / f"{module}-1.0-py3-none-any.whl", f"{module}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{module}.py", code)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{meta}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        if entry:
            archive.writestr(f"{info}/entry_points.txt", f"[console_scripts]\n{entry}\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@contextmanager
def small_world(folder: Path) -> Iterator[list[str]]:
    """A package index of tiny packages and a project that needs them; what is fetched is listed."""
    index, project, asked = folder / "index", folder / "project", list[str]()
    index.mkdir()
    (project / "notebooks").mkdir(parents=True)
    (project / "notebooks" / "1_play.ipynb").write_text("{}")
    (project / "constraints.txt").write_text("# pins\nalpha==1.0\nbeta==1.0\n")
    wheel(index, "alpha", meta="Requires-Dist: beta\n")
    wheel(index, "beta")
    nets = [wheel(index, name) for name in ("a-net", "b-net")]
    own = wheel(
        folder,
        "facegame",
        MAIN,
        "Provides-Extra: mobilenet\nProvides-Extra: app\nProvides-Extra: server\n"
        "Requires-Dist: alpha ; extra == 'mobilenet'\n",
        "facegame = facegame:main",
    )
    assets = [
        Asset(net.name.partition("-")[0].replace("_", "-"), "1.0", weights.sha256(net), "x", "0")
        for net in nets
    ]
    pip = kit._pip

    def spy(command: str, *arguments: str, **options: Any) -> None:
        if command == "wheel":  # building one would ask the real index for what builds it
            Path(arguments[arguments.index("--wheel-dir") + 1], own.name).write_bytes(own.read_bytes())
            return
        if command == "download":
            wanted = Path(arguments[arguments.index("--requirement") + 1]).read_text()
            asked.extend(line.partition("==")[0] for line in wanted.splitlines())
        pip(command, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_CONFIG_FILE", os.devnull)
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(index))
        patch.setenv("FACEGAME_LANGUAGE", "en")
        patch.setattr(kit, "PROJECT", project)
        patch.setattr(weights, "MOBILENET_V2", assets[0])
        patch.setattr(weights, "FACE_NETS", assets[1:])
        patch.setattr(kit, "_pip", spy)
        yield asked
