"""Why was it taken for that? The taught pictures that lay nearest, and how many votes each had.

A k-nearest-neighbours classifier is its own explanation: what it says of a picture is what the pictures next
to it are. They are looked for where the classifier looks, in the space of its metric (`Whitening`) and by
cosine distance, copies of a picture too (`another_take`); shown is the picture that they are copies of.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from facegame_lib import frames
from facegame_lib.classifier import KnnClassifier, unit
from facegame_lib.errors import BadPicture, BadSetting
from facegame_lib.frames import Frame
from facegame_lib.inner import inner
from facegame_lib.research import plots
from facegame_lib.research.lesson import Lesson
from facegame_lib.samples import Sample
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS: Final = 5


@dataclass(frozen=True)
class Neighbour:
    """A taught picture: its cosine `distance`, 0 to 2 (of the nearest of its copies and itself), and its
    share of the `votes`, 0 to 1; None where the classifier is not `KnnClassifier`, and nothing votes."""

    sample: Sample
    distance: float
    votes: float | None


@dataclass(frozen=True)
class Neighbours:
    """The taught pictures `nearest` to a `frame`, nearest first. It was taken for `label`, with that `share`
    of the votes (the probability); `left_out` pictures were not taught, since the frame is one of them."""

    frame: Frame = field(repr=False)
    label: str
    share: float
    nearest: tuple[Neighbour, ...]
    names: dict[str, str]
    left_out: int = 0


def nearest_pictures(lesson: Lesson, picture: Frame | bytes | Sample, k: int = 10) -> Neighbours:
    """The `k` taught pictures nearest to that one, and what it is taken for.

    A picture of the lesson itself is judged as `confusion` does: by a model that was not taught its take. Of
    `k` neighbours two may be one picture and its copy, so fewer than `k` pictures vote. Raises `BadPicture`
    for no picture or one in which nothing is seen, `BadSetting` for k below 1.
    """
    if k < 1:
        raise BadSetting("out_of_range", name="k", low=1, high="...", found=k)
    taught = np.ones(len(lesson.samples), np.bool_)
    if isinstance(picture, Sample):
        taught = ~lesson.fold_of(picture)
    frame = _frame(picture)
    row = lesson.recognizer.embedder.embed([frame])
    if not lesson.recognizer.seen(row).all():
        raise BadPicture("no_face")
    model = lesson.teach(taught)
    distances = np.asarray(
        1.0 - inner(unit(model.space(row)), unit(model.space(lesson.X[model.rows]))), np.float32
    )
    pictures, of = np.unique(lesson.of[model.rows], return_inverse=True)
    near = np.array([distances[0, of == place].min() for place in range(len(pictures))])
    votes: list[float | None] = [None] * len(pictures)
    if isinstance(model.classifier, KnnClassifier):
        voter = copy.copy(model.classifier)  # the same vote, but for pictures, not for faces
        voter.classes_, voter.y_ = np.arange(len(pictures)), of
        votes = voter.vote(distances)[0].tolist()
    shares = model.probabilities(row)[0]
    order = np.argsort(near, kind="stable")[:k]
    nearest = tuple(
        Neighbour(lesson.samples[pictures[place]], float(near[place]), votes[place]) for place in order
    )
    best = int(shares.argmax())
    return Neighbours(
        frame, lesson.labels[best], float(shares[best]), nearest, lesson.names, int((~taught).sum())
    )


def _frame(picture: Frame | bytes | Sample) -> Frame:
    if isinstance(picture, Sample):
        picture = picture.data
    if isinstance(picture, bytes | bytearray | memoryview):
        picture = frames.decode(bytes(picture))
    return frames.square(frames.check(picture))


def draw_neighbours(found: Neighbours, ax: Axes | None = None, language: str = "en") -> Figure:
    """The picture asked about, and beside it its neighbours with their distances and votes."""
    rows = -(-len(found.nearest) // _COLUMNS)
    figure, ax = plots.canvas(ax, (11, 1.1 + 2.2 * max(rows, 1.6)))
    names = plots.legible(found.names)
    colours = plots.colours(sorted(found.names))
    high = 1.62  # of a picture and the words below it
    top = -max(rows, 2) * high / 2 + 1.1
    plots.place(ax, found.frame, (0, top - 1.1), 2.0, plots.INK)
    ax.text(
        1.0,
        top - 1.2,
        text("explain.near.asked", language),
        ha="center",
        va="top",
        color=plots.INK,
        fontsize=9,
    )
    for place, near in enumerate(found.nearest):
        row, column = divmod(place, _COLUMNS)
        x, y = 2.5 + 1.15 * column, -high * row
        sample = near.sample
        plots.place(ax, plots.thumbnail(sample.frame()), (x, y), 1.0, colours[sample.category])
        ax.text(x + 0.5, y - 0.06, names[sample.category], ha="center", va="top", fontsize=9.5,
                fontweight="bold", color=plots.INK)  # fmt: skip
        key = "explain.near.distance" if near.votes is None else "explain.near.votes"
        details = text(key, language, distance=f"{near.distance:.2f}", percent=round(100 * (near.votes or 0)))
        ax.text(x + 0.5, y - 0.22, details, ha="center", va="top", fontsize=8.5, color=plots.INK)
    said = text("explain.near.title", language, name=names[found.label], percent=round(100 * found.share))
    aside = text("explain.near.left_out", language, count=found.left_out) if found.left_out else ""
    plots.title(ax, said, aside)
    ax.set(xlim=(-0.05, 2.5 + 1.15 * _COLUMNS), ylim=(min(1.0 - high * rows, top - 1.45), 1.05))
    plots.bare(ax)
    return figure
