"""Figures: what was measured, in which unit, and how the middle and the slow ones of many turned out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np

from facegame_lib.progress import Progress, silent

Unit = Literal["ms", "s", "MB", "GFLOP", "GFLOP/s", "per_second", "times", "pictures", "frames", "packages"]
SIGNS: Final = ("ms", "s", "MB", "GFLOP", "GFLOP/s")  # the same in every language; the others are words
_DIGITS: Final[Mapping[str, int]] = {"ms": 3, "s": 3, "times": 2, "per_second": 1, "GFLOP": 3, "GFLOP/s": 1}


@dataclass(frozen=True)
class Figure:
    """One line of the table: `key` is of the catalogue, filled in by `details`, `p50` the
    median of `count` measurements and `p95` what all but the slowest twentieth stay below, None where there
    is only one."""

    key: str
    unit: Unit
    p50: float
    p95: float | None = None
    count: int = 1
    details: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What a program reads."""
        return asdict(self) | {"key": self.key.removeprefix("bench."), "details": dict(self.details)}


def figure(key: str, unit: Unit, values: Sequence[float], **details: object) -> Figure:
    """The figure of these measurements."""
    digits = _DIGITS.get(unit, 0)
    p50, p95 = (round(float(np.percentile(values, percent)), digits) for percent in (50, 95))
    told = tuple((name, str(value)) for name, value in details.items())
    return Figure(key, unit, p50, p95 if len(values) > 1 else None, len(values), told)


def interleaved(
    tasks: Mapping[str, Callable[[int], object]],
    rounds: int,
    progress: Progress = silent,
    *,
    warm: int = 2,
    rest: float = 0.0,
) -> dict[str, list[float]]:
    """What each task took, in milliseconds, `rounds` times: each round does every task once, so that
    whatever else the machine is at slows all of them down. A task is given its round's number.

    The first `warm` rounds wake things up and do not count. `rest` is how long (seconds) to wait after each
    task, for those whose threads go on spinning and would slow the next one down.
    """
    took: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(warm + rounds):
        progress(number / (warm + rounds), "")
        for name, task in tasks.items():
            began = time.perf_counter()
            task(number)
            passed = 1000 * (time.perf_counter() - began)
            if number >= warm:
                took[name].append(passed)
            if rest:
                time.sleep(rest)
    return took
