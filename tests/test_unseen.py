"""A recogniser whose embedder may see nothing: no face, none of these, and what is learnt then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from taught import seen, store_of, trained

from facegame_lib import frames
from facegame_lib.errors import NotEnough
from facegame_lib.known import Known
from facegame_lib.recognizer import Recognizer
from facegame_lib.testing import FakeEmbedder, plain_frame


class Eyes(FakeEmbedder):
    """Sees nothing in grey pictures, learns each other one twice, and counts what it watches."""

    watched = 0

    def copies(self, frame: frames.Frame) -> Any:
        """The row and a dimmer one."""
        row = self.embed([frame])[0]
        return np.stack([row, row * 0.9]) * (frame.std() > 20)

    def watch(self, frame: frames.Frame) -> Any:
        """The row, counted."""
        self.watched += 1
        return self.copies(frame)[:1]

    def seen(self, X: Any) -> Any:
        """Rows that are not empty."""
        return np.any(X, axis=1)


NOBODY = plain_frame((128, 128, 128), seed=5)


def test_a_frame_without_a_face_is_none_of_them() -> None:
    """It is known by nothing, near nothing, and for no label rather than another."""
    recognizer = Recognizer(Eyes(), known=Known(edge=1.1)).fit(store_of())
    guess = recognizer.predict(NOBODY)
    assert (guess.known, guess.closenesses) == (0.0, (0.0, 0.0, 0.0))
    assert guess.probabilities == pytest.approx((1 / 3,) * 3)
    assert guess.labels == recognizer.labels_
    assert recognizer.predict(seen("red", 9)).known > 0.3
    assert recognizer.embedder.watched == 2


def test_pictures_without_a_face_are_not_learnt() -> None:
    """They are counted and left out; copies are not pictures; too few faces are refused by name."""
    store = store_of()
    store.add("red", NOBODY)
    recognizer = Recognizer(Eyes()).fit(store)
    assert (recognizer.report.pictures, recognizer.report.skipped) == (24, 1)
    assert recognizer.predict(seen("red", 9)).label == "red"
    poor = store_of(4)
    for category in poor.categories:
        poor.add(category.id, plain_frame((128, 128, 128), seed=len(poor)))
    with pytest.raises(NotEnough) as refusal:
        Recognizer(Eyes()).fit(poor)
    assert (refusal.value.key, refusal.value.details["found"]) == ("few_with_face", 4)


def test_without_a_score_for_it_everything_is_known() -> None:
    """A recogniser of whole frames does not say none of these."""
    assert trained().predict(NOBODY).known == 1.0


def test_a_face_that_is_not_known_is_near_none() -> None:
    """A fourth colour wins some vote, but no bar."""
    strange = plain_frame((250, 20, 250), seed=1)
    assert max(trained(known=Known()).predict(strange).closenesses) < 0.1
    assert trained(known=Known()).predict(strange).known < 0.1
