"""The pictures of a store as files for other tools: whole or not at all, and a store when they come back."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from folders import files, kept, picture, shape

from facegame_lib import cli
from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadSetting, BadStore, NotEnough
from facegame_lib.folder import MANIFEST
from facegame_lib.images import export_images
from facegame_lib.samples import SampleStore


@pytest.fixture
def store(tmp_path: Path) -> SampleStore:
    """A store in a folder: three pictures in three takes of two faces, and a neutral face without any."""
    store = kept(tmp_path / "store")
    store.add_category("En reposo", "neutral")
    return store


@pytest.mark.parametrize("name", ["out", "out.zip", "new/out.ZIP"])
def test_an_export_opens_as_the_store_it_was(name: str, store: SampleStore, tmp_path: Path) -> None:
    """Names, roles, takes and each byte of the pictures are there, as a folder and as a ZIP file."""
    written = export_images(store, tmp_path / name)
    assert written == tmp_path / name
    folder = written
    if written.is_file():
        folder = tmp_path / "unpacked"
        with zipfile.ZipFile(written) as archive:
            archive.extractall(folder)
    again = SampleStore.open(folder)
    assert again.categories == store.categories
    assert shape(again) == shape(store)
    assert files(folder) == files(tmp_path / "store")


def test_a_store_in_memory_is_exported_too(tmp_path: Path) -> None:
    """It need not have been kept in a folder before."""
    store = SampleStore(["a"])
    store.add("a", picture(1))
    assert shape(SampleStore.open(export_images(store, tmp_path / "out"))) == shape(store)


@pytest.mark.parametrize("there", ["file", "folder", "empty", "link"])
@pytest.mark.parametrize("suffix", ["", ".zip"])
def test_what_is_there_stays(there: str, suffix: str, store: SampleStore, tmp_path: Path) -> None:
    """Whatever has that name already is not touched, even where it is empty or leads nowhere."""
    out = tmp_path / f"out{suffix}"
    if there == "file":
        out.write_text("mine")
    elif there == "link":
        out.symlink_to(tmp_path / "nowhere")
    else:
        out.mkdir()
        if there == "folder":
            (out / "letter.txt").write_text("mine")
    before = files(tmp_path)
    with pytest.raises(BadSetting) as caught:
        export_images(store, out)
    assert caught.value.key == "export_exists"
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_an_older_export_is_replaced_when_told(name: str, store: SampleStore, tmp_path: Path) -> None:
    """With `overwrite` the new export is there and nothing of the old one, nor a copy of it anywhere."""
    export_images(store, tmp_path / name)
    other = SampleStore(["other"])
    other.add("other", picture(5))
    export_images(other, tmp_path / name, overwrite=True)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"store", name}
    if name == "out":
        assert shape(SampleStore.open(tmp_path / name)) == shape(other)
    else:
        assert zipfile.ZipFile(tmp_path / name).namelist() == [MANIFEST, "other/take-1/0001.jpg"]


def test_a_folder_of_something_else_is_never_replaced(store: SampleStore, tmp_path: Path) -> None:
    """`--overwrite --out ~` costs nobody their documents."""
    write_atomically(tmp_path / "home" / "thesis.doc", b"mine")
    with pytest.raises(BadSetting) as caught:
        export_images(store, tmp_path / "home", overwrite=True)
    assert caught.value.key == "export_keeps"
    assert files(tmp_path / "home") == {"thesis.doc": b"mine"}


@pytest.mark.parametrize("out", ["store", "store/out", "store/out.zip", ".", "store/../store/smile"])
def test_a_store_is_not_exported_into_itself(out: str, store: SampleStore, tmp_path: Path) -> None:
    """Neither over the store, nor into it, nor over what it lies in, whether one may overwrite or not."""
    before = files(tmp_path)
    for overwrite in (False, True):
        with pytest.raises(BadSetting) as caught:
            export_images(store, tmp_path / out, overwrite)
        assert caught.value.key == "export_in_store"
    assert files(tmp_path) == before


def test_nothing_is_no_export(tmp_path: Path) -> None:
    """A store without pictures is said to be one, and no empty folder appears."""
    with pytest.raises(NotEnough):
        export_images(SampleStore(["a", "b"]), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out", "out.zip"])
@pytest.mark.parametrize("older", [False, True])
def test_a_full_disk_leaves_things_as_they_were(
    name: str, older: bool, store: SampleStore, tmp_path: Path, full_disk: Callable[[], None]
) -> None:
    """An export that cannot be finished leaves no half, and an older one whole."""
    if older:
        export_images(store, tmp_path / name)
    before = files(tmp_path)
    full_disk()
    with pytest.raises(BadStore) as caught:
        export_images(store, tmp_path / name, overwrite=older)
    assert "No space left" in str(caught.value)
    assert files(tmp_path) == before


def test_an_older_export_comes_back_if_the_new_one_cannot_take_its_place(
    store: SampleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between moving the old one away and the new one in, something may fail too."""
    export_images(store, tmp_path / "out")
    before = files(tmp_path)
    rename = Path.rename

    def fail(path: Path, to: Path) -> Path:
        if path.suffix == ".part":
            raise OSError(13, "Permission denied")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(BadStore):
        export_images(store, tmp_path / "out", overwrite=True)
    assert files(tmp_path) == before


def test_the_command_says_what_it_wrote(
    store: SampleStore, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`facegame export STORE --to images --out PATH` writes it and prints where; a second time it refuses."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")
    words = ["export", str(tmp_path / "store"), "--to", "images", "--out", str(tmp_path / "out.zip")]
    assert cli.main(words) == 0
    assert capsys.readouterr().out == f"Written: {tmp_path / 'out.zip'}\n"
    assert cli.main(words) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert cli.main([*words, "--overwrite"]) == 0


@pytest.mark.parametrize("to", ["keras", "tflite", "onnx"])
def test_a_model_is_left_to_the_lab(
    to: str, store: SampleStore, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    """The other kinds are handed to `research.export` with the store, and what it wrote is printed."""
    calls = []

    def export(store: SampleStore, out: Path, to: str, *, progress: object) -> list[Path]:
        calls.append((shape(store), out, to))
        return [out, out.with_name("labels.txt")]

    module = type("module", (), {"export": staticmethod(export)})
    monkeypatch.setitem(__import__("sys").modules, "facegame_lib.research.export", module)
    out = tmp_path / "model"
    assert cli.main(["export", str(tmp_path / "store"), "--to", to, "--out", str(out)]) == 0
    assert calls == [(shape(store), out, to)]
    assert [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()] == [
        str(out),
        str(tmp_path / "labels.txt"),
    ]


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip in the name of the store is told; no empty store appears under it."""
    words = ["export", str(tmp_path / "my-facse"), "--to", "images", "--out", str(tmp_path / "out")]
    assert cli.main(words) == 1
    assert "my-facse" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
