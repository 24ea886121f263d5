"""CAPTURE -> SAMPLES: the faces that are taught: categories, bursts, uploads, what is removed and undone.

A part of the game (`Game.teaching`). It has no clock: times come in, in seconds.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Final

from facegame_lib.burst import Burst, BurstPlan
from facegame_lib.errors import BadSetting, BadStore, FaceGameError
from facegame_lib.faces import Face, FaceFinder, advice
from facegame_lib.folder import Role
from facegame_lib.frames import Frame
from facegame_lib.names import clean_name, unique_name
from facegame_lib.samples import SampleStore
from facegame_lib.snapshot import BurstView, FaceView, Notice
from facegame_lib.texts import text

MIN_FACES: Final = 2
MAX_FACES: Final = 8
COUNTDOWN: Final = 3.0  # seconds
FIRST_FACES: Final = {
    "en": ("smile", "surprise", "zapallo"),
    "es": ("sonrisa", "sorpresa", "zapallo"),
}


class Teaching:
    """A store and at most one burst under way. `notice` is what the player should read next, if anything."""

    def __init__(
        self,
        store: SampleStore,
        plan: BurstPlan,
        language: str = "en",
        finder: FaceFinder | None = None,
    ) -> None:
        self.store = store
        self.finder = finder  # the coach's eyes, if there are any
        self.plan = plan
        self.burst: Burst | None = None
        self.notice: Notice | None = None
        self._bursts = 0
        self._told = 0  # how many of the store's problems the player knows of
        self._arrived: dict[str, tuple[int, int]] = {}
        self._faces: list[Face | None] = []  # seen in the burst so far
        self._advice: dict[str, str] = {}
        self._language = language
        if not store.categories:
            self._first_faces()

    def _first_faces(self) -> None:
        for name in FIRST_FACES.get(self._language, FIRST_FACES["en"]):
            self.store.add_category(name)
        self.add_neutral(text("faces.neutral", self._language))

    def look_with(self, finder: FaceFinder | None) -> None:
        """Other eyes for the coach, or none; what the old ones said is no longer so."""
        self.finder = finder
        self._faces.clear()
        self._advice.clear()

    def record(self, face: str, at: float) -> None:
        """The red button: plan a burst of that face, as a new take. One under way ends with what it has."""
        self.store.category(face)
        self.end_burst(told=False)
        self._bursts += 1
        self._faces.clear()
        self._advice.pop(face, None)
        self.burst = Burst(self._bursts, face, self.store.next_take(face), at, self.plan)

    def began(self, burst: int) -> bool:
        """Whether there is or was a burst of that number."""
        return 1 <= burst <= self._bursts

    def picture(self, burst: int, stamp: float, data: bytes | Frame) -> None:
        """A picture of that burst, taken `stamp` seconds after its first was due. One too late is dropped."""
        if self.burst is None or self.burst.id != burst:
            return
        sample = self.store.add(self.burst.category, data, self.burst.take)
        self.burst = self.burst.picture(stamp)
        if self.finder is not None and self.finder.ready:
            self._faces.append(self.finder.find(sample.frame()))  # which the embedder asks for next
            self._advice[sample.category] = advice(self._faces)
        if self.burst.count >= self.burst.plan.pictures:
            self.end_burst()

    def burst_sent(self, burst: int) -> None:
        """The camera's side has sent all that it took of that burst (or the player stopped it)."""
        if self.burst is not None and self.burst.id == burst:
            self.end_burst()

    def tick(self, at: float) -> None:
        """End a burst whose pictures are late beyond patience."""
        if self.burst is not None and self.burst.done(at):
            self.end_burst()

    def end_burst(self, told: bool = True) -> None:
        """End the burst under way, if there is one; the pictures that came are kept.

        That none came is told to the player, unless it was them who did something else meanwhile.
        """
        burst, self.burst = self.burst, None
        if burst is None:
            return
        if burst.category in {category.id for category in self.store.categories}:
            self._arrived[burst.category] = (burst.count, burst.plan.pictures)
        if burst.count == 0 and told:
            self.notice = Notice("burst.none", kind="error")

    def count_down(self, on: bool) -> None:
        """Whether bursts begin with 3-2-1."""
        self.plan = replace(self.plan, countdown=COUNTDOWN if on else 0.0)

    def upload(self, face: str, pictures: list[bytes]) -> None:
        """Pictures from files, as a take of their own. What is no picture is refused, the rest is kept."""
        take, kept, refused = self.store.next_take(face), 0, None
        for data in pictures:
            try:
                self.store.add(face, data, take)
                kept += 1
            except FaceGameError as error:
                refused = error
        if pictures:
            self._arrived[face] = (kept, len(pictures))
        if refused is not None:
            raise refused

    def add_face(self, name: str) -> None:
        """Raises `BadSetting` when there are `MAX_FACES`, or for a name that does not do."""
        if len(self.store.faces) >= MAX_FACES:
            raise BadSetting("many_faces", limit=MAX_FACES)
        self.store.add_category(name)

    def add_neutral(self, name: str) -> None:
        """A card for the face at rest, of that name or one like it. Raises `BadSetting` if there is one."""
        taken = [category.name for category in self.store.categories]
        self.store.add_category(unique_name(name, taken), "neutral")

    def rename_face(self, face: str, name: str) -> None:
        """Works after training too: a model knows faces by their id."""
        self.store.rename(face, name)

    def remove_face(self, face: str) -> None:
        """Raises `BadSetting` when only `MIN_FACES` are left. A neutral one may always go."""
        if self.store.category(face).role == "face" and len(self.store.faces) <= MIN_FACES:
            raise BadSetting("few_faces", limit=MIN_FACES)
        if self.burst is not None and self.burst.category == face:
            self.end_burst(told=False)
        self.store.remove_category(face)
        self._arrived.pop(face, None)
        self._advice.pop(face, None)

    def remove_pictures(self, pictures: list[str]) -> None:
        """Remove those pictures; `undo` brings them back. Those not there are passed over."""
        self.store.remove(id for id in pictures if isinstance(id, str))

    def clear(self, face: str) -> None:
        """Remove all pictures of that face; `undo` brings them back."""
        self.store.remove([sample.id for sample in self.store.samples(self.store.category(face).id)])
        self._arrived.pop(face, None)
        self._advice.pop(face, None)

    def undo(self) -> None:
        """Bring back what was removed last. Raises `BadSetting` for a face more than `MAX_FACES`, or a second
        neutral one."""
        back = self.store.undo_category
        if back is not None and back.role == "face" and len(self.store.faces) >= MAX_FACES:
            raise BadSetting("many_faces", limit=MAX_FACES)
        if back is not None and back.role == "neutral" and self.store.neutral is not None:
            raise BadSetting("one_neutral", name=self.store.neutral.name)
        self.store.undo()

    def save(self, folder: str) -> None:
        """Keep the pictures from now on, in that folder or, if others are in it, in `<folder>-2`, `-3`, ...

        Raises `BadStore`.
        """
        for number in count(1):
            try:
                self.store.save(folder if number == 1 else f"{folder}-{number}")
                break
            except BadStore as error:
                if error.key not in ("store_taken", "newer_store"):
                    raise
        self.notice = Notice("saved", {"folder": str(self.store.folder)})

    def forget(self) -> None:
        """Every picture goes, from memory and from where it was kept, and the game begins anew, in memory.

        Raises `BadStore` when a folder does not let go of its pictures.
        """
        self.burst = None
        for known in (self._arrived, self._faces, self._advice):
            known.clear()
        self._told = 0
        try:
            left = self.store.forget()
        finally:
            self._first_faces()
        key = "forget.done_but" if left else "forget.done"
        self.notice = Notice(key, {"folder": ", ".join(str(path) for path in left)} if left else {})

    def bring_back(
        self, faces: list[tuple[str, str]], pictures: list[tuple[str, int, bytes]], neutral: str = ""
    ) -> None:
        """Pictures `(face, take, bytes)` of a game that is gone, with its faces `(id, name)`; `neutral` is
        the id of the one of them that is the face at rest.

        A game that has nothing yet takes on those faces; one that has, adds to its own of the same names,
        and to its own neutral one. What is no picture, or has no face here, is refused; the rest is kept.
        """
        count = sum(id != neutral for id, _ in faces)
        if count > MAX_FACES:
            raise BadSetting("many_faces", limit=MAX_FACES)
        if count >= MIN_FACES and not (len(self.store) or self.store.can_undo or self.burst):
            roles: list[Role] = ["neutral" if id == neutral else "face" for id, _ in faces]
            trial = SampleStore()  # what does not do is refused before anything changes
            for (_, name), role in zip(faces, roles, strict=True):
                trial.add_category(name, role)
            for category in self.store.categories:
                self.store.remove_category(category.id, for_good=True)
            for category in trial.categories:
                self.store.add_category(category.name, category.role)
        here = {category.name: category.id for category in self.store.categories}
        places = {id: here.get(clean_name(name), name) for id, name in faces}
        if neutral and self.store.neutral is not None:
            places[neutral] = self.store.neutral.id
        refused = None
        for face, take, data in pictures:
            try:
                self.store.add(places.get(face, face), data, take)
            except FaceGameError as error:
                refused = error
        if refused is not None:
            raise refused
        self.notice = Notice("brought_back", {"count": len(self.store)})

    def take_notice(self) -> Notice | None:
        """What the player should read next, if anything: also of what the store found wrong by itself."""
        new = self.store.problems[self._told :]
        self._told += len(new)
        notice, self.notice = self.notice, None
        if len(new) > 1:
            return Notice(
                "store.problem.several", {"count": len(new), "path": new[0].details["path"]}, "error"
            )
        return Notice(new[0].key, dict(new[0].details), "error") if new else notice

    def faces_view(self) -> tuple[FaceView, ...]:
        """Each face with its pictures, as a player is shown them: the neutral one last."""
        samples = self.store.samples()
        neutral = (self.store.neutral,) if self.store.neutral else ()
        return tuple(
            FaceView(
                category.id,
                category.name,
                tuple(s.id for s in samples if s.category == category.id),
                len({s.take for s in samples if s.category == category.id}),
                self._arrived.get(category.id),
                self._advice.get(category.id, ""),
                category.role,
            )
            for category in (*self.store.faces, *neutral)
        )

    def burst_view(self) -> BurstView | None:
        """The burst that the camera's side has to carry out now, if there is one."""
        if self.burst is None:
            return None
        burst = self.burst
        return BurstView(
            burst.id, burst.category, burst.plan.countdown, burst.plan.due, burst.plan.seconds, burst.count
        )
