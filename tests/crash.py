"""A player whose process is killed, life after life, and what is in the folder afterwards.

    python tests/crash.py FOLDER --kills 200 --seed 1

Each life plays a game that is kept in a folder (see `killed.py`), tells over a pipe what it is about to do
and what the screen then shows as kept, and ends by SIGKILL: at a line of the library's code, or in the middle
of a file, by the seed; every third from outside, at a moment of the clock. Then the folder is looked through.
A life goes on with the folder that the one before it left. It prints a JSON object; `wrong` should be empty.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from killed import MUTANTS, live

from facegame_lib.atomic import LEFTOVER
from facegame_lib.folder import MANIFEST
from facegame_lib.samples import SampleStore

LIVES = 10  # in one folder
LONG = 20.0  # seconds after which a life that was not killed is an error


@dataclass
class Kept:
    """What was acknowledged: each picture's id with its face and SHA-256, and the faces in order."""

    pictures: dict[str, list[str]] = field(default_factory=dict)
    faces: list[list[str]] = field(default_factory=list)

    def learn(self, done: dict[str, Any]) -> None:
        """The screen showed this as done."""
        for id in done["went"]:
            del self.pictures[id]
        self.pictures |= done["came"]
        self.faces = done["faces"]


def one_life(root: Path, seed: int, mutant: str) -> tuple[list[dict[str, Any]], int]:
    """A life in that folder; what it told, and how its process ended."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        try:
            live(root, seed, theirs, mutant)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(3)  # it should never come to this: it plays until it is killed
    os.close(theirs)
    dice = random.Random(seed)
    outside = seed % 3 == 0
    deadline = time.monotonic() + LONG
    heard = b""
    while True:
        ready, _, _ = select.select([ours], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            if not (outside and heard):
                raise TimeoutError(f"seed {seed}: was not killed")
            outside = False
            deadline = time.monotonic() + LONG
        elif data := os.read(ours, 65536):
            if outside and not heard:
                deadline = time.monotonic() + dice.uniform(0.0, 0.1)
            heard += data
        else:
            break
    os.close(ours)
    _, status = os.waitpid(child, 0)
    return [json.loads(line) for line in heard.split(b"\n")[:-1]], os.waitstatus_to_exitcode(status)


def look(root: Path, kept: Kept, will: dict[str, Any] | None) -> list[str]:
    """What is wrong in the folder, where that was kept and `will` may have been done, in whole or in part."""
    if not (root / MANIFEST).exists() and not kept.faces:
        return []  # killed before anything was kept
    for part in root.rglob(".*.part"):  # the player comes back when nobody is writing any more
        os.utime(part, (0, time.time() - LEFTOVER - 1))
    store = SampleStore.open(root)
    wrong = [str(problem) for problem in store.problems]
    there = {sample.id: [sample.category, sample.digest] for sample in store.samples()}
    may_go = set(will["may_go"]) if will else set()
    may_come = {tuple(picture) for picture in will["may_come"]} if will else set()
    wrong += [f"lost: {id}" for id in kept.pictures.keys() - may_go if there.get(id) != kept.pictures.get(id)]
    wrong += [
        f"came back: {id}" for id in there.keys() - kept.pictures.keys() if tuple(there[id]) not in may_come
    ]
    faces = [[category.name, category.role] for category in store.categories]
    if faces not in [kept.faces, *(will["may_be"] if will else [])]:
        wrong.append(f"faces: {faces}, and not {kept.faces}")
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    wrong += [f"left over: {name}" for name in files - there.keys() - {MANIFEST}]
    kept.pictures, kept.faces = there, faces  # what the next life begins with
    return wrong


def run(folder: Path, kills: int, seed: int, mutant: str = "") -> dict[str, Any]:
    """Kill that many times; how often in what, how much was acknowledged, and what was wrong."""
    during, where, wrong, acknowledged = Counter[str](), Counter[str](), list[str](), 0
    began = time.monotonic()
    for number in range(kills):
        if number % LIVES == 0:
            root, kept = folder / f"{number // LIVES}" / "my-faces", Kept()
        said, ended = one_life(root, seed + number, mutant)
        if ended != -signal.SIGKILL:
            wrong.append(f"seed {seed + number}: ended by itself, {ended}")
        will = None
        for message in said:
            if message["is"] == "will":
                will = message
            elif message["is"] == "done":
                kept.learn(message)
                acknowledged += len(message["came"]) + len(message["went"])
                will = None
            else:
                where[message["file"]] += 1
        during[will["what"] if will else "between"] += 1
        wrong += [f"seed {seed + number}, {will and will['what']}: {each}" for each in look(root, kept, will)]
    seconds = round(time.monotonic() - began, 1)
    return {"kills": kills, "acknowledged": acknowledged, "wrong": wrong, "during": dict(during),
            "where": dict(where), "seconds": seconds}  # fmt: skip


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--mutant", default="", choices=["", *MUTANTS])
    options = asked.parse_args()
    print(json.dumps(run(options.folder, options.kills, options.seed, options.mutant)))  # noqa: T201
