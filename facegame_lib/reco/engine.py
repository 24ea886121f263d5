"""What recognises: nets that all players share, and for each player a recogniser of their own on top."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, Self

from facegame_lib.embedding import MobileNetEmbedder
from facegame_lib.errors import BadSetting
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.faces import FaceFinder, FaceNets
from facegame_lib.progress import Progress, part, silent
from facegame_lib.recognizer import RecognizerProtocol
from facegame_lib.recognizers import LookAt, recognizers


class Engine(Protocol):
    """Makes recognisers. `workers` is how many threads it can keep at work."""

    workers: int

    def prepare(self, progress: Progress | None = None) -> Any:
        """Get ready, however long that takes, so that recognisers are ready as they are made."""
        ...

    def recognizers(self) -> Mapping[LookAt, RecognizerProtocol]:
        """Recognisers for one more player, who shares nothing with others but the nets: for each thing that
        the player may have looked at, the one to begin with first."""
        ...

    def close(self) -> None:
        """Let go of what it started."""
        ...


class LocalEngine:
    """The nets in this process: `workers` copies, by default one a core, each run on `threads` threads.

    On two cores with eight players, two workers of one thread each answered a fifth more frames than one of
    two threads: what is Python between the nets runs while the other worker's nets do (`docs/server.md`).
    """

    def __init__(self, workers: int = 0, threads: int = 1) -> None:
        self.workers = workers = workers or os.cpu_count() or 1
        self._net = MobileNetEmbedder(threads=threads, copies=workers)
        self._face_nets = FaceNets(threads=threads, copies=workers)

    def prepare(self, progress: Progress | None = None) -> Self:
        """Load the nets; the first time on this computer they are fetched and converted."""
        progress = progress or silent
        self._face_nets.prepare(part(progress, 0.0, 0.2))
        self._net.prepare(part(progress, 0.2, 1.0))
        return self

    def recognizers(self) -> Mapping[LookAt, RecognizerProtocol]:
        """The notebook's own recognisers, on the nets of all. The face they follow is this player's."""
        return recognizers(FaceEmbedder(self._net, finder=FaceFinder(nets=self._face_nets)))

    def close(self) -> None:
        """Nothing: the nets go with the process."""


def _local(ray_address: str) -> Engine:
    if ray_address:
        raise BadSetting("ray_address_alone")
    return LocalEngine()


def _ray(ray_address: str) -> Engine:
    from facegame_lib.reco.ray_engine import RayEngine

    return RayEngine(ray_address)


# What `--engine` may be; made with what `--ray-address` says, "" for nothing.
ENGINES: Final[dict[str, Callable[[str], Engine]]] = {"local": _local, "ray": _ray}
