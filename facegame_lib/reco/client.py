"""A recogniser whose nets are on a server: `FaceGame(recognizer=RemoteRecognizer(url, token=...))`.

It needs neither TensorFlow nor LiteRT. It speaks the original protocol (`docs/server.md`) and keeps what it
sent, so that a server that was away, or started again, gets back what it lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, Self, TypeVar

import numpy as np

from facegame_lib import frames
from facegame_lib.errors import NotEnough, RemoteUnavailable
from facegame_lib.frames import Frame
from facegame_lib.prediction import Prediction
from facegame_lib.progress import Progress
from facegame_lib.reco import answers
from facegame_lib.reco.addresses import without_token
from facegame_lib.reco.wire import Lost, Wire, raise_error
from facegame_lib.recognizer import check_enough
from facegame_lib.report import Report
from facegame_lib.samples import Sample, SampleStore

VERSION: Final = 1  # of the protocol
MAX_PICTURE: Final = 700_000  # bytes; a larger one is sent smaller
TRIES: Final = 3  # at teaching a server that says again and again that it lacks pictures
LEARNS_WITHIN: Final = 300.0  # seconds: a server with a full class has much to do
T = TypeVar("T")


class RemoteRecognizer:
    """Answers as `Recognizer` does, with the nets of the Reco server at `url` (`facegame serve`).

    `token` is the server's, which may stand in the url as `#token`. `certificate` is the file that a server
    with `--https` names: what its certificate is checked with. `timeout` is seconds.

    Nothing is sent before `prepare` or the first use. Pictures of the store and live frames go to the server,
    which keeps them in memory for as long as this one is connected, and two minutes more. Raises
    `RemoteUnavailable` when the server cannot be reached or is of another version, `BadSetting` for a wrong
    token.
    """

    def __init__(
        self, url: str, token: str | None = None, *, certificate: str | None = None, timeout: float = 10.0
    ) -> None:
        url, in_url = without_token(url)
        self._wire = Wire(url, token or in_url or None, certificate, timeout)
        self._session: dict[str, Any] = {}  # its id and secret
        self._there: set[str] = set()  # the keys of the pictures that the server has
        self._learnt: list[Sample] = []  # the pictures of the last fit
        self._report: Report | None = None
        self._lock = threading.RLock()

    @property
    def ready(self) -> bool:
        """Whether the server was reached and has a place for this one."""
        return bool(self._session)

    @property
    def report(self) -> Report:
        """What the last `fit` found. Raises `NotEnough` before the first."""
        if self._report is None:
            raise NotEnough("not_fitted")
        return self._report

    def prepare(self, progress: Progress | None = None) -> Self:
        """Reach the server. Raises `RemoteUnavailable`."""
        if progress is not None:
            progress(0.0, "progress.remote")
        with self._lock:
            self._enter()
        if progress is not None:
            progress(1.0, "progress.remote")
        return self

    def pending(self, store: SampleStore) -> list[Sample]:
        """The pictures of the store that the server does not have."""
        return [sample for sample in store.samples() if _key(sample) not in self._there]

    def absorb(self, samples: Iterable[Sample]) -> None:
        """Send these pictures now, so that `fit` need not."""
        with self._lock:
            for sample in samples:
                self._send(sample)

    def fit(self, store: SampleStore, progress: Progress | None = None) -> Self:
        """Have the server learn the store. Raises `NotEnough`, changing nothing then, and as `prepare`."""
        check_enough(store)
        samples = list(store.samples())
        pending = self.pending(store)
        for done, sample in enumerate(pending):
            if progress is not None:
                progress(done / (len(pending) + 1), "progress.embed")
            self.absorb([sample])
        try:
            with self._lock:
                self._learn(samples)
        except NotEnough as error:
            names = {category.id: category.name for category in store.categories}
            name = error.details.get("name")
            if not isinstance(name, str) or name not in names:
                raise
            # The server knows ids only.
            raise NotEnough(error.key, **{**error.details, "name": names[name]}) from None
        if progress is not None:
            progress(1.0, "progress.fit")
        return self

    def predict(self, frame: Frame | bytes) -> Prediction:
        """What that frame, or the picture in these bytes, looks like. Raises `BadPicture`, `NotEnough`, and
        as `prepare`. A frame is sent as JPEG."""
        if self._report is None:
            raise NotEnough("not_fitted")
        data = _small(frames.encode(frames.square(frame)) if isinstance(frame, np.ndarray) else bytes(frame))
        with self._lock:
            said = self._predict(data)
            if said.get("error") == "not_fitted":  # the server lost what it had learnt; it learns it again
                self._learn(self._learnt)
                said = self._predict(data)
        return self._understood(answers.prediction_of, said)

    def forget(self) -> None:
        """Everything goes, here and on the server. Raises as `prepare`; a server that is away forgets by
        itself two minutes after it lost this one."""
        with self._lock:
            self._there, self._learnt, self._report = set(), [], None
            if self._session:
                raise_error(self._ask("backend_reset", {}))

    def close(self) -> None:
        """Let the server go; it forgets all pictures after two minutes."""
        self._wire.close()

    # -- talking to the server

    def _predict(self, data: bytes) -> dict[str, Any]:
        return self._ask("backend_predict", {"sample": data, "all": True})

    def _send(self, sample: Sample) -> None:
        key = _key(sample)
        if not self._session:
            self._enter()
        if key not in self._there:
            fields = {"sample": _small(sample.data), "class_id": sample.category, "take": sample.take}
            fields["picture"] = key
            raise_error(self._ask("backend_add_sample", fields))
            self._there.add(key)

    def _learn(self, samples: list[Sample]) -> None:
        """Have exactly these learnt: what the server lacks is sent first."""
        keys = [_key(sample) for sample in samples]
        for _ in range(TRIES):
            for sample in samples:
                self._send(sample)
            said = self._ask("backend_train", {"pictures": keys}, LEARNS_WITHIN)
            if "missing" not in said:
                break
            self._there -= self._understood(lambda said: answers.keys_of(said["missing"]), said, refused=True)
        self._report = self._understood(answers.report_of, said)
        self._there, self._learnt = set(keys), samples

    def _understood(
        self, read: Callable[[dict[str, Any]], T], said: dict[str, Any], refused: bool = False
    ) -> T:
        """What `read` makes of an answer. Raises the error that it is (unless `refused` is looked into), and
        `RemoteUnavailable` for one that makes no sense."""
        if not refused:
            raise_error(said)
        try:
            return read(said)
        except (ValueError, OverflowError) as error:
            raise RemoteUnavailable("remote_nonsense", url=self._wire.url) from error

    def _ask(self, event: str, fields: dict[str, Any], timeout: float | None = None) -> dict[str, Any]:
        """Ask, in our session; once more if the connection breaks, or if the session is gone."""
        for _ in range(2):
            try:
                if not (self._session and self._wire.connected):
                    self._enter()
                said = self._wire.ask(event, {"sessionId": self._session["sessionId"], **fields}, timeout)
            except Lost:
                continue
            if said.get("error") != "no_session":
                return said
            self._enter()
        raise RemoteUnavailable("remote_away", url=self._wire.url)

    def _enter(self) -> None:
        """Connect if need be, and take up our session, or begin one and bring it what the last one had."""
        self._wire.connect()
        known = {key: value for key, value in self._session.items() if key in ("sessionId", "secret")}
        try:
            said = self._wire.ask("backend_new_session", known)
        except Lost:
            raise RemoteUnavailable("remote_away", url=self._wire.url) from None
        raise_error(said)
        if said.get("version") != VERSION:
            found = said.get("version", "?")
            raise RemoteUnavailable("remote_version", url=self._wire.url, found=found, known=VERSION)
        if not isinstance(said.get("sessionId"), str | int):
            raise RemoteUnavailable("remote_nonsense", url=self._wire.url)
        self._session = said
        if not said.get("resumed"):
            self._there = set()


def _key(sample: Sample) -> str:
    """What a picture is known by: its place in the store and its bytes."""
    return f"{sample.digest[:32]} {sample.id}"


def _small(data: bytes) -> bytes:
    """The picture as it can be sent. Raises `BadPicture`."""
    if len(data) <= MAX_PICTURE:
        return data
    return frames.as_stored(data)
