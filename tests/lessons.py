"""Lessons that are not easy: coloured frames whose takes differ as much as the faces do, and need no net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from facegame_lib.classifier import Floats
from facegame_lib.frames import Frame
from facegame_lib.recognizer import Recognizer
from facegame_lib.research.lesson import Lesson
from facegame_lib.samples import Sample, SampleStore
from facegame_lib.testing import FakeEmbedder, plain_frame
from facegame_lib.whitening import Whitening

FACES = {"ant": (170, 100, 100), "bee": (100, 170, 100), "cat": (100, 100, 170)}


class Twice(FakeEmbedder):
    """Learns each picture and its mirror image."""

    def copies(self, frame: Frame) -> Floats:
        """`(2, dim)`."""
        return self.embed([frame, np.ascontiguousarray(frame[:, ::-1])])


def frame_of(face: str, take: int, number: int) -> Frame:
    """A frame of that face: its colour, off by the light of that take, with noise."""
    dice = np.random.default_rng([take, sum(map(ord, face))])
    colour = np.clip(np.array(FACES[face]) + dice.normal(0, 80, 3), 0, 255)
    red, green, blue = (int(part) for part in colour)
    return plain_frame((red, green, blue), side=32, seed=1000 * take + number)


def store_of(takes: Mapping[str, int], pictures: int = 5) -> SampleStore:
    """A store with that many takes of each face, of so many pictures each."""
    store = SampleStore(takes)
    for face, many in takes.items():
        for take in range(1, many + 1):
            for number in range(pictures):
                store.add(face, frame_of(face, take, number), take)
    return store


def recognizer(**parts: Any) -> Recognizer:
    """What learns them: copies, whitening and neighbours, as the recogniser of faces does."""
    return Recognizer(Twice(), **{"metric": Whitening(), **parts})


def lesson_of(takes: int = 3, pictures: int = 5, **parts: Any) -> Lesson:
    """The three faces, learnt."""
    return Lesson.make(store_of(dict.fromkeys(FACES, takes), pictures), recognizer(**parts))


def retaught(lesson: Lesson, left_out: set[Sample], **parts: Any) -> Recognizer:
    """A recogniser that was never shown those pictures: taught from nothing, by the library's front door."""
    store = SampleStore(lesson.names.values())
    for sample in lesson.samples:
        if sample not in left_out:
            store.add(sample.category, sample.data, sample.take)
    return recognizer(**parts).fit(store)
