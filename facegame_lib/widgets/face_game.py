"""The game in a notebook cell: `FaceGame()`. It puts the panels together and passes things on."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import ipywebrtc
import ipywidgets

from facegame_lib import memory, texts
from facegame_lib.best import BestScores
from facegame_lib.errors import BadSetting, FaceGameError
from facegame_lib.game import Game
from facegame_lib.match_plot import match_png
from facegame_lib.recognizer import RecognizerProtocol
from facegame_lib.recognizers import LookAt
from facegame_lib.samples import SampleStore
from facegame_lib.snapshot import Snapshot
from facegame_lib.widgets.base import close_whole
from facegame_lib.widgets.driver import Driver
from facegame_lib.widgets.face_cards import FaceCards
from facegame_lib.widgets.frame_grabber import FrameGrabber, webcam
from facegame_lib.widgets.match_stage import MatchStage
from facegame_lib.widgets.training_panel import TrainingPanel

FOLDER = "my-faces"  # where "keep on this computer" keeps them, beside the notebook
_CARDS = ("faces", "limits", "burst", "notice", "counts_down", "can_undo", "folder")
_TRAINING = ("brain", "faces", "looks_at")
_MATCH = ("stage", "match", "result", "stamp")


class FaceGame(ipywidgets.Box):
    """The whole game.

    `store`: pictures to begin with, such as `SampleStore.open("my-faces")`; without one the game goes on
    with those of the last `FaceGame()` of this kernel, in memory. `recognizer`: a `Recognizer` with parts
    of your own, or a remote one; the player then has no switch between the face and the whole picture,
    because only you know what yours looks at (give both, `{"face": ..., "frame": ...}`, to have one).
    `camera`: any ipywebrtc `MediaStream` in place of the webcam. `language`: "en" or "es". Further keywords
    (`seconds`, `countdown`, `seed`, `plan`) go to `Game`.
    """

    _memory: ClassVar[SampleStore | None] = None
    _last: ClassVar[weakref.ref[FaceGame] | None] = None

    def __init__(
        self,
        store: SampleStore | None = None,
        recognizer: RecognizerProtocol | Mapping[LookAt, RecognizerProtocol] | None = None,
        *,
        camera: ipywebrtc.MediaStream | None = None,
        language: str | None = None,
        **rules: Any,
    ) -> None:
        self.language = language or texts.preferred_language()
        self._camera = camera
        self.cards = FaceCards(self._heard, key=_key(), language=self.language)
        self.training = TrainingPanel(self._heard)
        self.stage = MatchStage(self._heard)
        self.grabber = FrameGrabber(self._heard, webcam=camera is None)
        self._panels = (self.grabber, self.cards, self.training, self.stage)
        self.speak(self.language)
        super().__init__(self._panels)
        self.add_class("facegame")
        self._shown: Snapshot | None = None
        self._sent: set[str] = set()
        self._stage_class = ""

        last = FaceGame._last() if FaceGame._last else None
        if last is not None:
            last.close()
        if store is None:
            if FaceGame._memory is None:
                FaceGame._memory = SampleStore()
            store = FaceGame._memory
        rules.setdefault("best", BestScores.of_this_user())
        self.game = Game(store, recognizer, language=self.language, **rules)
        self._show(self.game.snapshot)
        self._driver = Driver(self.game, self._show, self.grabber.ack)
        FaceGame._last = weakref.ref(self)
        self._set_camera()
        self._start_preparing()

    def close(self) -> None:
        """Stop the game and let the camera go; the store stays as it is."""
        if self.comm is not None:
            self._driver.close()
            for panel in self._panels:
                close_whole(panel)
            self._drop_camera()
            super().close()
            self.layout.close()

    def speak(self, language: str) -> None:
        """Show everything in that language ("en" or "es")."""
        self.language = self.cards.language = language
        for panel in self._panels:
            panel.speak(language)

    # -- from the page

    def _heard(self, kind: str, details: dict[str, Any], buffers: list[memoryview]) -> None:
        """One message of the page: short work here, the rest on the game's thread."""
        match kind, details, buffers:
            case "frame", {"stamp": float() | int() as stamp}, [data]:
                self._driver.frame(bytes(data), stamp)
            case "picture", {"burst": int(burst), "stamp": float() | int() as stamp}, [data]:
                self._driver.post(lambda at: self.game.picture(burst, stamp, bytes(data), at))
            case "ping", _, _:
                self.grabber.alive()
            case "claim", {"view": str(view)}, _:
                self.grabber.owner = view[:40]
            case "hello", _, _:
                self._driver.post(lambda at: self._greet())
            case "upload", {"face": str(face)}, _:
                self._driver.post(lambda at: self.game.upload(face, [bytes(b) for b in buffers], at))
            case "bring_back", {"faces": list(faces), "pictures": list(pictures)}, _:
                self._driver.post(lambda at: self._bring_back(faces, pictures, buffers, at))
            case "language", {"language": "en" | "es" as language}, _:
                self.speak(language)
            case "camera", {"want": "on" | "off" as want}, _:
                self._set_camera() if want == "on" else self._drop_camera()
            case "camera", {"state": str(state)}, _:
                if state != "starting":
                    command = "camera_back" if state == "live" else "camera_lost"
                    self._driver.post(lambda at: self.game.do(command, at))
            case "device", {"id": str(device)}, _:
                self._set_camera(device)
            case "forget", _, _:
                self._driver.post(self._forget)
            case "save", _, _:
                self._driver.post(lambda at: self.game.do("save", at, folder=FOLDER))
            case _:
                self._driver.post(lambda at: self.game.do(kind, at, **details))

    def _set_camera(self, device: str = "") -> None:
        """Open the camera (again): a new stream, because one that failed stays failed."""
        if self._camera is None:
            self._drop_camera()
            self.grabber.stream = webcam(device)
        else:
            self.grabber.stream = None
            self.grabber.stream = self._camera

    def _drop_camera(self) -> None:
        """Let the camera go. A stream that was given from outside is left as it is."""
        old, self.grabber.stream = self.grabber.stream, None
        if old is not None and self._camera is None:
            close_whole(old)

    def _start_preparing(self) -> None:
        recognizer = self.game.recognizer
        threading.Thread(
            target=self._prepare, args=(recognizer,), name="facegame-prepare", daemon=True
        ).start()

    def _prepare(self, recognizer: RecognizerProtocol) -> None:
        """Get that recogniser ready meanwhile; the first time on a computer that takes its while."""

        def post(tell: Callable[[], None]) -> None:  # the player may look with another one by then
            self._driver.post(lambda at: tell() if recognizer is self.game.recognizer else None)

        def progress(done: float, step: str) -> None:
            post(lambda: self.game.training.preparing(done, step))

        try:
            recognizer.prepare(progress)
            progress(1.0, "")
        except FaceGameError as error:
            failed = error
            post(lambda: self.game.training.failed(failed))

    # -- to the page, on the game's thread

    def _greet(self) -> None:
        """A page is there, new or reloaded: it needs the pictures."""
        self._sent = set()
        self._send_pictures()

    def _bring_back(self, faces: list[Any], pictures: list[Any], data: list[memoryview], at: float) -> None:
        """What the page still had of the game of a kernel that is gone. May raise `BadSetting`."""
        try:
            names = [(str(face["id"]), str(face["name"])) for face in faces]
            neutral = next((str(face["id"]) for face in faces if face.get("role") == "neutral"), "")
            rows = [(str(p["face"]), int(p["take"]), bytes(d)) for p, d in zip(pictures, data, strict=True)]
        except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise BadSetting("unknown_command") from error
        self.game.bring_back(names, rows, at, neutral)

    def _forget(self, at: float) -> None:
        """All that is known of the player goes: from the game, and from what the page and its traits hold."""
        if self.game.do("forget", at).stage == "teach":  # and not refused: a match is on
            self.cards.forget()
            self.training.guess = {}
            self.stage.view, self.stage.picture = {"stage": "teach"}, b""

    def _send_pictures(self) -> None:
        samples = self.game.store.samples()
        new = [sample for sample in samples if sample.id not in self._sent]
        self._sent = {sample.id for sample in samples}
        for start in range(0, len(new), 40):
            self.cards.show(new[start : start + 40])

    def _show(self, snapshot: Snapshot) -> None:
        before, self._shown = self._shown, snapshot
        changes = snapshot.changes(before)
        if changes.keys() & set(_CARDS):
            self.cards.view = self.cards.view | _part(changes, _CARDS)
        if "faces" in changes:
            self._send_pictures()  # after their ids: the page forgets pictures that are not in the view
        if changes.keys() & set(_TRAINING):
            self.training.view = self.training.view | _part(changes, _TRAINING)
        if "guess" in changes and snapshot.stage == "teach":
            self.training.guess = changes["guess"]
        if changes.keys() & {*_MATCH, "faces"} and (snapshot.stage != "teach" or "stage" in changes):
            names = [{"id": face.id, "name": face.name} for face in snapshot.faces]
            self.stage.view = self.stage.view | _part(changes, _MATCH) | {"faces": names}
        self.grabber.wants = snapshot.wants
        self._show_burst(before, snapshot)
        if "stage" in changes:
            self._set_stage(snapshot)
        if before is not None and "looks_at" in changes:
            self._start_preparing()

    def _show_burst(self, before: Snapshot | None, snapshot: Snapshot) -> None:
        old = before.burst if before else None
        new = snapshot.burst
        if old is not None and (new is None or new.id != old.id):
            self.grabber.burst_over(old.id)
        if new is not None and (old is None or new.id != old.id):
            self.grabber.burst({"id": new.id, "countdown": new.countdown, "due": list(new.due)})

    def _set_stage(self, snapshot: Snapshot) -> None:
        if self._stage_class:
            self.remove_class(self._stage_class)
        self._stage_class = f"fg-stage-{snapshot.stage}"
        self.add_class(self._stage_class)
        if snapshot.stage == "result" and self.game.match is not None:
            names = {category.id: category.name for category in self.game.store.categories}
            self.stage.picture = match_png(self.game.match, names, self.language)
            memory.give_back()  # drawing leaves the most behind, and now nobody waits for a frame


def _part(changes: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: changes[key] for key in keys if key in changes}


def _key() -> str:
    """What this game is called in the page's memory: the notebook's path, which outlives its kernel."""
    return os.environ.get("JPY_SESSION_NAME", "") or str(Path.cwd())
