"""What a client of the original protocol teaches: pictures of classes, and a model of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from facegame_lib.errors import FaceGameError, NotEnough
from facegame_lib.names import unique_name
from facegame_lib.prediction import Prediction
from facegame_lib.reco.protocol import ClassId
from facegame_lib.reco.turns import Turns
from facegame_lib.reco.waiting import Answer
from facegame_lib.recognizer import RecognizerProtocol
from facegame_lib.report import Report
from facegame_lib.samples import SampleStore
from facegame_lib.training import Training

MAX_CLASSES: Final = 64


class Lesson:
    """A store, a recogniser and the library's `Training`, which keeps up with the pictures as they come.

    All but the constructor, `train` and `close` is done in its seat's turn, on a worker's thread.
    """

    def __init__(self, turns: Turns, recognizer: RecognizerProtocol) -> None:
        self.recognizer = recognizer
        self.store = SampleStore()
        self.training = Training(self.store, recognizer)
        self.seat = turns.seat(self._tick, lambda: self.training.busy)
        self._categories: dict[ClassId, str] = {}  # of each class
        self._classes: dict[str, ClassId] = {}  # of each category, also of those that a model knows still
        self._pictures: dict[str, str] = {}  # the sample's id of each key that a client gave its picture
        self._waiting: list[Answer[None]] = []  # for the training's end

    def add(self, class_id: ClassId, data: bytes, key: str, take: int = 1) -> None:
        """A picture of that class, to be known by that key. Raises `BadPicture`, `NotEnough`."""
        if class_id not in self._categories:
            if len(self._categories) >= MAX_CLASSES:
                raise NotEnough("many_classes", limit=MAX_CLASSES)
            name = unique_name(str(class_id), (category.name for category in self.store.categories))
            self._categories[class_id] = category = self.store.add_category(name).id
            self._classes[category] = class_id
        new = self.store.add(self._categories[class_id], data, take).id
        self.store.remove([self._pictures[key]] if key in self._pictures else [])
        self._pictures[key] = new
        self.training.store_changed()

    def lacks(self, keys: Iterable[str]) -> list[str]:
        """Those of these pictures that are not here."""
        return [key for key in keys if key not in self._pictures]

    def keep_only(self, keys: Iterable[str]) -> None:
        """Forget all pictures but these, and classes that have none left."""
        kept = set(keys)
        self.store.remove([id for key, id in self._pictures.items() if key not in kept])
        self._pictures = {key: id for key, id in self._pictures.items() if key in kept}
        filled = {sample.category for sample in self.store.samples()}
        for class_id, category in list(self._categories.items()):
            if category not in filled:
                self.store.remove_category(category, for_good=True)
                del self._categories[class_id]
        self.training.store_changed()

    def train(self, learnt: Answer[None]) -> Callable[[], None]:
        """The job of learning what is there, which is `learnt` later, or not, and then it says why."""

        def work() -> None:
            try:
                self.training.ask()
            except FaceGameError as error:
                learnt.fail(error)
            else:
                self._waiting.append(learnt)

        return work

    def predict(self, data: bytes) -> Prediction:
        """What that picture, the camera's next, looks like. Raises `BadPicture`, `NotEnough`."""
        return self.recognizer.predict(data)

    def class_of(self, label: str) -> ClassId:
        """The class that a label of the model is, by the client's own name for it."""
        return self._classes[label]

    @property
    def report(self) -> Report:
        """What training found. Raises `NotEnough` before the first."""
        return self.recognizer.report

    def close(self) -> None:
        """It is over: who still waits for it is told."""
        self.seat.close()
        self._finish(NotEnough("session_over"))

    def _tick(self) -> None:
        try:
            self.training.tick()
        except Exception as error:
            self._finish(error)
            raise
        if self.training.view.state != "training":
            self._finish(None)

    def _finish(self, error: Exception | None) -> None:
        waiting, self._waiting = self._waiting, []
        for learnt in waiting:
            if error is None:
                learnt.give(None)
            else:
                learnt.fail(error)
