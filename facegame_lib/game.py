"""The loop: a timed frame, a tick or a command in, a frozen `Snapshot` out.

The only file that knows all the stages. It has no clock, no thread and no UI of its own: whoever drives it
(a widget, a server, a test) gives it times in seconds, ticks it often, and at once again while `busy`.

    game = Game()
    game.do("record", 0.0, face="smile")                    # the camera's side sends pictures
    game.do("train", 9.0)
    game.do("start", 12.0)
    bar.value = game.frame(frame, at=15.1).match.closeness
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from facegame_lib import events, views
from facegame_lib import match as m
from facegame_lib.best import BestScores
from facegame_lib.burst import BurstPlan
from facegame_lib.closeness import Smoother
from facegame_lib.errors import BadSetting, FaceGameError, NotEnough
from facegame_lib.frames import Frame
from facegame_lib.recognizer import Prediction, Recognizer, RecognizerProtocol
from facegame_lib.samples import SampleStore
from facegame_lib.snapshot import Notice, ResultView, Snapshot, Stage, Wants
from facegame_lib.teaching import Teaching
from facegame_lib.training import Training

NO_FRAMES: Final = 2.0  # seconds without a frame after which a match pauses
ASLEEP: Final = 5.0  # seconds without even a tick: the computer slept
_LIVE: Final = (m.Phase.COUNTDOWN, m.Phase.PLAYING)
_ACTIVE: Final = (*_LIVE, m.Phase.PAUSED)
_BACK_WITH_FRAMES: Final = ("no_frames", "asleep")  # pauses that the next frame ends
_IN_MATCH: Final = ("burst_sent", "pause", "resume", "skip", "quit", "page", "camera_lost", "camera_back")


class Game:
    """One player's game: a store, a recogniser and at most one match.

    `seconds` and `countdown` are the match's (see `Match`). With a `seed` the first match asks for the
    same labels each time and the next one for those of `seed + 1`; `order` asks for labels in that order.
    """

    def __init__(
        self,
        store: SampleStore | None = None,
        recognizer: RecognizerProtocol | None = None,
        *,
        plan: BurstPlan | None = None,
        seconds: float = 30.0,
        countdown: float = 3.0,
        seed: int | None = None,
        order: tuple[str, ...] = (),
        best: BestScores | None = None,
        language: str = "en",
    ) -> None:
        self.store = SampleStore() if store is None else store
        self.recognizer: RecognizerProtocol = Recognizer() if recognizer is None else recognizer
        finder = getattr(getattr(self.recognizer, "embedder", None), "finder", None)
        self.teaching = Teaching(self.store, BurstPlan() if plan is None else plan, language, finder)
        self.training = Training(self.store, self.recognizer)
        self.seconds, self.countdown, self.order = seconds, countdown, order
        self.seed = random.randrange(2**31) if seed is None else seed
        self.best = BestScores() if best is None else best
        self.match: m.Match | None = None
        self.prediction: Prediction | None = None
        self.snapshot = Snapshot()
        self._result: ResultView | None = None
        self._notice: Notice | None = None
        self._smoother = Smoother()
        self._now = self._stamp = 0.0
        self._last_second: list[float] = []  # when its frames came
        self._framed = self._ticked = -math.inf
        teaching = self.teaching
        self._commands: dict[str, tuple[Callable[..., None], dict[str, type]]] = {
            "record": (self._record, {"face": str}),
            "count_down": (teaching.count_down, {"on": bool}),
            "burst_sent": (teaching.burst_sent, {"burst": int}),
            "add_face": (teaching.add_face, {"name": str}),
            "rename_face": (teaching.rename_face, {"face": str, "name": str}),
            "remove_face": (teaching.remove_face, {"face": str}),
            "remove_pictures": (teaching.remove_pictures, {"pictures": list}),
            "clear": (teaching.clear, {"face": str}),
            "undo": (teaching.undo, {}),
            "save": (teaching.save, {"folder": str}),
            "train": (self.training.ask, {}),
            "start": (self._start, {}),
            "back": (self._back, {}),
            "pause": (self._pause, {}),
            "resume": (self._resume, {}),
            "skip": (self._skip, {}),
            "quit": (self._quit, {}),
            "page": (self._page, {"visible": bool}),
            "camera_lost": (self._camera_lost, {}),
            "camera_back": (self._camera_back, {}),
        }
        self._look(faces_changed=True)

    @property
    def busy(self) -> bool:
        """Whether the next tick has work to do that should not wait."""
        return self.training.busy

    # -- what comes in

    def frame(self, frame: Frame | bytes, at: float, stamp: float = 0.0) -> Snapshot:
        """A live frame, or the bytes of one: recognise it and let the match see it.

        Raises `BadPicture` for what is none. Frames that nothing wants yet are passed over.
        """
        if self.snapshot.wants != "frames":
            return self.snapshot
        self._pass_time(at)
        self.prediction = self._smoothed(self.recognizer.predict(frame), at)
        self._framed, self._stamp = at, stamp
        self._last_second = [*(then for then in self._last_second if at - then < 1), at]
        if self.match is not None:
            if self.match.phase is m.Phase.PAUSED and self.match.why in _BACK_WITH_FRAMES:
                self._resume()
            self._on(self._what_was_seen(self.match.target, self.prediction, at))
        return self._look()

    def _smoothed(self, seen: Prediction, at: float) -> Prediction:
        """With the closenesses of the frames before evened out; those of no face are none."""
        if seen.sight == "nothing":
            return seen
        return replace(seen, closenesses=self._smoother.smooth(seen.closenesses, at))

    @staticmethod
    def _what_was_seen(target: str, seen: Prediction, at: float) -> events.Event:
        if seen.sight == "nothing":
            return events.NothingSeen(at=at)
        closeness = min(1.0, max(0.0, seen.closeness(target)))
        return events.FaceSeen(seen.label if seen.sight == "face" else None, closeness, at=at)

    def tick(self, at: float) -> Snapshot:
        """Time passed: embed, train, end what is due. Call it some ten times a second, more when busy."""
        self._pass_time(at)
        if self.match is not None:
            self._on(events.Tick(at=at))
        self.teaching.tick(at)
        try:
            self.training.tick()
        except FaceGameError as error:
            self.tell(error)
        return self._look(faces_changed=self.snapshot.burst is not None)

    def _pass_time(self, at: float) -> None:
        """It is so late now: a match that got no frames, or nothing at all, has been paused since."""
        silent, since, self._ticked, self._now = at - self._ticked, self._ticked, at, at
        if self.match is None or self.match.phase not in _LIVE:
            return
        if ASLEEP < silent < math.inf:
            self._on(events.Paused("asleep", at=since))
        elif at - self._framed > NO_FRAMES:
            self._on(events.Paused("no_frames", at=at))

    def picture(self, burst: int, stamp: float, data: bytes | Frame, at: float) -> Snapshot:
        """A picture of the burst of that number, stamped by the camera's side (seconds from its first)."""
        self._now = at
        return self._try(self.teaching.picture, burst=burst, stamp=stamp, data=data)

    def upload(self, face: str, pictures: list[bytes], at: float) -> Snapshot:
        """Pictures from files, for that face."""
        self._now, self._notice = at, None
        return self._try(self.teaching.upload, face=face, pictures=pictures)

    def bring_back(
        self, faces: list[tuple[str, str]], pictures: list[tuple[str, int, bytes]], at: float
    ) -> Snapshot:
        """Pictures that a front end still has of a game before this one: see `Teaching.bring_back`."""
        self._now = at
        return self._try(self.teaching.bring_back, faces=faces, pictures=pictures)

    def do(self, command: str, at: float, /, **details: Any) -> Snapshot:
        """A command of the player's, by name. One that cannot be done changes nothing; `notice` says why.

        What a front end sends may be anything: an unknown command, or details of the wrong kind, are
        answered the same way. The names and their details are the table in `__init__`.
        """
        self._now = at
        act, kinds = self._commands.get(command, (self._unknown, {}))
        if set(details) != set(kinds) or not all(isinstance(details[k], kinds[k]) for k in kinds):
            act, details = self._unknown, {}
        elif command not in _IN_MATCH and self.match is not None and self.match.phase in _ACTIVE:
            act, details = self._not_now, {}
        if command not in _IN_MATCH:  # what the page does by itself leaves the player's sentence standing
            self._notice = None
        return self._try(act, **details)

    def tell(self, error: FaceGameError) -> Snapshot:
        """Show the player that sentence."""
        self._notice = Notice(f"error.{error.key}", error.details, "error")
        return self._look()

    def _try(self, act: Callable[..., None], **details: Any) -> Snapshot:
        self.teaching.notice = None
        try:
            act(**details)
            self._notice = self.teaching.notice or self._notice
        except FaceGameError as error:
            self.tell(error)
        return self._look(faces_changed=True)

    # -- what the player does

    def _record(self, face: str) -> None:
        self.teaching.record(face, self._now)
        self.match = self._result = None

    def _start(self) -> None:
        if not self.training.trained:
            raise NotEnough("not_fitted")
        names = {category.id for category in self.store.categories}
        labels = tuple(label for label in self.recognizer.report.labels if label in names)
        match = m.Match(labels, self.seed, self.seconds, self.countdown, order=self.order)
        self._framed = max(self._framed, self._now)  # the camera has as long as ever for its first frame
        self.seed, self.match, self._result = self.seed + 1, match.on(events.Started(at=self._now)), None
        self.teaching.end_burst(told=False)

    def _back(self) -> None:
        self.match = self._result = None

    def _pause(self) -> None:
        self._on(events.Paused("player", at=self._now))

    def _resume(self) -> None:
        self._framed = max(self._framed, self._now)
        self._on(events.Resumed(at=self._now))

    def _skip(self) -> None:
        self._on(events.Skipped(at=self._now))

    def _quit(self) -> None:
        self._on(events.Quit(at=self._now))

    def _page(self, visible: bool) -> None:
        if visible:
            self._end_pause("hidden")
        else:
            self._interrupt("hidden")

    def _camera_lost(self) -> None:
        self.teaching.end_burst()
        self._interrupt("camera")

    def _camera_back(self) -> None:
        self._end_pause("camera")

    def _interrupt(self, why: str) -> None:
        """Pause a match that is going on."""
        if self.match is not None and self.match.phase in _LIVE:
            self._on(events.Paused(why, at=self._now))

    def _end_pause(self, why: str) -> None:
        """Go on with a match that was paused for that reason."""
        if self.match is not None and self.match.phase is m.Phase.PAUSED and self.match.why == why:
            self._resume()

    def _unknown(self) -> None:
        raise BadSetting("unknown_command")

    def _not_now(self) -> None:
        raise BadSetting("in_match")

    def _on(self, event: events.Event) -> None:
        """Let the match have that event, and take its result when it ends by it."""
        if self.match is None:
            return
        before, self.match = (
            self.match.phase,
            self.match.on(events.Tick(at=event.at)),
        )  # it may be over by now
        self.match = self.match if self.match.phase is m.Phase.OVER else self.match.on(event)
        if self.match.phase is m.Phase.OVER and before is not m.Phase.OVER:
            self._result = views.result(self.match, self.best)

    # -- what goes out

    def _look(self, faces_changed: bool = False) -> Snapshot:
        """The snapshot of now. The faces are looked through only when they may have changed."""
        teaching, before = self.teaching, self.snapshot
        self._notice = teaching.take_notice() or self._notice
        faces = teaching.faces_view() if faces_changed else before.faces
        if faces != before.faces:
            self.training.store_changed()
        wants: Wants = "burst" if teaching.burst else "frames" if self.training.trained else "nothing"
        stage: Stage = "teach" if self.match is None else "result" if self._result else "match"
        self.snapshot = Snapshot(
            stage=stage,
            wants="nothing" if stage == "result" else wants,
            faces=faces,
            burst=teaching.burst_view(),
            brain=self.training.view,
            guess=views.guess(self.prediction, len(self._last_second)),
            match=views.match(self.match, self.prediction),
            result=self._result,
            notice=self._notice,
            counts_down=teaching.plan.countdown > 0,
            can_undo=self.store.can_undo,
            folder=str(self.store.folder or ""),
            stamp=self._stamp,
        )
        return self.snapshot
