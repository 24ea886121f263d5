"""CLASSIFY: what the game can look at, and the recogniser for each."""

from __future__ import annotations

from typing import Literal

from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.recognizer import Recognizer, RecognizerProtocol

LookAt = Literal["face", "frame"]


def recognizers() -> dict[LookAt, RecognizerProtocol]:
    """The player's face, or the whole picture (hands, hats, objects): `Recognizer()`, and what
    `Recognizer("MobileNetV2")` is. Both look through one and the same net, so it is loaded once."""
    face = Recognizer()
    assert isinstance(face.embedder, FaceEmbedder)
    return {"face": face, "frame": Recognizer(face.embedder.net)}
