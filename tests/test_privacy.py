"""A game in memory writes nothing of a player: looked for in every folder, and in every file opened."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import facegame_lib

PACKAGE = Path(facegame_lib.__file__).parents[1]
# A whole game: taught, trained, played to its end, its picture drawn. (The widget's is in a browser test.)
GAME = """
from player import Player
from facegame_lib.best import BestScores
from facegame_lib.match_plot import match_png
player = Player(seconds=5.0, best=BestScores.of_this_user()).teach(pictures=20)
player.play()
assert player.live(6.0).result.record
assert match_png(player.game.match)
print(len(player.store))
"""


def test_nothing_is_written_but_the_best_score(tmp_path: Path) -> None:
    """With home, caches, temporary and working folder all its own, a game leaves a number and what matplotlib
    notes of the fonts; and where strace is there, no other file was even opened to be written."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(PACKAGE), str(Path(__file__).parent)]),
    }  # fmt: skip
    trace = tmp_path / "trace"
    command = [sys.executable, "-c", GAME]
    if shutil.which("strace"):
        watched = "openat,open,creat,rename,renameat,renameat2,link,linkat,mknod,mknodat"
        command = ["strace", "-f", "-qq", "-e", f"trace={watched}", "-o", str(trace), *command]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "60\n"), done.stderr
    left = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    ours = {name for name in left if "matplotlib" not in name}
    assert ours == {".local/share/facegame/best.json"}
    assert all(b"\xff\xd8\xff" not in (home / name).read_bytes() for name in left)
    if trace.exists():
        opened = re.findall(r'"([^"\n]*)"[^"\n]*O_(?:WRONLY|RDWR|CREAT)', trace.read_text("utf-8"))
        assert opened
        assert {name for name in opened if not name.startswith((str(home), "/dev/", "/proc/"))} == set()
