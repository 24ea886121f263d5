"""From the stages to what a player is shown of them: the parts of a `Snapshot`."""

from __future__ import annotations

import math

from facegame_lib.best import BestScores
from facegame_lib.match import Match, Phase
from facegame_lib.prediction import Prediction
from facegame_lib.snapshot import GuessView, MatchView, ResultView


def guess(prediction: Prediction | None, fps: int) -> GuessView:
    """The try-out's bars."""
    if prediction is None:
        return GuessView()
    bars = zip(prediction.labels, prediction.probabilities, prediction.closenesses, strict=True)
    return GuessView(
        bars=tuple(bars),
        likeliest=prediction.label if prediction.sight == "face" else "",
        known=prediction.known,
        sight=prediction.sight,
        fps=fps,
    )


def match(match: Match | None, prediction: Prediction | None) -> MatchView | None:
    """Where a match stands. The label is shown from the end of the countdown on."""
    if match is None:
        return None
    return MatchView(
        phase=match.phase.value,
        seconds=match.seconds,
        top=match.top,
        target=match.target if match.phase in (Phase.PLAYING, Phase.PAUSED) else "",
        number=match.asked,
        closeness=match.closeness,
        holding=match.holding,
        likeliest=prediction.label if prediction and prediction.sight == "face" else "",
        sight=prediction.sight if prediction else "face",
        score=match.score,
        left=match.left,
        counting=math.ceil(match.counting),
        why=match.why,
    )


def result(match: Match, best: BestScores) -> ResultView:
    """How a match ended. Its score is entered among the best."""
    means = match.seconds_per_face()
    counts = {label: sum(goal.label == label for goal in match.goals) for label in match.labels}
    record = best.add(len(match.labels), match.seconds, match.score)
    return ResultView(
        score=match.score,
        per_face=tuple((label, counts[label], means.get(label, 0.0)) for label in match.labels),
        best=best.get(len(match.labels), match.seconds),
        record=record,
        why=match.why,
        seed=match.seed,
        unkept=best.unkept if record else "",
    )
