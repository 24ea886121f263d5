"""`--engine ray`: the nets run in replicas behind Ray Serve, here or on a cluster; the players stay here."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import secrets
import socket
import time
from collections.abc import Mapping
from typing import Any, Final, Self

from facegame_lib import backbone, weights
from facegame_lib.errors import MissingExtra, RemoteUnavailable
from facegame_lib.progress import Progress, part, silent
from facegame_lib.reco.far import Answer, FarEmbedder, FarNet, FarRecognizer, Question
from facegame_lib.recognizer import RecognizerProtocol, face_parts
from facegame_lib.recognizers import LookAt

APP: Final = "facegame"  # by this name other servers on the same cluster find the replicas that are there
PATIENCE: Final = 30.0  # seconds that a question is asked again: a new replica takes about ten to start
_ONE_TRY: Final = 10.0  # seconds for one answer
_STARTING: Final = 600.0  # seconds for replicas to start: the first on a machine converts the nets
_REACHED: Final = 5.0  # seconds for a cluster to take a connection
_MEMORY: Final = 256 * 2**20  # bytes for pictures between processes; Ray would take a third of the machine's
_LEAST_GPU: Final = 0.01  # of a GPU, the least that a replica asks for
_MOST: Final = 1000  # replicas; on a cluster its size is the limit, which may grow meanwhile


class RayEngine:
    """An engine whose nets are in replicas behind Ray Serve, `replicas` at least and at most.

    Without an `address` Ray is started on this machine, for it alone, and ended by `close`. With one, "auto"
    or HOST:PORT, the cluster there is joined, from a machine that is a node of it; replicas that other
    servers have started there are shared, and stay when this one leaves. One of either kind a process.
    """

    def __init__(self, address: str = "", replicas: tuple[int, int] | None = None) -> None:
        self.address = address
        self._cores = max(2, os.cpu_count() or 2)  # two replicas even on one core: one may be lost
        self._replicas = replicas or (2, _MOST if address else self._cores)
        self.workers = self._replicas[0]  # until it is known how many there can be
        self._handle: Any = None
        self._lost: tuple[type[Exception], ...] = ()  # what is raised for a replica that is lost
        self._mistake: type[Exception] = Exception  # and for a mistake in what it runs
        self._face, self._net = ("", 0), ("", 0)  # name and dimension of what sees a face, and of the net

    def prepare(self, progress: Progress | None = None) -> Self:
        """Start or join Ray and have replicas run. Raises `MissingExtra`, `RemoteUnavailable`, and if they
        are to run here, what preparing the nets does."""
        progress = progress or silent
        ray = self._import()
        if not self.address:  # once, for all replicas
            weights.fetch_all(weights.FACE_NETS, path=None, cache=None, progress=part(progress, 0.0, 0.1))
            backbone.prepare(progress=part(progress, 0.1, 0.6))
        progress(0.6, "progress.ray")
        self._join(ray)
        try:
            self._deploy(progress)
            about = self.about()
            cores = int(ray.cluster_resources().get("CPU", 1))
        except self._lost as error:
            self.close()
            raise RemoteUnavailable("ray_not_started") from error
        except BaseException:
            self.close()
            raise
        from facegame_lib.reco.ray_replica import ONGOING

        self._face, self._net = about["face"], about["net"]
        self.workers = ONGOING * min(self._replicas[1], max(self._replicas[0], cores))
        progress(1.0, "progress.ray")
        return self

    def recognizers(self) -> Mapping[LookAt, RecognizerProtocol]:
        """The notebook's own recognisers on the replicas' nets. The face they follow is this player's."""
        face = FarEmbedder(self.ask, *self._face)
        return {
            "face": FarRecognizer(face, **face_parts()),
            "frame": FarRecognizer(FarNet(self.ask, *self._net)),
        }

    def about(self) -> dict[str, Any]:
        """What some replica says of itself: see `Replica.about`."""
        said: dict[str, Any] = self._handle.about.remote().result(timeout_s=_ONE_TRY)
        return said

    def ask(self, question: Question) -> Answer:
        """What any replica answers. One that is lost meanwhile, or silent, is passed over for another.

        Raises `RemoteUnavailable` when nobody answers for `PATIENCE`.
        """
        began, pause = time.monotonic(), 0.05
        while True:
            response = self._handle.look.remote(question)
            try:
                found: Answer = response.result(timeout_s=_ONE_TRY)
                return found
            except self._mistake as error:  # which another would make too
                raise RemoteUnavailable("ray_failed") from error
            except self._lost as error:
                with contextlib.suppress(Exception):
                    response.cancel()
                if time.monotonic() - began > PATIENCE:
                    raise RemoteUnavailable("ray_silent", seconds=round(PATIENCE)) from error
            time.sleep(pause)
            pause = min(1.0, 2 * pause)

    def close(self) -> None:
        """End the Ray that was started here with all it runs, or leave the cluster as it is."""
        import ray

        ray.shutdown()

    def _import(self) -> Any:
        """Ray, which reads these settings as it is imported."""
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # it would tell its makers who uses it
        if not self.address:
            # Its processes listen on the loopback address, where Ray puts them by itself on macOS and
            # Windows only, and answer to this server alone: what they are sent is pickled.
            os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
            os.environ["RAY_AUTH_MODE"], os.environ["RAY_AUTH_TOKEN"] = "token", secrets.token_hex(32)
        try:
            import ray
            from ray.exceptions import RayError, RayTaskError
            from ray.serve.exceptions import RayServeException
        except ImportError as error:
            raise MissingExtra("missing_ray") from error
        self._lost, self._mistake = (RayError, RayServeException, TimeoutError, OSError), RayTaskError
        for name in ("ray", "ray.serve"):
            logging.getLogger(name).setLevel(logging.ERROR)
        return ray

    def _join(self, ray: Any) -> None:
        quiet = {"log_to_driver": False, "configure_logging": False}
        try:
            if not self.address:
                here = {"num_cpus": self._cores, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
                ray.init("local", object_store_memory=_MEMORY, **here, **quiet)
                return
            if self.address != "auto":  # Ray itself would try for a minute
                host, _, port = self.address.rpartition(":")
                socket.create_connection((host, int(port)), _REACHED).close()
            ray.init(self.address, **quiet)
        except (OSError, ValueError, OverflowError, RuntimeError) as error:
            away = RemoteUnavailable("ray_away", address=self.address)
            failed = away if self.address else RemoteUnavailable("ray_not_started")
            failed.add_note(str(error))  # for whoever helps
            raise failed from error

    def _deploy(self, progress: Progress) -> None:
        """Have replicas run, those that are there or new ones, and wait until they do."""
        import ray
        from ray import serve

        from facegame_lib.reco import ray_replica

        serve.start(proxy_location="Disabled")  # who asks is in Python: no port for HTTP
        if APP not in serve.status().applications:
            ray_replica.deploy(APP, *self._replicas, share_of_gpu(ray.cluster_resources()))
        deadline = time.monotonic() + _STARTING
        while (app := serve.status().applications[APP]).status != "RUNNING":
            if app.status in ("DEPLOY_FAILED", "UNHEALTHY") or time.monotonic() > deadline:
                failed = RemoteUnavailable("ray_not_started")
                for deployment in app.deployments.values():
                    failed.add_note(deployment.message)  # for whoever helps
                raise failed
            progress(0.8, "progress.ray_nets")
            time.sleep(0.2)
        self._handle = serve.get_app_handle(APP)


def share_of_gpu(resources: Mapping[str, float]) -> float:
    """What of a GPU each replica asks for: of a cluster's GPUs as much as one of its cores is of all cores,
    so that every core has its replica; 0 where there is none."""
    share = resources.get("GPU", 0.0) / max(1.0, resources.get("CPU", 1.0))
    return min(1.0, math.floor(100 * share) / 100 or _LEAST_GPU) if share else 0.0
