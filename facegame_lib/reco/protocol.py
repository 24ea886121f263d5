"""What a message of the original protocol may hold, checked before anything is decoded."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any, Final

from facegame_lib.errors import BadPicture, BadSetting
from facegame_lib.reco.security import MAX_MESSAGE
from facegame_lib.samples import MAX_TAKE

MAX_ID: Final = 200  # characters of an id that a client chooses
MAX_PICTURES: Final = 5000  # keys in one message
_DATA_URL: Final = re.compile(r"data:image/(?:jpeg|jpg|png);base64,", re.IGNORECASE)

ClassId = str | int


@dataclass(frozen=True)
class Message:
    """The details of an event: one JSON object. Each getter raises `BadSetting` for what it should not be."""

    event: str
    fields: dict[str, Any]

    @classmethod
    def of(cls, event: str, details: tuple[Any, ...]) -> Message:
        """The first of an event's details, which is all that the protocol has."""
        if not details or not isinstance(details[0], dict):
            raise BadSetting("bad_message", event=event)
        return cls(event, details[0])

    def session(self) -> ClassId:
        """`sessionId`, a string or a number as the client likes."""
        return self._id("sessionId")

    def class_id(self) -> ClassId:
        """`class_id`, a string or an integer."""
        return self._id("class_id")

    def text(self, name: str, default: str = "") -> str:
        """A short text that may be left out."""
        value = self.fields.get(name, default)
        if not isinstance(value, str) or len(value) > MAX_ID:
            raise BadSetting("bad_message", event=self.event)
        return value

    def take(self) -> int:
        """`take`, which of its class's takes a picture is of; 1 if it is left out."""
        value = self.fields.get("take", 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_TAKE:
            raise BadSetting("bad_message", event=self.event)
        return value

    def keys(self, name: str) -> list[str] | None:
        """A list of short texts, or None if it is left out."""
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) > MAX_PICTURES:
            raise BadSetting("bad_message", event=self.event)
        if not all(isinstance(key, str) and len(key) <= MAX_ID for key in value):
            raise BadSetting("bad_message", event=self.event)
        return value

    def sample(self) -> bytes:
        """`sample`: bytes that should be a JPEG or PNG. Raises `BadPicture` for no bytes."""
        return picture_bytes(self.fields.get("sample"))

    def _id(self, name: str) -> ClassId:
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > MAX_ID:
            raise BadSetting("bad_message", event=self.event)
        return value


def picture_bytes(sample: Any) -> bytes:
    """The bytes sent as binary, as base64 text or as a data URL. Raises `BadPicture` for none of these.

    Whether they are a picture, `frames.decode` sees by their header, on a worker's thread.
    """
    if isinstance(sample, str):
        prefix = _DATA_URL.match(sample)
        text = sample[prefix.end() :] if prefix else sample
        if len(text) > MAX_MESSAGE:
            raise BadPicture("too_heavy", megabytes=round(len(text) / 1e6, 1), limit=MAX_MESSAGE // 10**6)
        try:
            sample = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadPicture("not_a_picture") from error
    if not isinstance(sample, bytes):
        raise BadPicture("not_bytes", found=type(sample).__name__)
    return sample
