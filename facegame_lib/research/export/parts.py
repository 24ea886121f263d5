"""What of a recogniser goes into an exported model: files of nets, arrays, and a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import KnnClassifier
from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.errors import BadSetting
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.faces import FaceFinder
from facegame_lib.known import Known
from facegame_lib.progress import Progress
from facegame_lib.recognizer import Recognizer
from facegame_lib.whitening import Whitening


@dataclass(frozen=True)
class Parts:
    """`arrays` are what was learnt, `files` the nets, `settings` the numbers that go with them; the latter
    two can be written as JSON."""

    arrays: dict[str, NDArray[Any]]
    files: dict[str, str]
    settings: dict[str, Any]


def check(recognizer: Recognizer) -> None:
    """Raise `BadSetting`, which names it, for a part that is not made of what a model can be made of."""
    embedder = recognizer.embedder
    parts: list[tuple[str, object, tuple[type, ...]]] = [
        ("embedder", embedder, (MobileNetEmbedder, FaceEmbedder)),
        ("classifier", recognizer.classifier, (KnnClassifier,)),
        ("metric", recognizer.metric, (Whitening, type(None))),
        ("known", recognizer.known, (Known, type(None))),
    ]
    if isinstance(embedder, FaceEmbedder):
        parts += [("net", embedder.net, (MobileNetEmbedder,)), ("finder", embedder.finder, (FaceFinder,))]
    for name, part, allowed in parts:
        # The very class: one that is derived from it may do anything else.
        if type(part) not in allowed:
            found, names = (
                type(part).__name__,
                ", ".join(each.__name__ for each in allowed if each is not type(None)),
            )
            raise BadSetting("export_part", name=name, found=found, allowed=names)


def gather(recognizer: Recognizer, progress: Progress) -> Parts:
    """The parts of a fitted recogniser that passed `check`. Raises as `Recognizer.prepare` does."""
    classifier, embedder = recognizer.classifier, recognizer.embedder
    assert isinstance(classifier, KnnClassifier)
    arrays: dict[str, NDArray[Any]] = {"taught": classifier.X_, "labels": classifier.y_}
    settings: dict[str, Any] = {"k": classifier.k, "weights": classifier.weights}
    if isinstance(recognizer.metric, Whitening):
        arrays |= {"mean": recognizer.metric.mean_, "axes": recognizer.metric.axes_}
    if recognizer.known is not None:
        arrays["known"] = recognizer.known.X_.astype(np.float32)
        settings["known"] = {
            "near": recognizer.known.near,
            "usual": recognizer.known.usual_,
            "edge": recognizer.known.edge,
            "steep": recognizer.known.steep,
        }
    if isinstance(embedder, FaceEmbedder):
        net = embedder.net
        near, far, mesh = embedder.finder.nets.files(progress)
        files = {"near": near, "far": far, "mesh": mesh}
        settings["regions"] = [[list(region.centre), region.side] for region in embedder.regions]
        settings["landmarks"] = embedder.landmarks
    else:
        net, files = embedder, {}
    assert isinstance(net, MobileNetEmbedder)
    settings["net"] = net.name
    files["net"] = net.file(progress)
    return Parts(arrays, {name: str(Path(path).resolve()) for name, path in files.items()}, settings)
