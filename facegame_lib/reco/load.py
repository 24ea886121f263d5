"""`facegame load`: cartoon players that record, train and play against a running server, and what they met.

All of them live in one process and one loop, and send pictures painted beforehand, so that on a machine they
share with the server they take little of what they measure.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from facegame_lib.errors import BadSetting, FaceGameError, MissingExtra
from facegame_lib.progress import Progress, silent
from facegame_lib.progress import run as run_process
from facegame_lib.reco.addresses import without_token
from facegame_lib.texts import text

SETTLED: Final = 20.0  # seconds in which a server frees what players left


@dataclass(frozen=True)
class LoadReport:
    """What the players met. Rates and latencies are of the frames sent while all of them played.

    `answered_per_s`: frames recognised a second, all players together. `dropped`: frames that were due and
    got no answer, a newer one having taken their place or two being unanswered. `latency_ms`: from sending a
    frame to its answer, of those answered. `fairness`: frames answered of the slowest player over those of
    the fastest. `samples_lost`: pictures that the server acknowledged and does not have. `rss_growth_mb`: the
    server's memory after all players left, less before they came (None if it does not say). `pipeline_per_s`:
    frames a second that one process recognises by itself on this machine, measured just before; None without
    the net. `complaints`: the different errors, in words.
    """

    answered_per_s: float
    dropped: int
    latency_ms: dict[str, float]
    fairness: float
    errors: int
    samples_lost: int
    rss_growth_mb: float | None
    players: int
    offered_per_s: float
    pipeline_per_s: float | None
    scores: list[int]
    complaints: list[str]

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return asdict(self)

    def sentence(self, language: str = "en") -> str:
        """All of it in words."""
        latency = {name: round(value) for name, value in self.latency_ms.items()}
        lines = [
            text(
                "load.result",
                language,
                players=self.players,
                answered=round(self.answered_per_s, 1),
                offered=round(self.offered_per_s, 1),
                dropped=self.dropped,
                fairness=round(self.fairness, 2),
                errors=self.errors,
                lost=self.samples_lost,
                **latency,
            )
        ]
        if self.pipeline_per_s:
            percent = round(100 * self.answered_per_s / self.pipeline_per_s)
            lines.append(text("load.pipeline", language, rate=round(self.pipeline_per_s, 1), percent=percent))
        if self.rss_growth_mb is not None:
            lines.append(text("load.memory", language, growth=round(self.rss_growth_mb)))
        return "\n".join([*lines, *self.complaints])


def run(
    url: str,
    *,
    token: str = "",
    players: int = 8,
    fps: float = 10.0,
    seconds: float = 20.0,
    quick: bool = False,
    names: bool = False,
    progress: Progress = silent,
) -> LoadReport:
    """Play, and report. `url` may be the address that `facegame serve` prints, with the token in it. `quick`
    leaves out the server's memory and what one process does by itself, which take longer than the playing.
    With `names` the players are on the board.

    For a server with `--https`, `SSL_CERT_FILE` in the environment names the certificate it is checked with.
    Raises `BadSetting`, `MissingExtra`, and `RemoteUnavailable` if no server takes the players.
    """
    for name, value, high in (("players", players, 1000), ("fps", fps, 60), ("seconds", seconds, 600)):
        if not 0 < value <= high:
            raise BadSetting("out_of_range", name=name, low=1, high=high, found=value)
    try:
        from facegame_lib.reco import crowd
    except ImportError as error:
        raise MissingExtra("missing_server") from error
    url, in_url = without_token(url)
    url, token = url.rstrip("/"), token or in_url
    progress(0.0, "progress.load.paint")
    film = crowd.film()
    if not quick:
        progress(0.1, "progress.load.alone")
    alone = None if quick else pipeline_rate(film)

    async def warm_up() -> float | None:
        first = crowd.Player(url, token, 0, film[0], fps)  # so that what is loaded once is loaded by then
        progress(0.15, "progress.load.connect")
        await first.connect()
        await first.teach()
        await first.leave()
        return await _settled(url, token, None)

    async def play() -> LoadReport:
        before = None if quick else await warm_up()
        all_players = [
            crowd.Player(url, token, n, film[n % len(film)], fps, f"cartoon {n + 1}" if names else "")
            for n in range(players)
        ]
        return await _measure(all_players, seconds, alone, before, (url, token), progress)

    return asyncio.run(play())


def run_apart(
    url: str,
    *,
    players: int = 8,
    fps: float = 10.0,
    seconds: float = 20.0,
    quick: bool = False,
    names: bool = False,
    certificate: Path | None = None,
    on_stage: Callable[[str], None] = lambda sentence: None,
) -> LoadReport:
    """`run` in a process of its own: for a notebook, where the server may share this one, and be slowed.

    `certificate`: the file that a server with `--https` names. `on_stage` hears what is going on, in the
    user's language. Raises `FaceGameError` with what `run` said.
    """
    command = [sys.executable, "-m", "facegame_lib.cli", "load", "--json", "--url", url]
    command += ["--players", str(players), "--fps", str(fps), "--seconds", str(seconds)]
    command += ["--quick"] * quick + ["--names"] * names
    trusted = {"SSL_CERT_FILE": str(certificate)} if certificate else {}
    lines = [""]

    def hear(line: str) -> None:
        lines.append(line.strip())
        if not line.startswith("{"):
            on_stage(line.strip())

    run_process(command, hear, {**os.environ, **trusted, "PYTHONUTF8": "1"})
    try:
        return LoadReport(**json.loads(lines[-1]))
    except ValueError:
        raise FaceGameError("load_failed", reason=lines[-1].removeprefix("facegame: ")) from None


async def _measure(
    players: list[Any],
    seconds: float,
    alone: float | None,
    before: float | None,
    server: tuple[str, str],
    progress: Progress,
) -> LoadReport:
    try:
        progress(0.2, "progress.load.connect")
        await asyncio.gather(*(player.connect() for player in players))
        progress(0.25, "progress.load.teach")
        await asyncio.gather(*(player.teach() for player in players))
        progress(0.5, "progress.load.play")
        began = time.perf_counter()
        await asyncio.gather(*(player.play(began, seconds) for player in players))
        took = time.perf_counter() - began
        lost = sum(player.samples_lost for player in players)
        scores = [player.score for player in players]
    finally:
        progress(0.95, "progress.load.leave")
        await asyncio.gather(*(player.leave() for player in players))
    after = None if before is None else await _settled(*server, before)
    answered = [player.answered for player in players]
    due = sum(player.due for player in players)
    times = [1000 * latency for player in players for latency in player.latencies]
    p50, p95, p99 = (float(value) for value in np.percentile(times or [0.0], (50, 95, 99)))
    progress(1.0, "progress.load.leave")
    return LoadReport(
        answered_per_s=sum(answered) / took,
        dropped=due - sum(answered),
        latency_ms={"p50": p50, "p95": p95, "p99": p99},
        fairness=min(answered) / max(1, *answered),
        errors=sum(player.errors for player in players),
        samples_lost=lost,
        rss_growth_mb=None if before is None or after is None else after - before,
        players=len(players),
        offered_per_s=due / took,
        pipeline_per_s=alone,
        scores=scores,
        complaints=sorted({complaint for player in players for complaint in player.complaints}),
    )


def pipeline_rate(film: list[list[list[bytes]]], seconds: float = 4.0) -> float | None:
    """Frames a second that one process takes from bytes to prediction, one after the other, as a notebook's
    kernel does with one player. None where the net is not installed."""
    from facegame_lib.recognizer import Recognizer
    from facegame_lib.samples import SampleStore

    store = SampleStore(str(number) for number in range(len(film[0])))
    for category, moments in zip(store.categories, film[0], strict=True):
        for picture in moments[:10]:
            store.add(category.id, picture)
    try:
        recognizer = Recognizer().prepare().fit(store)
    except FaceGameError:
        return None
    strip = [picture for moments in film[0] for picture in moments]
    for picture in strip[:10]:
        recognizer.predict(picture)
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        recognizer.predict(strip[done % len(strip)])
        done += 1
    return done / (time.perf_counter() - began)


def _memory(url: str, token: str) -> float | None:
    """The server's resident memory in MB, as it says itself; None if it does not say."""
    request = urllib.request.Request(f"{url}/health", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            found = json.load(answer).get("rss_mb")
    except (OSError, ValueError):
        return None
    return None if found is None else float(found)


async def _settled(url: str, token: str, goal: float | None) -> float | None:
    """The server's memory once players left: the least it falls to, or the first that is the goal at most.

    It is freed in a while, not at once."""
    least = _memory(url, token)
    until = time.monotonic() + SETTLED
    while least is not None and time.monotonic() < until and (goal is None or least > goal):
        await asyncio.sleep(0.5)
        now = _memory(url, token)
        if goal is None or now is None:
            return now
        least = min(least, now)
    return least
