"""One frame on its way: the face that is found, what the net is given of it, the numbers, the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from facegame_lib import frames
from facegame_lib.classifier import Floats
from facegame_lib.errors import BadSetting
from facegame_lib.face_embedding import EYES, MOUTH, FaceEmbedder
from facegame_lib.faces import Face
from facegame_lib.frames import Frame
from facegame_lib.prediction import Prediction
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import plots
from facegame_lib.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES: Final = {EYES: "eyes", MOUTH: "mouth"}


@dataclass(frozen=True)
class Steps:
    """The square `frame`; its `face`, None if none was found; the `cuts` that the net gets, uint8
    `(224, 224, 3)` each; the `row` `(d,)` that comes of them, all 0 without a face; the `prediction`, None
    before the recogniser was taught. `parts`: what each stretch of the row comes of ("eyes", "mouth", "cut",
    "landmarks"), and how many numbers that is."""

    frame: Frame = field(repr=False)
    face: Face | None = field(repr=False)
    cuts: tuple[Frame, ...] = field(repr=False)
    row: Floats = field(repr=False)
    parts: tuple[tuple[str, int], ...]
    prediction: Prediction | None


def steps(recognizer: Recognizer, frame: Frame | bytes) -> Steps:
    """Follow a frame through a recogniser of faces. Raises `BadPicture` for no picture, and `BadSetting` for
    a recogniser whose embedder is no `FaceEmbedder`: that has no such steps."""
    embedder = recognizer.embedder
    if not isinstance(embedder, FaceEmbedder):
        raise BadSetting("no_steps", found=embedder.name)
    if isinstance(frame, bytes | bytearray | memoryview):
        frame = frames.decode(bytes(frame))
    frame = frames.square(frames.check(frame))
    face = embedder.finder.find(frame)
    X = embedder.embed([frame])
    parts = [(_NAMES.get(region, "cut"), embedder.net.dim) for region in embedder.regions]
    rest = embedder.dim - sum(many for _, many in parts)
    return Steps(
        frame,
        face,
        tuple(embedder.cuts(frame, face)) if face is not None else (),
        X[0],
        (*parts, ("landmarks", rest)) if rest else tuple(parts),
        recognizer.predict_embeddings(X)[0] if hasattr(recognizer, "labels_") else None,
    )


def draw_face(seen: Steps, ax: Axes | None = None, language: str = "en") -> Figure:
    """The frame, with the box and the 468 landmarks of the face that was found."""
    figure, ax = plots.canvas(ax, (5, 5.2))
    ax.imshow(seen.frame)
    if seen.face is not None:
        box = seen.face.box.to_frame(np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], np.float64))
        ax.plot(*box.T, color=plots.AGAINST, linewidth=2)
        x, y = seen.face.landmarks[:, :2].T
        ax.scatter(x, y, s=3, color="white", edgecolors="black", linewidths=0.3)
        percent = round(100 * seen.face.score)
        plots.title(ax, text("explain.face.title", language, count=len(seen.face.landmarks), percent=percent))
    else:
        plots.title(ax, text("explain.face.none", language))
    side = len(seen.frame)
    ax.set(xlim=(0, side), ylim=(side, 0))
    plots.bare(ax)
    return figure


def draw_cuts(seen: Steps, ax: Axes | None = None, language: str = "en") -> Figure:
    """What the net is given: the squares of the face, turned upright and brought to one size."""
    figure, ax = plots.canvas(ax, (6, 3.4))
    for place, cut in enumerate(seen.cuts):
        plots.place(ax, cut, (1.08 * place, 0), 1.0, linewidth=1)
        _caption(ax, 1.08 * place, text(f"explain.part.{seen.parts[place][0]}", language))
    plots.title(ax, text("explain.cuts.title" if seen.cuts else "explain.face.none", language))
    ax.set(xlim=(-0.02, max(1.08 * len(seen.cuts), 1)), ylim=(-0.15, 1.02))
    plots.bare(ax)
    return figure


def draw_numbers(seen: Steps, ax: Axes | None = None, language: str = "en") -> Figure:
    """The row of numbers as a picture: a square each, a block for each cut and one for the landmarks."""
    figure, ax = plots.canvas(ax, (9, 3.6))
    start, left = 0, 0.0
    for name, many in seen.parts:
        block = np.abs(seen.row[start : start + many])
        side = int(np.ceil(np.sqrt(many)))
        square = np.full(side * side, np.nan)
        square[:many] = block / max(float(block.max()), 1e-12)
        ax.imshow(
            square.reshape(side, side), cmap="viridis", extent=(left, left + 1, 0, 1), interpolation="nearest"
        )
        part = text(f"explain.part.{name}", language)
        _caption(ax, left, text("explain.numbers.part", language, part=part, count=many))
        start, left = start + many, left + 1.1
    plots.title(ax, text("explain.numbers.title", language, count=len(seen.row)))
    ax.set(xlim=(-0.02, left), ylim=(-0.2, 1.02))
    plots.bare(ax)
    return figure


def _caption(ax: Axes, left: float, words: str) -> None:
    ax.text(left + 0.5, -0.04, words, ha="center", va="top", color=plots.INK, fontsize=9)


def draw_prediction(
    prediction: Prediction, names: Mapping[str, str], ax: Axes | None = None, language: str = "en"
) -> Figure:
    """For each face two bars: the votes it has, and its closeness, which is the game's bar. `names` by id."""
    figure, ax = plots.canvas(ax, (6.4, 0.7 * len(prediction.labels) + 1.4))
    shown = plots.legible({label: names.get(label, label) for label in prediction.labels})
    places = np.arange(len(prediction.labels))
    for values, shift, colour, key in (
        (prediction.probabilities, -0.19, plots.AGAINST, "votes"),
        (prediction.closenesses, 0.19, plots.FOR, "closeness"),
    ):
        ax.barh(places + shift, values, 0.34, color=colour, label=text(f"explain.prediction.{key}", language))
        for place, value in enumerate(values):
            ax.text(value + 0.01, place + shift, f"{value:.2f}", va="center", color=plots.INK, fontsize=8)
    ax.set_yticks(places, list(shown.values()))
    ax.set(xlim=(0, 1.12), ylim=(len(places) - 0.5, -0.5), xticks=(0, 0.5, 1))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2, frameon=False, labelcolor=plots.INK)
    known = f"{prediction.known:.2f}"
    plots.title(ax, text("explain.prediction.title", language, name=shown[prediction.label], known=known))
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure
