"""CLASSIFY: what the game can look at, and the recogniser for each."""

from __future__ import annotations

from typing import Literal

from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.recognizer import Recognizer, RecognizerProtocol, face_parts

LookAt = Literal["face", "frame"]


def recognizers(embedder: FaceEmbedder | None = None) -> dict[LookAt, RecognizerProtocol]:
    """The player's face, or the whole picture (hands, hats, objects): `Recognizer()`, and what
    `Recognizer("MobileNetV2")` is. Both look through one and the same net, so it is loaded once.

    `embedder` is one whose nets others use too, in place of one with nets of its own."""
    embedder = FaceEmbedder() if embedder is None else embedder
    face = Recognizer(embedder, **face_parts())
    return {"face": face, "frame": Recognizer(embedder.net)}
