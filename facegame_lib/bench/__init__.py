"""How fast is it? Everything that `facegame bench` measures, in one run, side by side. No test is timed.

A file for each thing that is measured; each gives `Figure`s, and `table` shows them.
"""

from __future__ import annotations

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
    who = cast()
    found = stages.stages(who, rounds, progress)
    found += stages.training(who, few, progress)
    found += floor.floor(who, some, progress)
    found += queries.queries(who, some, progress)
    found += opening.opening(who, few, progress)
    found += starts.cold(who, few, progress)
    found += starts.warm(few, progress)
    if prepare:
        found += starts.preparing(progress)
    if browser:
        found += play.play(progress)
    if peers:
        found += others.peers(who, rounds, progress)
    return found
