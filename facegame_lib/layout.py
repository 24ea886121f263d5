"""SAMPLES: which picture is of which face, told from where it lies, in what other tools write.

    <face>/<picture>.jpg                  image folders, as most tools have them: one take
    <face>/take-<n>/<picture>.jpg         a sample store; a `categories.json` beside the faces names them
    <top>/<face>/<picture>.jpg            the same in one folder more, as a ZIP file often has it
    <picture>.jpg                         no folders at all: one face, named after the file
    <face>-!-<n>.jpg, manifest.json       a Teachable Machine image project (.tm)

The last is not documented by its makers, who say that "this file is a .tm but its really a zip"
(https://github.com/googlecreativelab/teachablemachine-community/issues/38). Its layout is that of a program
that reads such projects (https://github.com/kevinrobinson/conceptual-machine, `src/index.js`) and of one that
writes them for Teachable Machine to open (https://github.com/MeemeeLab/TeachableMachine-Scraper,
`src/Class/TMPacker.js` and `ManifestConfiguration.js`), which agree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from facegame_lib.folder import MANIFEST, SUFFIXES, TAKE

TM_MANIFEST: Final = "manifest.json"
_TM_PICTURE: Final = re.compile(r"(.+)-!-(\d+)\.\w+", re.DOTALL)
_NOISE: Final = re.compile(r"(\..*|__MACOSX|Thumbs\.db|desktop\.ini)", re.IGNORECASE)


class Place(NamedTuple):
    """A picture that has a place: the folder or class it is of, its take (1, 2, ...) and its path."""

    face: str
    take: int
    path: str


@dataclass(frozen=True)
class Layout:
    """What was found: pictures by face and take; paths that have no place; the manifest's path or ""."""

    places: tuple[Place, ...]
    strangers: tuple[str, ...]
    manifest: str = ""


def layout_of(paths: Iterable[str], alone: str) -> Layout:
    """The layout of these paths, "/" between their parts. Pictures in no folder are of the face `alone`.

    What systems leave behind (`__MACOSX`, `.DS_Store`, `Thumbs.db`) is passed over in silence.
    """
    kept = sorted(path for path in paths if not any(_NOISE.fullmatch(part) for part in path.split("/")))
    top = _top([path for path in kept if path.lower().endswith((*SUFFIXES, MANIFEST))])
    below = {path: path.removeprefix(top) for path in kept}
    manifest = f"{top}{MANIFEST}" if f"{top}{MANIFEST}" in below else ""
    no_folders = not manifest and not any("/" in path for path in below.values())
    places, strangers = [], []
    for path, inner in below.items():
        if path == manifest:
            continue
        *folders, name = inner.split("/")
        take = TAKE.fullmatch(folders[1]) if len(folders) == 2 else None
        if name.lower().endswith(SUFFIXES) and (len(folders) == 1 or take or no_folders):
            face = folders[0] if folders else alone
            places.append(Place(face, int(take[1]) if take else 1, path))
        else:
            strangers.append(path)
    return Layout(tuple(sorted(places)), tuple(strangers), manifest)


def is_project(paths: Iterable[str], file: str) -> bool:
    """Whether `file`, with these paths in it, is a Teachable Machine project, whatever it is called."""
    there = set(paths)
    return TM_MANIFEST in there and (file.lower().endswith(".tm") or any(map(_TM_PICTURE.fullmatch, there)))


def project_layout(paths: Iterable[str]) -> Layout:
    """The layout of a Teachable Machine project's paths: a class is one take, in order of its numbers."""
    numbered, strangers = [], []
    for path in paths:
        match = _TM_PICTURE.fullmatch(path)
        if match and path.lower().endswith(SUFFIXES):
            numbered.append((match[1], int(match[2]), path))
        elif path != TM_MANIFEST:
            strangers.append(path)
    places = tuple(Place(face, 1, path) for face, _, path in sorted(numbered))
    return Layout(places, tuple(strangers))


def project_kind(manifest: bytes) -> str:
    """What a Teachable Machine project is of, "image" or another; "?" for a manifest that does not say."""
    try:
        kind = json.loads(manifest)["type"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "?"
    return kind if isinstance(kind, str) else "?"


def _top(paths: list[str]) -> str:
    """The folders that everything lies in and that are no face's, as "a/b/"; "" where there are none."""
    top = ""
    while paths:
        first = paths[0].removeprefix(top).partition("/")[0] + "/"
        inner = [path.removeprefix(top + first) for path in paths if path.startswith(top + first)]
        wraps = MANIFEST in inner or all(len(_without_take(path)) > 1 for path in inner)
        if len(inner) < len(paths) or not wraps:
            break
        top += first
    return top


def _without_take(path: str) -> list[str]:
    """The parts of a path, but for its take's folder."""
    return [part for part in path.split("/") if not TAKE.fullmatch(part)]
