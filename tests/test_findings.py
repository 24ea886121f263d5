"""Every door for bytes, with all that fuzzing ever found there, and the inputs that it begins with.

`tests/long/fuzz/fuzz.py` throws bytes at the doors by the hundred thousand; what it found is a file in
`tests/findings/<door>/`, called after what it was.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent / "long" / "fuzz"
FINDINGS = Path(__file__).parent / "findings"
DOORS = sorted(path.stem.removeprefix("door_") for path in FUZZ.glob("door_*.py"))
FOUND = sorted(path.relative_to(FINDINGS).as_posix() for path in FINDINGS.glob("*/*"))


@pytest.fixture(autouse=True)
def _in_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors share a file of theirs."""
    monkeypatch.syspath_prepend(str(FUZZ))


@pytest.mark.parametrize("door", DOORS)
def test_a_door_takes_what_it_should(door: str) -> None:
    """Fair inputs, and some that are not quite, are dealt with as the door's `one` says."""
    module = import_module(f"door_{door}")
    for data in module.SEEDS:
        module.one(data)
        module.one(data[: len(data) // 2])


@pytest.mark.parametrize("found", FOUND)
def test_what_was_found_is_mended(found: str) -> None:
    """An input that once led to an error, a hang or too much memory is dealt with as any other."""
    door, _, _ = found.partition("/")
    import_module(f"door_{door}").one((FINDINGS / found).read_bytes())


def test_every_door_is_fuzzed() -> None:
    """The list that `fuzz.py` goes through has all the doors that there are, and findings are of a door."""
    assert sorted(import_module("fuzz").RUNS) == DOORS
    assert {found.partition("/")[0] for found in FOUND} <= set(DOORS)
