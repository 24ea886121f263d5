"""Train, see what was learnt, try it out, start a match."""

from __future__ import annotations

import traitlets as t

from facegame_lib.widgets.base import Panel, script, style


class TrainingPanel(Panel):
    """`guess` changes with each frame, apart from the rest, so that a frame costs little."""

    _esm = script("training_panel")
    _css = style("training_panel")

    guess = t.Dict().tag(sync=True)
