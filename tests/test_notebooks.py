"""The notebooks run, and are kept without what running them leaves behind."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
WORKSHOP = Path(__file__).parents[1] / "notebooks" / "4_run_a_workshop.ipynb"
OTHERS = [path for path in NOTEBOOKS if path != WORKSHOP]  # it has a test of its own


def run(path: Path, folder: Path) -> list[str]:
    """Run every cell in a kernel of its own, in that folder; what each printed and showed as text."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    shown = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        shown.append("".join(out.get("text") or out.get("data", {}).get("text/plain", "") for out in outputs))
    return shown


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    """Every cell runs, in a kernel of its own."""
    run(path, tmp_path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_clean(path: Path) -> None:
    """It is committed without outputs, counts or widget state: those may show a face."""
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.skipif(find_spec("uvicorn") is None, reason="it takes the extra server")
def test_the_workshop_does_what_it_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It checks the computer, writes both sheets, serves, has cartoons play without an error, and stops."""
    monkeypatch.setenv("FACEGAME_LANGUAGE", "en")
    # The leaderboard of this computer is not ours.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shown = "\n".join(run(WORKSHOP, tmp_path))
    assert "stands in the way of a game" in shown
    for language, family in (("en", "Dear parents"), ("es", "Estimadas familias")):
        assert family in (tmp_path / f"for-parents-{language}.html").read_text("utf-8")
    address = re.search(r"Players open (http://localhost:\d+)/#\S+ ", shown)
    assert address
    assert f"For the projector (keep this one to yourself): {address[1]}/board#" in shown
    met = re.search(r"3 players: ([\d.]+) of .* 0 errors, 0 pictures lost", shown)
    assert met
    assert float(met[1]) > 0
    assert "15 at once" in shown
    assert "It is stopped" in shown
    with pytest.raises(urllib.error.URLError):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address[1]}/health", timeout=5)
