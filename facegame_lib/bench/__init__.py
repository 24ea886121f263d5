"""How fast is it? Everything that `facegame bench` measures, in one run, side by side. No test is timed.

A file for each thing that is measured; each gives `Figure`s, and `table` shows them.
"""

from __future__ import annotations

from collections.abc import Callable

from facegame_lib.bench.figures import Figure
from facegame_lib.progress import Progress, silent


def run(
    *,
    rounds: int = 100,
    prepare: bool = False,
    browser: bool = False,
    peers: bool = False,
    progress: Progress = silent,
) -> list[Figure]:
    """Measure, each thing `rounds` times or, if it takes long, a share of that. `prepare` converts the
    backbone too, `browser` plays in JupyterLab and Chromium, `peers` has other programs do the same.

    Raises `MissingExtra` for what these need and is not installed, before anything is measured.
    """
    from facegame_lib.bench import chromium, floor, opening, play, queries, stages, starts
    from facegame_lib.bench import peers as others
    from facegame_lib.bench.player import cast

    if browser or peers:
        chromium.needed()
    if peers:
        others.needed()
    few, some = max(1, rounds // 30), max(2, rounds // 4)
    progress(0.0, "progress.bench.cast")
    who = cast()
    parts: dict[str, Callable[[Progress], list[Figure]]] = {
        "stages": lambda bar: stages.stages(who, rounds, bar),
        "training": lambda bar: stages.training(who, few, bar),
        "floor": lambda bar: floor.floor(who, some, bar),
        "queries": lambda bar: queries.queries(who, some, bar),
        "opening": lambda bar: opening.opening(who, few, bar),
        "starts": lambda bar: [*starts.cold(who, few, bar), *starts.warm(few, bar)],
    }
    if prepare:
        parts["prepare"] = starts.preparing
    if browser:
        parts["browser"] = play.play
    if peers:
        parts["peers"] = lambda bar: others.peers(who, rounds, bar)
    found: list[Figure] = []
    for number, (name, measure) in enumerate(parts.items()):
        found += measure(_part(progress, name, number / len(parts), (number + 1) / len(parts)))
    return found


def _part(progress: Progress, name: str, start: float, stop: float) -> Progress:
    """A `Progress` for one part, under its own name whatever it is at."""
    return lambda done, key: progress(start + done * (stop - start), f"progress.bench.{name}")
