"""A progress bar for people, in the terminal of a command."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

from facegame_lib import texts


class Bar:
    """A `Progress` for people: a bar that moves on a terminal, a line for each stage in a log."""

    WIDTH = 28

    def __init__(self, stream: TextIO, language: str) -> None:
        self.stream, self.language = stream, language
        self.moves = stream.isatty()
        self._key = ""
        self._length = 0

    def __call__(self, fraction: float, key: str) -> None:
        """Show that the part `fraction`, 0 to 1, is done, and what is going on."""
        stage = texts.text(key, self.language)
        if self.moves:
            done = round(min(1.0, max(0.0, fraction)) * self.WIDTH)
            line = f"[{'#' * done}{'.' * (self.WIDTH - done)}] {fraction:4.0%}  {stage}"
            # Spaces over what is left of a longer line: not every console knows the code for that.
            self.stream.write("\r" + line.ljust(self._length))
            self._length = len(line)
        elif key != self._key:
            self.stream.write(f"{stage}\n")
        self.stream.flush()
        self._key = key

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the bar's line, so that what follows starts on one of its own."""
        if self.moves and self._key:
            self.stream.write("\n")
            self.stream.flush()
