"""The stages of a frame, one by one and all together, and what learning takes."""

from __future__ import annotations

from typing import Any

from PIL import Image

from facegame_lib import frames, head
from facegame_lib.bench.figures import Figure, figure, interleaved
from facegame_lib.bench.player import Cast
from facegame_lib.detector import BlazeFace
from facegame_lib.progress import Progress
from facegame_lib.recognizer import Recognizer, face_parts


def stages(cast: Cast, rounds: int, progress: Progress) -> list[Figure]:
    """Each stage of each of `rounds` frames, one after the other.

    `align` is a look for the landmarks and cutting out the regions, `embed` one pass of the net for each,
    `classify` the metric and the vote, `frame` everything from the bytes to the prediction, the face being
    followed as in the game, where every tenth frame asks the detector too; `pass` is one pass of the net.
    """
    detector = BlazeFace(cast.embedder.finder.nets.files()[0])
    mesh = head.FaceMesh(cast.embedder.finder.nets.files()[2])
    now: dict[str, Any] = {}

    def data(number: int) -> bytes:
        return cast.frames[number % len(cast.frames)]

    def decode(number: int) -> None:
        now["frame"] = frames.square(frames.decode(data(number)))
        now["picture"] = Image.fromarray(now["frame"])

    def detect(number: int) -> None:
        now["found"] = detector.detect(now["picture"])

    def align(number: int) -> None:
        mesh.look(now["picture"], now["face"].box)
        now["cuts"] = cast.embedder.cuts(now["frame"], now["face"])

    def embed(number: int) -> None:
        cast.net.embed(now["cuts"])

    def classify(number: int) -> None:
        now["row"] = cast.metric.transform(now["seen"])
        cast.recognizer.classifier.predict_proba(now["row"])

    def closeness(number: int) -> None:
        cast.recognizer.closeness.score(now["row"])
        if cast.recognizer.known is not None:
            cast.recognizer.known.score(now["row"])

    def one_pass(number: int) -> None:
        cast.net.embed(now["cuts"][:1])

    first = frames.square(frames.decode(cast.frames[0]))
    now["face"], now["seen"] = cast.embedder.finder.find(first), cast.embedder.embed([first])
    tasks = {
        "decode": decode,
        "detect": detect,
        "align": align,
        "embed": embed,
        "classify": classify,
        "closeness": closeness,
        "frame": lambda number: cast.recognizer.predict(data(number)),
        "pass": one_pass,
    }
    took = interleaved(tasks, rounds, progress)
    return [figure(f"bench.stage.{name}", "ms", took[name]) for name in tasks]


def training(cast: Cast, rounds: int, progress: Progress) -> list[Figure]:
    """From nothing to a model of 80 pictures, and the part of it that is left when they were embedded as they
    came."""
    fresh: list[Recognizer] = []

    def absorb(number: int) -> None:
        fresh[:] = [Recognizer(cast.embedder, **face_parts())]
        fresh[0].absorb(cast.store.samples())

    took = interleaved(
        {"absorb": absorb, "fit": lambda n: fresh[0].fit(cast.store)}, rounds, progress, warm=1
    )
    both = [absorbed + fitted for absorbed, fitted in zip(took["absorb"], took["fit"], strict=True)]
    pictures = len(cast.store)
    return [
        figure("bench.train.all", "ms", both, pictures=pictures),
        figure("bench.train.fit", "ms", took["fit"], pictures=pictures),
    ]
