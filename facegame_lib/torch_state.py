"""EMBED: reads a PyTorch state dict without PyTorch.

The legacy `.pt` format is five pickles (a magic number, the protocol, the writing machine, the state
dict, the list of storage keys) and then each storage: its length as int64 and its raw numbers. Source:
`_legacy_save` in https://github.com/pytorch/pytorch/blob/main/torch/serialization.py

A pickle can run any code it names, so this one may name four things only, and they do nothing.
https://docs.python.org/3/library/pickle.html#restricting-globals
"""

from __future__ import annotations

import math
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from facegame_lib.errors import BackboneUnavailable

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


class _Tensor(NamedTuple):
    """What a state dict says of a tensor; its numbers come later in the file."""

    storage: tuple[str, str]  # key, numpy type
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


def _rebuild(storage: Any, offset: Any, size: Any, stride: Any, *_gradient_and_hooks: Any) -> _Tensor:
    return _Tensor(storage, offset, size, stride)


_ADMITTED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
}


class _Unpickler(pickle._Unpickler):
    """The one in Python: that in C makes room for as many objects as a pickle says it will remember."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ADMITTED:
            raise pickle.UnpicklingError(f"a state dict has no business with {module}.{name}")
        return _ADMITTED[module, name]

    def persistent_load(self, pid: Any) -> tuple[str, str]:
        kind, dtype, key, _device, _length, view = pid
        if kind != "storage" or view is not None:
            raise pickle.UnpicklingError(f"not a whole storage: {pid}")
        return key, dtype


def read(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of a state dict by name, in the file's order; read-only, float32 or int64.

    Raises `BackboneUnavailable` for anything that is not a plain state dict of the legacy format.
    """
    try:
        with path.open("rb") as file:
            return _read(file)
    except Exception as error:  # a hostile pickle can fail in any way at all
        raise BackboneUnavailable("state_dict_refused", path=path) from error


def _read(file: BinaryIO) -> dict[str, np.ndarray[Any, Any]]:
    magic, protocol, machine, tensors, keys = (_Unpickler(file).load() for _ in range(5))
    if (magic, protocol, machine["little_endian"]) != (_MAGIC, _PROTOCOL, True):
        raise ValueError("not the legacy format")
    dtypes = dict(tensor.storage for tensor in tensors.values())
    storages = {}
    for key in keys:
        length = int.from_bytes(file.read(8), "little")
        storages[key] = np.frombuffer(file.read(length * np.dtype(dtypes[key]).itemsize), dtypes[key])
    return {name: _array(tensor, storages[tensor.storage[0]]) for name, tensor in tensors.items()}


def _array(tensor: _Tensor, storage: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    numbers = storage[tensor.offset : tensor.offset + math.prod(tensor.size)]
    array = numbers.reshape(tensor.size)
    if array.strides != tuple(step * array.itemsize for step in tensor.stride):
        raise ValueError("not laid out row by row")
    return array
