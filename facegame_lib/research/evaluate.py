"""How good is a recogniser of faces on people? Taught each player's first takes, it is tried on the others.

For each player and each choice of so many of the faces (all of them, 20 at most). A face that is not taught
is unknown then. Beside it, in the same run, the plainest recogniser: the whole frame, a vote of neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from facegame_lib.errors import NotEnough
from facegame_lib.prediction import Prediction
from facegame_lib.progress import Progress, part, silent
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.measures import auroc, balanced_accuracy, calibration_error, mean
from facegame_lib.research.people import People, Player
from facegame_lib.research.pupil import Looks, Pupil, make_baseline
from facegame_lib.research.sweeps import Sweeps
from facegame_lib.samples import Sample

TIMED: Final = 100  # frames of each player whose time is taken, the first of them in their order

Score = Callable[[Prediction], float]


@dataclass(frozen=True)
class Marks:
    """What a recogniser reached with one player, means over the subsets; 0 to 1 each.

    A test frame in which it finds no face counts as wrong and as surely unknown (confidence 0, score 0).
    `takes`: balanced accuracy of each test take alone, over the categories that have it. `auroc` is None
    where no category is left to be unknown. `no_face`: the share of the player's test frames.
    """

    accuracy: float
    auroc: float | None
    ece: float
    no_face: float
    takes: dict[int, float]


@dataclass(frozen=True)
class PlayerResult:
    """One player's categories (ids), how many subsets of them were tried, and what came of it."""

    name: str
    categories: tuple[str, ...]
    subsets: int
    frames: int
    marks: Marks
    baseline: Marks
    milliseconds: tuple[float, ...] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "balanced_accuracy": self.marks.accuracy,
            "baseline_balanced_accuracy": self.baseline.accuracy,
            "auroc_unknown": self.marks.auroc,
            "baseline_auroc_unknown": self.baseline.auroc,
            "ece": self.marks.ece,
            "baseline_ece": self.baseline.ece,
            "no_face": self.marks.no_face,
            "takes": {
                str(take): {
                    "balanced_accuracy": value,
                    "baseline_balanced_accuracy": self.baseline.takes[take],
                }
                for take, value in self.marks.takes.items()
            },
            "categories": list(self.categories),
            "subsets": self.subsets,
            "frames": self.frames,
        }


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found; the means are over players, each of whom weighs the same."""

    players: tuple[PlayerResult, ...]
    faces: int
    train_takes: int

    def mean(self, mark: str, baseline: bool = False) -> float | None:
        """The mean of that field of `Marks`; None if no player has it."""
        return mean([getattr(p.baseline if baseline else p.marks, mark) for p in self.players])

    def milliseconds(self, percent: float) -> float:
        """That percentile of the milliseconds a frame takes, over all frames timed."""
        return float(
            np.percentile([ms for player in self.players for ms in player.milliseconds] or [0], percent)
        )

    def to_json(self, sweeps: Sweeps | None = None) -> dict[str, Any]:
        return {
            "balanced_accuracy": self.mean("accuracy"),
            "baseline_balanced_accuracy": self.mean("accuracy", baseline=True),
            "players": {player.name: player.to_json() for player in self.players},
            "auroc_unknown": self.mean("auroc"),
            "ece": self.mean("ece"),
            "ms_per_frame": {"p50": self.milliseconds(50), "p95": self.milliseconds(95)},
            "sweeps": sweeps.to_json() if sweeps else None,
        }


def evaluate(
    people: People,
    recognizer: Recognizer,
    baseline: Recognizer | None = None,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Evaluation:
    """Try the recogniser, and the baseline (`make_baseline()`), with those people. Nothing is written.

    Raises `NotEnough` if nobody has as many categories as were asked for, and what preparing raises.
    """
    players = people.testable
    if not players:
        raise NotEnough(
            "evaluate_nobody", path=people.root, faces=people.faces, train_takes=people.train_takes
        )
    looks = Looks()
    pupil, plain = (Pupil(each, looks) for each in (recognizer, baseline or make_baseline()))
    for each in (pupil, plain):
        each.recognizer.prepare(progress)
    _look(players, (pupil, plain), part(progress, 0.0, 0.8))

    results = []
    for done, player in enumerate(players):
        progress(0.8 + 0.2 * done / len(players), "progress.evaluate.try")
        subsets = player.subsets(people.faces, seed)
        marks = _examine(pupil, player, subsets, lambda prediction: prediction.known)
        beside = _examine(plain, player, subsets, lambda prediction: prediction.confidence)
        tests = _tests(player)
        took = pupil.time(tests[:TIMED])  # as it was taught last
        results.append(
            PlayerResult(
                player.name, tuple(player.tests), len(subsets), len(tests), marks, beside, tuple(took)
            )
        )
    progress(1.0, "progress.evaluate.try")
    return Evaluation(tuple(results), people.faces, people.train_takes)


def _tests(player: Player) -> list[Sample]:
    return [sample for samples in player.tests.values() for sample in samples]


def _look(players: Sequence[Player], pupils: Sequence[Pupil], progress: Progress) -> None:
    """Look at every picture: nearly all the time that an evaluation takes."""
    jobs = []
    for player in players:
        for pupil in pupils:
            jobs += [(pupil.study, sample) for sample in pupil.recognizer.pending(player.lessons)]
            jobs += [(pupil.look, sample) for sample in _tests(player)]
    for done, (look, sample) in enumerate(jobs):
        progress(done / len(jobs), "progress.embed")
        look(sample)


def _examine(pupil: Pupil, player: Player, subsets: Sequence[Sequence[str]], score: Score) -> Marks:
    """Teach each subset of the player's categories and try it; `score` is how surely a frame is known."""
    accuracies, aurocs, takes = [], [], dict[int, list[float]]()
    confidences, rights = list[float](), list[bool]()
    tests = _tests(player)
    for subset in subsets:
        pupil.teach(player.lessons.part(subset))
        guesses = list(zip(tests, pupil.guess(tests), strict=True))
        known = [(sample, guess) for sample, guess in guesses if sample.category in subset]
        right = [guess is not None and guess.label == sample.category for sample, guess in known]
        truth = [sample.category for sample, _ in known]
        accuracies.append(balanced_accuracy(truth, right))
        for take in sorted({sample.take for sample, _ in known}):
            of = [index for index, (sample, _) in enumerate(known) if sample.take == take]
            takes.setdefault(take, []).append(
                balanced_accuracy([truth[index] for index in of], [right[index] for index in of])
            )
        scores = [(sample.category in subset, score(guess) if guess else 0.0) for sample, guess in guesses]
        aurocs.append(auroc([s for told, s in scores if told], [s for told, s in scores if not told]))
        confidences += [guess.confidence if guess else 0.0 for _, guess in known]
        rights += right
    unseen = sum(guess is None for _, guess in guesses)
    return Marks(
        sum(accuracies) / len(accuracies),
        mean(aurocs),
        calibration_error(confidences, rights),
        unseen / len(tests),
        {take: sum(values) / len(values) for take, values in sorted(takes.items())},
    )
