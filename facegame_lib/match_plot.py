"""The picture of a match: closeness over its seconds, with the moments that scored."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from facegame_lib.match import GAP, Match, Point
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GREEN, _GREY = "#2e9e4f", "#767676"  # both read on white and on black


def match_figure(match: Match, names: Mapping[str, str] | None = None, language: str = "en") -> Figure:
    """A matplotlib Figure of that match; `names` gives the labels' display names."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.2), layout="constrained")
    axes = figure.subplots()
    names = names or {}
    for index, (label, start, end) in enumerate(_spans(match)):
        axes.axvspan(start, end, color=_GREY, alpha=0.16 if index % 2 else 0.06, linewidth=0)
        axes.text((start + end) / 2, 1.06, names.get(label, label), ha="center", va="bottom", fontsize=8,
                  color=_GREY, rotation=0 if end - start > match.seconds / 14 else 40,
                  parse_math=False)  # fmt: skip  # a name with two dollars is no formula
        inside = [point for point in match.trace if start <= point.second <= end and point.label == label]
        seconds, closeness = _line(inside)
        axes.fill_between(seconds, closeness, color=_GREEN, alpha=0.25, linewidth=0)
        axes.plot(seconds, closeness, color=_GREEN, linewidth=1.4)
    scored = [goal.scored for goal in match.goals]
    axes.plot(scored, [match.top] * len(scored), "*", markersize=15, color="#d99a00",
              label=text("plot.scored", language, score=match.score))  # fmt: skip
    axes.axhline(match.top, color=_GREY, linewidth=0.8, linestyle="--")
    axes.set(xlim=(0, max(match.elapsed, 1.0)), ylim=(0, 1.02))
    axes.set_xlabel(text("plot.seconds", language), color=_GREY)
    axes.set_ylabel(text("plot.closeness", language), color=_GREY)
    axes.tick_params(colors=_GREY)
    for spine in axes.spines.values():
        spine.set_color(_GREY)
    if scored:
        axes.legend(loc="lower right", frameon=False, labelcolor=_GREY)
    return figure


def _line(points: list[Point]) -> tuple[list[float], list[float]]:
    """Seconds and closeness of these points, broken where for long no face was seen."""
    seconds: list[float] = []
    closeness: list[float] = []
    for point in points:
        if seconds and point.second - seconds[-1] > GAP:
            seconds.append(point.second)
            closeness.append(math.nan)
        seconds.append(point.second)
        closeness.append(point.closeness)
    return seconds, closeness


def _spans(match: Match) -> list[tuple[str, float, float]]:
    """`(label, from, to)` for each label asked for, in seconds of play."""
    spans: list[tuple[str, float, float]] = []
    start = 0.0
    for before, after in pairwise([*match.trace, None]):
        assert before is not None
        if after is None or after.label != before.label:
            end = match.elapsed if after is None else after.second
            spans.append((before.label, start, end))
            start = end
    return spans


def match_png(match: Match, names: Mapping[str, str] | None = None, language: str = "en") -> bytes:
    """That figure as PNG, on a transparent ground that suits a light and a dark page."""
    buffer = io.BytesIO()
    match_figure(match, names, language).savefig(buffer, format="png", dpi=160, transparent=True)
    return buffer.getvalue()
