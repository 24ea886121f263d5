"""How a long job says how far it is, and how a job in another process says it too."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from facegame_lib import texts

Progress = Callable[[float, str], None]
"""Called with the part done, 0 to 1, and the catalogue key of what is going on ("progress.…")."""


def silent(fraction: float, key: str) -> None:
    """The `Progress` of a caller who asked for none."""


def shown(fraction: float, key: str) -> None:
    """The `Progress` of a notebook: a bar on one line of its output, which is written over as it moves."""
    done = round(28 * min(1.0, max(0.0, fraction)))
    line = (
        f"\r[{'#' * done}{'.' * (28 - done)}] {fraction:4.0%}  {texts.text(key, texts.preferred_language())}"
    )
    sys.stdout.write(line.ljust(72) + ("\n" if fraction >= 1 else ""))
    sys.stdout.flush()


def part(progress: Progress, start: float, stop: float) -> Progress:
    """A `Progress` for one stage of a job: its 0 to 1 is the whole's `start` to `stop`."""
    return lambda fraction, key: progress(start + fraction * (stop - start), key)


def run(
    command: Sequence[str], on_line: Callable[[str], None], env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run a command; hand each line it prints (stdout and stderr) to `on_line` as it comes.

    Returns the exit status and the last 30 lines. If `on_line` raises, or the player interrupts, the
    command is killed: nothing goes on working behind the player's back.
    """
    tail: deque[str] = deque(maxlen=30)
    with subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as job:
        assert job.stdout is not None
        try:
            for line in job.stdout:
                tail.append(line)
                on_line(line)
        except BaseException:
            job.kill()
            raise
    return job.returncode, "".join(tail)
