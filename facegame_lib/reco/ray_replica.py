"""What Ray Serve runs many of, on whichever machines it has: the nets, and nobody's game."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import ray
from numpy.typing import NDArray
from ray import serve
from ray.serve.config import AutoscalingConfig

from facegame_lib.embedding import Embedder, MobileNetEmbedder
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.faces import FaceNets
from facegame_lib.frames import Frame
from facegame_lib.gpu import GpuEmbedder, gpu_here
from facegame_lib.reco.far import Answer, Question, answer

BATCH: Final = 4  # questions whose cuts go through the net together, at most
ONGOING: Final = 2 * BATCH  # questions that one replica takes on at a time: some are cut while others are run


class Replica:
    """One copy of the nets on one core (`docs/cluster.md`). Faces are found for each question by itself;
    what was cut out of the pictures of several that came together goes through the net as one batch: on its
    share of a GPU if Ray gave it one and TensorFlow can use it, else on its core."""

    def __init__(self) -> None:
        self._face_nets = FaceNets(threads=1).prepare()
        self._on_gpu = bool(ray.get_gpu_ids()) and gpu_here()
        self._net: Embedder = (GpuEmbedder() if self._on_gpu else MobileNetEmbedder(threads=1)).prepare()
        self._askers = ThreadPoolExecutor(ONGOING, "facegame-questions")
        self._runner = ThreadPoolExecutor(1, "facegame-net")
        self._batches: Counter[int] = Counter()

    async def look(self, question: Question) -> Answer:
        """The answer to one question, the same from every replica."""
        loop = asyncio.get_running_loop()
        net = _Together(self, self._net, loop)
        return await loop.run_in_executor(self._askers, answer, question, self._face_nets.find, net)

    async def about(self) -> dict[str, Any]:
        """Who this is: name and dimension of what sees a face and of the net, the process, whether the net
        runs on a GPU, and how many batches of each size it has run."""
        face = FaceEmbedder(self._net)
        names = {"face": (face.name, face.dim), "net": (self._net.name, self._net.dim)}
        return {**names, "pid": os.getpid(), "gpu": self._on_gpu, "batches": dict(self._batches)}

    # No waiting for a fuller batch: while one is run, the next gathers by itself.
    @serve.batch(max_batch_size=BATCH, batch_wait_timeout_s=0.0)  # type: ignore[untyped-decorator]
    async def embed(self, cuts: list[list[Frame]]) -> list[NDArray[np.float32]]:
        """The rows of each question's cuts."""
        self._batches[len(cuts)] += 1
        every = [cut for of_one in cuts for cut in of_one]
        rows = await asyncio.get_running_loop().run_in_executor(self._runner, self._net.embed, every)
        return np.split(rows, np.cumsum([len(of_one) for of_one in cuts])[:-1])


def deploy(name: str, least: int, most: int, gpu: float) -> None:
    """Have so many replicas started under that name, more when more is asked of them, and do not wait. Each
    asks for a core and that share of a GPU."""
    deployment = serve.deployment(
        Replica,
        name="nets",
        ray_actor_options={"num_cpus": 1, "num_gpus": gpu},
        max_ongoing_requests=ONGOING,
        autoscaling_config=AutoscalingConfig(
            min_replicas=least, max_replicas=most, target_ongoing_requests=ONGOING / 2
        ),
        health_check_period_s=2,
        graceful_shutdown_timeout_s=5,
    )
    target = serve.RunTarget(deployment.bind(), name=name, route_prefix=None)
    serve.run_many([target], wait_for_applications_running=False)


class _Together:
    """The replica's net for one question's thread: what it embeds goes into the next batch."""

    def __init__(self, replica: Replica, net: Embedder, loop: asyncio.AbstractEventLoop) -> None:
        self.name, self.dim = net.name, net.dim
        self._replica, self._loop = replica, loop

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """As the net's own."""
        batch: Any = self._replica.embed
        rows: NDArray[np.float32] = asyncio.run_coroutine_threadsafe(batch(list(frames)), self._loop).result()
        return rows
