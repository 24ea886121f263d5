"""Which pictures hurt? Each is left out of teaching in turn, to see whether the takes left out fare better.

Leave-one-out influence, found here by doing it: P. Koh and P. Liang, "Understanding black-box predictions via
influence functions", ICML 2017, https://arxiv.org/abs/1703.04730, estimate it for nets that cannot be
taught again for each picture. Whitening and neighbours can: no picture is embedded again. For n pictures in f
folds they are taught f n times, each with `Whitening` of the order of n^3: n = 72 with a copy of each, in two
takes, take .2 s of one core, n = 288 take 7 s, and n = 280 in four takes a minute.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib.progress import Progress, silent
from facegame_lib.research import plots
from facegame_lib.research.lesson import Lesson, one_thread
from facegame_lib.samples import Sample
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHOWN: Final = 6
_LITTLE: Final = 5e-5  # what would be written as 0.00 points


@dataclass(frozen=True)
class Influence:
    """What each of `samples` `(n,)` does to the judgement of takes that it is not of.

    `margins` `(n,)`: how much larger the mean margin (probability of the true label less that of the
    likeliest other, -1 to 1) is with the picture than without it: negative hurts. `rights` `(n,)`: the same
    of the share of pictures named rightly. Means over the folds in which the picture is taught.
    """

    samples: tuple[Sample, ...] = field(repr=False)
    names: dict[str, str]
    margins: NDArray[np.float64] = field(repr=False)
    rights: NDArray[np.float64] = field(repr=False)
    flattered: tuple[str, ...]

    @property
    def order(self) -> NDArray[np.intp]:
        """Places in `samples`, the picture that hurts most first."""
        return np.lexsort((self.rights, self.margins))

    @property
    def harmful(self) -> tuple[Sample, ...]:
        """The pictures without which the others are told apart better, the worst first."""
        return tuple(self.samples[place] for place in self.order if self.margins[place] < 0)


def influence(lesson: Lesson, progress: Progress = silent) -> Influence:
    """Teach without each picture in turn, and see how the takes left out (`Lesson.folds`) are judged.

    A picture with a twin in its burst hardly counts alone: the twin stands in for it. So this finds single
    pictures that went wrong, and not a whole take that did.
    """
    many = len(lesson.samples)
    margins, rights, times = np.zeros((3, many))
    todo = sum(int((~held).sum()) for held in lesson.folds)
    done = 0
    for held in lesson.folds:
        truth, taught = lesson.y[held], ~held
        with one_thread():
            with_all = _marks(lesson.guess(taught, held), truth)
            for place in np.flatnonzero(taught):
                progress(done / todo, "progress.influence")
                without = taught.copy()
                without[place] = False
                margin, right = np.subtract(with_all, _marks(lesson.guess(without, held), truth))
                margins[place] += margin
                rights[place] += right
                times[place] += 1
                done += 1
    progress(1.0, "progress.influence")
    return Influence(lesson.samples, lesson.names, margins / times, rights / times, lesson.flattered)


def _marks(probabilities: NDArray[np.float64], truth: NDArray[np.intp]) -> tuple[float, float]:
    """The mean margin, and the share that is right."""
    own = probabilities[np.arange(len(truth)), truth]
    others = probabilities.copy()
    others[np.arange(len(truth)), truth] = -np.inf
    return float((own - others.max(axis=1)).mean()), float((probabilities.argmax(axis=1) == truth).mean())


def draw_influence(
    found: Influence, ax: Axes | None = None, language: str = "en", shown: int = _SHOWN
) -> Figure:
    """Above, the pictures that hurt most; below, those that help most; with what each changes, in points."""
    shown = max(1, min(shown, len(found.samples) // 2))
    figure, ax = plots.canvas(ax, (1.7 * shown + 0.6, 5.4))
    names, colours = plots.legible(found.names), plots.colours(sorted(found.names))
    hurt = [place for place in found.order[:shown] if found.margins[place] < -_LITTLE]
    help_ = [place for place in found.order[::-1][:shown] if found.margins[place] > _LITTLE]
    for y, places, key in ((1.75, hurt, "hurt"), (0.0, help_, "help")):
        colour = plots.AGAINST if key == "hurt" else plots.FOR
        empty = "" if places else " " + text("explain.influence.none", language)
        ax.text(0, y + 1.08, text(f"explain.influence.{key}", language) + empty, color=colour, fontsize=10,
                fontweight="bold", va="bottom")  # fmt: skip
        for column, place in enumerate(places):
            sample, x = found.samples[place], 1.1 * column
            plots.place(ax, plots.thumbnail(sample.frame()), (x, y), 1.0, colours[sample.category])
            what = text("explain.picture", language, name=names[sample.category], take=sample.take)
            ax.text(x + 0.5, y - 0.05, what, ha="center", va="top", fontsize=8, color=plots.INK)
            points = f"{100 * found.margins[place]:+.2f}"
            ax.text(x + 0.5, y - 0.19, points, ha="center", va="top", fontsize=10,
                    fontweight="bold", color=colour)  # fmt: skip
    plots.title(ax, text("explain.influence.title", language, count=len(found.samples)),
                text("explain.influence.points", language))  # fmt: skip
    ax.set(xlim=(-0.05, 1.1 * shown), ylim=(-0.45, 3.1))
    plots.bare(ax)
    return figure
