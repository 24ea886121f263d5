"""Opening a store of 10,000 pictures that the player has kept: the first time, and once embedded."""

from __future__ import annotations

import tempfile
from pathlib import Path

from facegame_lib.bench.figures import Figure, figure, interleaved
from facegame_lib.bench.player import Cast
from facegame_lib.embedding_cache import EmbeddingCache
from facegame_lib.folder import beside
from facegame_lib.progress import Progress
from facegame_lib.recognizer import Recognizer
from facegame_lib.samples import SampleStore

PICTURES = 10_000
_TAKE = 20  # pictures


def opening(cast: Cast, rounds: int, progress: Progress, pictures: int = PICTURES) -> list[Figure]:
    """`again` is `SampleStore.open`; `taken` a recogniser that finds the embeddings of all of them beside the
    pictures, after which `left` have to be embedded. To embed so many takes minutes: the embeddings are those
    of the 80 pictures that these are made of."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(cast, root, pictures)
        kept = f"{pictures:,}"
        first = interleaved({"": lambda number: SampleStore.open(root)}, 1, progress, warm=0)[""]
        embed(cast, root)
        now: list[SampleStore] = []
        left: list[int] = []

        def again(number: int) -> None:
            now[:] = [SampleStore.open(root)]

        def taken(number: int) -> None:
            left.append(len(Recognizer(cast.embedder).pending(now[0])))

        took = interleaved({"again": again, "taken": taken}, max(3, rounds), progress, warm=1)
        return [
            figure("bench.open.first", "ms", first, pictures=kept),
            figure("bench.open.again", "ms", took["again"], pictures=kept),
            figure("bench.open.taken", "ms", took["taken"], pictures=kept),
            figure("bench.open.left", "pictures", [max(left)]),
        ]


def write(cast: Cast, root: Path, pictures: int) -> None:
    """A store of so many pictures that differ in their last bytes: 80, over and over."""
    samples = cast.store.samples()
    SampleStore(["a", "b"]).save(root)
    for number in range(pictures):
        take, place = divmod(number, _TAKE)
        path = root / "ab"[take % 2] / f"take-{take + 1}" / f"{place + 1:04d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(samples[number % len(samples)].data + number.to_bytes(4, "big"))


def embed(cast: Cast, root: Path) -> None:
    """What lies beside the pictures of a store that was played with."""
    store = SampleStore.open(root)
    rows = [cast.recognizer.rows(sample) for sample in cast.store.samples()]
    kept = EmbeddingCache(cast.embedder, beside(root))
    for number, sample in enumerate(store.samples()):
        kept.put(sample.digest, rows[number % len(rows)])
