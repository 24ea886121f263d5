"""The catalogue of sentences: both languages whole, and held together with the code."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from facegame_lib import errors, texts

PACKAGE = Path(texts.__file__).parent
WEB = PACKAGE.parent / "web" / "src"  # the phone's page; what is built from it has the catalogue in it
ENGLISH, SPANISH = texts.catalogue("en"), texts.catalogue("es")
ERRORS = {
    name
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.FaceGameError)
}
GROUPS = {key.partition(".")[0] for key in ENGLISH}


def braces(sentence: str) -> set[str]:
    """The names in braces that a sentence wants to be filled in."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call in the package whose first argument is a literal string: where, the call, that string."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node, first.value


def name_of(call: ast.Call) -> str:
    """The last word of what is called: `BadSetting` for `errors.BadSetting(...)`."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def test_both_languages_have_the_same_sentences() -> None:
    """A sentence that is there in English is there in Spanish, and the other way round."""
    assert ENGLISH.keys() == SPANISH.keys()
    assert len(ENGLISH) > 100


def test_both_languages_fill_in_the_same_details() -> None:
    """Both sentences of a key use the same names in braces, and neither is blank."""
    assert [key for key in ENGLISH if braces(ENGLISH[key]) != braces(SPANISH[key])] == []
    assert [key for key in ENGLISH if not (ENGLISH[key].strip() and SPANISH[key].strip())] == []


def test_every_error_raised_has_its_sentence_and_its_details() -> None:
    """An error raised with a literal key finds `error.<key>` and gives it all it fills in, and no more."""
    seen = 0
    for where, call, key in calls():
        if name_of(call) not in ERRORS:
            continue
        seen += 1
        assert f"error.{key}" in ENGLISH, where
        given = {keyword.arg for keyword in call.keywords}
        if None not in given:  # no **details among them
            assert given == braces(ENGLISH[f"error.{key}"]), where
    assert seen > 20


def test_every_sentence_asked_for_is_there() -> None:
    """`text("some.key")` finds it, and so does every other literal that is written like a key."""
    asked = {(where, key) for where, call, key in calls() if name_of(call) == "text" and "." in key}
    files = (".css", ".html", ".js", ".json", ".pem", ".py")
    for path in PACKAGE.rglob("*.py"):
        for word in re.findall(r'"([a-z_]+(?:\.[a-z_]+)+)"', path.read_text("utf-8")):
            if word.partition(".")[0] in GROUPS and not word.endswith(files):
                asked.add((path.name, word))
    assert len(asked) > 20
    assert {(where, key) for where, key in asked if key not in ENGLISH} == set()


def test_no_sentence_is_left_over() -> None:
    """Every sentence is used: its key, or the end of it, stands somewhere in the code."""
    sources = [*PACKAGE.rglob("*.py"), *PACKAGE.glob("widgets/*.js"), *WEB.rglob("*.ts")]
    code = "\n".join(path.read_text("utf-8") for path in sources)
    words = set(re.findall(r"[\"'`.}](\w+(?:\.\w+)*)[\"'`]", code))
    numbered = set(re.findall(r"[\"'`](\w+(?:\.\w+)*)\.\$?\{", code))

    def is_used(key: str) -> bool:
        parts = key.split(".")
        if parts[-1].isdigit():  # one of several, picked by number
            return ".".join(parts[:-1]) in numbered
        return any(".".join(parts[start:]) in words for start in range(len(parts)))

    # What a browser says of its camera is not in the code: camera.NotFoundError and its like.
    unused = [key for key in ENGLISH if not is_used(key) and not re.fullmatch(r"camera\.\w+Error", key)]
    assert unused == []


def test_an_unknown_key_is_a_bug() -> None:
    """A key that is not in the catalogue raises; it never shows a blank."""
    with pytest.raises(KeyError):
        texts.text("error.no_such_sentence")


def test_an_unknown_language_is_english() -> None:
    """Who speaks neither language reads English."""
    assert texts.text("progress.fit", "fr") == ENGLISH["progress.fit"]


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "es_AR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "FACEGAME_LANGUAGE": "es"}, "es"),
        ({}, "en"),
    ],
)
def test_language_is_the_one_of_the_computer(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The language comes from the locale, and FACEGAME_LANGUAGE overrules it."""
    for name in ("FACEGAME_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert texts.preferred_language() == language
