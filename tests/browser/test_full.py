"""The disk full and the folder read-only, in JupyterLab: the player reads it, and plays on in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from disks import ERRORS, WORDS, SmallDisk, may_mount
from playwright.sync_api import Page, expect
from table import Table, quick

from facegame_lib.samples import SampleStore

# Where no disk may be mounted: the kernel's own writes fail for as long as there is a file that says how.
PRETEND = """import os, pathlib, facegame_lib.folder as d
def write(path, data, real=d.write_atomically):
    spoilt = pathlib.Path("spoilt")
    if spoilt.exists():
        raise OSError(int(spoilt.read_text()), os.strerror(int(spoilt.read_text())))
    real(path, data)
d.write_atomically = write
"""


class KernelsDisk:
    """Spoilt for the game's kernel alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def spoil(self, how: str) -> None:
        """From now on it is "full" or "read-only"."""
        (self.folder.parent / "spoilt").write_text(str(ERRORS[how]))

    def mend(self) -> None:
        """It takes files again."""
        (self.folder.parent / "spoilt").unlink()

    def close(self) -> None:
        """Nothing to let go of."""


def test_a_disk_that_takes_no_more_is_told_and_nothing_is_lost(
    page: Page,
    open_lab: Callable[..., Table],
    lab_server: tuple[str, str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Full in mid-game, read-only later: each is a sentence on screen, every picture stays, what was kept is
    whole, and all is kept again once there is room."""
    place = lab_server[2] / f"disk-{secrets.token_hex(4)}"
    mounts = may_mount(tmp_path)
    disk = SmallDisk(place) if mounts else KernelsDisk(place)
    faces = place / "my-faces"
    cell = quick(f', store=f.SampleStore.open({str(faces)!r}, ["smile", "surprise"])')
    cell = f"import facegame_lib.widgets.face_game as w; w.FOLDER = {str(faces)!r}\n" + cell
    try:
        table = open_lab(page, cell if mounts else PRETEND + cell).ready()
        pictures = table.game.locator(".fg-thumbnail img[src^=blob]")
        table.take("smile")
        expect(table.game.locator(".fg-faces")).to_contain_text(f"Kept in {faces}")
        disk.spoil("full")
        table.take("surprise")
        expect(table.notice).to_contain_text(WORDS["full"])
        expect(table.notice).to_contain_text("the game goes on in memory")
        expect(table.game.locator(".fg-faces")).to_contain_text("Only in memory")
        expect(pictures).to_have_count(12)
        table.shot("fault-full")
        assert len(SampleStore.open(faces)) == 6
        keep = table.game.get_by_role("button", name="Keep on this computer")
        keep.click()
        expect(table.notice).to_contain_text("cannot be used for pictures")

        disk.mend()
        keep.click()
        expect(table.game.locator(".fg-faces")).to_contain_text(f"Kept in {faces}-2")
        disk.spoil("read-only")
        table.take("smile")
        expect(table.notice).to_contain_text(WORDS["read-only"])
        expect(pictures).to_have_count(18)
        table.game.get_by_label("Language").select_option("es")
        expect(table.notice).to_contain_text("el juego sigue en memoria")
        table.train()
        again = SampleStore.open(f"{faces}-2")
        assert (len(again), again.problems) == (12, [])
        assert not table.errors
    finally:
        disk.mend()
        disk.close()
    with capsys.disabled():
        print(f"\nthe disk: {'a mounted tmpfs' if mounts else 'pretended in the kernel'}")  # noqa: T201
