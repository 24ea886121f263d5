"""Who is in front of the camera when it is measured: a cartoon person, whose pictures a recogniser learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.frames import Frame, encode, square
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.whitening import Whitening

FACES: Final = ("smile", "surprise", "zapallo")
REST: Final = "neutral"
PICTURES: Final = 20  # of each face
SIDE: Final = 256  # pixels of a picture, as the page sends them
_SPAN: Final = 4.0  # seconds of a face
_CAMERA: Final = (342, 256)


@dataclass(frozen=True)
class Cast:
    """A recogniser of the player's own, as the game makes it, with its parts by their names; the store it
    has learnt; and frames of a camera after that, as the page sends them (JPEG, square)."""

    recognizer: Recognizer
    embedder: FaceEmbedder
    net: MobileNetEmbedder
    metric: Whitening
    store: SampleStore
    frames: tuple[bytes, ...]


def lesson() -> SampleStore:
    """80 pictures: 20 of each face and of the neutral one."""
    store, player = SampleStore(), CartoonPlayer(0, _CAMERA)
    for number, face in enumerate((*FACES, REST)):
        category = store.add_category(face, "neutral" if face == REST else "face")
        player.make(face, _SPAN * number)
        for picture in range(PICTURES):
            frame = player.frame(_SPAN * number + 0.5 + 0.15 * picture)
            store.add(category.id, encode(square(frame), quality=80))
    return store


def film(seconds: float = 4.0, fps: float = 15.0) -> list[Frame]:
    """What a camera sees of that player afterwards: square frames."""
    player = CartoonPlayer(0, _CAMERA)
    for number, face in enumerate(FACES):
        player.make(face, 100 + seconds * number / len(FACES))
    return [square(player.frame(100 + number / fps)) for number in range(round(seconds * fps))]


def cast() -> Cast:
    """All of it, its nets loaded. Raises what preparing them does."""
    recognizer = Recognizer().prepare()
    embedder, metric = recognizer.embedder, recognizer.metric
    assert isinstance(embedder, FaceEmbedder)
    assert isinstance(embedder.net, MobileNetEmbedder)
    assert isinstance(metric, Whitening)
    store = lesson()
    recognizer.fit(store)
    frames = tuple(encode(frame, quality=80) for frame in film())
    return Cast(recognizer, embedder, embedder.net, metric, store, frames)
