"""A game that is taught, not played: for the tests of bursts, faces and training."""

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


PLAN = BurstPlan(countdown=3.0)


@cache
def picture(face: int = 0, seed: int = 0) -> bytes:
    """A picture of the face of that number, as the camera's side sends it."""
    return frames.encode(plain_frame(COLOURS[face], side=32, seed=seed))


def new_game(names: str = "abc", embedder: FakeEmbedder | None = None, **rules: Any) -> Game:
    """A game of these faces that nothing is known of yet."""
    return Game(SampleStore(names), Recognizer(embedder or FakeEmbedder()), plan=PLAN, seed=1, **rules)


def recorded(game: Game, face: int, at: float = 0.0, pictures: int = 20) -> Snapshot:
    """Press the red button of that face and deliver pictures; the snapshot after the last."""
    burst = game.do("record", at, face=game.snapshot.faces[face].id).burst
    assert burst is not None
    for i, due in enumerate(burst.due[:pictures]):
        game.picture(burst.id, due, picture(face, seed=int(at) * 1000 + i), at + burst.countdown + due)
    return game.snapshot


def taught(names: str = "abc", **rules: Any) -> Game:
    """A game with a burst of each face, not trained."""
    game = new_game(names, **rules)
    for face in range(len(names)):
        recorded(game, face, at=10.0 * face)
    return game


def trained(game: Game, at: float = 100.0) -> list[float]:
    """Press Train and tick until it is done; the progress that was shown."""
    game.do("train", at)
    shown = [game.snapshot.brain.progress]
    while game.busy:
        shown.append(game.tick(at).brain.progress)
    return shown


def counts(game: Game) -> list[int]:
    """How many pictures each face has."""
    return [len(face.pictures) for face in game.snapshot.faces]
