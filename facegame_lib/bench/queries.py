"""One query among 100, 10,000 and 100,000 pictures: ours, plain NumPy, scikit-learn; the answers checked."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

from facegame_lib import frames
from facegame_lib.bench.figures import Figure, figure, interleaved
from facegame_lib.bench.player import Cast
from facegame_lib.classifier import Floats, KnnClassifier, unit
from facegame_lib.errors import FaceGameError
from facegame_lib.progress import Progress, part

SIZES = (100, 10_000, 100_000)
K = 10


def alike(pictures: Floats, n: int, seed: int = 0) -> Floats:
    """`n` rows that lie as embeddings of pictures do: each is one of `pictures` `(m, d)`, moved by up to half
    the difference of two others. There is no time to embed a hundred thousand."""
    dice = np.random.default_rng(seed)
    one, two, three = (dice.integers(0, len(pictures), n) for _ in range(3))
    rows = pictures[one]
    rows += 0.5 * dice.random((n, 1), np.float32) * (pictures[two] - pictures[three])
    return unit(rows)


def noise(d: int, n: int, seed: int = 0) -> Floats:
    """`n` rows without any order, in which nothing can be left out: the worst case."""
    return unit(np.random.default_rng(seed).standard_normal((n, d), np.float32))


def queries(cast: Cast, rounds: int, progress: Progress, sizes: tuple[int, ...] = SIZES) -> list[Figure]:
    """Whole frames embedded by the net, its 1280 numbers each."""
    pictures = cast.net.embed([sample.frame() for sample in cast.store.samples()])
    asked = unit(cast.net.embed([frames.decode(data) for data in cast.frames[:16]]))
    found: list[Figure] = []
    for place, n in enumerate(sizes):
        share = part(progress, place / (len(sizes) + 1), (place + 1) / (len(sizes) + 1))
        found += compared("query", alike(pictures, n), asked, rounds, share)
    share = part(progress, len(sizes) / (len(sizes) + 1), 1.0)
    n, d = sizes[-1], pictures.shape[1]
    return found + compared("noise", noise(d, n), noise(d, len(asked), 1), rounds, share)


def compared(kind: str, X: Floats, asked: Floats, rounds: int, progress: Progress) -> list[Figure]:
    """The three on rows `X` `(n, d)` at length 1 and queries `asked` `(m, d)`. Raises `FaceGameError` if
    ours does not find the nearest neighbours."""
    y = np.array(["a", "b", "c", "d"])[np.arange(len(X)) % 4]
    ours = KnnClassifier(K).fit(X, y)

    def plain(number: int) -> Any:
        distances = 1 - X @ asked[number % len(asked)]
        return np.argsort(distances, kind="stable")[:K]

    tasks: dict[str, Any] = {
        "ours": lambda number: ours.predict_proba(asked[number % len(asked)][np.newaxis]),
        "numpy": plain,
    }
    if importlib.util.find_spec("sklearn") is not None:
        from sklearn.neighbors import KNeighborsClassifier

        theirs = KNeighborsClassifier(K, metric="cosine", weights="distance", algorithm="brute").fit(X, y)
        tasks["sklearn"] = lambda number: theirs.predict_proba(asked[number % len(asked)][np.newaxis])
    check(ours, X, asked[:4])
    took = interleaved(tasks, rounds, progress, rest=0.1)  # see `inner`: BLAS's threads go on spinning
    return [figure(f"bench.{kind}.{name}", "ms", took[name], pictures=f"{len(X):,}") for name in tasks]


def check(ours: KnnClassifier, X: Floats, asked: Floats) -> None:
    """That ours looks at the very neighbours that float64 finds by looking at every row."""
    for x in asked:
        exact = np.empty(len(X))
        for start in range(0, len(X), 4096):
            exact[start : start + 4096] = 1 - X[start : start + 4096].astype(np.float64) @ x.astype(
                np.float64
            )
        distances = ours.distances(x[np.newaxis])[0]
        near = np.sort(exact)[:K]
        mine = np.sort(exact[np.argsort(distances, kind="stable")[:K]])
        if not np.allclose(mine, near, rtol=0, atol=1e-6):
            raise FaceGameError("bench_wrong")
