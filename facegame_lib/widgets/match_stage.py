"""The match: the label, the bar, the score and the clock; then how it went."""

from __future__ import annotations

import traitlets as t

from facegame_lib.widgets.base import Panel, script, style


class MatchStage(Panel):
    """`picture` is the end's picture (PNG): closeness over the match. No face is in it."""

    _esm = script("match_stage")
    _css = style("match_stage")

    picture = t.Bytes(b"").tag(sync=True)
