"""What a player is told, for the tests of the game and of its parts."""

from __future__ import annotations

import json
from dataclasses import replace

from facegame_lib import texts
from facegame_lib.snapshot import Snapshot


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
