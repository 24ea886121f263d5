"""Does closeness rise smoothly while a face is being made? Runs from a neutral face to a taught one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from facegame_lib.closeness import Smoother
from facegame_lib.progress import Progress, silent
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.measures import mean, spearman
from facegame_lib.research.people import Run
from facegame_lib.research.pupil import Looks, Pupil

ENDS: Final = 3  # frames at the start and at the end of a run, whose mean is taken
GRADED: Final = (0.1, 0.9)


@dataclass(frozen=True)
class RunResult:
    """The closeness to its face during one run, smoothed as the game smooths it.

    rho       Spearman's rank correlation with the order of the frames
    start     mean of the first 3 frames; end: of the last 3
    graded    share of the frames between 0.1 and 0.9
    max_jump  largest change from one frame to the next
    lag_ms    how far behind the smoothing is, in the mean: the area between the unsmoothed closeness and the
              smoothed, over what the smoothed rises. It is a linear filter's group delay at frequency 0, and
              the time constant of an exponential one; None for a run that does not rise by 0.1
    no_face   share of the frames in which no face was found: their closeness counts as 0
    taught    share of the frames that were training pictures too, which flatters
    """

    name: str
    frames: int
    fps: float
    rho: float
    start: float
    end: float
    graded: float
    max_jump: float
    lag_ms: float | None
    no_face: float
    taught: float


@dataclass(frozen=True)
class Sweeps:
    """All runs."""

    runs: tuple[RunResult, ...]

    def mean(self, measure: str) -> float | None:
        """The mean of that field of `RunResult` over the runs."""
        return mean([getattr(run, measure) for run in self.runs])

    def to_json(self) -> dict[str, Any]:
        means = ("rho", "start", "end", "graded", "max_jump", "lag_ms", "no_face", "taught")
        return {
            **{name: self.mean(name) for name in means},
            "fps": self.mean("fps"),
            "end_frames": ENDS,
            "runs": {run.name: {k: v for k, v in asdict(run).items() if k != "name"} for run in self.runs},
        }


def measure_sweeps(runs: Sequence[Run], recognizer: Recognizer, progress: Progress = silent) -> Sweeps:
    """Teach the first takes of each run's player, of all categories, and follow the run."""
    recognizer.prepare(progress)
    pupil, results, player = Pupil(recognizer, Looks()), [], None
    for done, run in enumerate(runs):
        progress(done / len(runs), "progress.evaluate.sweeps")
        if run.player is not player:
            player = run.player
            pupil.teach(player.lessons)
        guesses = pupil.guess(run.pictures)
        values = [guess.closeness(run.category) if guess else 0.0 for guess in guesses]
        no_face = sum(guess is None for guess in guesses) / len(guesses)
        taught = sum(sample.digest in player.taught for sample in run.pictures) / len(guesses)
        results.append(follow(run.name, values, run.fps, no_face, taught))
    progress(1.0, "progress.evaluate.sweeps")
    return Sweeps(tuple(results))


def follow(
    name: str, closenesses: Sequence[float], fps: float, no_face: float = 0.0, taught: float = 0.0
) -> RunResult:
    """The measures of one run from its closeness, frame by frame, before it is smoothed."""
    raw = np.asarray(closenesses, np.float64)
    smoother = Smoother()
    smooth = np.array([smoother.smooth((value,), at / fps)[0] for at, value in enumerate(raw.tolist())])
    low, high = GRADED
    rise = float(smooth[-1] - smooth[0])
    return RunResult(
        name,
        len(raw),
        fps,
        spearman(smooth, np.arange(len(smooth))),
        float(smooth[:ENDS].mean()),
        float(smooth[-ENDS:].mean()),
        float(((smooth >= low) & (smooth <= high)).mean()),
        float(np.abs(np.diff(smooth)).max()),
        1000 * float((raw - smooth).sum()) / fps / rise if rise >= 0.1 else None,
        no_face,
        taught,
    )
