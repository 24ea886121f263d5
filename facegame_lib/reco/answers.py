"""What a server says of its work, checked: it may be another program, or one that is not well.

Each raises `ValueError` for what is no such answer.
"""

from __future__ import annotations

import math
from typing import Any, Final

from facegame_lib.prediction import Prediction
from facegame_lib.report import Confusion, Report, Weakest

_ROUNDED: Final = 1e-6  # by how much the last digits of a share may be off


def prediction_of(said: dict[str, Any]) -> Prediction:
    """The answer to a frame."""
    labels = _labels(said.get("labels"))
    probabilities, closenesses = (
        _shares(said.get(name), labels) for name in ("probabilities", "closenesses")
    )
    return Prediction(labels, probabilities, closenesses, _share(said.get("known")))


def report_of(said: dict[str, Any]) -> Report:
    """The answer to a training."""
    labels = _labels(said.get("labels"))
    worst, weakest = said.get("confused"), said.get("weakest")
    return Report(
        _count(said.get("pictures")),
        labels,
        _share(said.get("agreement")),
        None if worst is None else Confusion(*_pair(worst, labels), _share(worst[2])),
        _count(said.get("skipped")),
        None if weakest is None else Weakest(*_pair(weakest, labels), _number(weakest[2])),
    )


def keys_of(said: Any) -> set[str]:
    """Pictures that the server lacks, by their keys."""
    return set(_texts(said))


def _texts(said: Any) -> list[str]:
    if not isinstance(said, list) or not all(isinstance(text, str) for text in said):
        raise ValueError(said)
    return said


def _labels(said: Any) -> tuple[str, ...]:
    labels = tuple(_texts(said))
    if not labels or len(set(labels)) < len(labels):
        raise ValueError(said)
    return labels


def _pair(said: Any, labels: tuple[str, ...]) -> tuple[str, str]:
    if not isinstance(said, list) or len(said) != 3 or not all(label in labels for label in said[:2]):
        raise ValueError(said)
    return said[0], said[1]


def _number(said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        raise ValueError(said)
    return float(said)


def _share(said: Any) -> float:
    share = _number(said)
    if not -_ROUNDED <= share <= 1 + _ROUNDED:
        raise ValueError(said)
    return min(1.0, max(0.0, share))


def _shares(said: Any, labels: tuple[str, ...]) -> tuple[float, ...]:
    if not isinstance(said, list) or len(said) != len(labels):
        raise ValueError(said)
    return tuple(_share(share) for share in said)


def _count(said: Any) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or said < 0:
        raise ValueError(said)
    return said
