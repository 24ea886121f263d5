"""CLASSIFY: inner products of rows, which for a live frame wake no second thread.

OpenBLAS, NumPy's, spreads even small products over its threads, and those go on spinning for tens of
milliseconds after each, in case there is more (https://github.com/OpenMathLib/OpenBLAS/issues/5171). On two
cores that took one of them from the nets: one player alone had 50 frames a second with it and 75 without,
ten players in one process, two at a time, 60 and 117.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def inner(X: NDArray[Any], Y: NDArray[Any]) -> NDArray[Any]:
    """`X @ Y.T` of rows `(n, d)` and `(m, d)` of one type: `(n, m)`. One row does without BLAS."""
    if len(X) == 1:
        return np.asarray(np.einsum("d,md->m", X[0], Y)[np.newaxis])
    return np.asarray(X @ Y.T)
