"""How much memory the server takes."""

from __future__ import annotations

import psutil


def used() -> float:
    """This process's resident memory, in MB."""
    return float(round(psutil.Process().memory_info().rss / 1e6, 1))
