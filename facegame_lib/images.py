"""SAMPLES: the pictures of a store for other tools: a folder for each face, in a folder or a ZIP file.

What is written is a store itself: `SampleStore.open` opens the folder, and the ZIP file once it is unpacked.
"""

from __future__ import annotations

import io
import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadSetting, BadStore, NotEnough
from facegame_lib.folder import MANIFEST, Row, manifest_of
from facegame_lib.samples import SampleStore


def zip_of(store: SampleStore) -> bytes:
    """All pictures of a store as a ZIP file, in the folders that `SampleStore.open` reads."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # not packed: JPEG is
        for path, data in _files(store):
            archive.writestr(path, data)
    return file.getvalue()


def export_images(store: SampleStore, out: str | Path, overwrite: bool = False) -> Path:
    """Write all pictures into the folder `out`, or into a ZIP file if it ends in .zip; returns it.

    Whole or not at all. With `overwrite` a file, an empty folder or an older export that is there is
    replaced. Raises `BadSetting` for anything else that is there, or that holds the store or lies in it,
    `NotEnough` for a store without pictures, and `BadStore` if it cannot be written.
    """
    out = Path(out)
    if not len(store):
        raise NotEnough("export_nothing")
    check_free(out, overwrite, store.folder)
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise BadSetting("export_keeps", path=out)  # a slip of the hand must not cost anybody their documents
    try:
        if out.suffix.lower() == ".zip":
            write_atomically(out, zip_of(store))
        else:
            _write_folder(out, _files(store))
    except OSError as error:
        raise BadStore("export_unwritable", path=out, reason=error.strerror or error) from error
    return out


def check_free(out: Path, overwrite: bool, store: Path | None) -> None:
    """Raises `BadSetting` if something is at `out` that may not be replaced, or if `out` is in the store."""
    if store is not None:
        here, there = out.resolve(), store.resolve()
        if here == there or there in here.parents or here in there.parents:
            raise BadSetting("export_in_store", path=out, store=store)
    if os.path.lexists(out) and not overwrite:
        raise BadSetting("export_exists", path=out)


def _files(store: SampleStore) -> Iterator[tuple[str, bytes]]:
    rows = [Row(category.id, category.name, category.role) for category in store.categories]
    yield MANIFEST, manifest_of(rows)
    for sample in store.samples():
        yield sample.id, sample.data


def _write_folder(out: Path, files: Iterator[tuple[str, bytes]]) -> None:
    """Into a hidden folder beside it, which then takes its name."""
    part = out.with_name(f".{out.name}.{uuid.uuid4().hex}.part")
    old = part.with_suffix(".old")
    try:
        for path, data in files:
            write_atomically(part / path, data)
        if os.path.lexists(out):
            out.rename(old)
        part.rename(out)
    finally:
        if os.path.lexists(old) and not os.path.lexists(out):
            old.rename(out)
        shutil.rmtree(part, ignore_errors=True)
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)
