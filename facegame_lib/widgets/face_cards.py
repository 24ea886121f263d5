"""The faces: a card each, with its red button, its name and its pictures."""

from __future__ import annotations

import traitlets as t

from facegame_lib.samples import Sample
from facegame_lib.widgets.base import Panel, script, style


class FaceCards(Panel):
    """`key` names the game in the page's memory, where pictures outlive a restarted kernel."""

    _esm = script("face_cards")
    _css = style("face_cards")

    key = t.Unicode().tag(sync=True)
    language = t.Unicode("en").tag(sync=True)

    def show(self, samples: list[Sample]) -> None:
        """Send these pictures to the page, as a message: what is a trait is saved with the notebook."""
        self.send({"kind": "pictures", "ids": [s.id for s in samples]}, buffers=[s.data for s in samples])

    def forget(self) -> None:
        """Have the page let go of what it holds for a kernel that starts anew."""
        self.send({"kind": "forget"})
