"""What of a player's pictures teaches and what is tried: parted by take, never by picture.

A burst takes a picture every 150 ms, so its neighbours are near twins. Parted by picture, nearly every one
that is tried has a twin among those that were taught, and a recogniser that only knows its own burst passes
with honours; what a player wants to know is how it does the next time. So a whole take is taught or tried.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from facegame_lib.errors import BadSetting, NotEnough
from facegame_lib.folder import Problem
from facegame_lib.recognizer import MIN_CATEGORIES, MIN_PICTURES
from facegame_lib.research.people import read_stores
from facegame_lib.samples import Sample, SampleStore

_DRAWS: Final = 20  # for each split that is asked for: where there are fewer, so many that none is missed


@dataclass(frozen=True)
class Split:
    """One way to part a player's pictures: places in their order that teach, and those that are tried.

    `ratio`: takes tried for each that is taught, which says how much two splits overlap.
    """

    taught: tuple[int, ...]
    tried: tuple[int, ...]
    ratio: float


@dataclass(frozen=True)
class Subject:
    """A player as `compare` sees one: the pictures of categories with enough takes, and the splits."""

    name: str
    samples: tuple[Sample, ...]
    splits: tuple[Split, ...]


def usable(name: str, store: SampleStore, train_takes: int) -> tuple[tuple[Sample, ...], list[Problem]]:
    """That player's pictures of categories with more than `train_takes` takes of `MIN_PICTURES` each, and
    what is left out."""
    kept, problems = list[Sample](), list[Problem]()
    for category in store.categories:
        samples = store.samples(category.id)
        counts = Counter(sample.take for sample in samples)
        takes = {take for take, count in counts.items() if count >= MIN_PICTURES}
        if len(takes) > train_takes:
            kept += [sample for sample in samples if sample.take in takes]
        else:
            details = {"player": name, "category": category.name, "found": str(len(takes))}
            details |= {"needed": str(train_takes + 1), "pictures": str(MIN_PICTURES)}
            problems.append(Problem("compare.left_out.category", details))
    return tuple(kept), problems


def by_take(
    name: str, samples: Sequence[Sample], faces: int | None, train_takes: int, repeats: int, seed: int
) -> tuple[Split, ...]:
    """Up to `repeats` different splits: for each, `faces` of the categories (None: all) and an order of the
    takes are drawn. The first `train_takes` takes of each category in that order teach, the others are tried.

    One order for all categories: a take number is a sitting, with its light and its room, and were half of
    the faces taught in one light and half in another, the light would tell them apart.
    """
    dice = np.random.default_rng([seed % 2**64, zlib.crc32(name.encode())])
    categories = sorted({sample.category for sample in samples})
    numbers = sorted({sample.take for sample in samples})
    of = {each: sorted({s.take for s in samples if s.category == each}) for each in categories}
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], Split] = {}
    for _ in range(_DRAWS * repeats):
        drawn = dice.choice(categories, len(categories) if faces is None else faces, replace=False)
        order = {int(take): place for place, take in enumerate(dice.permutation(numbers))}
        lessons = {str(each): sorted(of[str(each)], key=order.__getitem__)[:train_takes] for each in drawn}
        mine = [(place, sample) for place, sample in enumerate(samples) if sample.category in lessons]
        taught = tuple(place for place, sample in mine if sample.take in lessons[sample.category])
        tried = tuple(place for place, sample in mine if sample.take not in lessons[sample.category])
        takes = sum(len(of[each]) for each in lessons)
        teaching = train_takes * len(lessons)
        found.setdefault((taught, tried), Split(taught, tried, (takes - teaching) / teaching))
        if len(found) == repeats:
            break
    return tuple(found.values())


def by_picture(split: Split, samples: Sequence[Sample], seed: int) -> Split:
    """The wrong way, to show what it does: as many pictures of each category teach, drawn from all takes."""
    dice = np.random.default_rng([seed % 2**64, *split.taught[:1], len(split.taught)])
    places = np.array([*split.taught, *split.tried])
    labels = np.array([samples[place].category for place in places])
    counts = Counter(samples[place].category for place in split.taught)
    drawn = [dice.choice(places[labels == each], count, replace=False) for each, count in counts.items()]
    taught = {int(place) for place in np.concatenate(drawn)}
    rest = tuple(int(place) for place in sorted(places) if int(place) not in taught)
    return replace(split, taught=tuple(sorted(taught)), tried=rest)


def subjects(
    where: SampleStore | str | Path, faces: int | None, train_takes: int, repeats: int, seed: int
) -> tuple[tuple[Subject, ...], tuple[Problem, ...]]:
    """The players of that store or folder with their splits, and what is left out, in sentences.

    Raises `BadSetting`, `BadStore` for a folder that cannot be read, and `NotEnough` if nobody has enough.
    """
    lowest = {"faces": (faces, MIN_CATEGORIES), "train_takes": (train_takes, 1), "repeats": (repeats, 1)}
    for name, (value, low) in lowest.items():
        if value is not None and value < low:
            raise BadSetting("out_of_range", name=name, low=low, high="...", found=value)
    if isinstance(where, SampleStore):
        stores = {where.folder.name if where.folder else "player": where}
        problems = list(where.problems)
    else:
        stores, problems = read_stores(where)
    found = []
    for name, store in stores.items():
        samples, left_out = usable(name, store, train_takes)
        problems += left_out
        categories = len({sample.category for sample in samples})
        if categories >= (faces or MIN_CATEGORIES):
            found.append(Subject(name, samples, by_take(name, samples, faces, train_takes, repeats, seed)))
        elif not left_out or categories:
            details = {"player": name, "found": str(categories), "faces": str(faces or MIN_CATEGORIES)}
            problems.append(Problem("compare.left_out.player", details))
    if not found:
        raise _nobody(stores.values(), faces, train_takes)
    return tuple(found), tuple(problems)


def _nobody(stores: Collection[SampleStore], faces: int | None, train_takes: int) -> NotEnough:
    """Why nobody can be compared, and what to do about it."""
    takes = [{s.take for s in store.samples(each.id)} for store in stores for each in store.categories]
    if not any(takes):
        return NotEnough("empty_store")
    if all(len(numbers) < 2 for numbers in takes):
        return NotEnough("one_take")
    return NotEnough(
        "compare_nobody", faces=faces or MIN_CATEGORIES, takes=train_takes + 1, pictures=MIN_PICTURES
    )
