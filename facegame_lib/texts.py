"""Every sentence a person reads, in English and Spanish, from one catalogue: `texts.json`.

The catalogue is data, so that the notebook, the command line and any other front end show the same
words. A key names where the sentence is used ("error.too_large", "match.paused.hidden"); the words in
braces are filled in by `str.format`.
"""

from __future__ import annotations

import json
import os
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "es")


@cache
def catalogue(language: str) -> dict[str, str]:
    """All sentences of one language, key to text. English for a language there is none of."""
    everything: dict[str, dict[str, str]] = json.loads(
        resources.files("facegame_lib").joinpath("texts.json").read_text("utf-8")
    )
    return everything.get(language, everything["en"])


def text(key: str, language: str = "en", **details: Any) -> str:
    """The sentence of that key. A key that is not there raises `KeyError`: it is a bug, not a blank."""
    return catalogue(language)[key].format(**details)


def preferred_language() -> str:
    """The language of this computer's user: "es" where the locale is Spanish, else "en"."""
    for variable in ("FACEGAME_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "es" if value.lower().startswith("es") else "en"
    return "en"
