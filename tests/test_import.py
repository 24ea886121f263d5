"""Pictures that other tools have written come into a store: by face, in takes, once each."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from folders import files, held, kept, picture
from packed import FAIR, packed
from PIL import Image

from facegame_lib import cli, frames, intake
from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadStore, NotEnough
from facegame_lib.folder import MANIFEST
from facegame_lib.images import export_images
from facegame_lib.intake import Imported, import_images
from facegame_lib.samples import SampleStore


def laid(root: Path, entries: dict[str, bytes]) -> Path:
    """A folder with these files in it."""
    for name, data in entries.items():
        write_atomically(root / name, data)
    return root


def left_out(report: Imported) -> list[tuple[str, str]]:
    """Why and what."""
    return [(p.key.rpartition(".")[2], p.details["path"]) for p in report.problems]


def large(width: int, height: int, kind: str = "JPEG") -> bytes:
    """A picture of that size, red on its left half."""
    image = Image.new("RGB", (width, height), (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, width // 2, height))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("top", ["", "faces/", "a/b/"])
@pytest.mark.parametrize("way", [packed, laid])
def test_a_folder_for_each_face(top: str, way: Callable[..., Path], tmp_path: Path) -> None:
    """A folder or a ZIP file of them is taken in, to the byte, also when it is wrapped in one folder more."""
    source = way(tmp_path / "faces.zip", {f"{top}{name}": data for name, data in FAIR.items()})
    report = import_images(source, tmp_path / "store")
    assert held(tmp_path / "store") == {
        "sad": [(1, picture(3))],
        "smile": [(1, picture(1)), (1, picture(2))],
    }
    assert (report.added, report.already, report.problems) == ({"sad": 1, "smile": 2}, 0, [])


def test_pictures_without_any_folder_are_one_face(tmp_path: Path) -> None:
    """What is packed without folders is named after its file."""
    source = packed(tmp_path / "ñandú.zip", {"1.jpg": picture(1), "2.jpg": picture(2)})
    assert import_images(source, tmp_path / "store").added == {"ñandú": 2}


@pytest.mark.parametrize("kind", ["out", "out.zip"])
def test_an_export_comes_back_unharmed(kind: str, tmp_path: Path) -> None:
    """What was exported and is imported has its names, roles, order, takes and bytes, and empty faces too."""
    store = kept(tmp_path / "old")
    store.add_category("En reposo", "neutral")
    store.add("smile", picture(9), take=7)
    import_images(export_images(store, tmp_path / kind), tmp_path / "new")
    assert files(tmp_path / "new") == files(tmp_path / "old")


def test_a_second_import_is_another_take_of_the_same_faces(tmp_path: Path) -> None:
    """Faces are found by their names, in any case and form; new pictures are a take of their own."""
    store = kept(tmp_path / "store")  # "Zapallo 🎃" with takes 1 and 2, "smile" with take 1
    store.rename("smile", "Sonrisa ñ")
    source = laid(
        tmp_path / "more",
        {
            "SONRISA n\u0303/take-2/1.jpg": picture(11),
            "SONRISA n\u0303/take-5/1.jpg": picture(12),
            "zapallo 🎃/1.jpg": picture(13),
            "new/take-4/1.jpg": picture(14),
        },
    )
    import_images(source, tmp_path / "store")
    assert {name: [take for take, _ in rows] for name, rows in held(tmp_path / "store").items()} == {
        "Zapallo 🎃": [1, 2, 3],
        "Sonrisa ñ": [1, 2, 3],
        "new": [4],
    }


def test_a_picture_is_there_once(tmp_path: Path) -> None:
    """Importing again adds nothing, be the picture kept to the byte or made small; nor does a copy in it."""
    source = packed(
        tmp_path / "f.zip", {**FAIR, "sad/copy.jpg": picture(3), "sad/big.png": large(900, 700, "PNG")}
    )
    assert import_images(source, tmp_path / "store").already == 1
    before = files(tmp_path / "store")
    report = import_images(source, tmp_path / "store")
    assert (report.added, report.already) == ({}, 5)
    assert files(tmp_path / "store") == before


def test_the_same_picture_may_be_of_two_faces(tmp_path: Path) -> None:
    """Whether that makes sense is for whoever made the folders to say."""
    source = packed(tmp_path / "f.zip", {"a/1.jpg": picture(1), "b/1.jpg": picture(1)})
    assert import_images(source, tmp_path / "store").added == {"a": 1, "b": 1}


@pytest.mark.parametrize(("width", "height"), [(4000, 3000), (6000, 8000)])
def test_a_cameras_own_picture_is_made_small(width: int, height: int, tmp_path: Path) -> None:
    """A photo larger than a page may send is taken in as its centre square, as the pages make it."""
    data = large(width, height)
    assert max(frames.decode(data, frames.FILE_BYTES, frames.FILE_SIDE).shape) <= frames.MAX_SIDE
    import_images(packed(tmp_path / "f.zip", {"a/photo.JPG": data}), tmp_path / "store")
    ((_, stored),) = held(tmp_path / "store")["a"]
    frame = frames.decode(stored)
    assert frame.shape == (frames.STORED_SIDE, frames.STORED_SIDE, 3)
    assert frame[320, 100, 0] > 150 > 50 > frame[320, 540, 0]


def test_what_systems_leave_behind_is_no_picture(tmp_path: Path) -> None:
    """Hidden files, macOS's and Windows's own are passed over without a word."""
    noise = {"__MACOSX/faces/smile/._1.jpg": b"x", "faces/.DS_Store": b"x", "faces/smile/Thumbs.db": b"x"}
    source = packed(tmp_path / "f.zip", {**noise, **{f"faces/{name}": data for name, data in FAIR.items()}})
    report = import_images(source, tmp_path / "store")
    assert (report.added, report.problems) == ({"sad": 1, "smile": 2}, [])


def test_what_is_unsound_is_left_out_and_told(tmp_path: Path) -> None:
    """Other kinds of files, cut and heavy pictures are named with the reason; the sound ones come in."""
    cut = large(300, 300)[:900]
    source = packed(
        tmp_path / "f.zip",
        {
            **FAIR,
            "smile/notes.txt": b"hello",
            "smile/clip.gif": b"GIF89a",
            "smile/not.jpg": b"GIF89a" * 9,
            "smile/cut.jpg": cut,
            "smile/deep/er/1.jpg": picture(5),
            "smile/heavy.png": b"\x89PNG" + bytes(frames.FILE_BYTES),
            "loose.jpg": picture(6),
        },
    )
    report = import_images(source, tmp_path / "store")
    assert report.added == {"sad": 1, "smile": 2}
    assert set(left_out(report)) == {
        ("stranger", "smile/notes.txt"),
        ("stranger", "smile/clip.gif"),
        ("stranger", "smile/deep/er/1.jpg"),
        ("stranger", "loose.jpg"),
        ("not_a_picture", "smile/not.jpg"),
        ("damaged", "smile/cut.jpg"),
        ("too_heavy", "smile/heavy.png"),
    }
    assert "smile/cut.jpg" in report.problems[-1].text("es")


@pytest.mark.parametrize("entries", [{}, {"a/1.txt": b"x"}, {"a/1.jpg": b"x"}, {MANIFEST: b"{}"}])
@pytest.mark.parametrize("way", [packed, laid])
def test_nothing_to_import_makes_no_store(
    entries: dict[str, bytes], way: Callable[..., Path], tmp_path: Path
) -> None:
    """Where there is no picture the sentence says what is wanted, and the store does not appear."""
    (tmp_path / "f.zip").mkdir() if way is laid else None
    source = way(tmp_path / "f.zip", entries)
    with pytest.raises(NotEnough) as caught:
        import_images(source, tmp_path / "store")
    assert caught.value.key == "import_nothing"
    assert not (tmp_path / "store").exists()


def test_a_damaged_manifest_costs_names_only(tmp_path: Path) -> None:
    """Without a readable `categories.json` the folders' names serve, and it is told."""
    source = packed(tmp_path / "f.zip", {MANIFEST: b"[" * 9999, **FAIR})
    report = import_images(source, tmp_path / "store")
    assert report.added == {"sad": 1, "smile": 2}
    assert left_out(report) == [("manifest", MANIFEST)]


def test_a_store_has_one_neutral_face(tmp_path: Path) -> None:
    """A neutral face that comes to a store with one of another name is a face like any other."""
    for name, seed in (("rest", 1), ("calm", 2)):
        store = SampleStore()
        store.add_category(name, "neutral")
        store.add(name, picture(seed))
        import_images(export_images(store, tmp_path / f"{name}.zip"), tmp_path / "store")
    roles = {category.name: category.role for category in SampleStore.open(tmp_path / "store").categories}
    assert roles == {"rest": "neutral", "calm": "face"}


def test_a_whole_disk_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of too many files is refused while it is looked through; what is hidden does not count."""
    source = laid(tmp_path / "faces", {**FAIR, ".git/1.jpg": b"x", ".hidden/sad/1.jpg": picture(7)})
    monkeypatch.setattr(intake, "MAX_FILES", 3)
    assert import_images(source, tmp_path / "store").added == {"sad": 1, "smile": 2}
    monkeypatch.setattr(intake, "MAX_FILES", 2)
    with pytest.raises(BadStore) as caught:
        import_images(source, tmp_path / "store")
    assert caught.value.key == "archive_too_many"


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one may not look into is left out by name; the rest comes in."""
    source = laid(tmp_path / "faces", dict(FAIR))
    scandir = os.scandir

    def forbid(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "sad":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbid)  # a test may run as root, who may read everything
    report = import_images(source, tmp_path / "store")
    assert (report.added, left_out(report)) == ({"smile": 2}, [("unreadable", "sad")])


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    """A link to a picture, or to a folder of them, is left out and told."""
    laid(tmp_path / "elsewhere", {"1.jpg": picture(8)})
    source = laid(tmp_path / "faces", dict(FAIR))
    (source / "linked").symlink_to(tmp_path / "elsewhere")
    (source / "smile" / "3.jpg").symlink_to(tmp_path / "elsewhere" / "1.jpg")
    report = import_images(source, tmp_path / "store")
    assert report.added == {"sad": 1, "smile": 2}
    assert sorted(left_out(report)) == [("outside", "linked"), ("outside", "smile/3.jpg")]


def test_a_full_disk_is_told_and_the_next_import_goes_on(tmp_path: Path) -> None:
    """What was written before stays, and is not added twice when there is room again."""
    source = packed(tmp_path / "f.zip")
    add, added = SampleStore.add, list[str]()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:

        def until_full(store: SampleStore, category: str, data: bytes, take: int) -> object:
            added.append(category)
            if len(added) == 3:
                patch.setattr(os, "fsync", full)
            return add(store, category, data, take)

        patch.setattr(SampleStore, "add", until_full)
        with pytest.raises(BadStore) as caught:
            import_images(source, tmp_path / "store")
    assert caught.value.key == "import_stopped"
    assert "No space left" in caught.value.text("es")
    report = import_images(source, tmp_path / "store")
    assert (report.added, report.already) == ({"smile": 1}, 2)


def test_the_command_says_what_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`facegame import FILE --to STORE` prints the counts, and on stderr what was left out."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")
    source = packed(tmp_path / "f.zip", {**FAIR, "sad/x.txt": b"x"})
    words = ["import", str(source), "--to", str(tmp_path / "store")]
    assert cli.main(words) == 0
    out, err = capsys.readouterr()
    assert out == "Pictures added: 3. There before: 0. Left out: 1.\n  sad: 1\n  smile: 2\n"
    assert err.splitlines() == [
        "Taking the pictures in",
        "sad/x.txt is no JPEG or PNG picture and was left out.",
    ]
    assert cli.main(words) == 0
    assert capsys.readouterr().out == "Pictures added: 0. There before: 3. Left out: 1.\n"
    assert cli.main(["import", str(tmp_path / "nowhere.zip"), "--to", str(tmp_path / "store")]) == 1
    assert "nowhere.zip" in capsys.readouterr().err
