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
from facegame_lib.research.lesson import Lesson
from facegame_lib.samples import Sample
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Method = Literal["pca", "tsne"]

_SHEET: Final = 100.0  # how wide and high the map is drawn, in units of its own
_THUMBNAIL: Final = 6.5  # in the same
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
        raise MissingExtra("missing_lab", what="t-SNE") from error
    if len(X) < 4:
        raise NotEnough("few_for_map", found=len(X), needed=4)
    perplexity = min(_NEIGHBOURS, (len(X) - 1) / 3)
    return np.asarray(TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(X))


def draw_map(found: PictureMap, ax: Axes | None = None, language: str = "en") -> Figure:
    """The pictures where they lie, framed in the colour of their face, whose name stands in their midst.

    Those that would hide one already drawn become a dot.
    """
    figure, ax = plots.canvas(ax, (9, 8))
    names = plots.legible(found.names)
    labels = sorted({sample.category for sample in found.samples})
    colours = plots.colours(sorted(found.names))
    at = found.points - found.points.min(axis=0)
    at = at / max(float(at.max()), 1e-12) * (_SHEET - _THUMBNAIL)
    drawn: list[NDArray[np.float64]] = []
    for sample, corner in zip(found.samples, at, strict=True):
        colour = colours[sample.category]
        if all(np.abs(corner - other).max() > 0.55 * _THUMBNAIL for other in drawn):
            plots.place(ax, plots.thumbnail(sample.frame()), (float(corner[0]), float(corner[1])), _THUMBNAIL,
                        colour, linewidth=2)  # fmt: skip
            drawn.append(corner)
        else:
            ax.plot(*(corner + _THUMBNAIL / 2), "o", color=colour, markersize=4, zorder=1)
    for label in labels:
        own = np.array([sample.category == label for sample in found.samples])
        x, y = np.median(at[own], axis=0) + _THUMBNAIL / 2
        ax.text(x, y, names[label], color="white", fontsize=11, fontweight="bold", ha="center", va="center", zorder=5,
                bbox={"facecolor": colours[label], "edgecolor": "white", "boxstyle": "round,pad=0.3"})  # fmt: skip
    kept = "" if found.kept is None else text("explain.map.kept", language, percent=round(100 * found.kept))
    plots.title(ax, text("explain.map.title", language, count=len(found.samples)), kept or text("explain.map.tsne", language))
    high = float(at[:, 1].max()) + _THUMBNAIL
    ax.set(xlim=(-1, _SHEET + 1), ylim=(-1, high + 1))
    plots.bare(ax)
    return figure
