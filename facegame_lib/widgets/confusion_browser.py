"""What is taken for what: a matrix whose cells open the pictures that are in them."""

from __future__ import annotations

from typing import Any, Final

from facegame_lib.research.confusion import ConfusionMatrix, sentences
from facegame_lib.texts import preferred_language
from facegame_lib.widgets.base import Panel, script, style

SHOWN: Final = 40  # pictures of a cell: a message of 10 MB is the most that the notebook's server takes


class ConfusionBrowser(Panel):
    """Shows a `ConfusionMatrix`; a press on a cell asks it for its pictures and shows them, the surest first.

    In the language given, or that of this computer. Pictures are sent as messages: saving the notebook saves
    none of them.
    """

    _esm = script("confusion_browser")
    _css = style("facegame") + style("confusion_browser")

    def __init__(self, matrix: ConfusionMatrix, language: str | None = None) -> None:
        super().__init__(self._asked)
        self.matrix = matrix
        self.speak(language or preferred_language())

    def speak(self, language: str) -> None:
        """Show everything in that language ("en" or "es")."""
        super().speak(language)
        said, warning = sentences(self.matrix, language=language)
        self.view = {
            "faces": [[label, self.matrix.names[label]] for label in self.matrix.labels],
            "counts": self.matrix.counts.tolist(),
            "said": said,
            "warning": warning,
        }

    def _asked(self, kind: str, details: dict[str, Any], _buffers: list[memoryview]) -> None:
        taught, seen = details.get("taught"), details.get("seen")
        labels = self.matrix.labels
        if kind != "open" or taught not in labels or seen not in labels:
            return
        samples = self.matrix.cell(taught, seen)
        shares = dict(
            zip(self.matrix.samples, self.matrix.probabilities[:, labels.index(seen)].tolist(), strict=True)
        )
        shown = [{"take": sample.take, "share": shares[sample]} for sample in samples[:SHOWN]]
        message = {"kind": "pictures", "taught": taught, "seen": seen, "count": len(samples), "shown": shown}
        self.send(message, buffers=[sample.data for sample in samples[:SHOWN]])
