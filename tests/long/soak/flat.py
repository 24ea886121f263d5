"""What is noted down while the game is played, and whether it stayed flat."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Final

from scipy.stats import theilslopes

LIMIT: Final = 5.0  # percent that memory may grow over the run
LAG_LIMIT: Final = 10.0  # percent; the machine is seldom quiet, so growth has to be sure besides
FEWEST: Final = 6  # notes, below which nothing can be said


@dataclass
class Notes:
    """Figures over time: rows of `{"at": seconds, name: figure, ...}`, and whatever went wrong, in words."""

    title: str
    warm_up: float
    """Seconds at the beginning that are noted, and not judged."""
    rows: list[dict[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @property
    def at(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    def add(self, **figures: float) -> None:
        """Note those down, with the time and how busy the machine is."""
        row = {"at": round(self.at, 1), **figures, "load": round(os.getloadavg()[0], 1)}
        self.rows.append(row)
        sys.stderr.write(f"{self.title} {json.dumps(row)}\n")

    def count(self, what: str, by: int = 1) -> None:
        """That many more of those."""
        self.counts[what] = self.counts.get(what, 0) + by

    def wrong(self, what: str) -> None:
        """Something that should not have been."""
        self.errors.append(what)
        sys.stderr.write(f"{self.title} WRONG at {self.at:.0f} s: {what}\n")

    def trend(self, name: str, judged: str = "") -> dict[str, Any] | None:
        """How that figure went after the warm-up; None if it was noted too seldom.

        `first`, `last`: medians of the first and the last third. `growth`: percent of the median level over
        the time that was judged, by the Theil-Sen slope (the median of the slopes between any two notes), and
        its 95 % interval. `flat`: whether that is allowed, for a figure `judged` as "memory" or "lag".
        """
        notes = [(row["at"], row[name]) for row in self.rows if name in row and row["at"] >= self.warm_up]
        if len(notes) < FEWEST:
            return None
        times, values = zip(*notes, strict=True)
        level = statistics.median(values)
        third = len(values) // 3
        slope, _, low, high = theilslopes(values, times)
        growth, least, most = (
            100 * float(per_second) * (times[-1] - times[0]) / (level or 1)
            for per_second in (slope, low, high)
        )
        flat = {"memory": growth <= LIMIT, "lag": least <= 0 or growth <= LAG_LIMIT}.get(judged)
        first, last = statistics.median(values[:third]), statistics.median(values[-third:])
        return {
            "notes": len(values),
            "first": first,
            "last": last,
            "growth": growth,
            "interval": (least, most),
            "flat": flat,
        }


def report(notes: Notes, judged: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """All of it as a table and as plain JSON values; `judged` says of each figure how ("" is not at all)."""
    trends = {name: notes.trend(name, how) for name, how in judged.items()}
    lines = [f"{notes.title}: {notes.at / 60:.1f} minutes, the first {notes.warm_up / 60:.1f} not judged"]
    lines.append(", ".join(f"{count} {what}" for what, count in notes.counts.items()))
    lines.append(
        f"{'figure':<22}{'notes':>6}{'first third':>13}{'last third':>12}{'growth':>9}  95 % interval"
    )
    for name, trend in trends.items():
        if trend is None:
            lines.append(f"{name:<22}  noted too seldom to be judged")
            continue
        least, most = trend["interval"]
        said = {True: "flat", False: "GROWS", None: ""}[trend["flat"]]
        lines.append(
            f"{name:<22}{trend['notes']:>6}{trend['first']:>13.2f}{trend['last']:>12.2f}"
            f"{trend['growth']:>+8.1f}%  {least:+.1f} to {most:+.1f}  {said}"
        )
    lines.append(f"{len(notes.errors)} errors" + "".join(f"\n  {error}" for error in notes.errors))
    well = not notes.errors and all(
        trend is not None and trend["flat"] for name, trend in trends.items() if judged[name]
    )
    whole = {"title": notes.title, "minutes": notes.at / 60, "well": well, "counts": notes.counts}
    whole |= {"trends": trends, "errors": notes.errors, "rows": notes.rows}
    return "\n".join(lines), whole
