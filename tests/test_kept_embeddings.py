"""Embeddings of pictures that the player keeps: found again, not believed blindly, gone with the pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lab import Kept

from facegame_lib import Recognizer, SampleStore, frames
from facegame_lib.folder import Folder
from facegame_lib.testing import FakeEmbedder, plain_frame


def taught(path: Path | None = None) -> SampleStore:
    """Two faces of six pictures each."""
    store = SampleStore(["a", "b"])
    for number in range(12):
        face = number % 2
        store.add("ab"[face], plain_frame((250 * face, 20, 10 * number), seed=number))
    if path is not None:
        store.save(path)
    return store


def rows(path: Path) -> list[Path]:
    """The files of embeddings anywhere below that folder."""
    return sorted(path.rglob("*.rows"))


def test_nothing_is_embedded_twice(tmp_path: Path) -> None:
    """Who opens a kept game again has nothing to embed, and a model that says the same to the last digit."""
    before = Recognizer(Kept()).fit(taught(tmp_path / "kept"))
    embedder = Kept()
    again = Recognizer(embedder)
    store = SampleStore.open(tmp_path / "kept")
    assert again.pending(store) == []
    again.fit(store)
    assert embedder.embedded == 0
    frame = plain_frame((120, 20, 20))
    assert again.predict(frame) == before.predict(frame)


def test_pictures_that_were_learnt_before_they_were_kept_count_too(tmp_path: Path) -> None:
    """Pressing Keep after training keeps what was worked out."""
    store, recognizer = taught(), Recognizer(Kept())
    recognizer.fit(store)
    store.save(tmp_path / "kept")
    recognizer.pending(store)
    assert len(rows(tmp_path)) == 12


def test_without_keep_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A game in memory leaves no embedding, in its folder, the user's cache or anywhere else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACEGAME_CACHE", str(tmp_path / "cache"))
    store, recognizer = taught(), Recognizer(Kept())
    recognizer.fit(store)
    recognizer.pending(store)
    assert list(tmp_path.iterdir()) == []


def test_another_games_pictures_are_not_written_beside_the_kept_ones(tmp_path: Path) -> None:
    """A recogniser that goes on with a game in memory leaves none of it in the folder of the one before."""
    recognizer = Recognizer(Kept()).fit(taught(tmp_path / "kept"))
    other = SampleStore(["a", "b"])
    for number in range(12):
        other.add("ab"[number % 2], plain_frame((9, 20 * number, 90), seed=100 + number))
    recognizer.fit(other)
    recognizer.pending(other)
    kept = {sample.digest for sample in taught().samples()}
    assert {path.stem for path in rows(tmp_path)} == kept


def test_a_removed_pictures_embedding_goes_at_once(tmp_path: Path) -> None:
    """So does a face's with all of its pictures; what is brought back is kept again."""
    store, recognizer = taught(tmp_path / "kept"), Recognizer(Kept())
    recognizer.fit(store)
    first = store.samples()[0]
    store.remove([first.id])
    assert first.digest not in {path.stem for path in rows(tmp_path)}
    recognizer.pending(store)
    store.undo()
    recognizer.pending(store)
    assert len(rows(tmp_path)) == 12
    store.remove_category("b")
    left = {sample.digest for sample in store.samples()}
    assert {path.stem for path in rows(tmp_path)} == left


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-1], lambda data: data[:60] + b"?" + data[61:]]
)
def test_a_damaged_embedding_is_worked_out_again(tmp_path: Path, damage: Any) -> None:
    """An entry that is not whole is not there: its picture is embedded anew, and its entry replaced."""
    Recognizer(Kept()).fit(taught(tmp_path / "kept"))
    spoilt = rows(tmp_path)[0]
    sound = spoilt.read_bytes()
    spoilt.write_bytes(damage(sound))
    embedder = Kept()
    Recognizer(embedder).fit(SampleStore.open(tmp_path / "kept"))
    assert embedder.embedded == 1
    assert spoilt.read_bytes() == sound


def test_another_embedders_numbers_are_not_taken(tmp_path: Path) -> None:
    """One that does not say what it is embeds for itself, and keeps nothing."""
    Recognizer(Kept()).fit(taught(tmp_path / "kept"))
    before, embedder = rows(tmp_path), FakeEmbedder()
    Recognizer(embedder).fit(SampleStore.open(tmp_path / "kept"))
    assert embedder.embedded == 12
    assert rows(tmp_path) == before


def test_pictures_with_an_embedding_are_not_decoded_to_open_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening takes them by their digest; one that was changed is looked at, and left out if damaged."""
    store = taught(tmp_path / "kept")
    Recognizer(Kept()).fit(store)
    decoded: list[bytes] = []
    real = frames.decode
    monkeypatch.setattr(frames, "decode", lambda data: decoded.append(data) or real(data))
    again = SampleStore.open(tmp_path / "kept")
    assert {sample.id: sample.data for sample in again.samples()} == {
        sample.id: sample.data for sample in store.samples()
    }
    assert decoded == []
    spoilt = tmp_path / "kept" / store.samples()[3].id
    spoilt.write_bytes(spoilt.read_bytes()[:-20])
    again = SampleStore.open(tmp_path / "kept")
    assert len(again) == 11
    assert [problem.key for problem in again.problems] == ["store.problem.damaged"]
    assert len(decoded) == 1


def test_a_link_in_the_place_of_the_embeddings_is_not_followed(tmp_path: Path) -> None:
    """A store from a stranger cannot have numbers written, read or removed elsewhere."""
    store = taught(tmp_path / "kept")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "kept" / ".facegame").symlink_to(tmp_path / "elsewhere")
    Recognizer(Kept()).fit(store)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_all_embeddings_of_a_folder_can_go_at_once(tmp_path: Path) -> None:
    """Nothing is left of them, whichever embedders they are of; the pictures stay."""
    Recognizer(Kept()).fit(taught(tmp_path / "kept"))
    (tmp_path / "kept" / ".facegame" / "embeddings" / "half.part").write_bytes(b"a write that was killed")
    Folder(tmp_path / "kept").drop_rows()
    assert not (tmp_path / "kept" / ".facegame").exists()
    assert len(SampleStore.open(tmp_path / "kept")) == 12


def test_a_folder_that_takes_no_numbers_changes_nothing_else(tmp_path: Path) -> None:
    """Where embeddings cannot be written they are not, and the game goes on as ever."""
    store = taught(tmp_path / "kept")
    (tmp_path / "kept" / ".facegame").write_text("in the way")
    recognizer = Recognizer(Kept()).fit(store)
    assert recognizer.report.pictures == 12
    assert SampleStore.open(tmp_path / "kept").problems == []
