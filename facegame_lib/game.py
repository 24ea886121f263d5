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

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from facegame_lib import match as m
from facegame_lib import views
from facegame_lib.best import BestScores
from facegame_lib.burst import BurstPlan
from facegame_lib.closeness import Smoother
from facegame_lib.errors import BadSetting, FaceGameError, NotEnough
from facegame_lib.frames import Frame
from facegame_lib.playing import Playing
from facegame_lib.prediction import Prediction
from facegame_lib.recognizer import RecognizerProtocol
from facegame_lib.recognizers import LookAt, recognizers
from facegame_lib.samples import SampleStore
from facegame_lib.snapshot import Notice, Snapshot, Stage, Wants
from facegame_lib.teaching import Teaching
from facegame_lib.training import Training

_IN_MATCH: Final = ("burst_sent", "pause", "resume", "skip", "quit", "page", "camera_lost", "camera_back")


class Game:
    """One player's game: a store, a recogniser and at most one match.

    `seconds` and `countdown` are the match's (see `Match`). With a `seed` the first match asks for the
    same labels each time and the next one for those of `seed + 1`; `order` asks for labels in that order.

    Without a `recognizer` the player can switch between looking at the face and at the whole picture; give
    a mapping, `{"face": ..., "frame": ...}`, to do the same with recognisers of your own. With one alone
    there is no switch: only who made it knows what it looks at.
    """

    def __init__(
        self,
        store: SampleStore | None = None,
        recognizer: RecognizerProtocol | Mapping[LookAt, RecognizerProtocol] | None = None,
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
        made = recognizers() if recognizer is None else recognizer
        self._recognizers: dict[str, RecognizerProtocol] = (
            {str(what): one for what, one in made.items()} if isinstance(made, Mapping) else {"": made}
        )
        self.looks_at, self.recognizer = next(iter(self._recognizers.items()))
        self.teaching = Teaching(self.store, BurstPlan() if plan is None else plan, language, self._finder())
        self.training = Training(self.store, self.recognizer)
        self.playing = Playing(seconds, countdown, seed, order, BestScores() if best is None else best)
        self.prediction: Prediction | None = None
        self.snapshot = Snapshot()
        self._notice: Notice | None = None
        self._smoother = Smoother()
        self._now = self._stamp = 0.0
        self._last_second: list[float] = []  # when its frames came
        teaching, playing = self.teaching, self.playing
        self._commands: dict[str, tuple[Callable[..., None], dict[str, type]]] = {
            "record": (self._record, {"face": str}),
            "count_down": (teaching.count_down, {"on": bool}),
            "burst_sent": (teaching.burst_sent, {"burst": int}),
            "add_face": (teaching.add_face, {"name": str}),
            "add_neutral": (teaching.add_neutral, {"name": str}),
            "rename_face": (teaching.rename_face, {"face": str, "name": str}),
            "remove_face": (teaching.remove_face, {"face": str}),
            "remove_pictures": (teaching.remove_pictures, {"pictures": list}),
            "clear": (teaching.clear, {"face": str}),
            "undo": (teaching.undo, {}),
            "save": (teaching.save, {"folder": str}),
            "forget": (self._forget, {}),
            "look_at": (self._look_at, {"what": str}),
            "train": (self.training.ask, {}),
            "start": (self._start, {}),
            "back": (playing.leave, {}),
            "pause": (lambda: playing.pause(self._now), {}),
            "resume": (lambda: playing.resume(self._now), {}),
            "skip": (lambda: playing.skip(self._now), {}),
            "quit": (lambda: playing.quit(self._now), {}),
            "page": (self._page, {"visible": bool}),
            "camera_lost": (self._camera_lost, {}),
            "camera_back": (lambda: playing.end_pause("camera", self._now), {}),
        }
        self._look(faces_changed=True)

    @property
    def match(self) -> m.Match | None:
        """The match that is on, or that ended last and is still shown."""
        return self.playing.match

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
        seen = self.recognizer.predict(frame)
        if seen.sight != "nothing":  # without a face there is nothing to smooth
            seen = replace(seen, closenesses=self._smoother.smooth(seen.closenesses, at))
        self.prediction, self._stamp = seen, stamp
        self._last_second = [*(then for then in self._last_second if at - then < 1), at]
        self.playing.see(seen, at)
        return self._look()

    def tick(self, at: float) -> Snapshot:
        """Time passed: embed, train, end what is due. Call it some ten times a second, more when busy."""
        self._pass_time(at)
        self.playing.tick(at)
        self.teaching.tick(at)
        try:
            self.training.tick()
        except FaceGameError as error:
            self.tell(error)
        return self._look(faces_changed=self.snapshot.burst is not None)

    def _pass_time(self, at: float) -> None:
        self._now = at
        self.playing.pass_time(at)

    def picture(self, burst: int, stamp: float, data: bytes | Frame, at: float) -> Snapshot:
        """A picture of the burst of that number, stamped by the camera's side (seconds from its first).

        One too late, such as those still on their way when a match begins, is dropped.
        """
        self._now = at
        if not self.teaching.began(burst):
            return self._teach(self.teaching.picture, burst=burst, stamp=stamp, data=data)
        return self._try(self.teaching.picture, burst=burst, stamp=stamp, data=data)

    def upload(self, face: str, pictures: list[bytes], at: float) -> Snapshot:
        """Pictures from files, for that face."""
        self._now, self._notice = at, None
        return self._teach(self.teaching.upload, face=face, pictures=pictures)

    def bring_back(
        self,
        faces: list[tuple[str, str]],
        pictures: list[tuple[str, int, bytes]],
        at: float,
        neutral: str = "",
    ) -> Snapshot:
        """Pictures that a front end still has of a game before this one: see `Teaching.bring_back`."""
        self._now = at
        return self._teach(self.teaching.bring_back, faces=faces, pictures=pictures, neutral=neutral)

    def do(self, command: str, at: float, /, **details: Any) -> Snapshot:
        """A command of the player's, by name. One that cannot be done changes nothing; `notice` says why.

        What a front end sends may be anything: an unknown command, or details of the wrong kind, are
        answered the same way. The names and their details are the table in `__init__`.
        """
        self._now = at
        act, kinds = self._commands.get(command, (self._unknown, {}))
        if set(details) != set(kinds) or not all(isinstance(details[k], kinds[k]) for k in kinds):
            act, details = self._unknown, {}
        elif command not in _IN_MATCH and self.playing.active:
            act, details = self._not_now, {}
        if command not in _IN_MATCH:  # what the page does by itself leaves the player's sentence standing
            self._notice = None
        return self._try(act, **details)

    def tell(self, error: FaceGameError) -> Snapshot:
        """Show the player that sentence."""
        self._notice = Notice(f"error.{error.key}", error.details, "error")
        return self._look()

    def _teach(self, act: Callable[..., None], **details: Any) -> Snapshot:
        """What belongs to the teaching stage waits for the end of a match."""
        return self._try(self._not_now) if self.playing.active else self._try(act, **details)

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
        self.playing.leave()

    def _forget(self) -> None:
        """All that is known of the player goes. What does not let go is told, and all else is gone."""
        self.playing.leave()
        kept = None
        recognizers = [recognizer.forget for recognizer in self._recognizers.values()]
        for forget in (self.playing.best.forget, *recognizers, self.teaching.forget):
            try:
                forget()
            except FaceGameError as error:
                kept = error
        self.training.forget()
        self.prediction, self._smoother, self._stamp, self._last_second = None, Smoother(), 0.0, []
        if kept is not None:
            raise kept

    def _look_at(self, what: str) -> None:
        """Look at something else from now on, with a recogniser that has to be taught first."""
        if what not in self._recognizers:
            allowed = ", ".join(self._recognizers) or "-"
            raise BadSetting("not_one_of", name="look_at", allowed=allowed, found=what)
        if what != self.looks_at:
            self.looks_at, self.recognizer = what, self._recognizers[what]
            self.teaching.look_with(self._finder())
            self.training.use(self.recognizer)
            self.playing.leave()
            self.prediction, self._smoother = None, Smoother()

    def _finder(self) -> Any:
        """What the recogniser finds faces with, for the coach; None if it looks at none."""
        return getattr(getattr(self.recognizer, "embedder", None), "finder", None)

    def _start(self) -> None:
        if not self.training.trained:
            raise NotEnough("not_fitted")
        faces = {category.id for category in self.store.faces}
        self.playing.start(tuple(x for x in self.recognizer.report.labels if x in faces), self._now)
        self.teaching.end_burst(told=False)

    def _page(self, visible: bool) -> None:
        if visible:
            self.playing.end_pause("hidden", self._now)
        else:
            self.playing.interrupt("hidden", self._now)

    def _camera_lost(self) -> None:
        self.teaching.end_burst()
        self.playing.interrupt("camera", self._now)

    def _unknown(self) -> None:
        raise BadSetting("unknown_command")

    def _not_now(self) -> None:
        raise BadSetting("in_match")

    # -- what goes out

    def _look(self, faces_changed: bool = False) -> Snapshot:
        """The snapshot of now. The faces are looked through only when they may have changed."""
        teaching, before = self.teaching, self.snapshot
        self._notice = teaching.take_notice() or self._notice
        faces = teaching.faces_view() if faces_changed else before.faces
        if faces != before.faces:
            self.training.store_changed()
        wants: Wants = "burst" if teaching.burst else "frames" if self.training.trained else "nothing"
        match, result = self.playing.match, self.playing.result
        stage: Stage = "teach" if match is None else "result" if result else "match"
        self.snapshot = Snapshot(
            stage=stage,
            wants="nothing" if stage == "result" else wants,
            faces=faces,
            burst=teaching.burst_view(),
            brain=self.training.view,
            guess=views.guess(self.prediction, len(self._last_second)),
            match=views.match(match, self.prediction),
            result=result,
            notice=self._notice,
            counts_down=teaching.plan.countdown > 0,
            can_undo=self.store.can_undo,
            folder=str(self.store.folder or ""),
            looks_at=self.looks_at,
            stamp=self._stamp,
        )
        return self.snapshot
