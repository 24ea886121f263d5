"""Nets that are elsewhere: what is asked of them for one picture, who answers, and a player's recogniser.

Only pictures go there, and only rows of an embedding and where the face is come back. Which face a player's
camera follows goes along with each question, so that anyone with the same nets can answer it, and answers the
same: a question that nobody answered is asked again, of another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from facegame_lib import errors, frames
from facegame_lib.embedding import Embedder
from facegame_lib.errors import FaceGameError
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.faces import Face, Track
from facegame_lib.frames import Frame
from facegame_lib.prediction import Prediction
from facegame_lib.recognizer import Recognizer

Floats = NDArray[np.float32]
Ask = Literal[
    "find", "embed", "watch", "copies", "whole"
]  # of the face's finder and embedder, and of the net


@dataclass(frozen=True)
class Question:
    """What to do with one picture, a frame or the bytes of one; `track` is of the camera's frame before."""

    ask: Ask
    picture: Frame | bytes
    track: Track | None = None


@dataclass(frozen=True)
class Answer:
    """For "find" the face, else rows `(n, dim)`, with "watch" also the track for the camera's next frame. Or
    what is wrong with the picture: an error's class, its key and its details, which arrive whole where an
    exception, made anew from its sentence, would not."""

    rows: Floats | None = None
    face: Face | None = None
    track: Track | None = None
    wrong: tuple[str, str, dict[str, Any]] | None = None


Nets = Callable[[Question], Answer]  # where it may come from
Finds = Callable[[Frame, Track | None], tuple[Face | None, Track | None]]  # as `FaceNets.find`


class OneLook:
    """The finder for one question: what it remembers is that one's track."""

    ready = True

    def __init__(self, find: Finds, track: Track | None) -> None:
        self._find, self.track = find, track

    def find(self, frame: Frame, *, follow: bool = False) -> Face | None:
        """As `FaceFinder.find`."""
        face, self.track = self._find(frame, self.track if follow else None)
        return face


def answer(question: Question, find: Finds, net: Embedder) -> Answer:
    """The answer of who has the nets, by the same `FaceEmbedder` that looks for one player alone."""
    finder = OneLook(find, question.track)
    embedder = FaceEmbedder(net, finder=finder)  # type: ignore[arg-type]  # of a finder it wants `find`
    try:
        picture = question.picture
        frame = frames.square(frames.decode(picture) if isinstance(picture, bytes) else frames.check(picture))
        match question.ask:
            case "find":
                return Answer(face=finder.find(frame))
            case "embed":
                return Answer(embedder.embed([frame]))
            case "watch":
                return Answer(embedder.watch(frame), track=finder.track)
            case "copies":
                return Answer(embedder.copies(frame))
            case "whole":
                return Answer(net.embed([frame]))
    except FaceGameError as error:
        return Answer(wrong=(type(error).__name__, error.key, error.details))


class FarFinder:
    """The coach's eyes: `FaceFinder.find`, asked of nets that are elsewhere."""

    ready = True

    def __init__(self, nets: Nets) -> None:
        self._nets = nets

    def find(self, frame: Frame) -> Face | None:
        """The face in a frame, or None. Raises `BadPicture`, `RemoteUnavailable`."""
        return checked(self._nets(Question("find", frame))).face


class FarEmbedder:
    """One player's `FaceEmbedder`, whose nets are elsewhere: `net_name` and `dim` are theirs. What it holds
    itself is which face the camera follows. Each picture may be a frame or the bytes of one."""

    ready = True

    def __init__(self, nets: Nets, name: str, dim: int) -> None:
        self.name, self.dim = name, dim
        self.finder: Final = FarFinder(nets)
        self._nets = nets
        self._track: Track | None = None
        self._lock = threading.Lock()

    def embed(self, frames: Sequence[Frame]) -> Floats:
        """As `FaceEmbedder.embed`. Raises `RemoteUnavailable` too, as all that follow."""
        rows = [self._rows(Question("embed", frame)) for frame in frames]
        return np.concatenate(rows) if rows else np.empty((0, self.dim), np.float32)

    def watch(self, picture: Frame | bytes) -> Floats:
        """As `FaceEmbedder.watch`."""
        with self._lock:
            seen = checked(self._nets(Question("watch", picture, self._track)))
            self._track = seen.track
        assert seen.rows is not None
        return seen.rows

    def copies(self, picture: Frame | bytes) -> Floats:
        """As `FaceEmbedder.copies`."""
        return self._rows(Question("copies", picture))

    def seen(self, X: NDArray[Any]) -> NDArray[np.bool_]:
        """As `FaceEmbedder.seen`."""
        return np.asarray(np.any(X, axis=1), np.bool_)

    def _rows(self, question: Question) -> Floats:
        rows = checked(self._nets(question)).rows
        assert rows is not None
        return rows


class FarNet:
    """A net that is elsewhere, for whole pictures; `name` and `dim` are its own."""

    ready = True

    def __init__(self, nets: Nets, name: str, dim: int) -> None:
        self.name, self.dim = name, dim
        self._nets = nets

    def embed(self, frames: Sequence[Frame]) -> Floats:
        """As `Embedder.embed`. Raises `RemoteUnavailable` too."""
        rows = [self.watch(frame) for frame in frames]
        return np.concatenate(rows) if rows else np.empty((0, self.dim), np.float32)

    def watch(self, picture: Frame | bytes) -> Floats:
        """The row `(1, dim)` of a frame or of the bytes of one. Raises as `embed`."""
        rows = checked(self._nets(Question("whole", picture))).rows
        assert rows is not None
        return rows


class FarRecognizer(Recognizer):
    """The notebook's own recogniser on nets that are elsewhere, with those further parts. A live picture is
    sent there as it came, a tenth of the size of its pixels, and decoded there."""

    def __init__(self, embedder: FarEmbedder | FarNet, **parts: Any) -> None:
        super().__init__(embedder, **parts)
        self._far = embedder

    def predict(self, frame: Frame | bytes) -> Prediction:
        """As `Recognizer.predict`. Raises `RemoteUnavailable` too."""
        if self._report is None or not isinstance(frame, bytes):
            return super().predict(frame)
        frames.open_picture(frame)  # what is no picture is not sent on
        return self.predict_embeddings(self._far.watch(frame))[0]


def checked(answer: Answer) -> Answer:
    """That answer; raises what is wrong with the picture, if anything is."""
    if answer.wrong is not None:
        kind, key, details = answer.wrong
        raise getattr(errors, kind)(key, **details)
    return answer
