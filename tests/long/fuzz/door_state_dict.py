"""State dicts: what the restricted unpickler reads. (Its file's SHA-256 is checked before; this is what
stands behind that.)"""

from __future__ import annotations

import io
import pickle
import struct
import sys
from collections import OrderedDict

import numpy as np
from door import refused

from facegame_lib import torch_state
from facegame_lib.errors import BackboneUnavailable

MAX_LENGTH = 1024


class _Path:
    """A file in memory, where the library asks for a path."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def open(self, mode: str) -> io.BytesIO:
        """The bytes."""
        return io.BytesIO(self._data)


class _Tensor:
    def __init__(self, key: str, size: tuple[int, ...], stride: tuple[int, ...]) -> None:
        self.about = key, 0, size, stride


class _Pickler(pickle._Pickler):  # type: ignore[misc]
    """Writes a tensor as PyTorch does, without PyTorch."""

    def save(self, obj: object, save_persistent_id: bool = True) -> None:
        if isinstance(obj, _Tensor):
            key, offset, size, stride = obj.about
            self.write(b"ctorch._utils\n_rebuild_tensor_v2\n(")
            self.write(b"(X\x07\0\0\0storagectorch\nFloatStorage\n")
            for part in (key, "cpu", 2, None):
                super().save(part)
            self.write(b"tQ")
            for part in (offset, size, stride, False, OrderedDict()):
                super().save(part)
            self.write(b"tR")
        else:
            super().save(obj, save_persistent_id)


def _file(*tensors: _Tensor) -> bytes:
    file = io.BytesIO()
    contents = OrderedDict((f"layer.{number}", tensor) for number, tensor in enumerate(tensors))
    keys = [tensor.about[0] for tensor in tensors]
    about = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
    for part in (torch_state._MAGIC, torch_state._PROTOCOL, about, contents, keys):
        _Pickler(file, 2).dump(part)
    for _ in keys:
        file.write(struct.pack("<q", 2) + np.ones(2, "<f4").tobytes())
    return file.getvalue()


SEEDS = [
    _file(_Tensor("0", (2,), (1,))),
    _file(_Tensor("0", (2, 1), (1, 1)), _Tensor("1", (1,), (1,))),
    _file(),
]
TOKENS = [
    b"ctorch\nFloatStorage\n",
    b"ctorch\nLongStorage\n",
    b"ctorch._utils\n_rebuild_tensor_v2\n",
    b"ccollections\nOrderedDict\n",
    b"cos\nsystem\n",
    b"cbuiltins\neval\n",
    b"storage",
    b"little_endian",
    b"}q",
    b"tR.",
    b"(lp0",
]
_GOOD = refused(lambda: torch_state.read(_Path(SEEDS[0])), KeyError)  # type: ignore[arg-type]
assert np.array_equal(_GOOD["layer.0"], np.ones(2, np.float32)), "the seed is no state dict"

refused(lambda: torch_state.read(_Path(b"")), BackboneUnavailable)  # type: ignore[arg-type]  # loads what it needs


def one(data: bytes) -> None:
    """Arrays, or a refusal; and no module is imported for what a pickle names."""
    before = set(sys.modules)
    arrays = refused(lambda: torch_state.read(_Path(data)), BackboneUnavailable)  # type: ignore[arg-type]
    assert {name for name in set(sys.modules) - before if not name.startswith("encodings.")} == set()
    assert arrays is None or all(isinstance(array, np.ndarray) for array in arrays.values())
