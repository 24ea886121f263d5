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
        self._asked: int | None = None  # pictures that waited since the player pressed Train
        self._failure: FaceGameError | None = None
        self._pending: list[Sample] = []
        self._learnt: tuple[str, ...] = ()
        self._looking = 0  # pictures that another recogniser has to look at before anything else
        self.store_changed()

    def use(self, recognizer: RecognizerProtocol) -> None:
        """Another recogniser from now on: it has learnt nothing, and looks at all pictures first."""
        self.recognizer, self._asked, self._failure, self._learnt = recognizer, None, None, ()
        self.view = BrainView("untrained")
        self._looking = len(recognizer.pending(self.store))
        self.store_changed()

    def forget(self) -> None:
        """The recogniser was made to forget. Why its embedder cannot be had, if it cannot, is still so."""
        failure = self._failure
        self.use(self.recognizer)
        if failure is not None:
            self.failed(failure)

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
            self.view = replace(self.view, state="trained" if self._is_fresh() else "stale")
        if self._asked is not None:
            self._asked = max(self._asked, len(self._pending))
        self._show_looking()
        refusal = None
        try:
            self._check()
        except FaceGameError as error:
            refusal = Notice(f"error.{error.key}", error.details, "error" if self._failure else "info")
        self.view = replace(self.view, refusal=refusal, pictures=len(self.store))

    def _show_looking(self) -> None:
        """How far another recogniser has come with pictures that it did not know."""
        if self._looking:
            left = len(self._pending)
            done = 1 - left / max(self._looking, left)
            self.view = replace(self.view, state="preparing", step="progress.embed", progress=done)
            if not left:
                self._looking, self.view = 0, replace(self.view, state="untrained")

    def _is_fresh(self) -> bool:
        return self._learnt == tuple(sample.id for sample in self.store.samples())

    def _check(self) -> None:
        """Raise what stands in the way of training."""
        if self._failure is not None:
            raise self._failure
        check_enough(self.store)

    def ask(self) -> None:
        """The player presses Train. Raises `NotEnough` when it is too early, and why the embedder failed."""
        self._check()
        self._pending = self.recognizer.pending(self.store)
        self._asked, self._looking = len(self._pending), 0
        self.view = replace(self.view, state="training", progress=0.0, step="progress.embed")

    def preparing(self, progress: float, step: str) -> None:
        """The embedder is being prepared elsewhere: show how far it is. At 1 it is ready."""
        if self._failure is not None:
            self._failure = None
            self.store_changed()
        if self.view.state in ("preparing", "untrained", "failed"):
            self.view = replace(self.view, state="preparing" if progress < 1 else "untrained")
        if not self.trained and not self.busy:  # who pressed Train already waits for this too
            self.view = replace(self.view, progress=progress, step=step)
        if progress >= 1:
            # Some may have been embedded in an earlier game.
            self._pending = self.recognizer.pending(self.store)
            self._show_looking()

    def failed(self, error: FaceGameError) -> None:
        """The embedder cannot be had."""
        self._asked, self._looking, self._failure = None, 0, error
        self.view = replace(self.view, state="failed")
        self.store_changed()

    def tick(self) -> None:
        """Embed a few pictures, or fit when none is left and the player asked for it.

        What goes wrong is raised, and ends the training: a model there was before is still there.
        """
        if not self.busy:
            return
        try:
            if self._pending:
                self._embed()
            else:
                self._fit()
        except Exception:
            if self._asked is not None or self._looking:
                self.view = replace(self.view, state="stale" if self._learnt else "untrained")
            self._asked, self._looking = None, 0
            self.store_changed()
            self._pending = []  # not again and again; the next picture, or training, takes them up
            raise

    def _embed(self) -> None:
        self.recognizer.absorb(self._pending[:BATCH])
        del self._pending[:BATCH]
        self._show_looking()
        if self._asked is not None:
            left = len(self._pending) + 1  # one for the fit
            progress = 1 - left / (self._asked + 1)
            self.view = replace(self.view, step="progress.embed", progress=progress)

    def _fit(self) -> None:
        self.recognizer.fit(self.store)
        self._asked = None
        self._learnt = tuple(sample.id for sample in self.store.samples())
        report = self.recognizer.report
        worst = report.confused
        self.view = replace(
            self.view,
            state="trained",
            progress=1.0,
            agreement=report.agreement,
            confused=(worst.taught, worst.seen, worst.share) if worst else None,
            skipped=report.skipped,
            weakest=(report.weakest.label, report.weakest.near) if report.weakest else None,
        )
