"""The figures, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence

from facegame_lib.bench.figures import SIGNS, Figure
from facegame_lib.research.table import aligned
from facegame_lib.texts import text


def as_table(figures: Sequence[Figure], language: str) -> str:
    """Lines for a terminal: what, median, 95th percentile, unit, how many were measured."""
    columns = [text(f"bench.column.{name}", language) for name in ("what", "p50", "p95", "unit", "count")]
    rows = [columns]
    for one in figures:
        what = text(one.key, language, **dict(one.details))
        slow = "-" if one.p95 is None else f"{one.p95:g}"
        unit = one.unit if one.unit in SIGNS else text(f"bench.unit.{one.unit}", language)
        rows.append([what, f"{one.p50:g}", slow, unit, str(one.count)])
    return "\n".join([*aligned(rows), "", text("bench.legend", language, **about())])


def as_json(figures: Sequence[Figure]) -> str:
    """The same, and on what machine."""
    return json.dumps({"machine": about(), "figures": [one.to_json() for one in figures]}, ensure_ascii=False)


def about() -> dict[str, str]:
    """What was measured on."""
    return {
        "cores": str(os.cpu_count() or 1),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
