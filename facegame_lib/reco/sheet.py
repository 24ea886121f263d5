"""The privacy sheet that families get before a lesson: the text is `privacy.<language>.md` beside this file,
which docs/privacy.md shows too.

It speaks of a server in the room that keeps pictures in memory, which is what this folder does.
"""

from __future__ import annotations

import html
from importlib import resources
from pathlib import Path

from facegame_lib.atomic import write_atomically
from facegame_lib.errors import BadSetting
from facegame_lib.texts import LANGUAGES, text

_STYLE = "body { max-width: 44em; margin: 2em auto; font: 12pt/1.4 sans-serif; overflow-wrap: anywhere }"


def privacy_sheet(language: str = "en") -> str:
    """The sheet as Markdown, with blanks for day, place and names. Raises `BadSetting`."""
    if language not in LANGUAGES:
        raise BadSetting("not_one_of", name="language", allowed=", ".join(LANGUAGES), found=language)
    sheet = resources.files("facegame_lib.reco") / f"privacy.{language}.md"
    return sheet.read_text("utf-8")


def write_privacy_sheet(path: str | Path, language: str = "en") -> Path:
    """Write it as a page that any browser prints; returns the path. Raises `BadSetting` and `OSError`."""
    from nbconvert.filters import markdown2html  # JupyterLab has it

    title = html.escape(text("sheet.title", language))
    page = f'<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">\n<title>{title}</title>\n'
    page += f"<style>{_STYLE}</style>\n<h1>{title}</h1>\n{markdown2html(privacy_sheet(language))}\n"
    write_atomically(Path(path), page.encode())
    return Path(path)
