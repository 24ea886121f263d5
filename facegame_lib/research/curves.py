"""Would more pictures help, or more takes? What is right of takes left out, against how much was taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.progress import Progress, silent
from facegame_lib.research import plots
from facegame_lib.research.lesson import Lesson, Which, one_thread
from facegame_lib.research.measures import balanced_accuracy
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Per = Literal["pictures", "takes"]

SIZES: Final = (1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200)
REPEATS: Final = 5


@dataclass(frozen=True)
class LearningCurve:
    """`accuracies[i]` `(draws,)`: the balanced accuracy (0 to 1) of each draw of `sizes[i]` pictures, or
    takes, of each face. The last size is all there are, of which there is one draw."""

    per: Per
    sizes: tuple[int, ...]
    accuracies: tuple[NDArray[np.float64], ...] = field(repr=False)
    labels: int
    flattered: tuple[str, ...]

    @property
    def means(self) -> NDArray[np.float64]:
        """The mean of the draws of each size, `(sizes,)`."""
        return np.array([of_size.mean() for of_size in self.accuracies])


def learning_curve(
    lesson: Lesson,
    per: Per = "pictures",
    sizes: Sequence[int] | None = None,
    *,
    repeats: int = REPEATS,
    seed: int = 0,
    progress: Progress = silent,
) -> LearningCurve:
    """Teach so many pictures (or whole takes) of each face, drawn by chance `repeats` times, and try them on
    the takes left out (`Lesson.folds`). A face with fewer gives all it has.

    Always the same pictures are tried, whatever is taught, so that the points can be compared; the last point
    is what `confusion` finds. Raises `BadSetting`, and `NotEnough` for takes where no face has three: one to
    be tried on, and two to draw from.
    """
    if per not in ("pictures", "takes"):
        raise BadSetting("not_one_of", name="per", allowed="pictures, takes", found=per)
    if repeats < 1:
        raise BadSetting("out_of_range", name="repeats", low=1, high="...", found=repeats)
    most = max(max(map(len, _units(lesson, ~held, per))) for held in lesson.folds)
    if per == "takes" and most < 2:
        raise NotEnough("few_takes")
    if sizes is None:
        sizes = SIZES if per == "pictures" else range(1, most)
    if min(sizes, default=1) < 1:
        raise BadSetting("out_of_range", name="sizes", low=1, high="...", found=min(sizes))
    counted = (*sorted({size for size in sizes if size < most}), most)
    dice = np.random.default_rng(seed)
    truth, accuracies = lesson.y.tolist(), []
    for done, size in enumerate(counted):
        found = []
        for _ in range(repeats if size < most else 1):
            progress(done / len(counted), "progress.curve")
            guesses = np.zeros(len(truth), np.intp)
            with one_thread():
                for held in lesson.folds:
                    taught = _draw(lesson, ~held, per, size, dice)
                    guesses[held] = lesson.guess(taught, held).argmax(axis=1)
            found.append(balanced_accuracy(truth, guesses == lesson.y))
        accuracies.append(np.array(found))
    progress(1.0, "progress.curve")
    return LearningCurve(per, counted, tuple(accuracies), len(lesson.labels), lesson.flattered)


def _units(lesson: Lesson, taught: Which, per: Per) -> list[list[NDArray[np.intp]]]:
    """Of each label, what can be drawn of `taught`: pictures, or takes as the pictures they are of."""
    units = []
    takes = np.array([sample.take for sample in lesson.samples])
    for label in range(len(lesson.labels)):
        own = np.flatnonzero(taught & (lesson.y == label))
        parts = [own[[i]] for i in range(len(own))]
        units.append(
            parts if per == "pictures" else [own[takes[own] == take] for take in np.unique(takes[own])]
        )
    return units


def _draw(lesson: Lesson, taught: Which, per: Per, size: int, dice: np.random.Generator) -> Which:
    """So many units of each label, or all that it has."""
    drawn = np.zeros(len(taught), np.bool_)
    for units in _units(lesson, taught, per):
        for place in dice.permutation(len(units))[:size]:
            drawn[units[place]] = True
    return drawn


def draw_curve(curve: LearningCurve, ax: Axes | None = None, language: str = "en") -> Figure:
    """The mean of the draws, with a band from the worst to the best of them."""
    from matplotlib.ticker import PercentFormatter

    figure, ax = plots.canvas(ax, (6.8, 4.2))
    low, high = ([float(find(of)) for of in curve.accuracies] for find in (np.min, np.max))
    ax.fill_between(curve.sizes, low, high, color=plots.FOR, alpha=0.25, linewidth=0,
                    label=text("explain.curve.band", language))  # fmt: skip
    ax.plot(curve.sizes, curve.means, "o-", color=plots.FOR, linewidth=2,
            label=text("explain.curve.mean", language))  # fmt: skip
    ax.axhline(1 / curve.labels, color=plots.INK, linestyle="--", linewidth=1,
               label=text("explain.curve.chance", language))  # fmt: skip
    ax.set(ylim=(0, 1.03), xlim=(0, curve.sizes[-1] * 1.04), xticks=_ticks(curve.sizes))
    ax.set_xlabel(text(f"explain.curve.{curve.per}", language), color=plots.INK)
    ax.set_ylabel(text("explain.curve.right", language), color=plots.INK)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, frameon=False, labelcolor=plots.INK)
    last = f"{curve.means[-1]:.0%}"
    plots.title(
        ax,
        text(f"explain.curve.title.{curve.per}", language, last=last),
        text("explain.curve.flattered", language) if curve.flattered else "",
    )
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure


def _ticks(sizes: Sequence[int]) -> list[int]:
    """The sizes that can stand under the axis without touching each other."""
    kept: list[int] = []
    for size in reversed(sizes):
        if not kept or kept[-1] - size > sizes[-1] / 25:
            kept.append(size)
    return kept
