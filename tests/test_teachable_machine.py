"""A Teachable Machine image project comes into a store: a face for each of its classes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from folders import held, picture
from packed import FAIR, packed

from facegame_lib.errors import BadStore
from facegame_lib.intake import import_images

PROJECT = {
    "manifest.json": json.dumps(
        {"type": "image", "version": "2.4.10", "appdata": {"trainEpochs": 50}}
    ).encode(),
    "Class 1-!-0.jpg": picture(1),
    "Class 1-!-10.jpg": picture(2),
    "Class 1-!-2.jpg": picture(3),
    "sí/no: ¿qué?-!-0.jpg": picture(4),
    "a-!-b-!-0.jpg": picture(5),
}


@pytest.mark.parametrize("name", ["project.tm", "project.zip"])
def test_a_teachable_machine_project_is_taken_in(name: str, tmp_path: Path) -> None:
    """Each class is a face with its own name, its pictures in the order they were taken."""
    report = import_images(packed(tmp_path / name, PROJECT), tmp_path / "store")
    assert held(tmp_path / "store") == {
        "Class 1": [(1, picture(1)), (1, picture(3)), (1, picture(2))],
        "a-!-b": [(1, picture(5))],
        "sí/no: ¿qué?": [(1, picture(4))],
    }
    assert report.problems == []


@pytest.mark.parametrize(
    "manifest", [b'{"type": "audio"}', b'{"type": 7}', b"{}", b"[]", b"x", b"[" * 99_999]
)
def test_a_project_of_another_kind_is_refused(manifest: bytes, tmp_path: Path) -> None:
    """A project of sounds or poses, or one that does not say, is told so, and no store appears."""
    source = packed(tmp_path / "project.tm", {**PROJECT, "manifest.json": manifest})
    with pytest.raises(BadStore) as caught:
        import_images(source, tmp_path / "store")
    assert caught.value.key == "import_no_image_project"
    assert not (tmp_path / "store").exists()


def test_a_manifest_of_another_tool_is_no_project(tmp_path: Path) -> None:
    """A ZIP file of folders that has a `manifest.json` of its own is taken in as folders."""
    report = import_images(packed(tmp_path / "f.zip", {**FAIR, "manifest.json": b"{}"}), tmp_path / "store")
    assert report.added == {"sad": 1, "smile": 2}
