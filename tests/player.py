"""One who plays whole games in simulated time, for the tests of the game."""

from __future__ import annotations

from functools import cache
from typing import Any

from facegame_lib import frames
from facegame_lib.burst import BurstPlan
from facegame_lib.game import Game
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.snapshot import Snapshot
from facegame_lib.testing import FakeEmbedder, plain_frame

COLOURS = [(r, g, b) for r in (10, 240) for g in (10, 240) for b in (10, 240)]
FPS = 15.0
NOBODY = plain_frame((128, 128, 128))


@cache
def made(face: int, seed: int) -> frames.Frame:
    """A frame of the face of that number."""
    return plain_frame(COLOURS[face], side=32, seed=seed)


@cache
def picture(face: int, seed: int) -> bytes:
    """The same, as the camera's side sends it."""
    return frames.encode(made(face, seed))


class Player:
    """Plays a game in simulated time: it has a camera of 15 frames/s and a clock that ticks between them."""

    def __init__(self, names: str = "abc", **rules: Any) -> None:
        self.store = rules.pop("store", None)
        if self.store is None:
            self.store = SampleStore(names)
        recognizer = rules.pop("recognizer", None) or Recognizer(
            rules.pop("embedder", None) or FakeEmbedder()
        )
        rules = {"seed": 1, "countdown": 3.0, "plan": BurstPlan(countdown=0.0)} | rules
        self.game = Game(self.store, recognizer, **rules)
        self.ids = [category.id for category in self.store.categories]
        self.at = 1000.0
        self.frames = 0
        self.seen: list[Snapshot] = []

    def do(self, command: str, **details: Any) -> Snapshot:
        """A command, now."""
        return self.game.do(command, self.at, **details)

    def teach(self, pictures: int = 8) -> Player:
        """A burst of each face, and training."""
        for number, face in enumerate(self.ids):
            burst = self.do("record", face=face).burst
            assert burst is not None
            for i, due in enumerate(burst.due[:pictures]):
                self.game.picture(burst.id, due, picture(number, 1000 * number + i), self.at + due)
            self.at += 3.0
            self.do("burst_sent", burst=burst.id)
        self.do("train")
        while self.game.busy:
            self.at += 0.01
            self.game.tick(self.at)
        assert self.now.brain.state == "trained"
        return self

    @property
    def now(self) -> Snapshot:
        """What the player is shown now."""
        return self.game.snapshot

    @property
    def target(self) -> str:
        """The face that is asked for, "" for none."""
        return self.now.match.target if self.now.match else ""

    def live(self, seconds: float, face: str | None = None) -> Snapshot:
        """It ticks, and frames come of that face: "" for nobody's, None for the one asked for."""
        for _ in range(round(seconds * FPS)):
            self.at += 0.5 / FPS
            self.seen.append(self.game.tick(self.at))
            self.at += 0.5 / FPS
            shown = self.target if face is None else face
            frame = made(self.ids.index(shown), self.frames % 40) if shown else NOBODY
            self.frames += 1
            self.seen.append(self.game.frame(frame, self.at, stamp=self.at * 1000))
        return self.now

    def quiet(self, seconds: float, step: float = 0.1) -> Snapshot:
        """It ticks, and no frame comes."""
        for _ in range(round(seconds / step)):
            self.at += step
            self.game.tick(self.at)
        return self.now

    def play(self) -> Snapshot:
        """Start a match and wait until it is on."""
        assert self.do("start").stage == "match"
        self.live(self.game.playing.countdown + 0.1, "")
        assert self.phase == "playing"
        return self.now

    @property
    def phase(self) -> str:
        """The match's phase, "" for no match."""
        return self.now.match.phase if self.now.match else ""

    @property
    def why(self) -> str:
        """The word why the match waits or ended."""
        return self.now.match.why if self.now.match else ""
