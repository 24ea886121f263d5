"""A server's answers, as `RemoteRecognizer` reads them: a server may be another's, or of another version."""

from __future__ import annotations

import json
from typing import Any

from door import PICTURES, as_json, bend, messages, refused

from facegame_lib.errors import FaceGameError
from facegame_lib.prediction import Prediction
from facegame_lib.reco.client import RemoteRecognizer
from facegame_lib.reco.wire import Lost
from facegame_lib.samples import SampleStore

MAX_LENGTH = 2048
_ENTERED = {"sessionId": "a", "secret": "s", "version": 1}
_REPORT = {
    "labels": ["a", "b"],
    "pictures": 12,
    "agreement": 0.9,
    "confused": ["a", "b", 0.1],
    "skipped": 0,
    "weakest": ["a", "b", 0.2],
}
_GUESS = {
    "class_id": "a",
    "confidence": 0.9,
    "labels": ["a", "b"],
    "probabilities": [0.9, 0.1],
    "closenesses": [0.8, 0.2],
    "known": 1.0,
}
_ERROR = {
    "error": "few_pictures",
    "message": "m",
    "kind": "NotEnough",
    "details": {"name": "a", "found": 1, "needed": 5},
}
SEEDS = [
    as_json(_ENTERED, _REPORT, _GUESS),
    as_json(
        _ENTERED,
        {**_REPORT, "confused": None, "weakest": None},
        {"error": "not_fitted", "message": "m"},
        _REPORT,
        _GUESS,
    ),
    as_json(
        _ENTERED,
        {"error": "pictures_missing", "missing": ["x"]},
        _REPORT,
        {"error": "no_session"},
        _ENTERED,
        _GUESS,
    ),
    as_json(_ENTERED, _ERROR),
    as_json({"error": "wrong_token", "message": "no", "kind": "BadSetting", "details": {}}),
]
TOKENS = [
    b'"error"',
    b'"kind"',
    b'"details"',
    b'"missing"',
    b'"labels"',
    b'"known"',
    b'"version"',
    b'"resumed"',
    b"\x1e",
    b"NaN",
    b"BadPicture",
    b"no_session",
    b"not_fitted",
    b"key",
]
mutate = bend


class _Wire:
    """Says what the input says, in its order, and then nothing more."""

    url, connected = "http://there", True

    def __init__(self, said: list[dict[str, Any]]) -> None:
        self._said = said

    def connect(self) -> None:
        """It is."""

    def ask(self, event: str, fields: dict[str, Any], timeout: float | None = None) -> dict[str, Any]:
        """The next answer; pictures are always taken."""
        if event == "backend_add_sample":
            return {}
        if not self._said:
            raise Lost
        return self._said.pop(0)


_STORE = SampleStore(["a", "b"])
for _category in _STORE.categories:
    for _ in range(6):
        _STORE.add(_category.id, PICTURES[0])


def one(data: bytes) -> None:
    """A report and a prediction that the game can use, or a sentence."""
    said: list[dict[str, Any]] = []
    for message in messages(data, at_most=12):
        try:
            answer = json.loads(message)
        except (ValueError, RecursionError):  # the Socket.IO library lets no such packet through
            continue
        said += [answer] if isinstance(answer, dict) else []  # nor does `Wire`
    remote = RemoteRecognizer("http://there")
    remote._wire = _Wire(said)  # type: ignore[assignment]
    if refused(lambda: remote.fit(_STORE), FaceGameError) is None:
        return
    guess = refused(lambda: remote.predict(PICTURES[0]), FaceGameError)
    if guess is not None:
        use(guess)


def use(guess: Prediction) -> None:
    """What the game does with a prediction."""
    assert len(guess.labels) == len(guess.probabilities) == len(guess.closenesses)
    assert guess.label in guess.labels
    assert 0 <= guess.closeness(guess.label) <= 1
    assert 0 <= guess.confidence <= 1
