"""Pictures of people on disk, parted into what a recogniser is taught and what it is tried on.

ROOT/<player>/<category>/take-<n>/*.jpg          several takes of several faces each
DIR/<player>/neutral-to-<category>/*.jpg         consecutive frames, from a neutral face to that face
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Final

from facegame_lib import frames
from facegame_lib.errors import BadPicture, BadSetting, BadStore
from facegame_lib.folder import MANIFEST, Problem
from facegame_lib.recognizer import MIN_CATEGORIES, MIN_PICTURES
from facegame_lib.samples import Sample, SampleStore
from facegame_lib.sources import ImageFolder

MAX_SUBSETS: Final = 20
SWEEP: Final = "neutral-to-"
MIN_FRAMES: Final = 6  # of a sweep: three of its start and three of its end


@dataclass(frozen=True)
class Player:
    """One person. `lessons` holds the training takes of each category, as the game would keep them; `tests`
    the later takes, as the camera gave them, of the categories that can be tried: by id in `lessons`.

    `folders`: the id in `lessons` of each category's folder. `taught`: digests of the training pictures.
    """

    name: str
    lessons: SampleStore
    tests: dict[str, tuple[Sample, ...]]
    folders: dict[str, str]
    taught: frozenset[str]

    def subsets(self, faces: int, seed: int = 0) -> list[tuple[str, ...]]:
        """Every choice of that many of the categories that can be tried; of many, 20 drawn with that seed."""
        categories = sorted(self.tests)
        if math.comb(len(categories), faces) <= MAX_SUBSETS:
            return list(combinations(categories, faces))
        dice, drawn = random.Random(seed), set[tuple[str, ...]]()
        while len(drawn) < MAX_SUBSETS:
            drawn.add(tuple(sorted(dice.sample(categories, faces))))
        return sorted(drawn)


@dataclass(frozen=True)
class People:
    """Whom `read_people` found. `left_out` says, in sentences, what cannot be used and why."""

    root: Path
    players: tuple[Player, ...]
    left_out: tuple[Problem, ...]
    faces: int
    train_takes: int

    @property
    def testable(self) -> tuple[Player, ...]:
        """Those with as many categories as were asked for."""
        return tuple(player for player in self.players if len(player.tests) >= self.faces)


@dataclass(frozen=True)
class Run:
    """Consecutive frames of one player, from a neutral face to that category (its id in `lessons`)."""

    name: str
    player: Player
    category: str
    pictures: tuple[Sample, ...]
    fps: float


def read_people(
    root: str | Path, faces: int = 4, train_takes: int = 1, but: str | Path | None = None
) -> People:
    """The players of that folder; `but` is a folder in it that is no player (the sweeps).

    A category is taught by its first `train_takes` takes, `MIN_PICTURES` pictures at least, and tried on
    the others. Raises `BadSetting`, and `BadStore` for a folder that is not there.
    """
    if faces < MIN_CATEGORIES:
        raise BadSetting("out_of_range", name="--faces", low=MIN_CATEGORIES, high="...", found=faces)
    if train_takes < 1:
        raise BadSetting("out_of_range", name="--train-takes", low=1, high="...", found=train_takes)
    players, left_out = [], list[Problem]()
    for folder in _folders(root):
        if but is None or folder.resolve() != Path(but).resolve():
            player, problems = _player(folder, faces, train_takes)
            players.append(player)
            left_out += problems
    return People(Path(root), tuple(players), tuple(left_out), faces, train_takes)


def read_sweeps(root: str | Path, people: People, fps: float = 30.0) -> tuple[list[Run], list[Problem]]:
    """The runs in that folder of players who were taught their face, and those left out.

    `fps`: frames a second that they were taken at. Raises `BadSetting` for an impossible one, and
    `BadStore` for a folder that is not there.
    """
    if not 0.1 <= fps <= 240:
        raise BadSetting("out_of_range", name="--fps", low=0.1, high=240, found=fps)
    runs, left_out = [], list[Problem]()
    players = {player.name: player for player in people.players if len(player.folders) >= MIN_CATEGORIES}
    for folder in _folders(root):
        for below in _folders(folder):
            name = f"{folder.name}/{below.name}"
            player = players.get(folder.name)
            category = player.folders.get(below.name.removeprefix(SWEEP)) if player else None
            if player is None or category is None or not below.name.startswith(SWEEP):
                left_out.append(Problem("evaluate.left_out.sweep", {"sweep": name}))
                continue
            pictures, problems = _pictures(below)
            left_out += [_below(name, problem) for problem in problems]
            if len(pictures) < MIN_FRAMES:
                details = {"sweep": name, "found": str(len(pictures)), "needed": str(MIN_FRAMES)}
                left_out.append(Problem("evaluate.left_out.short", details))
            else:
                runs.append(Run(name, player, category, tuple(pictures), fps))
    return runs, left_out


def read_stores(where: str | Path) -> tuple[dict[str, SampleStore], list[Problem]]:
    """All pictures of each player of that folder, by the player's name, and what of them cannot be read.

    A folder that is itself a store (as the game keeps one) is that of one player. Raises `BadStore`.
    """
    alone = (Path(where) / MANIFEST).is_file()
    stores = {path.name: SampleStore.open(path) for path in ([Path(where)] if alone else _folders(where))}
    return stores, [_below(name, problem) for name, store in stores.items() for problem in store.problems]


def _pictures(folder: Path) -> tuple[list[Sample], list[Problem]]:
    """The sound pictures of a sweep in their order, and what is wrong with the others."""
    sound, problems = [], []
    try:
        files = ImageFolder(folder).files
    except BadStore:  # there is none
        files = []
    for file in files:
        with file.open("rb") as opened:
            data = opened.read(frames.MAX_BYTES + 1)  # enough to be refused, and never more
        try:
            frames.decode(data)
            sound.append(Sample(file.name, "", 1, data))
        except BadPicture as error:
            problems.append(Problem(f"store.problem.{error.key}", {"path": file.name}))
    return sound, problems


def _below(folder: str, problem: Problem) -> Problem:
    """That problem, said of a path that begins with that folder."""
    return Problem(problem.key, problem.details | {"path": f"{folder}/{problem.details['path']}"})


def _folders(root: str | Path) -> list[Path]:
    try:
        inside = sorted(path for path in Path(root).iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise BadStore("folder_unreadable", path=root, reason=error.strerror or error) from error
    return [path for path in inside if path.is_dir()]


def _player(folder: Path, faces: int, train_takes: int) -> tuple[Player, list[Problem]]:
    """That player, and what of the folder is left out."""
    found = SampleStore.open(folder)
    problems = [_below(folder.name, problem) for problem in found.problems]
    lessons, tests, folders, taught = SampleStore(), dict[str, tuple[Sample, ...]](), {}, set[str]()
    for category in found.categories:
        samples = found.samples(category.id)
        takes = sorted({sample.take for sample in samples})
        lesson = [sample for sample in samples if sample.take in takes[:train_takes]]
        later = [sample for sample in samples if sample.take not in takes[:train_takes]]
        enough = len(lesson) >= MIN_PICTURES
        if enough:
            id = folders[category.id] = lessons.add_category(category.name).id
            for sample in lesson:
                lessons.add(id, sample.data, 1 + takes.index(sample.take))  # from 1, whatever the folders'
                taught.add(sample.digest)
            if later:
                tests[id] = tuple(replace(sample, category=id) for sample in later)
        if not (enough and later):
            details = {"player": folder.name, "category": category.id, "takes": str(len(takes))}
            details |= {"pictures": str(len(lesson)), "needed": str(MIN_PICTURES)}
            problems.append(Problem(f"evaluate.left_out.{'test' if enough else 'lesson'}", details))
    if len(tests) < faces:
        counts = {"found": str(len(tests)), "faces": str(faces)}
        problems.append(Problem("evaluate.left_out.player", {"player": folder.name, **counts}))
    return Player(folder.name, lessons, tests, folders, frozenset(taught)), problems
