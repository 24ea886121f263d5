"""The namespace `/`: the protocol that the game began with, for any Socket.IO v4 client.

What it had stays as it was; what it has more (a picture's key, the pictures to learn, `all`) may be left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from facegame_lib.errors import FaceGameError, NotEnough
from facegame_lib.reco.budget import Budget, Purse
from facegame_lib.reco.engine import Engine
from facegame_lib.reco.gate import Gate, language_of, refusal, refused
from facegame_lib.reco.lessons import Lesson
from facegame_lib.reco.protocol import Message
from facegame_lib.reco.security import check_token
from facegame_lib.reco.sessions import Session, Sessions
from facegame_lib.reco.turns import Turns
from facegame_lib.reco.waiting import Answer, in_newest_turn, in_turn

NAMESPACE: Final = "/"
VERSION: Final = 1  # of the protocol
OF_ONE_CONNECTION: Final = 8  # sessions


class Pupil:
    """A lesson, and what its pictures cost."""

    def __init__(self, lesson: Lesson, purse: Purse) -> None:
        self.lesson, self.purse = lesson, purse

    def close(self) -> None:
        """It is over for good."""
        self.lesson.close()
        self.purse.give_back()


class Original:
    """All sessions of the original protocol, and what their clients send. `token` None lets everybody in."""

    def __init__(
        self,
        gate: Gate,
        turns: Turns,
        engine: Engine,
        token: str | None,
        budget: Budget,
        *,
        limit: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gate, self._turns, self._engine, self._token = gate, turns, engine, token
        self._budget, self._clock = budget, clock
        self.sessions: Sessions[Pupil] = Sessions(Pupil.close, limit)
        gate.on("connect", self._connect, namespace=NAMESPACE)
        gate.on("disconnect", self._disconnect, namespace=NAMESPACE)
        gate.answer(
            NAMESPACE,
            {
                "backend_new_session": self._new_session,
                "backend_reset": self._reset,
                "backend_add_sample": self._add_sample,
                "backend_train": self._train,
                "backend_predict": self._predict,
            },
        )

    def tick(self) -> None:
        """End what was silent too long."""
        self.sessions.expire(self._clock())

    async def _connect(self, sid: str, environ: Any, auth: Any = None) -> None:
        try:
            check_token(auth, self._token)
        except FaceGameError as error:
            raise refused(error, language_of(auth)) from None
        self._gate.languages[sid] = language_of(auth)

    async def _disconnect(self, sid: str, reason: Any = None) -> None:
        self._gate.languages.pop(sid, None)
        self.sessions.left(sid, self._clock())

    def _pupil(self) -> Pupil:
        recognizer = next(iter(self._engine.recognizers().values()))
        return Pupil(Lesson(self._turns, recognizer), Purse(self._budget))

    def _session(self, sid: str, message: Message) -> Session[Pupil]:
        """The connection's session that the message is about. Raises `NotEnough`."""
        id = message.session()
        session = self.sessions.hear(sid, self._clock(), str(id))
        if session is None:
            raise NotEnough("no_session", id=id)
        return session

    async def _new_session(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        message = Message.of("backend_new_session", details or ({},))
        id = message.session() if "sessionId" in message.fields else ""
        secret, at = message.text("secret"), self._clock()
        if secret:
            session = self.sessions.take_up(sid, str(id), secret, at)
            if session is not None:
                return {"sessionId": id, "secret": session.secret, "version": VERSION, "resumed": True}
        if sum(session.owner == sid for session in self.sessions.all()) >= OF_ONE_CONNECTION:
            raise NotEnough("many_sessions", limit=OF_ONE_CONNECTION)
        session = self.sessions.begin(sid, self._pupil, at, str(id))
        return {"sessionId": id or session.id, "secret": session.secret, "version": VERSION}

    async def _reset(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        session = self._session(sid, Message.of("backend_reset", details))
        session.value.close()
        session.value = self._pupil()
        return {}

    async def _add_sample(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        message = Message.of("backend_add_sample", details)
        session = self._session(sid, message)
        pupil, class_id, data = session.value, message.class_id(), message.sample()
        key, take = message.text("picture") or f"#{pupil.purse.spent}", message.take()
        pupil.purse.spend(len(data))
        await in_turn(pupil.lesson.seat, lambda: pupil.lesson.add(class_id, data, key, take))
        about = {"sessionId": message.session(), "class_id": class_id}
        await self._gate.emit("sample_added", about, to=sid, namespace=NAMESPACE)
        return about

    async def _train(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        message = Message.of("backend_train", details)
        lesson, pictures = self._session(sid, message).value.lesson, message.keys("pictures")
        if pictures is not None:
            missing = await in_turn(lesson.seat, lambda: lesson.lacks(pictures))
            if missing:
                said = refusal(NotEnough("pictures_missing", count=len(missing)), self._language(sid))
                return {**said, "missing": missing}
            await in_turn(lesson.seat, lambda: lesson.keep_only(pictures))
        learnt: Answer[None] = Answer()
        lesson.seat.post(lesson.train(learnt), lambda: learnt.fail(NotEnough("session_over")))
        await learnt.wait()
        report, worst, weakest = lesson.report, lesson.report.confused, lesson.report.weakest
        found = {
            "labels": [lesson.class_of(label) for label in report.labels],
            "pictures": report.pictures,
            "agreement": report.agreement,
            "confused": [lesson.class_of(worst.taught), lesson.class_of(worst.seen), worst.share]
            if worst
            else None,
            "skipped": report.skipped,
            "weakest": [lesson.class_of(weakest.label), lesson.class_of(weakest.near), weakest.apart]
            if weakest
            else None,
        }
        about = {"sessionId": message.session()}
        await self._gate.emit("training_completed", about, to=sid, namespace=NAMESPACE)
        return found

    async def _predict(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        message = Message.of("backend_predict", details)
        lesson, data = self._session(sid, message).value.lesson, message.sample()
        prediction = await in_newest_turn(lesson.seat, lambda: lesson.predict(data))
        guess = {"class_id": lesson.class_of(prediction.label), "confidence": prediction.confidence}
        await self._gate.emit("server_predicted", guess, to=sid, namespace=NAMESPACE)
        if message.fields.get("all") is not True:
            return guess
        return guess | {
            "labels": [lesson.class_of(label) for label in prediction.labels],
            "probabilities": list(prediction.probabilities),
            "closenesses": list(prediction.closenesses),
            "known": prediction.known,
        }

    def _language(self, sid: str) -> str:
        return self._gate.languages.get(sid, "en")
