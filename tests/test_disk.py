"""The disk full, or the folder read-only: a sentence on screen, and the session goes on in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from disks import WORDS, Pretended, SmallDisk, may_mount
from folders import files, shape
from player import Player, picture
from told import said

from facegame_lib import texts
from facegame_lib.best import BestScores
from facegame_lib.embedding_cache import EmbeddingCache
from facegame_lib.samples import SampleStore

Disk = SmallDisk | Pretended


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A small disk that a test can spoil: a real one where this process may mount one."""
    place = tmp_path / "disk"
    made: Disk = SmallDisk(place) if may_mount(tmp_path) else Pretended(place, monkeypatch)
    yield made
    made.mend()
    made.close()


def told(player: Player) -> str:
    """The sentence that the player reads; it is there in Spanish too."""
    notice = player.now.notice
    assert notice is not None
    assert notice.kind == "error"
    assert texts.text(notice.key, "es", **notice.details)
    return texts.text(notice.key, "en", **notice.details)


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_folder_that_takes_no_more_in_mid_burst_costs_no_picture(disk: Disk, how: str) -> None:
    """All of the burst is there, and the sentence stays on screen: why, and that the game goes on in memory.
    It trains, plays and ends; what was written is whole; it is kept elsewhere when the player says so."""
    player = Player(store=SampleStore.open(disk.folder / "my-faces", "abc"), seconds=5.0)
    player.teach()
    before = shape(SampleStore.open(disk.folder / "my-faces"))
    burst = player.do("record", face="a").burst
    assert burst is not None
    for number, due in enumerate(burst.due):
        if number == 7:
            disk.spoil(how)
        player.game.picture(burst.id, due, picture(0, 500 + number), player.at + due)
    assert (player.now.burst, player.now.faces[0].arrived) == (None, (20, 20))
    assert WORDS[how] in told(player)
    assert "the game goes on in memory" in told(player)
    assert player.now.folder == ""  # so the page says "Only in memory" from now on
    on_disk = SampleStore.open(disk.folder / "my-faces")
    assert on_disk.problems == []
    assert len(on_disk) == 24 + 7
    assert all(shape(on_disk)[name][: len(rows)] == rows for name, rows in before.items())
    player.do("train")
    while player.game.busy:
        player.game.tick(player.at)
    player.play()
    assert player.live(6.0).result is not None
    disk.mend()
    player.do("back")
    assert said(player.do("save", folder=str(disk.folder / "my-faces"))) == "saved"
    assert player.now.folder == str(disk.folder / "my-faces-2")
    assert len(SampleStore.open(disk.folder / "my-faces-2")) == len(player.store) == 24 + 20


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_what_cannot_be_saved_stays_in_memory(disk: Disk, how: str) -> None:
    """*Keep on this computer* says why it cannot, leaves nothing half there, and can be pressed again."""
    player = Player().teach()
    disk.spoil(how)
    before = files(disk.folder)
    player.do("save", folder=str(disk.folder / "my-faces"))
    assert WORDS[how] in told(player)
    assert (player.now.folder, len(player.store)) == ("", 24)
    assert files(disk.folder) == before
    player.do("record", face="a")
    disk.mend()
    assert said(player.do("save", folder=str(disk.folder / "my-faces"))) == "saved"
    assert len(SampleStore.open(disk.folder / "my-faces")) == 24


@pytest.mark.parametrize("how", ["full", "read-only"])
@pytest.mark.parametrize("command", ["rename_face", "remove_face", "remove_pictures", "undo", "add_face"])
def test_whatever_is_done_first_is_done_in_memory(disk: Disk, how: str, command: str) -> None:
    """Each change of a kept game is done and told, whichever finds the folder spoilt (a full disk still lets
    go of pictures). What the folder still holds of it, it holds whole."""
    player = Player(store=SampleStore.open(disk.folder / "my-faces", "abc")).teach()
    player.do("remove_pictures", pictures=[player.now.faces[1].pictures[0]])
    face = player.now.faces[0]
    details = {
        "rename_face": {"face": face.id, "name": "another name"},
        "remove_face": {"face": face.id},
        "remove_pictures": {"pictures": list(face.pictures[:3])},
        "undo": {},
        "add_face": {"name": "one more"},
    }[command]
    disk.spoil(how)
    shown = player.do(command, **details)
    names, counts = [each.name for each in shown.faces], [len(each.pictures) for each in shown.faces]
    assert {
        "rename_face": names == ["another name", "b", "c"],
        "remove_face": names == ["b", "c"],
        "remove_pictures": counts == [5, 7, 8],
        "undo": counts == [8, 8, 8],
        "add_face": names == ["a", "b", "c", "one more"],
    }[command]
    if shown.folder == "":
        assert WORDS[how] in told(player)
    else:
        assert (how, command) in (("full", "remove_pictures"), ("full", "remove_face"))
    assert SampleStore.open(disk.folder / "my-faces").problems == []


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_record_that_cannot_be_written_says_so(disk: Disk, how: str) -> None:
    """The result shows the record, and that it counts for this session only; the next is written again."""
    player = Player(best=BestScores(disk.folder / "data" / "best.json"), seconds=5.0).teach()
    disk.spoil(how)
    player.play()
    result = player.live(6.0).result
    assert result is not None
    assert (result.record, result.unkept, result.best) == (True, WORDS[how], result.score)
    disk.mend()
    assert player.game.playing.best.add(3, 5.0, 99)
    assert player.game.playing.best.unkept == ""
    assert BestScores(disk.folder / "data" / "best.json").get(3, 5.0) == 99


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_embeddings_that_cannot_be_kept_are_told(disk: Disk, how: str) -> None:
    """The comparison's result is the same and names the reason; nothing half is read later."""
    from lab import Kept, store_of

    from facegame_lib.research import compare

    plain = compare(store_of(), Kept(), timed=0, cache=False)
    disk.spoil(how)
    found = compare(store_of(), Kept(), timed=0, cache=disk.folder / "cache")
    assert [row.accuracy for row in found.rows] == [row.accuracy for row in plain.rows]
    assert any(WORDS[how] in str(problem) for problem in found.left_out)
    assert EmbeddingCache(Kept(), disk.folder / "cache").get("0" * 64) is None
