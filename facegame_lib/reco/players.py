"""One player on the server: the library's own `Game`, driven in turns, and what their screen is sent."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from PIL import Image

from facegame_lib.best import BestScores
from facegame_lib.errors import BadSetting, FaceGameError
from facegame_lib.game import Game
from facegame_lib.images import zip_of
from facegame_lib.match import Match
from facegame_lib.reco.turns import Turns
from facegame_lib.recognizer import RecognizerProtocol
from facegame_lib.recognizers import LookAt
from facegame_lib.samples import Sample, SampleStore
from facegame_lib.snapshot import ResultView, Snapshot

THUMBNAIL: Final = 96  # pixels a side
PICTURES_A_MESSAGE: Final = 10  # a Socket.IO client in a browser closes at a message of more binary parts
T = TypeVar("T")


class Screen(Protocol):
    """Where a player's game is shown. Called on a worker's thread: what it does is short."""

    def snapshot(self, changes: dict[str, Any]) -> None:
        """What changed of the snapshot."""
        ...

    def pictures(self, about: list[dict[str, Any]], thumbnails: list[bytes]) -> None:
        """Pictures that are new, small."""
        ...

    def ended(self, match: Match, result: ResultView) -> None:
        """A match ended. Said once of each."""
        ...

    def result(self, match: Match) -> None:
        """The result of that match is shown: again after each `show_all`."""
        ...


class Player:
    """A game and its seat. All that touches the game is done in its turn, on a worker's thread.

    `clock` gives seconds; further keywords go to `Game`.
    """

    def __init__(
        self,
        turns: Turns,
        recognizers: Mapping[LookAt, RecognizerProtocol],
        screen: Screen,
        *,
        store: SampleStore | None = None,
        clock: Callable[[], float] = time.monotonic,
        **rules: Any,
    ) -> None:
        self.game = Game(store, recognizers, best=BestScores(), **rules)
        self.screen = screen
        self._clock = clock
        self._shown: Snapshot | None = None
        self._sent: set[str] = set()
        self._ended: ResultView | None = None  # the last one that the screen was told of
        self.seat = turns.seat(self._tick, lambda: self.game.busy)

    @property
    def waits_for_time(self) -> bool:
        """Whether time alone can change the game: a match or a burst is under way."""
        snapshot = self.game.snapshot
        return snapshot.stage == "match" or snapshot.burst is not None

    def job(self, act: Callable[[float], T]) -> Callable[[], T]:
        """`act(at)` as a thing to be done in this player's turn: what came of it is shown."""

        def work() -> T:
            try:
                return act(self._clock())
            finally:
                self._show()

        return work

    def frame(self, data: bytes, stamp: float) -> Callable[[], None]:
        """The job of a live frame: what is wrong with it is told to the player."""

        def look(at: float) -> None:
            try:
                self.game.frame(data, at, stamp)
            except FaceGameError as error:
                self.game.tell(error)

        return self.job(look)

    def command(self, command: str, details: dict[str, Any]) -> Callable[[float], Snapshot]:
        """The job of a command of the player's. Raises `BadSetting` for one that is not for a server."""
        if command == "save":  # no one from the net writes into a folder here
            raise BadSetting("server_saves_nothing")
        return lambda at: self.game.do(command, at, **details)

    def show_all(self) -> None:
        """The screen is new, or lost what it had: it gets everything again. To be posted."""
        self._shown, self._sent = None, set()

    def zip(self) -> bytes:
        """All pictures as a ZIP file, in the folders that `SampleStore.open` reads. To be posted."""
        return zip_of(self.game.store)

    def close(self) -> None:
        """The game is over for good."""
        self.seat.close()

    def _tick(self) -> None:
        try:
            self.game.tick(self._clock())
        finally:
            self._show()

    def _show(self) -> None:
        snapshot, before = self.game.snapshot, self._shown
        if snapshot is before:
            return
        self._shown = snapshot
        changes = snapshot.changes(before)
        if changes:
            self.screen.snapshot(changes)
        if "faces" in changes:
            self._send_pictures()  # after their ids: the page forgets pictures that are not in the view
        match, result = self.game.match, snapshot.result
        if match is None or result is None or (before is not None and before.result == result):
            return
        if result is not self._ended:  # a screen that is new has not made it a new match
            self._ended = result
            self.screen.ended(match, result)
        self.screen.result(match)

    def _send_pictures(self) -> None:
        samples = self.game.store.samples()
        new = [sample for sample in samples if sample.id not in self._sent]
        self._sent = {sample.id for sample in samples}
        for start in range(0, len(new), PICTURES_A_MESSAGE):
            some: Sequence[Sample] = new[start : start + PICTURES_A_MESSAGE]
            about = [{"id": s.id, "face": s.category, "take": s.take} for s in some]
            self.screen.pictures(about, [thumbnail(sample.data) for sample in some])


def thumbnail(data: bytes) -> bytes:
    """A stored picture, small, as JPEG."""
    picture = Image.open(io.BytesIO(data))
    picture.draft("RGB", (THUMBNAIL, THUMBNAIL))  # JPEG can be decoded at an eighth of its size, in no time
    small = picture.convert("RGB")
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return file.getvalue()
