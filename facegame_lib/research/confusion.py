"""What is taken for what? Each picture is judged once, by a model that was not taught the take it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib.errors import UnknownCategory
from facegame_lib.progress import Progress, silent
from facegame_lib.research import plots
from facegame_lib.research.lesson import Lesson, one_thread
from facegame_lib.research.measures import balanced_accuracy
from facegame_lib.samples import Sample
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FEW: Final = "#6b6b6b"


@dataclass(frozen=True)
class ConfusionMatrix:
    """`probabilities` `(n, labels)` of each of `samples` `(n,)`, whose label is the `y`-th of `labels`.

    `flattered`: the labels of one take only. They were tried on parts of the burst that taught them, pictures
    that are near twins, so the share of them that is right says little.
    """

    labels: tuple[str, ...]
    names: dict[str, str]
    samples: tuple[Sample, ...] = field(repr=False)
    y: NDArray[np.intp] = field(repr=False)
    probabilities: NDArray[np.float64] = field(repr=False)
    flattered: tuple[str, ...]

    @property
    def guesses(self) -> NDArray[np.intp]:
        """What each picture was taken for, as a place in `labels`; `(n,)`."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many pictures of each label (rows) were taken for each (columns): `(labels, labels)`."""
        found = np.zeros((len(self.labels), len(self.labels)), np.intp)
        np.add.at(found, (self.y, self.guesses), 1)
        return found

    @property
    def accuracy(self) -> float:
        """The share that is right of each label, averaged over the labels; 0 to 1."""
        return balanced_accuracy(self.y.tolist(), self.guesses == self.y)

    @property
    def worst(self) -> tuple[str, str] | None:
        """The two labels, taught and seen, that are confused most often; None if all pictures are right."""
        wrong = self.counts * ~np.eye(len(self.labels), dtype=np.bool_)
        taught, seen = np.unravel_index(int(wrong.argmax()), wrong.shape)
        return (self.labels[taught], self.labels[seen]) if wrong.any() else None

    def cell(self, taught: str, seen: str) -> tuple[Sample, ...]:
        """The pictures of `taught` that were taken for `seen`, the most surely taken first. Raises
        `UnknownCategory`."""
        for label in (taught, seen):
            if label not in self.labels:
                raise UnknownCategory("unknown_category", found=label, known=", ".join(self.labels))
        row, column = self.labels.index(taught), self.labels.index(seen)
        inside = np.flatnonzero((self.y == row) & (self.guesses == column))
        order = inside[np.argsort(-self.probabilities[inside, column], kind="stable")]
        return tuple(self.samples[place] for place in order)


def confusion(lesson: Lesson, progress: Progress = silent) -> ConfusionMatrix:
    """Leave out each take once (`Lesson.folds`), teach what is left, and judge what was left out."""
    probabilities = np.zeros((len(lesson.samples), len(lesson.labels)))
    with one_thread():
        for done, held in enumerate(lesson.folds):
            progress(done / len(lesson.folds), "progress.confusion")
            probabilities[held] = lesson.guess(~held, held)
    progress(1.0, "progress.confusion")
    return ConfusionMatrix(
        lesson.labels, lesson.names, lesson.samples, lesson.y, probabilities, lesson.flattered
    )


def draw_confusion(found: ConfusionMatrix, ax: Axes | None = None, language: str = "en") -> Figure:
    """Rows are what was made, columns what it was taken for; blue is right, orange wrong."""
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

    many = len(found.labels)
    figure, ax = plots.canvas(ax, (2.6 + 0.95 * many, 2.2 + 0.75 * many))
    names = plots.legible(found.names)
    counts = found.counts
    for row, of_row in enumerate(counts):
        for column, count in enumerate(of_row.tolist()):
            colour = to_rgb(plots.FOR if row == column else plots.AGAINST)
            share = 0.5 + 0.5 * np.sqrt(count / max(int(of_row.sum()), 1))
            filled = share * np.array(colour) + (1 - share) * np.array(to_rgb(_FEW))  # white is read on both
            face = (*filled, 1.0) if count else (*to_rgb(plots.INK), 0.1)
            ax.add_patch(Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, linewidth=0, facecolor=face))
            ax.text(column, row, str(count) if count else "·", ha="center", va="center", fontsize=13,
                    fontweight="bold", color="white" if count else plots.INK)  # fmt: skip
    named = [names[label] for label in found.labels]
    slanted = max(map(len, named)) > 9
    ax.set_xticks(range(many), named, rotation=30 if slanted else 0, ha="right" if slanted else "center")
    ax.set_yticks(range(many), named)
    ax.tick_params(length=0, labelsize=11)
    ax.set(xlim=(-0.5, many - 0.5), ylim=(many - 0.5, -0.5))
    ax.set_xlabel(text("explain.confusion.seen", language), color=plots.INK)
    ax.set_ylabel(text("explain.confusion.taught", language), color=plots.INK)
    for spine in ax.spines.values():
        spine.set_visible(False)
    plots.title(ax, *sentences(found, names, language))
    return figure


def sentences(
    found: ConfusionMatrix, names: Mapping[str, str] | None = None, language: str = "en"
) -> tuple[str, str]:
    """What the matrix says, for people: how many are right, and a warning if that flatters ("" if not)."""
    names = found.names if names is None else names
    right = int((found.guesses == found.y).sum())
    said = text("explain.confusion.title", language, right=right, count=len(found.y))
    of = ", ".join(names[label] for label in found.flattered)
    return said, text("explain.confusion.flattered", language, names=of) if of else ""
