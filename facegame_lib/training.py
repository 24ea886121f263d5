"""SAMPLES -> EMBED -> CLASSIFY: a recogniser kept up with a store, a little at a time.

A part of the game (`Game.training`). Pictures are embedded as they arrive, a few a tick, so that training
has next to nothing left to do, no frame waits long, and the progress that is shown is real.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from facegame_lib.errors import FaceGameError
from facegame_lib.recognizer import RecognizerProtocol, check_enough
from facegame_lib.samples import Sample, SampleStore
from facegame_lib.snapshot import BrainView, Notice

BATCH: Final = 2  # pictures a tick: some 20 ms on two cores


class Training:
    """Where the recogniser stands: `view.state` is what a player is shown."""

    def __init__(self, store: SampleStore, recognizer: RecognizerProtocol) -> None:
        self.store = store
        self.recognizer = recognizer
        self.view = BrainView("untrained")
        self._asked: int | None = None  # pictures that waited when the player pressed Train
        self._pending: list[Sample] = []
        self._learnt: tuple[str, ...] = ()
        self.store_changed()

    @property
    def trained(self) -> bool:
        """Whether there is a model to play with, be it a stale one."""
        return self.view.state in ("trained", "stale")

    @property
    def busy(self) -> bool:
        """Whether a tick has work to do."""
        return self.recognizer.ready and (bool(self._pending) or self._asked is not None)

    def store_changed(self) -> None:
        """Pictures or faces came or went: what was learnt may be stale, and there may be some to embed."""
        self._pending = self.recognizer.pending(self.store)
        if self.trained:
            fresh = self._learnt == tuple(sample.id for sample in self.store.samples())
            self.view = replace(self.view, state="trained" if fresh else "stale")
        try:
            check_enough(self.store)
            refusal = None
        except FaceGameError as error:
            refusal = Notice(f"error.{error.key}", error.details)
        self.view = replace(self.view, refusal=refusal, pictures=len(self.store))

    def ask(self) -> None:
        """The player presses Train. Raises `NotEnough` with a sentence when it is too early."""
        check_enough(self.store)
        self._asked = len(self._pending)
        self.view = replace(self.view, state="training", progress=0.0, step="progress.embed")

    def preparing(self, progress: float, step: str) -> None:
        """The embedder is being prepared elsewhere: show how far it is. At 1 it is ready."""
        if self.view.state in ("preparing", "untrained", "failed"):
            state = "preparing" if progress < 1 else "untrained"
            self.view = replace(self.view, state=state, progress=progress, step=step)

    def failed(self, error: FaceGameError) -> None:
        """The embedder cannot be had."""
        self._asked = None
        self.view = replace(
            self.view, state="failed", refusal=Notice(f"error.{error.key}", error.details, "error")
        )

    def tick(self) -> None:
        """Embed a few pictures, or fit when none is left and the player asked for it."""
        if not self.busy:
            return
        if self._pending:
            self.recognizer.absorb(self._pending[:BATCH])
            del self._pending[:BATCH]
            if self._asked is not None:
                self.view = replace(self.view, progress=1 - len(self._pending) / (self._asked + 1))
            return
        self._asked = None
        try:
            self.recognizer.fit(self.store)
        except FaceGameError:
            self.view = replace(self.view, state="untrained")
            self.store_changed()
            raise
        self._learnt = tuple(sample.id for sample in self.store.samples())
        report = self.recognizer.report
        worst = report.confused
        self.view = replace(
            self.view,
            state="trained",
            progress=1.0,
            agreement=report.agreement,
            confused=(worst.taught, worst.seen, worst.share) if worst else None,
        )
