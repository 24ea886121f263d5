"""Many small jobs on the cores of this machine, by joblib, or on a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any, Final, Literal

from facegame_lib.errors import BadSetting, MissingExtra, RemoteUnavailable

Backend = Literal["loky", "threading", "ray"]
BACKENDS: Final = ("loky", "threading", "ray")


def check(n_jobs: int, backend: str) -> None:
    """Raise what stands in the way of `spread`: `BadSetting`, `MissingExtra`, and `RemoteUnavailable` for
    "ray" in a process that has joined no cluster: Ray itself would start one of its own, or try for a minute
    to reach one that has gone."""
    if backend not in BACKENDS:
        raise BadSetting("not_one_of", name="backend", allowed=", ".join(BACKENDS), found=backend)
    if n_jobs == 0:
        raise BadSetting("out_of_range", name="n_jobs", low="1 (or -1)", high="...", found=n_jobs)
    if any(find_spec(name) is None for name in ("joblib", "sklearn")):
        raise MissingExtra("missing_lab")
    if backend == "ray":
        if find_spec("ray") is None:
            raise MissingExtra("missing_lab_ray")
        import ray

        if not ray.is_initialized():
            raise RemoteUnavailable("no_ray_cluster")


def spread(
    work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], n_jobs: int, backend: Backend
) -> Iterator[Any]:
    """What `work` makes of each job, in their order, each as soon as it is there. Raises what `work` does."""
    from joblib import Parallel, delayed

    tasks = [delayed(work)(*job) for job in jobs]
    if backend != "ray":
        yield from Parallel(n_jobs=n_jobs, backend=backend, return_as="generator")(tasks)
        return
    some = max(4 * _register(), len(tasks) // 20)  # Ray's backend gives nothing before it has everything
    with Parallel(n_jobs=n_jobs, backend="ray") as parallel:
        for start in range(0, len(tasks), some):
            yield from parallel(tasks[start : start + some])


def _register() -> int:
    """Make "ray" known to joblib; how many cores the cluster has."""
    import ray
    from ray.util.joblib import register_ray

    register_ray()
    return max(1, int(ray.cluster_resources().get("CPU", 1)))
