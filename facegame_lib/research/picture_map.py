"""All pictures of a lesson on one sheet: those lie together that the classifier takes for alike.

The space that the classifier works in has hundreds of directions and a sheet has two, so something is always
lost; `kept` says how much is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import unit
from facegame_lib.errors import BadSetting, MissingExtra, NotEnough
from facegame_lib.research import plots
from facegame_lib.research.lesson import Lesson, one_thread
from facegame_lib.samples import Sample
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Method = Literal["pca", "tsne"]

_INCHES: Final = 0.62  # how wide a thumbnail is drawn
_NEIGHBOURS: Final = 30.0  # scikit-learn's perplexity, for as many pictures as allow it


@dataclass(frozen=True)
class PictureMap:
    """Where each of `samples` lies, `points` `(n, 2)`. `kept`: the share of the variance that the two
    directions of a PCA show, 0 to 1; None for t-SNE, which keeps who is near whom and no distances."""

    points: NDArray[np.float64] = field(repr=False)
    samples: tuple[Sample, ...] = field(repr=False)
    names: dict[str, str]
    method: Method
    kept: float | None


def picture_map(lesson: Lesson, method: Method = "pca", seed: int = 0) -> PictureMap:
    """Lay the pictures out as the classifier of the whole lesson sees them: rows of its space, at length 1.

    "pca": the two directions in which they differ most (K. Pearson, "On lines and planes of closest fit",
    1901). "tsne": scikit-learn's t-SNE (L. van der Maaten, G. Hinton, 2008), which pulls groups apart. Raises
    `BadSetting`, `MissingExtra` where scikit-learn is not installed.
    """
    if method not in ("pca", "tsne"):
        raise BadSetting("not_one_of", name="method", allowed="pca, tsne", found=method)
    model = lesson.teach(np.ones(len(lesson.samples), np.bool_))
    X = unit(model.space(lesson.X[lesson.itself])).astype(np.float64)
    X -= X.mean(axis=0)
    if method == "tsne":
        return PictureMap(_tsne(X, seed), lesson.samples, lesson.names, method, None)
    U, lengths, V = np.linalg.svd(X, full_matrices=False)
    two = np.zeros((len(X), 2))
    # Which way a direction points is up to chance: the largest number of each is made positive.
    signs = np.sign(V[np.arange(len(V)), np.abs(V).argmax(axis=1)])
    shown = (U * lengths * signs)[:, :2]
    two[:, : shown.shape[1]] = shown
    squares = np.square(lengths)
    return PictureMap(
        two, lesson.samples, lesson.names, method, float(squares[:2].sum() / max(squares.sum(), 1e-12))
    )


def _tsne(X: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    try:
        from sklearn.manifold import TSNE
    except ImportError as error:
        raise MissingExtra("missing_tsne") from error
    if len(X) < 4:
        raise NotEnough("few_for_map", found=len(X), needed=4)
    perplexity = min(_NEIGHBOURS, (len(X) - 1) / 3)
    with one_thread():
        return np.asarray(TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(X))


def draw_map(found: PictureMap, ax: Axes | None = None, language: str = "en") -> Figure:
    """The pictures where they lie, framed in the colour of their face, whose name stands over them. So that
    each is seen, one that would hide another is moved to the nearest free place of a grid."""
    at = _grid(found.points)
    inches = float(np.clip(_INCHES * (np.ptp(at, axis=0).max() + 1), 7, 18))
    figure, ax = plots.canvas(ax, (inches, inches))
    names, colours = plots.legible(found.names), plots.colours(sorted(found.names))
    for sample, (x, y) in zip(found.samples, at.tolist(), strict=True):
        plots.place(ax, plots.thumbnail(sample.frame()), (x, y), 0.92, colours[sample.category], linewidth=2)
    for label in sorted({sample.category for sample in found.samples}):
        own = at[[sample.category == label for sample in found.samples]]
        middle = own[np.abs(own[:, 0] - np.median(own[:, 0])).argmin(), 0]
        top = own[own[:, 0] == middle, 1].max() + 0.96
        box = {"facecolor": colours[label], "edgecolor": "white", "boxstyle": "round,pad=0.25"}
        ax.text(middle + 0.46, top, names[label], color="white", fontsize=11, fontweight="bold", ha="center",
                va="center", zorder=5, bbox=box)  # fmt: skip
    said = text("explain.map.title", language, count=len(found.samples))
    if found.kept is None:
        aside = text("explain.map.tsne", language)
    else:
        aside = text("explain.map.kept", language, percent=round(100 * found.kept))
    plots.title(ax, said, aside)
    low, high = at.min(axis=0) - 0.1, at.max(axis=0) + 1.1
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1] + 0.6))
    plots.bare(ax)
    return figure


def _grid(points: NDArray[np.float64]) -> NDArray[np.intp]:
    """The nearest free place of each point, `(n, 2)`, on a square grid with about twice as many places."""
    side = int(np.ceil(np.sqrt(2 * len(points))))
    low = points.min(axis=0)
    span = max(float((points.max(axis=0) - low).max()), 1e-12)
    wanted = (points - low) / span * (side - 1)
    edge = range(-side, 2 * side)  # a heap at the edge may grow beyond it
    places = np.array([(x, y) for x in edge for y in edge])
    free = np.ones(len(places), np.bool_)
    taken = []
    for point in wanted:
        far = np.where(free, np.square(places - point).sum(axis=1), np.inf)
        taken.append(int(far.argmin()))
        free[taken[-1]] = False
    return places[taken]
