"""What an evaluation found, as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from facegame_lib.research.evaluate import Evaluation
from facegame_lib.research.measures import BINS
from facegame_lib.research.sweeps import ENDS, Sweeps
from facegame_lib.texts import text

_SWEEP_COLUMNS: Final = ("frames", "rho", "start", "end", "graded", "max_jump", "lag_ms", "no_face", "taught")


def as_table(found: Evaluation, sweeps: Sweeps | None = None, language: str = "en") -> str:
    """Lines for a terminal: the players, the time a frame takes, and the sweeps if there are any."""
    accuracy, baseline, unknown, ece, no_face = (
        text(f"evaluate.column.{name}", language)
        for name in ("accuracy", "baseline", "unknown", "ece", "no_face")
    )
    rows = [["", accuracy, baseline, unknown, baseline, ece, baseline, no_face]]
    for player in found.players:
        marks, plain = player.marks, player.baseline
        values = (marks.accuracy, plain.accuracy, marks.auroc, plain.auroc, marks.ece, plain.ece)
        rows.append([player.name, *map(_number, values), _percent(marks.no_face)])
    means = [found.mean(mark, plain) for mark in ("accuracy", "auroc", "ece") for plain in (False, True)]
    average = text("evaluate.column.mean", language)
    rows.append([average, *map(_number, means), _percent(found.mean("no_face"))])
    lines = [
        *aligned(rows),
        "",
        text(
            "evaluate.legend.people",
            language,
            faces=found.faces,
            takes=found.train_takes,
            bins=BINS,
        ),
        text(
            "evaluate.legend.time",
            language,
            half=round(found.milliseconds(50), 1),
            most=round(found.milliseconds(95), 1),
        ),
    ]
    if sweeps:
        columns = [text(f"evaluate.column.{name}", language) for name in _SWEEP_COLUMNS]
        rows = [["", *columns]]
        rows += [
            [run.name, *(_cell(name, getattr(run, name)) for name in _SWEEP_COLUMNS)] for run in sweeps.runs
        ]
        rows.append([average, *(_cell(name, sweeps.mean(name)) for name in _SWEEP_COLUMNS)])
        legend = text("evaluate.legend.sweeps", language, ends=ENDS, fps=f"{sweeps.mean('fps'):g}")
        lines += ["", *aligned(rows), "", legend]
    return "\n".join(lines)


def aligned(rows: Sequence[Sequence[str]], left: int = 1) -> Iterable[str]:
    """Columns as wide as their widest cell, the first `left` to the left and the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = list(zip(row, widths, strict=True))
        first = [cell.ljust(width) for cell, width in cells[:left]]
        yield "  ".join([*first, *(cell.rjust(width) for cell, width in cells[left:])]).rstrip()


def _cell(name: str, value: float | None) -> str:
    if name in ("graded", "no_face", "taught"):
        return _percent(value)
    if name in ("frames", "lag_ms"):
        return "-" if value is None else f"{value:.0f}"
    return _number(value)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
