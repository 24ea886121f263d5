"""The rules of names: any Unicode for people, plain words for folders."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facegame_lib.errors import BadSetting
from facegame_lib.names import (
    MAX_NAME,
    checked_name,
    clean_name,
    folder_name,
    is_folder_name,
    unique_name,
)

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
PERSIAN = "می\u200cخندد"  # with a non-joiner, as it has to be spelt


def anything(_: str) -> bool:
    """Nothing is used yet."""
    return False


@pytest.mark.parametrize(
    "name", ["smile", "ñandú", "笑顔", "🎃", FAMILY, PERSIAN, "ابتسامة", "ยิ้ม", "a b", "\U0001fae9"]
)
def test_any_script_is_kept_as_it_is(name: str) -> None:
    """Letters of any script, emoji of several parts and emoji newer than this Python stay whole."""
    assert checked_name(name, ()) == name


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  smile \n", "smile"),
        ("big\t smile", "big smile"),
        ("笑\u3000顔", "笑 顔"),
        ("sm\u200bile", "smile"),  # a zero-width space
        ("\u202eelims", "elims"),  # an override that writes backwards
        ("smi\x00le\x7f", "smile"),
        ("\ud800smile", "smile"),  # half of a pair, as a page may send it
        ("n\u0303", "ñ"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(typed: str, shown: str) -> None:
    """Controls, direction overrides and halves of pairs go, spaces become single ones, accents composed."""
    assert clean_name(typed) == shown


@pytest.mark.parametrize("name", ["", " ", "\n", "\u200d", "\u200b\u202e", "\ufe0f", "\x00"])
def test_a_name_has_to_be_seen(name: str) -> None:
    """A name of nothing, or of nothing that has a shape, is none."""
    with pytest.raises(BadSetting) as caught:
        checked_name(name, ())
    assert caught.value.key == "no_name"


def test_a_name_has_a_longest_length() -> None:
    """The limit itself is allowed, one more letter is not, and spaces at the ends do not count."""
    assert checked_name(f" {'ñ' * MAX_NAME} ", ()) == "ñ" * MAX_NAME
    with pytest.raises(BadSetting) as caught:
        checked_name("ñ" * (MAX_NAME + 1), ())
    assert caught.value.key == "long_name"


@pytest.mark.parametrize(
    ("taken", "name"),
    [("Smile", "smILE"), ("Straße", "STRASSE"), ("STRASSE", "Straße"), ("ñ", "N\u0303"), ("a b", "a  b")],
)
def test_a_name_that_reads_alike_is_taken(taken: str, name: str) -> None:
    """Two names that differ only in case, spaces or how accents are written are the same name."""
    with pytest.raises(BadSetting) as caught:
        checked_name(name, ["other", taken])
    assert caught.value.key == "name_taken"


def test_a_name_is_made_to_pass() -> None:
    """A folder's name that is taken, long or nothing becomes one that passes, and a good one stays."""
    assert unique_name("smile", ()) == "smile"
    assert unique_name("Smile", ["smile", "smile 2"]) == "Smile 3"
    assert unique_name("\x00", ()) == "?"
    assert unique_name("x" * MAX_NAME, ()) == "x" * MAX_NAME
    assert unique_name("x" * 99, ["X" * MAX_NAME]) == "x" * (MAX_NAME - 5) + " 2"
    spaced = "x" * (MAX_NAME - 6) + " yyyyy"
    assert unique_name(spaced, [spaced]) == "x" * (MAX_NAME - 6) + " 2"


@given(st.text(max_size=60), st.lists(st.text(max_size=5), max_size=5))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_name_made_to_pass_passes(name: str, others: list[str]) -> None:
    """Whatever the name and whatever is taken, what comes out is a name that may be given, as it is."""
    taken = [clean_name(other) for other in others]
    made = unique_name(name, taken)
    assert checked_name(made, taken) == made


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("smile", "smile"),
        ("Big Smile!", "big-smile"),
        ("ñandú", "nandu"),
        ("🎃", "face"),
        ("笑顔", "face"),
        ("C:x", "c-x"),
        ("CON", "face-con"),
        ("take-1", "face-take-1"),
        ("../../etc", "etc"),
        ("...", "face"),
    ],
)
def test_a_folder_is_called_after_its_face(name: str, folder: str) -> None:
    """A folder's name is the display name in plain letters, and none that a system or the store keeps."""
    assert folder_name(name, anything) == folder
    assert is_folder_name(folder)


def test_a_folder_that_is_used_gets_a_number() -> None:
    """The first number that is free makes it another folder."""
    assert folder_name("smile", {"smile", "smile-2"}.__contains__) == "smile-3"
    assert folder_name("🎃", {"face"}.__contains__) == "face-2"


@given(st.text(max_size=50))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_every_name_gives_a_folder_every_system_takes(name: str) -> None:
    """Whatever the name, the folder's is short, of small letters, digits and hyphens, and leads nowhere."""
    folder = folder_name(name, anything)
    assert is_folder_name(folder)
    assert set(folder) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 0 < len(folder) <= MAX_NAME + 5


@pytest.mark.parametrize(
    "name", ["smile", "n 1", "ñandú", unicodedata.normalize("NFD", "ñ"), FAMILY, "a.b", "x" * 255]
)
def test_a_foreign_folder_may_be_called_that(name: str) -> None:
    """Any name that is one folder's on every system is taken."""
    assert is_folder_name(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "a/b", "/etc", "a\\b", "C:", "C:\\x", ".hidden", " x", "a\0b", "a\nb", "\ud800",
     "x" * 256, "ñ" * 128],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_no_folder(name: str) -> None:
    """Paths, drives, hidden names, controls, halves of pairs and endless names are refused."""
    assert not is_folder_name(name)
