"""A whole game without a camera or a browser: the library's own parts, in simulated time.

A cartoon player records bursts, trains the real backbone and plays a match; or two real videos do, with
their timelines beside them. The clock is the frames' own, so that the result depends on nothing but seeds.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from facegame_lib.burst import BurstPlan
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.errors import BadSetting, FaceGameError
from facegame_lib.frames import Frame, encode, square
from facegame_lib.game import Game
from facegame_lib.match_plot import match_figure
from facegame_lib.progress import Progress, silent
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.sources import Timeline, VideoFile
from facegame_lib.texts import text

FACES: Final = ("smile", "surprise", "zapallo")
REST: Final = "neutral"  # the cartoon records it too; in a video's timeline it is what is between the faces
SETTLE: Final = 0.5  # seconds into a face's span before it counts: nobody makes a face at once
REACTION: Final = 0.4  # seconds the cartoon takes to read a label
FPS: Final = 15.0  # what a webcam game in a browser reaches on two cores
_JSON: Final = ("score", "labels", "frames", "accuracy", "seconds_per_frame")
PLAN: Final = BurstPlan(countdown=0.0)


@dataclass(frozen=True)
class DemoResult:
    """`accuracy`: the share of the frames inside a face's span, its first 0.5 s aside, whose likeliest
    label is that face. `seconds_per_frame`: mean, from the picture's bytes to the snapshot.
    `seconds_to_train`: from the button to the model, the pictures having been embedded as they came."""

    score: int
    labels: list[str]
    frames: int
    accuracy: float
    seconds_per_frame: float
    pictures: int
    seconds_to_train: float

    def to_json(self) -> dict[str, Any]:
        """What a program reads: the first five."""
        return {key: value for key, value in asdict(self).items() if key in _JSON}

    def sentence(self, language: str = "en") -> str:
        return text(
            "demo.result",
            language,
            score=self.score,
            frames=self.frames,
            percent=round(100 * self.accuracy),
            pictures=self.pictures,
            train_ms=round(1000 * self.seconds_to_train),
            ms=round(1000 * self.seconds_per_frame, 1),
        )


@dataclass
class _Tally:
    """Frames seen, rightly named, and what they took."""

    frames: int = 0
    judged: int = 0
    right: int = 0
    seconds: float = 0.0
    training: float = 0.0

    def see(self, game: Game, frame: Frame, at: float, truth: str | None) -> None:
        """Let the game see a frame as its camera's page would send it; `truth` None: not judged."""
        data = encode(square(frame), quality=80)
        began = time.perf_counter()
        game.frame(data, at)
        self.seconds += time.perf_counter() - began
        self.frames += 1
        if truth is not None and game.prediction is not None:
            self.judged += 1
            self.right += game.prediction.label == truth


def run(
    seconds: float = 30.0,
    seed: int = 0,
    out: Path | None = None,
    train_video: Path | None = None,
    match_video: Path | None = None,
    progress: Progress = silent,
) -> DemoResult:
    """Play, and write the match's picture to `out`. With videos, both have to be given.

    Raises `BadSetting` (also for a timeline that is missing), `BadPicture` and what preparing raises.
    """
    recognizer = Recognizer().prepare(progress)
    if train_video is not None and match_video is not None:
        game, tally = _play_videos(recognizer, train_video, match_video, seconds, seed, progress)
    else:
        game, tally = _play_cartoon(recognizer, seconds, seed, progress)
    assert game.match is not None
    names = {category.id: category.name for category in game.store.categories}
    if out is not None:
        match_figure(game.match, names).savefig(out, dpi=160)
    return DemoResult(
        game.match.score,
        [names[label] for label in game.match.labels],
        tally.frames,
        tally.right / max(1, tally.judged),
        tally.seconds / max(1, tally.frames),
        len(game.store),
        tally.training,
    )


def _play_cartoon(
    recognizer: Recognizer, seconds: float, seed: int, progress: Progress
) -> tuple[Game, _Tally]:
    player = CartoonPlayer(seed)
    store = SampleStore(FACES)
    store.add_category(REST, "neutral")
    game = Game(store, recognizer, plan=PLAN, seconds=seconds, seed=seed)
    at = 0.0
    for number, category in enumerate(store.categories):
        progress(number / len(store.categories), "progress.demo.record")
        player.make(category.name, at)
        at += SETTLE
        _record(game, category.id, at, [player.frame(at + due) for due in PLAN.due])
        at += PLAN.seconds
    tally = _Tally(training=_train(game, at))

    names = {category.id: category.name for category in game.store.categories}
    made, since = "", at
    game.do("start", at)
    while game.snapshot.stage == "match":
        target = game.snapshot.match.target if game.snapshot.match else ""
        if target and target != made:
            made, since = target, at + REACTION
            player.make(names[made], since)
        settled = bool(made) and at - since >= SETTLE
        tally.see(game, player.frame(at), at, made if settled else None)
        at += 1 / FPS
        game.tick(at)
        progress(min(1.0, tally.frames / (seconds * FPS)), "progress.demo.match")
    return game, tally


def _play_videos(
    recognizer: Recognizer, train: Path, match: Path, seconds: float, seed: int, progress: Progress
) -> tuple[Game, _Tally]:
    lesson, test = (Timeline.load(video.with_suffix(".json")) for video in (train, match))
    faces = list(dict.fromkeys(span.face for span in lesson.spans if span.face != REST))
    store = SampleStore(faces)
    ids = {category.name: category.id for category in store.categories}
    spans = [span for span in test.spans if span.face != REST]
    unknown = sorted({span.face for span in spans} - set(faces))
    if unknown:
        raise BadSetting("demo_untaught", faces=", ".join(unknown), video=match, taught=", ".join(faces))
    game = Game(
        store,
        recognizer,
        plan=PLAN,
        seconds=min(seconds, test.seconds),
        countdown=0.0,
        seed=seed,
        order=tuple(ids[span.face] for span in spans),
    )
    _record_video(game, train, lesson, ids, progress)
    tally = _Tally(training=_train(game, 0.0))

    game.do("start", 0.0)
    for timed in VideoFile(match):
        if game.snapshot.stage != "match":
            break
        passed = sum(span.start <= timed.at for span in spans) - 1  # the span that the video has reached
        while game.match is not None and game.match.asked < passed:
            game.do("skip", timed.at)  # the video goes on without waiting for a score
        span = spans[passed] if passed >= 0 and timed.at < spans[passed].end else None
        judged = span is not None and timed.at >= span.start + SETTLE
        tally.see(game, timed.frame, timed.at, ids[span.face] if span and judged else None)
        game.tick(timed.at)
        progress(min(1.0, timed.at / game.playing.seconds), "progress.demo.match")
    if game.snapshot.stage == "match":  # the video ended with its last frame, a moment before the clock
        game.tick(game.playing.seconds)
        game.do("quit", game.playing.seconds)
    return game, tally


def _record_video(
    game: Game, video: Path, timeline: Timeline, ids: dict[str, str], progress: Progress
) -> None:
    """A burst from each face's span, as a player would record it: after it has settled, 20 in 3 s."""
    spans = [span for span in timeline.spans if span.face != REST]
    taken: dict[int, list[Frame]] = {number: [] for number in range(len(spans))}
    dues = {}
    for number, span in enumerate(spans):
        start = min(span.start + SETTLE, span.end)
        stretch = min(1.0, (span.end - start) / PLAN.seconds)  # a short span: as many, closer together
        dues[number] = [start + due * stretch for due in PLAN.due]
    for timed in VideoFile(video):
        progress(min(1.0, timed.at / timeline.seconds), "progress.demo.record")
        for number, due in dues.items():
            while len(taken[number]) < len(due) and timed.at >= due[len(taken[number])]:
                taken[number].append(timed.frame)
    for number, span in enumerate(spans):
        _record(game, ids[span.face], span.start, taken[number])


def _record(game: Game, face: str, at: float, frames: list[Frame]) -> None:
    """Press the red button and deliver these frames as the burst's pictures."""
    burst = game.do("record", at, face=face).burst
    assert burst is not None
    for due, frame in zip(burst.due, frames, strict=False):
        game.picture(burst.id, due, encode(square(frame), quality=80), at + due)
    game.do("burst_sent", at + PLAN.seconds, burst=burst.id)
    while game.busy:  # pictures are embedded as they arrive
        game.tick(at + PLAN.seconds)


def _train(game: Game, at: float) -> float:
    """Press Train, and tick until it is done: the seconds it took. Raises what a player would be shown."""
    began = time.perf_counter()
    game.do("train", at)
    while game.busy:
        game.tick(at)
    notice = game.snapshot.notice
    if notice is not None and notice.kind == "error":
        raise FaceGameError(notice.key.removeprefix("error."), **notice.details)
    return time.perf_counter() - began
