"""What every picture of the lab has: a figure that any notebook shows, colours, names, thumbnails.

A figure has no ground of its own and grey letters, so that it can be read on a light and on a dark page. No
colour says anything alone: a name, a number or a sign stands beside it.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageOps

from facegame_lib.frames import Frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#767676"  # reads on white and on black
FOR, AGAINST = "#2f7fc1", "#d5681e"  # blue and orange: the two that colour-blind people tell apart best
# After M. Okabe, K. Ito, "Color universal design", https://jfly.uni-koeln.de/color/, all brought to a
# middling lightness: a dark page would swallow its black, a light one its yellow.
COLOURS: Final = (FOR, AGAINST, "#00916a", "#c46a9a", "#b08600", "#2c98b3", "#8c6bb1", "#7d7d2a", INK)
THUMBNAIL: Final = 96  # pixels


@cache
def _figure_class() -> type[Figure]:
    from matplotlib.figure import Figure

    class LabFigure(Figure):
        """A figure that shows itself in a notebook, and that pyplot knows nothing of: it is not shown twice,
        and gone when nobody holds it."""

        def _repr_png_(self) -> bytes:
            buffer = io.BytesIO()
            self.savefig(buffer, format="png", dpi=self.dpi, bbox_inches="tight")
            return buffer.getvalue()

    return LabFigure


def canvas(ax: Axes | None, size: tuple[float, float]) -> tuple[Figure, Axes]:
    """Where to draw: the axes that are given and their figure, or new ones of that size in inches."""
    if ax is None:
        ax = _figure_class()(figsize=size, dpi=100, layout="constrained", facecolor="none").subplots()
    figure = ax.get_figure(root=True)
    assert figure is not None
    ax.set_facecolor("none")
    ax.tick_params(colors=INK, labelcolor=INK)
    for spine in ax.spines.values():
        spine.set_color(INK)
    return figure, ax


def bare(ax: Axes) -> None:
    """No axes, and pictures in their true proportions."""
    ax.set_axis_off()
    ax.set_aspect("equal")


def title(ax: Axes, *lines: str, size: float = 10) -> None:
    """What one sees, over the axes, left; lines wider than that are broken."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    alone = len(figure.axes) == 1
    inches = figure.get_size_inches()[0] * (0.95 if alone else ax.get_position().width)
    wide = max(30, int(13.5 * inches * 10 / size))
    broken = [part for line in lines for part in textwrap.wrap(line, wide)]
    ax.set_title("\n".join(broken), loc="left", color=INK, fontsize=size)


def colours(labels: Sequence[str]) -> dict[str, str]:
    """A colour for each label: the same for the same labels."""
    return {label: COLOURS[place % len(COLOURS)] for place, label in enumerate(labels)}


def legible(names: Mapping[str, str]) -> dict[str, str]:
    """The names as matplotlib's own font can write them, by id. It has no emoji, and no Chinese: signs that
    it lacks are left out, and a name of nothing else is its id."""
    from matplotlib.font_manager import findfont, get_font

    signs = get_font(findfont("DejaVu Sans")).get_charmap()

    def written(name: str) -> str:
        kept = "".join(sign for sign in name if ord(sign) in signs and sign.isprintable())
        return " ".join(kept.split()).replace("$", r"\$")

    return {id: written(name) or written(id) for id, name in names.items()}


def thumbnail(frame: Frame, side: int = THUMBNAIL) -> Frame:
    """The centre square of a frame, `(side, side, 3)`."""
    return np.asarray(ImageOps.fit(Image.fromarray(frame), (side, side), Image.Resampling.BILINEAR))


def place(
    ax: Axes, frame: Frame, at: tuple[float, float], side: float, colour: str = INK, **frame_style: Any
) -> None:
    """A picture in the axes, its lower left corner there (data), framed in that colour."""
    from matplotlib.patches import Rectangle

    x, y = at
    ax.imshow(frame, extent=(x, x + side, y, y + side), zorder=2)
    style = {"linewidth": 3, "zorder": 3, **frame_style}
    ax.add_patch(Rectangle(at, side, side, fill=False, edgecolor=colour, **style))
