"""Files are written whole or not at all, so that no reader ever sees a half."""

from __future__ import annotations

import os
import re
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Final

LEFTOVER: Final = 60.0  # seconds: a part so old is nobody's, for a write takes milliseconds
_PART: Final = re.compile(r"\..+\.[0-9a-f]{32}\.part", re.DOTALL)


def write_atomically(path: Path, data: bytes, mode: int = 0o666, *, lasting: bool = True) -> None:
    """Write into a file beside it, then rename that over it. Folders are made. Raises `OSError`.

    `mode` is who may do what with it, less what the system's mask takes away: 0o600 for a secret.
    Without `lasting` a power cut may leave nothing in it: for what is checked when it is read.
    A write that was killed leaves a hidden `.part` file, which nothing reads and `sweep` removes.
    """
    # Not `tempfile`: its files are for their owner only, and a classroom may share a folder.
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(part, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())  # else a power cut may leave the new name with nothing in it
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def sweep(folder: Path, older: float = LEFTOVER) -> None:
    """Remove the `.part` files that killed writes left in that folder, as far as that can be done.

    Those that are not `older` seconds old may be another process's that is writing now, and stay.
    """
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if _PART.fullmatch(path.name) and time.time() - path.lstat().st_mtime >= older:
                path.unlink(missing_ok=True)
