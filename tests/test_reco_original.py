"""The original protocol: a client that knows nothing else is served, and sees nobody else's session."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from house import BLUE, RED, Client, Clock, picture, until

from facegame_lib.errors import BadPicture
from facegame_lib.reco.lessons import Lesson
from facegame_lib.reco.sessions import AWAY, IDLE
from facegame_lib.reco.turns import Turns
from facegame_lib.recognizer import Recognizer
from facegame_lib.testing import FakeEmbedder

Class = str | int
JPEG_URL, PNG_URL = "data:image/jpeg;base64,", "data:image/png;base64,"


def teach(client: Client, session: Class, red: Class = "red", blue: Class = "blue") -> None:
    """Begin a session, and send and learn six pictures of each class."""
    client.ask("backend_new_session", {"sessionId": session})
    for seed in range(6):
        for class_id, colour in ((red, RED), (blue, BLUE)):
            sample = {"sessionId": session, "sample": picture(colour, seed), "class_id": class_id}
            assert "error" not in client.ask("backend_add_sample", sample)
    assert "error" not in client.ask("backend_train", {"sessionId": session})


def test_a_strict_client_is_served(house: str) -> None:
    """The five events and their answers are those of the original, in name, shape and order."""
    with Client(house) as client:
        begun = client.ask("backend_new_session", {"sessionId": "mine"})
        assert begun["sessionId"] == "mine"
        assert len(begun["secret"]) >= 32
        for seed in range(5):
            for class_id, colour in (("happy", RED), (7, BLUE)):
                sample = {"sessionId": "mine", "sample": picture(colour, seed), "class_id": class_id}
                client.ask("backend_add_sample", sample)
        until(lambda: len(client.all("sample_added")) == 10)
        client.ask("backend_train", {"sessionId": "mine"})
        until(lambda: client.all("training_completed"))
        said = client.ask("backend_predict", {"sessionId": "mine", "sample": picture(BLUE, 99)})
        until(lambda: client.all("server_predicted"))
        assert client.all("server_predicted") == [said]
        assert set(said) == {"class_id", "confidence"}
        assert said["class_id"] == 7
        assert 0.5 < said["confidence"] <= 1
        assert client.ask("backend_reset", {"sessionId": "mine"}) == {}
        assert client.ask("backend_predict", {"sessionId": "mine", "sample": picture(BLUE)})["error"] == (
            "not_fitted"
        )


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: data,
        lambda data: base64.b64encode(data).decode(),
        lambda data: JPEG_URL + base64.b64encode(data).decode(),
        lambda data: JPEG_URL.upper() + base64.encodebytes(data).decode(),
    ],
    ids=["binary", "base64", "data URL", "data URL with line breaks"],
)
def test_a_sample_comes_in_any_of_its_forms(house: str, wrap: Any) -> None:
    """Binary, base64 and data URL are the same picture: the same is predicted of them."""
    with Client(house) as client:
        teach(client, 1)
        said = client.ask("backend_predict", {"sessionId": 1, "sample": wrap(picture(RED, 50))})
        assert said["class_id"] == "red"
        assert said == client.ask("backend_predict", {"sessionId": 1, "sample": picture(RED, 50)})


@pytest.mark.parametrize(
    "sample",
    [None, 7, "", "no base64 !", "aGVsbG8=", PNG_URL + "aGVsbG8=", b"hello", picture(RED)[:200], ["a"], {}],
    ids=str,
)
def test_what_is_no_picture_is_answered_with_a_sentence(house: str, sample: Any) -> None:
    """A sample that is none, or half of one, is refused in words, and nothing is kept of it."""
    with Client(house) as client:
        client.ask("backend_new_session", {"sessionId": "s"})
        said = client.ask("backend_add_sample", {"sessionId": "s", "sample": sample, "class_id": 1})
        assert said["error"] in ("not_a_picture", "not_bytes", "damaged")
        assert len(said["message"]) > 20
        assert client.all("sample_added") == []
        assert client.ask("backend_train", {"sessionId": "s"})["error"] == "empty_store"


@pytest.mark.parametrize(
    ("event", "details"),
    [
        ("backend_train", ()),
        ("backend_train", ("s",)),
        ("backend_train", ({},)),
        ("backend_train", ({"sessionId": None},)),
        ("backend_train", ({"sessionId": ["s"]},)),
        ("backend_train", ({"sessionId": True},)),
        ("backend_train", ({"sessionId": "s", "pictures": "all"},)),
        ("backend_train", ({"sessionId": "s", "pictures": [1]},)),
        ("backend_add_sample", ({"sessionId": "s", "sample": picture(RED)},)),
        ("backend_add_sample", ({"sessionId": "s", "sample": picture(RED), "class_id": 1.5},)),
        ("backend_add_sample", ({"sessionId": "s", "sample": picture(RED), "class_id": "x" * 300},)),
        ("backend_new_session", ({"sessionId": {}},)),
        ("backend_new_session", ({"sessionId": "s", "secret": 7},)),
    ],
    ids=str,
)
def test_what_is_no_message_is_answered_with_a_sentence(house: str, event: str, details: Any) -> None:
    """An event without its details, or with others, is answered `bad_message`."""
    with Client(house) as client:
        client.ask("backend_new_session", {"sessionId": "s"})
        assert client.ask(event, *details)["error"] == "bad_message"


@pytest.mark.parametrize("event", ["create", "response_connect", "anything", "", "*", "message"])
def test_unknown_events_are_harmless(house: str, event: str) -> None:
    """An event that the server does not know is acknowledged and does nothing."""
    with Client(house) as client:
        assert client.ask(event, {"sessionId": "s"}) == {}
        assert client.ask(event) == {}
        assert "secret" in client.ask("backend_new_session", {"sessionId": "s"})


def test_two_sessions_do_not_see_each_other(house: str) -> None:
    """Sessions of one id on two connections, or of two ids on one, have pictures and classes of their own."""
    with Client(house) as one, Client(house) as two:
        teach(one, "same", red="red", blue="blue")
        teach(two, "same", red="warm", blue="cold")
        teach(two, "other", red="blue", blue="red")
        sample = picture(RED, 77)
        assert one.ask("backend_predict", {"sessionId": "same", "sample": sample})["class_id"] == "red"
        assert two.ask("backend_predict", {"sessionId": "same", "sample": sample})["class_id"] == "warm"
        assert two.ask("backend_predict", {"sessionId": "other", "sample": sample})["class_id"] == "blue"
        assert one.ask("backend_predict", {"sessionId": "other", "sample": sample})["error"] == "no_session"
        assert {event for event, _ in one.heard} == {"sample_added", "training_completed", "server_predicted"}
        assert len(one.all("sample_added")) == 12


def test_classes_are_given_back_as_they_came(house: str) -> None:
    """1 and "1" are two classes, and a class may be called anything."""
    with Client(house) as client:
        teach(client, "s", red=1, blue="1")
        said = client.ask("backend_predict", {"sessionId": "s", "sample": picture(RED, 9), "all": True})
        assert said["class_id"] == 1
        assert isinstance(said["class_id"], int)
        assert sorted(map(repr, said["labels"])) == ["'1'", "1"]
        assert len(said["probabilities"]) == len(said["closenesses"]) == 2
        teach(client, "t", red="../../..", blue="\u202e\n")
        said = client.ask("backend_predict", {"sessionId": "t", "sample": picture(RED, 9)})
        assert said["class_id"] == "../../.."


def test_training_says_what_it_found(house: str) -> None:
    """The acknowledgement carries the report, and which pictures are not there when some are asked for."""
    with Client(house) as client:
        teach(client, "s")
        said = client.ask("backend_train", {"sessionId": "s"})
        assert (said["labels"], said["pictures"]) == (["blue", "red"], 12)
        assert (said["agreement"], said["confused"], said["skipped"]) == (1.0, None, 0)
        said = client.ask("backend_train", {"sessionId": "s", "pictures": ["lost"]})
        assert (said["error"], said["missing"]) == ("pictures_missing", ["lost"])
        client.ask("backend_new_session", {"sessionId": "empty"})
        assert client.ask("backend_train", {"sessionId": "empty"})["error"] == "empty_store"


def test_only_the_pictures_named_are_learnt(house: str) -> None:
    """With `pictures`, the others and their classes are forgotten."""
    with Client(house) as client:
        client.ask("backend_new_session", {"sessionId": "s"})
        keys = []
        for class_id, colour in (("red", RED), ("blue", BLUE), ("green", (20, 250, 20))):
            for seed in range(6):
                key = f"{class_id} {seed}"
                keys.append(key)
                sample = {"sessionId": "s", "sample": picture(colour, seed), "class_id": class_id}
                client.ask("backend_add_sample", {**sample, "picture": key})
        said = client.ask("backend_train", {"sessionId": "s", "pictures": keys})
        assert said["labels"] == ["blue", "green", "red"]
        said = client.ask("backend_train", {"sessionId": "s", "pictures": keys[:11]})
        assert (said["labels"], said["pictures"]) == (["blue", "red"], 11)


def test_a_reconnect_proves_itself_with_the_secret(house: str) -> None:
    """After the connection is gone, id and secret bring the session back as it was; the id alone does not."""
    with Client(house) as client:
        teach(client, "mine")
        secret = client.ask("backend_new_session", {"sessionId": "kept"})["secret"]
        for seed in range(5):
            for class_id, colour in (("red", RED), ("blue", BLUE)):
                sample = {"sessionId": "kept", "sample": picture(colour, seed), "class_id": class_id}
                client.ask("backend_add_sample", sample)
        client.ask("backend_train", {"sessionId": "kept"})
    with Client(house) as thief:
        begun = thief.ask("backend_new_session", {"sessionId": "kept", "secret": "guessed"})
        assert "resumed" not in begun
        said = thief.ask("backend_predict", {"sessionId": "kept", "sample": picture(RED)})
        assert said["error"] == "not_fitted"
    with Client(house) as client:
        assert client.ask("backend_predict", {"sessionId": "kept", "sample": picture(RED)})["error"] == (
            "no_session"
        )
        begun = client.ask("backend_new_session", {"sessionId": "kept", "secret": secret})
        assert (begun["resumed"], begun["secret"]) == (True, secret)
        said = client.ask("backend_predict", {"sessionId": "kept", "sample": picture(RED)})
        assert said["class_id"] == "red"


def test_a_silent_session_ends(house: str, clock: Clock) -> None:
    """What nothing was heard of for a while is gone, on the connection and for its secret."""
    with Client(house) as client:
        secret = client.ask("backend_new_session", {"sessionId": "s"})["secret"]
        clock.ahead += IDLE + AWAY
        sample = {"sessionId": "s", "sample": picture(RED), "class_id": 1}
        until(lambda: client.ask("backend_add_sample", sample).get("error") == "no_session")
        assert "resumed" not in client.ask("backend_new_session", {"sessionId": "s", "secret": secret})


def test_one_connection_has_a_few_sessions(house: str) -> None:
    """The ninth session of one connection is refused; those before go on."""
    with Client(house) as client:
        for number in range(8):
            assert "secret" in client.ask("backend_new_session", {"sessionId": number})
        assert client.ask("backend_new_session", {"sessionId": 8})["error"] == "many_sessions"
        assert client.ask("backend_reset", {"sessionId": 7}) == {}


def test_errors_speak_the_clients_language(house: str) -> None:
    """Who says "es" at connecting reads Spanish."""
    with Client(house, language="es") as client:
        assert "sesión" in client.ask("backend_train", {"sessionId": "none"})["message"]
    with Client(house, language="fr") as client:
        assert "session" in client.ask("backend_train", {"sessionId": "none"})["message"]


def test_a_damaged_picture_does_not_take_the_place_of_the_one_before() -> None:
    """Sent again under the key that it had, a picture that is none is refused, and the old one stays."""
    lesson = Lesson(Turns(workers=0), Recognizer(FakeEmbedder()))
    lesson.add("red", picture(RED), "first")
    with pytest.raises(BadPicture):
        lesson.add("red", b"no picture", "first")
    assert len(lesson.store) == 1
    assert lesson.lacks(["first"]) == []
    lesson.add("red", picture(RED, 1), "first")
    assert len(lesson.store) == 1
