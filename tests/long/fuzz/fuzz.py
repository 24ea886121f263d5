"""Throws bytes at every door, guided by what they reach: `python tests/long/fuzz/fuzz.py` (Linux).

    pip install --requirement tests/long/fuzz/requirements.txt
    python tests/long/fuzz/fuzz.py [--runs N] [--seconds N] [--keep FOLDER] [DOOR ...]

`--runs` is inputs a door (each has a number of its own, by how fast it is), `--seconds` how long it may take,
`--keep` where the inputs that reached something new are kept, to go on from another time. A finding stops its
door; its input is written to `tests/findings/<door>/`, where `tests/test_findings.py` lets it in again for
ever. Atheris is coverage-guided fuzzing for Python, on libFuzzer: https://github.com/google/atheris
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[2]
FINDINGS: Final = ROOT / "tests" / "findings"
RUNS: Final = {
    "picture": 200_000,
    "manifest": 100_000,
    "folder": 40_000,
    "archive": 60_000,
    "layout": 300_000,
    "rows": 100_000,
    "state_dict": 100_000,
    "settings": 100_000,
    "original": 60_000,
    "play": 60_000,
    "widget": 40_000,
    "answers": 100_000,
}
SLOW: Final = (
    30  # seconds that one input may take, with every line of Python counted, on a computer with more to do
)
MEMORY: Final = 2048  # MB that the process may take
_DONE: Final = re.compile(r"#(\d+)\s+DONE\s+cov: (\d+) ft: (\d+).*exec/s: (\d+)")
_WATCHED: Final = ("facegame_lib", "PIL", "zipfile", "socketio", "numpy.lib", "json")


def main() -> int:
    """Returns the exit code: 1 if there was a finding."""
    parser = argparse.ArgumentParser(description="Throws bytes at every door, guided by what they reach.")
    parser.add_argument("doors", nargs="*", choices=[*RUNS, []], metavar="DOOR", help=", ".join(RUNS))
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(options.doors[0], options.runs, options.seconds, options.seed, options.keep)
    print(f"{'door':12}{'inputs':>9}{'a second':>10}{'edges':>7}{'features':>10}  finding", flush=True)
    failed = 0
    for door in options.doors or RUNS:
        with tempfile.TemporaryDirectory() as folder:
            corpus = (options.keep or Path(folder)) / door
            corpus.mkdir(parents=True, exist_ok=True)
            runs = options.runs or RUNS[door]
            command = [sys.executable, __file__, "--inside", "--runs", str(runs)]
            command += ["--seconds", str(options.seconds), "--seed", str(options.seed)]
            done = subprocess.run(
                [*command, "--keep", str(corpus), door], capture_output=True, text=True, errors="replace"
            )
        found = _DONE.search(done.stderr)
        said = [line for line in done.stderr.splitlines() if "Test unit written" in line or "ERROR" in line]
        failed += done.returncode != 0
        numbers = found.groups() if found else ("", "", "", "")
        inputs, edges, features, a_second = numbers
        print(
            f"{door:12}{inputs:>9}{a_second:>10}{edges:>7}{features:>10}  {'; '.join(said) or '-'}",
            flush=True,
        )
        if done.returncode:
            print(done.stdout[-3000:], *said, sep="\n", flush=True)
    return int(failed > 0)


def inside(door: str, runs: int, seconds: int, seed: int, corpus: Path) -> None:
    """Does not return: libFuzzer ends the process."""
    import atheris

    sys.path[:0] = [str(HERE), str(ROOT), str(ROOT / "tests")]
    with atheris.instrument_imports(include=list(_WATCHED)):
        module = import_module(f"door_{door}")
    for number, data in enumerate(seeds(door, module)):
        (corpus / f"seed-{number}").write_bytes(data)
    (FINDINGS / door).mkdir(parents=True, exist_ok=True)
    words = corpus.parent / f"{door}.dict"
    words.write_text("".join('"' + "".join(f"\\x{b:02x}" for b in token) + '"\n' for token in module.TOKENS))
    arguments = [
        f"-runs={runs}",
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-timeout={SLOW}",
        f"-report_slow_units={SLOW}",
        f"-rss_limit_mb={MEMORY}",
        f"-max_len={module.MAX_LENGTH}",
        f"-dict={words}",
        f"-artifact_prefix={FINDINGS / door}/",
        "-print_final_stats=1",
        str(corpus),
    ]
    more: dict[str, Any] = {}
    mutate, repair = getattr(module, "mutate", None), getattr(module, "repair", bytes)
    if mutate is not None or hasattr(module, "repair"):

        def mutator(data: bytes, limit: int, luck: int) -> bytes:
            changed = mutate(data, luck) if mutate is not None and luck % 2 else atheris.Mutate(data, limit)
            return bytes(repair(changed))[:limit]

        more["custom_mutator"] = mutator
    atheris.Setup([door, *arguments], module.one, **more)
    atheris.Fuzz()


def seeds(door: str, module: Any) -> list[bytes]:
    """What a door's fuzzing begins with: its own seeds, and what was found there before."""
    return [*module.SEEDS, *(path.read_bytes() for path in sorted((FINDINGS / door).glob("*")))]


if __name__ == "__main__":
    sys.exit(main())
