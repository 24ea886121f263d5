"""The diagram of a match, drawn from its table: what is not in `TRANSITIONS` is not in the picture."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from facegame_lib.match import TRANSITIONS, Phase

GREY, GREEN = "#767676", "#2e9e4f"
WIDTH, HEIGHT = 1.9, 1.3  # of a box
PLACES = {
    Phase.READY: (0.0, 0.0),
    Phase.COUNTDOWN: (4.0, 0.0),
    Phase.PLAYING: (8.6, 0.0),
    Phase.PAUSED: (6.3, -3.4),
    Phase.OVER: (12.6, 0.0),
}
# How much an arrow bends, and where its events stand beside its middle.
BENDS: dict[tuple[Phase, Phase], tuple[float, float, float]] = {
    (Phase.COUNTDOWN, Phase.PAUSED): (0.12, -1.1, -0.2),
    (Phase.PAUSED, Phase.COUNTDOWN): (0.12, 1.0, 0.35),
    (Phase.PLAYING, Phase.PAUSED): (0.0, 0.7, -0.3),
    (Phase.COUNTDOWN, Phase.OVER): (-0.32, 0.0, 1.55),
    (Phase.PAUSED, Phase.OVER): (0.12, 1.3, -0.45),
}


def rows() -> dict[tuple[Phase, Phase], list[str]]:
    """From each phase to each, the events that lead there: the rows of the table, put together."""
    found: dict[tuple[Phase, Phase], list[str]] = {}
    for (start, event), end in TRANSITIONS.items():
        found.setdefault((start, end), []).append(event.__name__)
    return found


def draw() -> Figure:
    """Each phase a box, with the events that leave it as it is, and an arrow for those that do not."""
    figure = Figure(figsize=(9, 3.9), layout="constrained")
    axes = figure.subplots()
    for phase in Phase:
        _box(axes, phase, rows().get((phase, phase), []))
    for (start, end), events in rows().items():
        if start is not end:
            _arrow(axes, start, end, events)
    axes.set(xlim=(-1.2, 13.8), ylim=(-4.2, 2.2), aspect="equal")
    axes.axis("off")
    return figure


def _box(axes: Axes, phase: Phase, stay: list[str]) -> None:
    x, y = PLACES[phase]
    box = FancyBboxPatch((x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, facecolor="none", edgecolor=GREEN,
                         boxstyle="round,pad=0.05,rounding_size=0.2", linewidth=1.6)  # fmt: skip
    axes.add_patch(box)
    how = {"ha": "center", "va": "center"}
    axes.text(x, y + (0.38 if stay else 0), phase.value, color=GREEN, fontsize=10, weight="bold", **how)
    if stay:
        said = axes.text(x, y - 0.2, "\n".join(stay), color=GREY, fontsize=6.5, linespacing=1.15, **how)
        said.set_gid(f"{phase.value}.{phase.value}")  # what a test finds it by in the picture


def _arrow(axes: Axes, start: Phase, end: Phase, events: list[str]) -> None:
    bend, right, up = BENDS.get((start, end), (0.0, 0.0, 0.25 * len(events) + 0.05))
    (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
    arrow = FancyArrowPatch((x0, y0), (x1, y1), connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>",
                            shrinkA=34, shrinkB=34, mutation_scale=11, color=GREY, linewidth=1.1)  # fmt: skip
    axes.add_patch(arrow)
    x, y = (x0 + x1) / 2 + right, (y0 + y1) / 2 + up
    said = axes.text(x, y, "\n".join(events), ha="center", va="center", color=GREY, fontsize=8)
    said.set_gid(f"{start.value}.{end.value}")
