"""The pictures of *how it works*, made by the library as the site is built: seeded, so always the same.

A cartoon player records three faces and a neutral one, a recogniser learns them, and each stage of the
pipeline is asked to show what it has. No photograph of anybody is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import diagram
import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from facegame_lib import (
    CartoonPlayer,
    FaceSeen,
    Frame,
    KnnClassifier,
    Match,
    Recognizer,
    SampleStore,
    Started,
    match_figure,
)
from facegame_lib.classifier import unit
from facegame_lib.closeness import Smoother
from facegame_lib.face_embedding import EYES, MOUTH, FaceEmbedder
from facegame_lib.frames import square

FACES: Final = ("smile", "surprise", "zapallo")
SEED: Final = 3  # who the player is
GREY, GREEN, GOLD = "#767676", "#2e9e4f", "#d99a00"  # as in `match_plot`: they read on white and on black
STYLE: Final = {
    "svg.hashsalt": "facegame",
    "savefig.transparent": True,
    "font.size": 9.0,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), GREY),
}
CORNERS: Final = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], np.float64)


@dataclass(frozen=True)
class Taught:
    """A player, what they recorded (in order: one face after the other) and what learnt it."""

    player: CartoonPlayer
    store: SampleStore
    recognizer: Recognizer
    embedder: FaceEmbedder

    @property
    def names(self) -> dict[str, str]:
        """Each category's name, by its id."""
        return {category.id: category.name for category in self.store.categories}

    def id_of(self, name: str) -> str:
        """The id of the category of that name."""
        return next(category.id for category in self.store.categories if category.name == name)

    def look(self, face: str, at: float) -> Frame:
        """What the game sees of that face, a second after the player begins to make it."""
        self.player.make(face, at)
        return square(self.player.frame(at + 1))


def make(folder: Path) -> None:
    """Draw all pictures into that folder, made if it is not there. Raises what preparing the nets does."""
    folder.mkdir(exist_ok=True)
    taught = teach()
    drawings: dict[str, Callable[[Taught], Figure]] = {
        "samples.webp": samples,
        "found.webp": found,
        "cuts.webp": cuts,
        "rows.png": rows,
        "neighbours.webp": neighbours,
        "closeness.svg": closeness,
        "match.svg": match,
    }
    with mpl.rc_context(STYLE):
        for name, draw in drawings.items():
            save(draw(taught), folder / name)
        save(diagram.draw(), folder / "transitions.svg")


def save(figure: Figure, path: Path) -> None:
    """Write a figure without the time it was made at."""
    how = {"metadata": {"Date": None}} if path.suffix == ".svg" else {}
    figure.savefig(path, dpi=144, **how)


def teach() -> Taught:
    """Twenty pictures of each face and of none, 0.15 seconds apart, recorded and learnt."""
    player, store, embedder = CartoonPlayer(SEED), SampleStore(FACES), FaceEmbedder()
    store.add_category("neutral", "neutral")
    for number, category in enumerate(store.categories):
        player.make(category.name, at=10 * number)
        for picture in range(20):
            store.add(category.id, player.frame(10 * number + 1 + 0.15 * picture))
    recognizer = Recognizer()
    recognizer.embedder = embedder
    return Taught(player, store, recognizer.fit(store), embedder)


def bare(figure: Figure, pictures: list[Frame], titles: list[str], rows: int = 1) -> None:
    """Pictures side by side, each with its title."""
    for axes, picture, title in zip(
        figure.subplots(rows, len(pictures) // rows).flat, pictures, titles, strict=True
    ):
        axes.imshow(picture)
        axes.set_title(title, fontsize=9)
        axes.axis("off")


def samples(taught: Taught) -> Figure:
    """One stored picture of each face."""
    figure = Figure(figsize=(9, 2.6), layout="constrained")
    firsts = [taught.store.samples(category.id)[10].frame() for category in taught.store.categories]
    bare(figure, firsts, list(taught.names.values()))
    return figure


def found(taught: Taught) -> Figure:
    """The landmarks on a face, and the two squares on the head that are cut out, in two frames."""
    figure = Figure(figsize=(9, 4.4), layout="constrained")
    for axes, (name, at) in zip(figure.subplots(1, 2), (("zapallo", 100), ("surprise", 103)), strict=True):
        frame = taught.look(name, at)
        face = taught.embedder.finder.find(frame)
        assert face is not None
        axes.imshow(frame)
        axes.scatter(*face.landmarks[:, :2].T, s=1.5, color="#ffffff", linewidths=0)
        for region, colour, label in ((EYES, GOLD, "eyes"), (MOUTH, GREEN, "mouth")):
            edge = face.pose.patch(region.centre, region.side).to_frame(CORNERS)
            axes.plot(*edge.T, color=colour, linewidth=2, label=label)
        turn, nod, tilt = face.pose.angles
        axes.set_title(f"{name}: turned {turn:.0f}°, nodding {nod:.0f}°, tilted {tilt:.0f}°", fontsize=9)
        axes.legend(loc="lower right", fontsize=8, labelcolor="#333333")
        axes.set(xlim=(0, frame.shape[1]), ylim=(frame.shape[0], 0))
        axes.axis("off")
    return figure


def cuts(taught: Taught) -> Figure:
    """What MobileNet gets of each face: eyes and mouth, 224 x 224 pixels each."""
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    patches, names = [], [category.name for category in taught.store.categories]
    for region in (EYES, MOUTH):
        for category in taught.store.categories:
            frame = taught.store.samples(category.id)[10].frame()
            face = taught.embedder.finder.find(frame)
            assert face is not None
            patches.append(face.pose.patch(region.centre, region.side).cut(Image.fromarray(frame), 224))
    bare(figure, patches, names + [""] * len(names), rows=2)
    return figure


def rows(taught: Taught) -> Figure:
    """What comes out: rows of numbers for some pictures, and how far each picture is from each other."""
    some = taught.store.samples()[::4]
    X = taught.embedder.embed([sample.frame() for sample in some])
    W = learnt(taught)
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.imshow(X[:, :200], aspect="auto", cmap="viridis", vmax=float(np.quantile(X[:, :200], 0.995)))
    left.set_title(f"the first 200 of {X.shape[1]:,} numbers, of every fourth picture", fontsize=9)
    left.set_xlabel("number")
    image = right.imshow(1 - W @ W.T, cmap="viridis_r")
    right.set_title("distance between all pictures, whitened", fontsize=9)
    right.set_xticks([])
    figure.colorbar(image, ax=right, shrink=0.8)
    for axes, each in ((left, 5), (right, 20)):
        _label_faces(axes, list(taught.names.values()), each)
    return figure


def learnt(taught: Taught) -> NDArray[Any]:
    """What the neighbours are looked for in: a row of length 1 for each picture, its copy left out."""
    assert isinstance(taught.recognizer.classifier, KnnClassifier)
    return taught.recognizer.classifier.X_[::2]


def neighbours(taught: Taught) -> Figure:
    """A frame of another moment, and the five pictures nearest to it."""
    frame = taught.look("zapallo", 120)
    metric = taught.recognizer.metric
    assert metric is not None
    row = unit(metric.transform(taught.embedder.embed([frame])))[0]
    distances = 1 - learnt(taught) @ row
    near = np.argsort(distances)[:5]
    samples = taught.store.samples()
    figure = Figure(figsize=(9, 1.9), layout="constrained")
    titles = [f"{taught.names[samples[i].category]}, {distances[i]:.2f}" for i in near]
    bare(figure, [frame, *(samples[i].frame() for i in near)], ["a new frame", *titles])
    return figure


def _label_faces(axes: Axes, names: list[str], each: int) -> None:
    axes.set_yticks([each * (i + 0.5) - 0.5 for i in range(len(names))], names)
    for edge in range(1, len(names)):
        axes.axhline(each * edge - 0.5, color="white", linewidth=0.8)


def closeness(taught: Taught) -> Figure:
    """From a neutral face to a zapallo in two seconds: the votes jump, closeness climbs."""
    label, player, smoother = taught.id_of("zapallo"), taught.player, Smoother()
    player.make("neutral", 200)
    player.make("zapallo", 201, over=2)
    seconds, votes, bars = np.arange(0, 4, 1 / 15), [], []
    for at in seconds:
        seen = taught.recognizer.predict(player.frame(200.5 + at))
        votes.append(seen.probabilities[seen.labels.index(label)])
        bars.append(smoother.smooth((seen.closeness(label),), at)[0])
    figure = Figure(figsize=(9, 3.0), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(0.5, 2.5, color=GREY, alpha=0.12, linewidth=0)
    axes.plot(seconds, votes, color=GOLD, linewidth=1.6, label="share of the votes")
    axes.plot(seconds, bars, color=GREEN, linewidth=2.2, label="closeness, as the bar shows it")
    axes.axhline(0.9, color=GREY, linewidth=0.8, linestyle="--")
    axes.set(xlabel="seconds; the face is made in the grey part", ylim=(-0.02, 1.05), xlim=(0, seconds[-1]))
    axes.legend(loc="lower right", frameon=False, labelcolor=GREY)
    return figure


def match(taught: Taught) -> Figure:
    """A match of ten seconds: the player reads the label, makes the face and holds it."""
    faces = tuple(category.id for category in taught.store.faces)
    game, made, at = Match(faces, seed=1, seconds=10).on(Started(at=300.0)), None, 300.0
    while game.phase == "playing":
        if game.asked != made:
            made = game.asked
            taught.player.make(taught.names[game.target], at + 0.4)
        seen = taught.recognizer.predict(taught.player.frame(at))
        game = game.on(FaceSeen(seen.label, closeness=seen.closeness(game.target), at=at))
        at += 1 / 12
    return match_figure(game, taught.names)
