"""How far the state machines go: the same steps each time in `make test`, many more with a setting.

HYPOTHESIS_PROFILE=long python -m pytest tests/test_store_machine.py tests/test_match_machine.py
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine

SHORT = settings(max_examples=60, stateful_step_count=30, derandomize=True, deadline=None, database=None)
LONG = settings(
    SHORT,
    max_examples=5000,
    stateful_step_count=60,
    derandomize=False,
    suppress_health_check=list(HealthCheck),
)


def test_of(machine: type[RuleBasedStateMachine], holds: str) -> Any:
    """The test that runs that machine; its docstring says what holds."""
    case = machine.TestCase
    case.settings = LONG if os.environ.get("HYPOTHESIS_PROFILE") == "long" else SHORT
    case.__doc__ = holds
    return case
