"""One life of a player who keeps their pictures: it plays by seed, tells what it does, and is killed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lesson import picture

from facegame_lib import atomic, folder
from facegame_lib.burst import BurstPlan
from facegame_lib.game import Game
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore
from facegame_lib.snapshot import FaceView
from facegame_lib.testing import FakeEmbedder

WRITES = ("atomic.py",)
PLAYS = (*WRITES, "folder.py", "samples.py", "teaching.py", "training.py", "game.py", "recognizer.py")
CHUNK = 50  # bytes: what is written at a time, so that a file can be half there
NAMES = ("smile", "¡Sorpresa! 🎃", "zapallo", "sad", "Ñandú", "wink", "cheese", "o")
Shown = tuple[FaceView, ...]


class Moments:
    """Counts the moments of a life, and ends it at the one that the seed drew."""

    def __init__(self, seed: int, tell: Callable[[dict[str, Any]], None]) -> None:
        dice = random.Random(f"moment {seed}")
        self.files = WRITES if seed % 2 else PLAYS
        self.left = dice.randrange(1, 1200 if seed % 2 else 4000)
        if seed % 3 == 0:
            self.left = -1  # that one is killed from outside
        self.tell = tell

    def passed(self, file: str) -> None:
        """Another one, in that file."""
        self.left -= 1
        if self.left == 0:
            self.tell({"is": "killed", "file": file})
            os.kill(os.getpid(), signal.SIGKILL)

    def trace(self, frame: Any, event: str, _: Any) -> Any:
        """For `sys.settrace`: each line of the library's files that matter."""
        file = os.path.basename(frame.f_code.co_filename)  # noqa: PTH119 (asked at each call)
        if file not in self.files:
            return None
        if event == "line":
            self.passed(file)
        return self.trace


class Slowly:
    """A file that is written a few bytes at a time, each at once."""

    def __init__(self, file: Any, moments: Moments) -> None:
        self.file, self.moments = file, moments

    def __enter__(self) -> Slowly:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, data: bytes) -> None:
        """All of it, with moments between."""
        for start in range(0, len(data), CHUNK):
            self.file.write(data[start : start + CHUNK])
            self.moments.passed("half a file")


def in_place(path: Path, data: bytes, mode: int = 0) -> None:
    """What `write_atomically` must not be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic.open(path, "wb") as file:  # type: ignore[attr-defined]
        file.write(data)


def later(path: Path, data: bytes, mode: int = 0, waiting: list[Any] = []) -> None:  # noqa: B006
    """A write that is put off until the next one: acknowledged before it is done."""
    while waiting:
        write(*waiting.pop())
    waiting.append((path, data))


write = atomic.write_atomically
MUTANTS = {"in_place": in_place, "later": later}


def live(root: Path, seed: int, pipe: int, mutant: str = "") -> None:
    """Play in that folder until killed."""

    def tell(message: dict[str, Any]) -> None:
        os.write(pipe, json.dumps(message).encode() + b"\n")

    moments = Moments(seed, tell)
    atomic.open = lambda *how, **more: Slowly(open(*how, buffering=0, **more), moments)  # type: ignore[attr-defined]  # noqa: SIM115, PTH123
    # What the kernel was given outlives a killed process, so nobody waits for the disk here.
    os.fsync = lambda number: moments.passed("not on the disk yet")
    if mutant:
        folder.write_atomically = MUTANTS[mutant]  # type: ignore[attr-defined]
    life = Life(root, random.Random(seed), tell)
    sys.settrace(moments.trace)
    while True:
        life.go_on()


class Life:
    """A game, and what its player does next."""

    def __init__(self, root: Path, dice: random.Random, tell: Callable[[dict[str, Any]], None]) -> None:
        store = SampleStore.open(root) if (root / folder.MANIFEST).exists() else SampleStore(NAMES[:3])
        plan = BurstPlan(6, 0.6, 0)
        self.game = Game(store, Recognizer(FakeEmbedder()), plan=plan, seed=1)
        self.root, self.dice, self.tell, self.at = root, dice, tell, 0.0
        self.ways = {
            self.record: 5, self.train: 2, self.rename: 3, self.remove: 3, self.clear: 1, self.remove_face: 2,
            self.add_face: 2, self.undo: 3, self.upload: 1, self.forget: 1,
        }  # fmt: skip
        if store.folder is None:
            self.record()
            self.record()
        else:
            self.tell_done("open", ())

    def go_on(self) -> None:
        """The next thing."""
        if self.game.store.folder is None:
            return self.save()
        return self.dice.choices(list(self.ways), list(self.ways.values()))[0]()

    # -- telling

    def do(self, what: str, act: Callable[[], object], go: Any = (), come: Any = (), be: Any = ()) -> None:
        """Do it: say before what it may change, and after what the screen shows as kept."""
        before = self.game.snapshot.faces
        keeps = self.game.store.folder is not None or what == "save"
        if keeps:
            lists = {"may_go": list(go), "may_come": list(come), "may_be": list(be)}
            self.tell({"is": "will", "what": what, **lists})
        self.at += 0.1
        act()
        if keeps:
            assert self.game.snapshot.folder, self.game.snapshot.notice
            self.tell_done(what, () if what == "save" else before)

    def tell_done(self, what: str, before: Shown) -> None:
        """What the screen shows now that it did not show before."""
        old = {id for face in before for id in face.pictures}
        new = {id: face.id for face in self.game.snapshot.faces for id in face.pictures}
        digests = {sample.id: sample.digest for sample in self.game.store.samples()}
        came = {id: [face, digests[id]] for id, face in new.items() if id not in old}
        went = sorted(old - new.keys())
        self.tell({"is": "done", "what": what, "came": came, "went": went, "faces": self.faces()})

    def faces(self) -> list[list[str]]:
        """Names and roles in order."""
        return [[category.name, category.role] for category in self.game.store.categories]

    def command(self, name: str, /, **details: Any) -> None:
        """What the page sends."""
        self.game.do(name, self.at, **details)

    # -- what a player does

    def a_face(self) -> FaceView:
        """Any card."""
        return self.dice.choice(self.game.snapshot.faces)

    def save(self) -> None:
        """Keep what was in memory until now."""
        pictures = [[sample.category, sample.digest] for sample in self.game.store.samples()]
        act = partial(self.command, "save", folder=str(self.root))
        self.do("save", act, come=pictures, be=[self.faces()])

    def record(self) -> None:
        """A burst, each picture acknowledged by itself."""
        face = self.a_face().id
        self.do("record", partial(self.command, "record", face=face))
        burst = self.game.snapshot.burst
        assert burst is not None
        for due in burst.due:
            data = picture(self.dice.randrange(8), self.dice.randrange(40))
            come = [[face, digest(data)]]
            self.do("picture", lambda d=data, s=due: self.game.picture(burst.id, s, d, self.at), come=come)
            self.game.tick(self.at)

    def upload(self) -> None:
        """Two pictures from files."""
        face = self.a_face().id
        data = [picture(self.dice.randrange(8), self.dice.randrange(40)) for _ in range(2)]
        come = [[face, digest(each)] for each in data]
        self.do("upload", lambda: self.game.upload(face, data, self.at), come=come)

    def train(self) -> None:
        """Train, to the end."""

        def work() -> None:
            self.command("train")
            while self.game.busy:
                self.game.tick(self.at)

        self.do("train", work)

    def forget(self) -> None:
        """All of it; what comes next is in memory, and saved anew."""
        pictures = [sample.id for sample in self.game.store.samples()]
        self.tell({"is": "will", "what": "forget", "may_go": pictures, "may_come": [], "may_be": [[]]})
        self.command("forget")
        assert not self.game.snapshot.folder, self.game.snapshot.notice
        self.tell({"is": "done", "what": "forget", "came": {}, "went": pictures, "faces": []})

    def rename(self) -> None:
        """Another name for a face."""
        face, name = self.a_face(), f"{self.dice.choice(NAMES)} {self.dice.randrange(99)}"
        after = [[name, role] if was == face.name else [was, role] for was, role in self.faces()]
        self.do("rename_face", partial(self.command, "rename_face", face=face.id, name=name), be=[after])

    def remove(self) -> None:
        """A few pictures of a face."""
        ids = [id for id in self.a_face().pictures if self.dice.random() < 0.3]
        self.do("remove_pictures", partial(self.command, "remove_pictures", pictures=ids), go=ids)

    def clear(self) -> None:
        """All of a face's."""
        face = self.a_face()
        self.do("clear", partial(self.command, "clear", face=face.id), go=face.pictures)

    def remove_face(self) -> None:
        """A face with its pictures."""
        face = self.a_face()
        after = [row for row in self.faces() if row[0] != face.name]
        act = partial(self.command, "remove_face", face=face.id)
        self.do("remove_face", act, go=face.pictures, be=[after])

    def add_face(self) -> None:
        """A new face."""
        name = f"{self.dice.choice(NAMES)} {self.dice.randrange(99)}"
        after = [*self.faces(), [name, "face"]]
        self.do("add_face", partial(self.command, "add_face", name=name), be=[after])

    def undo(self) -> None:
        """What was removed last comes back: a face in its place, or pictures."""
        removed = self.game.store._removed[-1:]
        come = [[sample.category, sample.digest] for last in removed for sample in last.samples]
        after = self.faces()
        for last in removed:
            if last.category is not None:
                after.insert(last.place, [last.category.name, last.category.role])
        self.do("undo", partial(self.command, "undo"), come=come, be=[after])


def digest(data: bytes) -> str:
    """What a picture is known by."""
    return hashlib.sha256(data).hexdigest()
