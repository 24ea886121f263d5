"""Layouts: which picture is of which face, for any list of paths in an archive."""

from __future__ import annotations

from facegame_lib import layout
from facegame_lib.names import clean_name, folder_name, is_folder_name, unique_name

MAX_LENGTH = 512
SEEDS = [
    b"smile/1.jpg\nsmile/2.jpg\nsad/take-2/1.png",
    b"top/inner/smile/1.jpg\ntop/inner/sad/1.jpg\ntop/inner/categories.json\n__MACOSX/x",
    b"manifest.json\nA-!-1.jpg\nA-!-10.jpg\nB-!-2.png",
    b'{"type": "image"}\n1.jpg\n2.JPEG\n.DS_Store',
]
TOKENS = [
    b"/",
    b"\n",
    b"take-1",
    b"-!-",
    b".jpg",
    b"categories.json",
    b"manifest.json",
    b"__MACOSX",
    b"top/",
    b"con",
    b"\xe2\x80\xae",
    b"\xcc\x81",
    b"\xf0\x9f\x8e\x83",
]


def one(data: bytes) -> None:
    """Each path is a picture with a place, or a stranger, or noise, and is that once; and every name, however
    odd, becomes one that people and file systems can read."""
    paths = list(dict.fromkeys(data.decode("utf-8", "surrogateescape").split("\n")))
    for found in (layout.layout_of(paths, "alone"), layout.project_layout(paths)):
        told = [*(place.path for place in found.places), *found.strangers]
        assert len(told) == len(set(told))
        assert set(told) <= set(paths)
    layout.is_project(paths, paths[0])
    assert isinstance(layout.project_kind(data), str)
    names: list[str] = []
    for path in paths[:20]:
        names.append(unique_name(path, names))
        assert names[-1] == clean_name(names[-1])
        assert names[-1].encode()
        assert is_folder_name(folder_name(path, {"con", "x"}.__contains__))
        assert not is_folder_name(path) or "/" not in path
    assert len({name.casefold() for name in names}) == len(names)
