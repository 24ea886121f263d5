"""Inner products of rows: what a live frame is compared by."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from facegame_lib.inner import inner

SPINS = """
import time, numpy as np
from facegame_lib.inner import inner
from facegame_lib.whitening import Whitening
dice = np.random.default_rng(0)
white = Whitening().fit(dice.normal(size=(120, 4000)), np.arange(120) % 3)
time.sleep(1.0)  # threads that the fit woke go to sleep
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(100):
    inner(white.transform(dice.normal(size=(1, 4000))), dice.normal(size=(500, 119)))
    time.sleep(0.005)
print((time.process_time() - cpu) / (time.perf_counter() - wall))
"""


@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_inner_products_are_those_of_the_rows(rows: int, kind: type) -> None:
    """One row or many, the numbers are those of `X @ Y.T`, and of its shape and type."""
    dice = np.random.default_rng(rows)
    X, Y = dice.normal(size=(rows, 300)).astype(kind), dice.normal(size=(40, 300)).astype(kind)
    found = inner(X, Y)
    assert (found.shape, found.dtype) == ((rows, 40), kind)
    np.testing.assert_allclose(found, X @ Y.T, rtol=1e-3, atol=1e-4)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one core there is no second thread")
def test_a_live_frame_leaves_no_thread_spinning() -> None:
    """Whitening and comparing a frame leaves the processor idle in between: less than half of one
    core is used, where threads of BLAS that wait for more use one core and more."""
    run = subprocess.run([sys.executable, "-c", SPINS], capture_output=True, text=True, check=True)
    assert float(run.stdout) < 0.5
