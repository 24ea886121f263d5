"""What every widget here has: its script with the shared one in front, its style, and the words it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets as t

from facegame_lib import texts

_HERE = Path(__file__).parent


def script(name: str) -> str:
    """The JavaScript of that widget, `shared.js` in front."""
    return (_HERE / "shared.js").read_text("utf-8") + (_HERE / f"{name}.js").read_text("utf-8")


def style(name: str) -> str:
    """The CSS of that widget."""
    return (_HERE / f"{name}.css").read_text("utf-8")


def close_whole(widget: ipywidgets.DOMWidget) -> None:
    """Close a widget and its layout, which is a widget too and would stay in the kernel and the page."""
    widget.close()
    widget.layout.close()


class Panel(anywidget.AnyWidget):
    """A widget that shows `view` (a part of a snapshot) in `words`, and sends what the player does.

    `heard` is set by whoever drives it: it is called with a message's kind, its details and its buffers, on
    the thread that the message came in on, so it has to be short.
    """

    view = t.Dict().tag(sync=True)
    words = t.Dict().tag(sync=True)

    def __init__(self, heard: Any = None, **traits: Any) -> None:
        super().__init__(**traits)
        self.heard = heard
        self.on_msg(self._on_message)

    def _on_message(self, _widget: Any, content: Any, buffers: Any) -> None:
        if self.heard is not None and isinstance(content, dict) and isinstance(content.get("kind"), str):
            details = {str(key): value for key, value in content.items() if key != "kind"}
            self.heard(content["kind"], details, buffers or [])

    def speak(self, language: str) -> None:
        """Show everything in that language."""
        self.words = texts.catalogue(language)
