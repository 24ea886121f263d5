"""Many small jobs on the cores of this machine, by joblib, or on a Ray cluster."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any, Final, Literal

from facegame_lib.errors import BadSetting, MissingExtra, RemoteUnavailable

Backend = Literal["loky", "threading", "ray"]
BACKENDS: Final = ("loky", "threading", "ray")


def check(n_jobs: int, backend: str) -> None:
    """Raise what stands in the way of `spread`: `MissingExtra`, `BadSetting`."""
    if backend not in BACKENDS:
        raise BadSetting("not_one_of", name="backend", allowed=", ".join(BACKENDS), found=backend)
    if n_jobs == 0:
        raise BadSetting("out_of_range", name="n_jobs", low="1 (or -1)", high="...", found=n_jobs)
    if any(find_spec(name) is None for name in ("joblib", "sklearn")):
        raise MissingExtra("missing_lab")
    if backend == "ray" and find_spec("ray") is None:
        raise MissingExtra("missing_lab_ray")


def spread(
    work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], n_jobs: int, backend: Backend
) -> Iterator[Any]:
    """What `work` makes of each job, in their order, each as soon as it is there.

    "ray" works on the cluster that this process has joined, or else on the one this machine is a node of;
    it starts none. Raises `RemoteUnavailable` if there is none, and what `work` raises.
    """
    from joblib import Parallel, delayed

    if backend == "ray":
        _join()
    parallel = Parallel(n_jobs=n_jobs, backend=backend, return_as="generator")
    yield from parallel(delayed(work)(*job) for job in jobs)


def _join() -> None:
    import ray
    from ray.util.joblib import register_ray

    if not ray.is_initialized():
        try:
            ray.init("auto", log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise RemoteUnavailable("no_ray_cluster") from error
    register_ray()
