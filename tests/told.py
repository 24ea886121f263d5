"""What a player is told, and who sees faces, for the tests of the game and of its parts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np

from facegame_lib import texts
from facegame_lib.snapshot import Snapshot
from facegame_lib.testing import FakeEmbedder


class Eyes(FakeEmbedder):
    """Sees nothing in pictures of one colour, as the game's own embedder does in those without a face."""

    def seen(self, X: Any) -> Any:
        """Rows that are not empty."""
        return np.any(X, axis=1)


def said(snapshot: Snapshot) -> str:
    """The key of what the player is told, "" for nothing. It can be said in both languages, and sent."""
    notice = snapshot.notice
    if notice is None:
        return ""
    assert json.dumps(notice.details, allow_nan=False)
    assert all(texts.text(notice.key, language, **notice.details) for language in texts.LANGUAGES)
    return notice.key


def without_notice(snapshot: Snapshot) -> Snapshot:
    """All of a snapshot but what the player is told."""
    return replace(snapshot, notice=None)
