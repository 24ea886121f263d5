"""Play for half an hour, in JupyterLab or on the server, and see whether anything grows or goes wrong.

    python tests/long/soak lab --minutes 30
    python tests/long/soak server --minutes 30

prints a table, writes all figures to the file of `--json`, and returns 1 if memory grew by more than 5 %, the
bar came later and later, or anything complained. The pages for phones have to be built (`make web`).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "browser"))

import in_lab
import on_server
from flat import Notes, report

WARM_UP = 5.0  # minutes


def main() -> int:
    """Play, and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("where", choices=("lab", "server"))
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--warm-up", type=float, default=WARM_UP, help="minutes that are not judged")
    parser.add_argument("--json", type=Path, help="a file for all figures")
    parser.add_argument("--trace", type=Path, help="lab: an empty folder, for who takes the kernel's memory")
    given = parser.parse_args()
    notes = Notes(given.where, 60 * given.warm_up)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.trace or Path(temporary)
        if given.where == "lab":
            in_lab.play(notes, given.minutes, folder, given.trace is not None)
        else:
            on_server.play(notes, given.minutes, folder)
    table, whole = report(notes, (in_lab if given.where == "lab" else on_server).JUDGED)
    sys.stdout.write(f"{table}\n")
    if given.json:
        given.json.write_text(json.dumps(whole, indent=1), "utf-8")
    return 0 if whole["well"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
