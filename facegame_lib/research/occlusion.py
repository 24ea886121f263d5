"""Where did it look? A grey square slides over a frame, and wherever it lies the frame is judged anew.

M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2,
https://arxiv.org/abs/1311.2901. Where covering costs much, something was seen that spoke for the label.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from facegame_lib import frames
from facegame_lib.errors import BadPicture, BadSetting, UnknownCategory
from facegame_lib.frames import Frame
from facegame_lib.prediction import Prediction
from facegame_lib.progress import Progress, silent
from facegame_lib.recognizer import Recognizer
from facegame_lib.research import plots
from facegame_lib.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Measure = Literal["closeness", "probability"]

GREY: Final = 128
_LITTLE: Final = 0.05  # the darkest colour is never less than this, or noise would look like much
_ROUND_FACE: Final = 1.3  # the square slides over that many times the face's box

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True)
class Occlusion:
    """What covering a part of `frame` changes of how sure `label` is.

    `whole`: the measure of the uncovered frame, 0 to 1. `boxes[i]`: where the square lay; `drops[i]`: how
    much less it was with it there (less than 0: more); `lost[i]`: whether nothing was seen any more, no face,
    which counts as a measure of 0.
    """

    frame: Frame = field(repr=False)
    label: str
    measure: Measure
    whole: float
    boxes: tuple[Box, ...] = field(repr=False)
    drops: NDArray[np.float64] = field(repr=False)
    lost: NDArray[np.bool_] = field(repr=False)

    @property
    def heat(self) -> NDArray[np.float64]:
        """The mean drop of all squares that covered a pixel, `(H, W)`; NaN where none lay."""
        total, count = np.zeros((2, *self.frame.shape[:2]))
        for (left, top, right, bottom), drop in zip(self.boxes, self.drops, strict=True):
            total[top:bottom, left:right] += drop
            count[top:bottom, left:right] += 1
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def occlusion(
    recognizer: Recognizer,
    frame: Frame | bytes,
    label: str | None = None,
    *,
    measure: Measure = "closeness",
    steps: int = 12,
    side: float = 0.25,
    progress: Progress = silent,
) -> Occlusion:
    """Cover the frame at `steps` x `steps` places with a grey square, `side` times as wide as what it slides
    over: the face and a little around it where the embedder finds faces, else the whole frame. `label` is the
    likeliest one unless it is given.

    Takes as long as `steps` squared predictions. A face that is found a little elsewhere when it is covered
    is cut out a little elsewhere too, and that is in the drop. To ask of a picture that was
    taught, take `Lesson.without` of it: a model knows what it was taught, whatever is covered.

    Raises `NotEnough` before `fit`, `BadPicture` for no picture or one in which nothing is seen,
    `UnknownCategory`, `BadSetting`.
    """
    if not 2 <= steps <= 64:
        raise BadSetting("out_of_range", name="steps", low=2, high=64, found=steps)
    if not 0 < side < 1:
        raise BadSetting("out_of_range", name="side", low="> 0", high="< 1", found=side)
    if measure not in ("closeness", "probability"):
        raise BadSetting("not_one_of", name="measure", allowed="closeness, probability", found=measure)
    if isinstance(frame, bytes | bytearray | memoryview):
        frame = frames.decode(bytes(frame))
    frame = frames.square(frames.check(frame))

    def judged(picture: Frame) -> Prediction:
        return recognizer.predict_embeddings(recognizer.embedder.embed([picture]))[0]

    whole = judged(frame)
    if whole.sight == "nothing":
        raise BadPicture("no_face")
    label = whole.label if label is None else label
    if label not in whole.labels:
        raise UnknownCategory("unknown_category", found=label, known=", ".join(whole.labels))

    def value(seen: Prediction) -> float:
        if seen.sight == "nothing":
            return 0.0
        return (
            seen.closeness(label) if measure == "closeness" else seen.probabilities[seen.labels.index(label)]
        )

    boxes = _boxes(*_slides_over(recognizer.embedder, frame), steps, side)
    values, lost = [], []
    for done, (left, top, right, bottom) in enumerate(boxes):
        progress(done / len(boxes), "progress.occlusion")
        covered = frame.copy()
        covered[top:bottom, left:right] = GREY
        seen = judged(covered)
        values.append(value(seen))
        lost.append(seen.sight == "nothing")
    progress(1.0, "progress.occlusion")
    drops = value(whole) - np.array(values)
    return Occlusion(frame, label, measure, value(whole), tuple(boxes), drops, np.array(lost))


def _slides_over(embedder: Any, frame: Frame) -> tuple[float, float, float]:
    """The square that is covered step by step: its left and top, and its side, in pixels."""
    finder = getattr(embedder, "finder", None)
    face = finder.find(frame) if finder is not None else None
    if face is None:
        return 0.0, 0.0, float(len(frame))
    side = min(_ROUND_FACE * face.box.side, float(len(frame)))
    left, top = np.clip(face.box.centre - side / 2, 0, len(frame) - side).tolist()
    return left, top, side


def _boxes(left: float, top: float, over: float, steps: int, side: float) -> list[Box]:
    wide = max(1, round(side * over))
    offsets = np.linspace(0, over - wide, steps)
    corners = product(np.round(top + offsets).astype(int), np.round(left + offsets).astype(int))
    return [(int(x), int(y), int(x) + wide, int(y) + wide) for y, x in corners]


def draw_occlusion(
    found: Occlusion, name: str | None = None, ax: Axes | None = None, language: str = "en"
) -> Figure:
    """The frame in grey, orange where covering costs, blue where it helps, crosses where the face was lost;
    `name` is the label's for people."""
    figure, ax = plots.canvas(ax, (6.2, 5.2))
    grey = found.frame @ np.array([0.299, 0.587, 0.114])
    ax.imshow(grey, cmap="gray", vmin=0, vmax=255)
    heat = found.heat
    most = max(float(np.nanmax(np.abs(heat))), _LITTLE)
    strength = np.nan_to_num(np.abs(heat)) / most
    shown = ax.imshow(np.nan_to_num(heat), cmap=_colour_map(), vmin=-most, vmax=most, alpha=0.75 * strength)
    for (left, top, right, bottom), lost in zip(found.boxes, found.lost, strict=True):
        if lost:
            ax.plot((left + right) / 2, (top + bottom) / 2, "x", color="white", markersize=5)
    shown_name = plots.legible({found.label: name or found.label})[found.label]
    what = text(f"explain.occlusion.{found.measure}", language, name=shown_name)
    moved = "moved" if np.abs(found.drops).max() >= _LITTLE else "still"
    plots.title(
        ax,
        text("explain.occlusion.title", language, what=what, whole=f"{found.whole:.2f}"),
        text(f"explain.occlusion.{moved}", language),
        text("explain.occlusion.lost", language) if found.lost.any() else "",
    )
    bar = figure.colorbar(shown, ax=ax, shrink=0.8)
    bar.solids.set_alpha(1.0)  # type: ignore[union-attr]
    bar.set_label(text("explain.occlusion.bar", language, what=what), color=plots.INK)
    bar.ax.tick_params(colors=plots.INK)
    plots.bare(ax)
    return figure


def _colour_map() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("for_and_against", [plots.FOR, "#e8e8e8", plots.AGAINST])
