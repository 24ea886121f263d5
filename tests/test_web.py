"""How the pages for phones are built: the same packages everywhere, and a word when Node.js is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WEB = ROOT / "web"
LOCK = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]


def test_the_lock_holds_on_any_mirror() -> None:
    """Each package is pinned by version and hash, and no address to fetch it from is named."""
    packages = {name: entry for name, entry in LOCK.items() if name}
    assert len(packages) > 20
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [
        name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha")
    ] == []


def test_the_lock_is_for_every_system() -> None:
    """What a package needs on some systems only is locked too: the pages are built on any of them."""
    needed = {need for entry in LOCK.values() for need in entry.get("optionalDependencies", {})}
    locked = {name.rpartition("node_modules/")[2] for name in LOCK}
    assert {"@rollup/rollup-darwin-arm64", "@rollup/rollup-win32-x64-msvc"} <= needed
    assert needed - locked == set()


def test_direct_packages_are_exact() -> None:
    """package.json names versions, not ranges."""
    package = json.loads((WEB / "package.json").read_text("utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"], **package["overrides"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


@pytest.mark.skipif(os.name != "posix" or shutil.which("make") is None, reason="no make, or no sh, here")
def test_make_web_without_node_says_so(tmp_path: Path) -> None:
    """Without Node.js, or with one that is too old, `make web` says which is needed and makes nothing."""
    tools, folder = tmp_path / "tools", tmp_path / "project"
    tools.mkdir()
    (folder / "web").mkdir(parents=True)
    for name in ("make", "sh", "touch"):
        (tools / name).symlink_to(str(shutil.which(name)))
    for path in (ROOT / "Makefile", WEB / "package.json", WEB / "package-lock.json"):
        shutil.copy(path, folder / path.relative_to(ROOT))
    (folder / "facegame_lib").mkdir()
    (folder / "facegame_lib" / "texts.json").touch()
    for old in (False, True):
        if old:  # node runs the script and says no
            (tools / "node").write_text("#!/bin/sh\nexit 1\n")
            (tools / "node").chmod(0o755)
        made = subprocess.run(
            ["make", "web"],
            cwd=folder,
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode != 0
        assert "built by Node.js: 20.19" in made.stderr
        assert not (folder / "web" / "node_modules").exists()


def test_the_pages_have_every_sentence_that_they_ask_for() -> None:
    """No page asks for what is left out of its catalogue: a page without a word is blank."""
    kept = re.search(r"const GROUPS = \[(.*?)\]", (WEB / "vite.config.ts").read_text("utf-8"), re.DOTALL)
    assert kept is not None
    groups = set(re.findall(r'"(\w+)"', kept[1]))
    sources = [path.read_text("utf-8") for path in (WEB / "src").rglob("*.ts")]
    asked = {group for source in sources for group in re.findall(r"\bsay\([\"`](\w+)\.", source)}
    assert len(asked) > 5
    assert asked - groups == set()
