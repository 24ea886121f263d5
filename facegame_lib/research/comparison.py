"""What a comparison found: a tidy table, and a picture of accuracy against time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from facegame_lib.errors import BadSetting
from facegame_lib.folder import Problem
from facegame_lib.research.intervals import Estimate
from facegame_lib.research.table import aligned
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GREY: Final = "#767676"  # reads on white and on black
_COLOURS: Final = ("#2f7fc1", "#d5681e", "#00916a", "#c46a9a", "#b08600", "#2c98b3")
_FILLS: Final = ("full", "none", "left", "right", "top", "bottom")  # no colour says anything alone
_MARKS: Final = "osD^vP*X"


@dataclass(frozen=True)
class Combination:
    """An embedder with a classifier: balanced `accuracy` (0 to 1) on takes that were not taught, a mean over
    players and splits; `difference` is that from the first combination, split by split (None for the first
    itself); `milliseconds` of one frame, median (None if no time was taken); `unseen`, the share of the
    pictures tried in which nothing was seen, which count as wrong; `splits`, each player's accuracies."""

    embedder: str
    classifier: str
    accuracy: Estimate
    difference: Estimate | None
    milliseconds: float | None
    unseen: float
    splits: dict[str, tuple[float, ...]] = field(repr=False)


@dataclass(frozen=True)
class Comparison:
    """What `compare` found: `rows` in the order of what was compared. `left_out` says in sentences what could
    not be used."""

    rows: tuple[Combination, ...]
    faces: int | None
    train_takes: int
    seed: int
    left_out: tuple[Problem, ...] = ()

    @property
    def players(self) -> tuple[str, ...]:
        """Whom it was tried on."""
        return tuple(self.rows[0].splits)

    @property
    def trials(self) -> int:
        """How many splits each combination was tried on, of all players together."""
        return sum(len(marks) for marks in self.rows[0].splits.values())

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat dictionary for each combination: `pandas.DataFrame(found.to_rows())`."""
        found = []
        for row in self.rows:
            line: dict[str, Any] = {"embedder": row.embedder, "classifier": row.classifier}
            for name, guess in (("accuracy", row.accuracy), ("difference", row.difference)):
                line[name] = guess.mean if guess else None
                line[f"{name}_low"] = guess.low if guess else None
                line[f"{name}_high"] = guess.high if guess else None
            found.append({**line, "milliseconds": row.milliseconds, "unseen": row.unseen})
        return found

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON takes it, each player's accuracies too."""
        splits = [{name: list(marks) for name, marks in row.splits.items()} for row in self.rows]
        return {
            "faces": self.faces,
            "train_takes": self.train_takes,
            "seed": self.seed,
            "intervals": "players" if len(self.players) > 1 else "splits",
            "combinations": [
                {**line, "splits": each} for line, each in zip(self.to_rows(), splits, strict=True)
            ],
            "left_out": [str(problem) for problem in self.left_out],
        }

    def table(self, language: str = "en") -> str:
        """Lines for people: `print(found.table())`."""
        names = ("embedder", "classifier", "right", "interval", "apart", "interval", "ms", "unseen")
        lines = [[text(f"compare.column.{name}", language) for name in names]]
        for row in self.rows:
            lines.append(
                [
                    row.embedder,
                    row.classifier,
                    f"{row.accuracy.mean:.3f}",
                    _interval(row.accuracy, ".3f"),
                    f"{row.difference.mean:+.3f}" if row.difference else "",
                    _interval(row.difference, "+.3f") if row.difference else "",
                    "-" if row.milliseconds is None else f"{row.milliseconds:.1f}",
                    f"{row.unseen:.0%}",
                ]
            )
        over = "players" if len(self.players) > 1 else "splits" if self.trials > 1 else "none"
        legend = text(
            "compare.legend", language, players=len(self.players), trials=self.trials, takes=self.train_takes
        )
        return "\n".join([*aligned(lines, left=2), "", legend, text(f"compare.legend.{over}", language)])

    def plot(self, ax: Axes | None = None, language: str = "en") -> Axes:
        """Accuracy, with its intervals, against milliseconds, drawn into `ax` or into a new figure; a colour
        and a filling for each embedder, a mark for each classifier. Raises `BadSetting` if no time was taken.
        """
        if any(row.milliseconds is None for row in self.rows):
            raise BadSetting("compare_no_time")
        from matplotlib.ticker import LogLocator, NullFormatter

        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(figsize=(7, 4), layout="constrained").subplots()
        eyes, minds = (
            list(dict.fromkeys(getattr(row, name) for row in self.rows))
            for name in ("embedder", "classifier")
        )
        for row in self.rows:
            mean, low, high = row.accuracy.mean, row.accuracy.low, row.accuracy.high
            reach = None if low is None or high is None else [[mean - low], [high - mean]]
            ax.errorbar(
                [row.milliseconds or math.nan],
                [mean],
                yerr=reach,
                color=_COLOURS[eyes.index(row.embedder) % len(_COLOURS)],
                marker=_MARKS[minds.index(row.classifier) % len(_MARKS)],
                fillstyle=_FILLS[eyes.index(row.embedder) % len(_FILLS)],
                capsize=3,
                linestyle="none",
                label=f"{row.embedder}, {row.classifier}",
            )
        times = [row.milliseconds or 1.0 for row in self.rows]
        if max(times) > 4 * min(times):
            ax.set_xscale("log")
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ax.xaxis.set_major_formatter("{x:g}")
            ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_xlabel(text("compare.plot.milliseconds", language), color=_GREY)
        ax.set_ylabel(text("compare.plot.accuracy", language), color=_GREY)
        ax.tick_params(which="both", colors=_GREY)
        for spine in ax.spines.values():
            spine.set_color(_GREY)
        ax.legend(frameon=False, labelcolor=_GREY, fontsize="small")
        return ax


def _interval(guess: Estimate, form: str) -> str:
    return "-" if guess.low is None or guess.high is None else f"{guess.low:{form}} {guess.high:{form}}"
