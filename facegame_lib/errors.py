"""What can go wrong, as a tree. Each error says what happened and what to do next.

    FaceGameError
    ├── BadPicture           bytes or an array that is no picture the game takes
    ├── BadStore             a folder or ZIP file of pictures that cannot be opened or written
    ├── UnknownCategory      a label that the store or the model does not have
    ├── NotEnough            too few categories or pictures for what was asked
    ├── IllegalEvent         an event that the match's table does not allow now
    ├── BadSetting           a value outside what is allowed
    ├── MissingExtra         a package that is not installed, with its install line
    ├── BackboneUnavailable  pretrained weights that cannot be had or are not what they should be
    └── RemoteUnavailable    a server that cannot be reached, or does not do what is asked of it

An error is raised with the key of its sentence in the catalogue and the details that fill it in, so that
a front end can show it in the player's language: `str(error)` is English, `error.text("es")` Spanish.
"""

from __future__ import annotations

from typing import Any

from facegame_lib import texts


class FaceGameError(Exception):
    """The root of the tree. `key` names a sentence `error.<key>`; `details` fills in its braces."""

    def __init__(self, key: str, **details: Any) -> None:
        self.key = key
        self.details = details
        super().__init__(self.text("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        # An error of a worker process reaches the one that asked: made again from its key, not its sentence.
        return _again, (type(self), self.key, self.details)

    def text(self, language: str) -> str:
        """The sentence in that language ("en" or "es")."""
        return texts.text(f"error.{self.key}", language, **self.details)


def _again(kind: type[FaceGameError], key: str, details: dict[str, Any]) -> FaceGameError:
    return kind(key, **details)


class BadPicture(FaceGameError, ValueError):
    """Bytes or an array that is no picture the game takes."""


class BadStore(FaceGameError, OSError):
    """A folder or ZIP file of pictures that cannot be opened or written."""


class UnknownCategory(FaceGameError, LookupError):
    """A label that the store or the model does not have."""


class NotEnough(FaceGameError, ValueError):
    """Too few categories or pictures for what was asked."""


class IllegalEvent(FaceGameError, ValueError):
    """An event that the match's table does not allow now."""


class BadSetting(FaceGameError, ValueError):
    """A value outside what is allowed."""


class MissingExtra(FaceGameError, ImportError):
    """A package that is not installed; the sentence names its install line."""


class BackboneUnavailable(FaceGameError, RuntimeError):
    """Pretrained weights that cannot be had, or that are not what they should be."""


class RemoteUnavailable(FaceGameError, ConnectionError):
    """A server that cannot be reached, or does not do what is asked of it."""
