"""Sessions: found by their connection or by their secret, and over when nothing is heard of them."""

from __future__ import annotations

import pytest

from facegame_lib import BadSetting, NotEnough
from facegame_lib.reco import security
from facegame_lib.reco.budget import EMBEDDED, Budget, Purse
from facegame_lib.reco.sessions import AWAY, IDLE, Sessions


def new(limit: int = 10) -> tuple[Sessions[str], list[str]]:
    """Sessions, and the values of those that are over."""
    over: list[str] = []
    return Sessions(over.append, limit), over


def test_a_session_is_found_by_the_connection_that_made_it_alone() -> None:
    """Two connections may use the same id, and neither sees the other's."""
    sessions, _ = new()
    one = sessions.begin("a", lambda: "of a", 0.0, "same")
    two = sessions.begin("b", lambda: "of b", 0.0, "same")
    assert (sessions.find("a", "same"), sessions.find("b", "same")) == (one, two)
    assert sessions.find("c", "same") is None
    assert one.secret != two.secret


def test_a_session_is_taken_up_with_its_secret() -> None:
    """After a disconnect id and secret bring it back on another connection; either alone does not."""
    sessions, _ = new()
    session = sessions.begin("a", lambda: "mine", 0.0)
    sessions.left("a", 5.0)
    assert sessions.find("a") is None
    assert sessions.take_up("b", session.id, "guessed", 6.0) is None
    assert sessions.take_up("b", session.id, "\ud800", 6.0) is None
    assert sessions.take_up("b", "another", session.secret, 6.0) is None
    assert sessions.take_up("b", session.id, session.secret, 6.0) is session
    assert sessions.find("b") is session
    assert sessions.expire(AWAY + 6.0) == []  # it is not away any more


def test_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each comparison of a secret or a token goes through `secrets.compare_digest`."""
    asked = []
    real = security.secrets.compare_digest

    def compare(a: bytes, b: bytes) -> bool:
        asked.append((a, b))
        return real(a, b)

    monkeypatch.setattr(security.secrets, "compare_digest", compare)
    sessions, _ = new()
    session = sessions.begin("a", lambda: "mine", 0.0)
    sessions.take_up("b", session.id, "guess", 1.0)
    with pytest.raises(BadSetting):
        security.check_token({"token": "guess"}, "token")
    assert asked == [(b"guess", session.secret.encode()), (b"guess", b"token")] or asked == [
        (session.secret.encode(), b"guess"),
        (b"guess", b"token"),
    ]


def test_a_session_waits_two_minutes_for_its_connection() -> None:
    """One that is away is over after `AWAY`, and then its secret brings nothing back."""
    sessions, over = new()
    session = sessions.begin("a", lambda: "mine", 0.0)
    sessions.left("a", 100.0)
    assert sessions.expire(100.0 + AWAY) == []
    assert sessions.expire(100.5 + AWAY) == [session]
    assert over == ["mine"]
    assert sessions.take_up("b", session.id, session.secret, 101.0 + AWAY) is None


def test_a_silent_session_ends() -> None:
    """A connection that says nothing for `IDLE` loses its session; one that speaks keeps it."""
    sessions, over = new()
    sessions.begin("a", lambda: "silent", 0.0)
    sessions.begin("b", lambda: "speaks", 0.0).since = 10.0
    sessions.expire(IDLE + 5.0)
    assert (over, len(sessions)) == (["silent"], 1)


def test_a_full_server_says_so() -> None:
    """One session more than the limit is refused, and there is room again when one ends."""
    sessions, over = new(limit=1)
    session = sessions.begin("a", lambda: "first", 0.0)
    with pytest.raises(NotEnough) as caught:
        sessions.begin("b", lambda: "second", 0.0)
    assert caught.value.key == "server_full"
    sessions.end(session)
    sessions.begin("b", lambda: "second", 0.0)
    assert over == ["first"]


def test_the_same_id_again_begins_anew() -> None:
    """A connection that begins a session it has already gets a new one, and the old one is over."""
    sessions, over = new(limit=1)
    sessions.begin("a", lambda: "first", 0.0, "id")
    again = sessions.begin("a", lambda: "second", 0.0, "id")
    assert (over, sessions.find("a", "id")) == (["first"], again)


def test_pictures_have_a_budget() -> None:
    """One player may take so much memory, and all of them so much; who leaves gives theirs back."""
    budget = Budget(of_one=2 * (EMBEDDED + 100), of_all=3 * (EMBEDDED + 100))
    one, two = Purse(budget), Purse(budget)
    one.spend(100)
    one.spend(100)
    with pytest.raises(NotEnough) as caught:
        one.spend(100)
    assert caught.value.key == "player_no_room"
    two.spend(100)
    with pytest.raises(NotEnough) as caught:
        two.spend(100)
    assert caught.value.key == "server_no_room"
    one.give_back()
    two.spend(100)


def test_a_bucket_lets_through_its_rate() -> None:
    """After a burst, as many pass as the rate allows; a rest fills it up to the burst and no further."""
    bucket = security.Bucket(rate=10, burst=5, at=0.0)
    assert [bucket.take(1, 0.0) for _ in range(6)] == [True] * 5 + [False]
    assert [bucket.take(1, 0.2) for _ in range(3)] == [True, True, False]
    assert sum(bucket.take(1, 100.0) for _ in range(20)) == 5


@pytest.mark.parametrize("auth", [None, {}, {"token": ""}, "the-token", ["the-token"], {"token": None}])
def test_no_token_is_told_from_a_wrong_one(auth: object) -> None:
    """Who brings none is told that one is needed, in whatever shape they bring it."""
    with pytest.raises(BadSetting) as caught:
        security.check_token(auth, "the-token")
    assert caught.value.key == "no_token"


@pytest.mark.parametrize("token", ["wrong", "the-toke", "the-tokens", "\ud800", 7, ["the-token"], {}])
def test_a_wrong_token_is_refused(token: object) -> None:
    """Only the very token passes."""
    with pytest.raises(BadSetting) as caught:
        security.check_token({"token": token}, "the-token")
    assert caught.value.key == "wrong_token"
    security.check_token({"token": "the-token"}, "the-token")
    security.check_token(None, None)
