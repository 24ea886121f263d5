"""The picture of a match: its line, its stars, and gaps where nobody was seen."""

from __future__ import annotations

import numpy as np

from facegame_lib import FaceSeen, Match, NothingSeen, Started, match_figure
from facegame_lib.match_plot import match_png


def test_the_line_breaks_where_for_long_no_face_was_seen() -> None:
    """Closeness is drawn where it was measured: a second without a face leaves a gap, a moment none."""
    match = Match(("smile", "zapallo"), seed=7).on(Started(at=0.0))
    for at in (1.0, 1.5, 3.5, 4.0):
        match = match.on(FaceSeen(None, closeness=0.5, at=at)).on(NothingSeen(at=at + 0.1))
    line = match_figure(match).axes[0].lines[0]
    assert list(line.get_xdata()) == [1.0, 1.5, 3.5, 3.5, 4.0]
    assert list(np.isnan(line.get_ydata())) == [False, False, True, False, False]


def test_a_name_is_no_formula() -> None:
    """A face may be called "$^$", which as a formula could not be drawn."""
    match = Match(("smile", "zapallo"), seed=7).on(Started(at=0.0))
    match = match.on(FaceSeen(None, closeness=0.5, at=1.0)).on(FaceSeen(None, closeness=0.5, at=2.0))
    assert match_png(match, dict.fromkeys(match.labels, "$^$")).startswith(b"\x89PNG")
