"""The namespace `/game`: a whole game for a thin client, which sends frames and decides nothing."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from facegame_lib import texts
from facegame_lib.errors import FaceGameError, NotEnough
from facegame_lib.match import Match
from facegame_lib.match_plot import match_png
from facegame_lib.names import MAX_NAME, clean_name
from facegame_lib.reco.budget import Budget, Purse
from facegame_lib.reco.engine import Engine
from facegame_lib.reco.gate import Gate, bad_message, language_of, refusal, refused
from facegame_lib.reco.players import Player
from facegame_lib.reco.security import check_token
from facegame_lib.reco.sessions import Session, Sessions
from facegame_lib.reco.turns import Turns
from facegame_lib.reco.waiting import in_newest_turn, in_turn
from facegame_lib.snapshot import ResultView

NAMESPACE: Final = "/game"
T = TypeVar("T")


class Guest:
    """A player as the net sees them: the game, the connection it is shown on, a name for the board."""

    def __init__(self, play: Play, language: str, name: str) -> None:
        self.language, self.name = language, name
        self.purse = Purse(play.budget)
        self.sid: str | None = None
        self._play = play
        self._is_over = False
        self._loop = asyncio.get_running_loop()
        self._outbox: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._postman = asyncio.create_task(self._deliver())
        self.player = Player(play.turns, play.engine.recognizers(), self, clock=play.clock, language=language)

    async def do(self, act: Callable[[float], T]) -> T:
        """Have `act(at)` done in the player's turn; what it returns, once what it changed has been sent."""
        try:
            return await in_turn(self.player.seat, self.player.job(act))
        finally:
            await self._outbox.join()

    async def frame(self, data: bytes, stamp: float) -> bool:
        """A live frame: whether it was dealt with, once what it changed has been sent; False if dropped."""
        try:
            await in_newest_turn(self.player.seat, self.player.frame(data, stamp))
        except NotEnough:  # it gave way to a newer one
            return False
        await self._outbox.join()
        return True

    def send(self, event: str, data: Any) -> None:
        """Have it sent to where the guest is by then, after what was sent before; if they are away, not."""
        if not self._is_over:
            self._outbox.put_nowait((event, data))

    def close(self) -> None:
        """The game is over for good."""
        self.player.close()
        self.purse.give_back()
        self._is_over = True
        self._postman.cancel()
        while not self._outbox.empty():  # else who waits until all is sent would wait for ever
            self._outbox.get_nowait()
            self._outbox.task_done()

    async def _deliver(self) -> None:
        while True:
            event, data = await self._outbox.get()
            try:
                if self.sid is not None:
                    await self._play.gate.emit(event, data, to=self.sid, namespace=NAMESPACE)
            finally:
                self._outbox.task_done()

    def line(self) -> dict[str, Any]:
        """What a board shows of them."""
        snapshot = self.player.game.snapshot
        score = snapshot.result.score if snapshot.result else snapshot.match.score if snapshot.match else 0
        return {"name": self.name, "stage": snapshot.stage, "score": score}

    # -- the screen, called on a worker's thread

    def snapshot(self, changes: dict[str, Any]) -> None:
        """What changed of the snapshot."""
        self._loop.call_soon_threadsafe(self.send, "snapshot", changes)

    def pictures(self, about: list[dict[str, Any]], thumbnails: list[bytes]) -> None:
        """Pictures that are new, small."""
        self._loop.call_soon_threadsafe(self.send, "pictures", (about, thumbnails))

    def ended(self, match: Match, result: ResultView) -> None:
        """A match ended: the board learns of it."""
        self._loop.call_soon_threadsafe(self._play.match_ended, self, match, result)

    def result(self, match: Match) -> None:
        """The result of that match is shown: its picture is drawn."""
        names = {category.id: category.name for category in self.player.game.store.categories}
        self._loop.call_soon_threadsafe(self._play.draw, self, match, names)


class Play:
    """All players: their sessions and what their clients send. `token` None lets everybody in."""

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
        scored: Callable[[str, ResultView, float], Awaitable[None]],
    ) -> None:
        self.gate, self.turns, self.engine, self.budget = gate, turns, engine, budget
        self.sessions: Sessions[Guest] = Sessions(Guest.close, limit)
        self.clock, self._token, self._scored = clock, token, scored
        # One thread that draws: pictures of matches wait for each other, and no game for them.
        self._artist = ThreadPoolExecutor(1, "facegame-artist")
        self._tasks: set[asyncio.Task[Any]] = set()
        gate.on("connect", self._connect, namespace=NAMESPACE)
        gate.on("disconnect", self._disconnect, namespace=NAMESPACE)
        gate.answer(
            NAMESPACE,
            {
                "frame": self._frame,
                "picture": self._picture,
                "do": self._do,
                "upload": self._upload,
                "nickname": self._nickname,
                "speak": self._speak,
                "download": self._download,
                "leave": self._leave,
            },
        )

    # -- connections

    async def _connect(self, sid: str, environ: Any, auth: Any = None) -> None:
        language = language_of(auth)
        try:
            check_token(auth, self._token)
            session, resumed = self._enter(sid, auth if isinstance(auth, dict) else {}, language)
        except FaceGameError as error:
            raise refused(error, language) from None
        self.gate.languages[sid] = language
        self._later(self._welcome(session, resumed))

    def _enter(self, sid: str, auth: dict[str, Any], language: str) -> tuple[Session[Guest], bool]:
        now = self.clock()
        match auth:
            case {"session": str(id), "secret": str(secret)}:
                session = self.sessions.take_up(sid, id, secret, now)
                if session is not None:
                    return session, True
        name = auth.get("name", "")
        name = clean_name(name)[:MAX_NAME] if isinstance(name, str) else ""
        return self.sessions.begin(sid, lambda: Guest(self, language, name), now), False

    async def _welcome(self, session: Session[Guest], resumed: bool) -> None:
        guest, old = session.value, session.value.sid
        guest.sid = session.owner
        if old is not None and old != guest.sid:
            await self.gate.disconnect(old, namespace=NAMESPACE)
        about = {"session": session.id, "secret": session.secret, "resumed": resumed}
        about |= {"language": guest.language, "name": guest.name}
        guest.send("welcome", about)
        guest.player.seat.post(guest.player.job(lambda at: guest.player.show_all()))

    async def _disconnect(self, sid: str, reason: Any = None) -> None:
        self.gate.languages.pop(sid, None)
        session = self.sessions.find(sid)
        if session is not None:
            session.value.sid = None
        self.sessions.left(sid, self.clock())

    # -- what a client sends

    def _guest(self, sid: str) -> Guest:
        session = self.sessions.hear(sid, self.clock())
        if session is None:
            raise NotEnough("session_over")
        return session.value

    async def _frame(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        match details:
            case (int() | float() as stamp, bytes(data)) if math.isfinite(stamp):
                guest = self._guest(sid)
            case _:
                raise bad_message("frame")
        return {} if await guest.frame(data, stamp) else {"dropped": True}

    async def _picture(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        match details:
            case (int(burst), int() | float() as stamp, bytes(data)) if math.isfinite(stamp):
                guest = self._guest(sid)
            case _:
                raise bad_message("picture")
        guest.purse.spend(len(data))
        store = guest.player.game.store

        def take(at: float) -> bool:
            before = len(store)
            guest.player.game.picture(burst, stamp, data, at)
            return len(store) > before

        return {} if await guest.do(take) else {"dropped": True}

    async def _do(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        match details:
            case (str(command), dict(more)):
                pass
            case (str(command),) | (str(command), None):
                more = {}
            case _:
                raise bad_message("do")
        guest = self._guest(sid)
        await guest.do(guest.player.command(command, more))
        return {}

    async def _upload(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        match details:
            case (str(face), bytes(data)):
                guest = self._guest(sid)
            case _:
                raise bad_message("upload")
        guest.purse.spend(len(data))
        await guest.do(lambda at: guest.player.game.upload(face, [data], at))
        return {}

    async def _nickname(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        match details:
            case (str(name),):
                guest = self._guest(sid)
            case _:
                raise bad_message("nickname")
        guest.name = clean_name(name)[:MAX_NAME]
        return {"name": guest.name}

    async def _speak(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        match details:
            case (str(language),) if language in texts.LANGUAGES:
                self._guest(sid).language = self.gate.languages[sid] = language
            case _:
                raise bad_message("speak")
        return {}

    async def _download(self, sid: str, details: tuple[Any, ...]) -> bytes:
        guest = self._guest(sid)
        return await guest.do(lambda at: guest.player.zip())

    async def _leave(self, sid: str, details: tuple[Any, ...]) -> dict[str, Any]:
        session = self.sessions.find(sid)
        if session is not None:
            self.sessions.end(session)
        return {}

    # -- what happens by itself

    def match_ended(self, guest: Guest, match: Match, result: ResultView) -> None:
        """Tell the board."""
        self._later(self._scored(guest.name, result, match.seconds))

    def draw(self, guest: Guest, match: Match, names: dict[str, str]) -> None:
        """Draw the match's picture, and send it."""
        self._later(self._draw(guest, match, names))

    async def _draw(self, guest: Guest, match: Match, names: dict[str, str]) -> None:
        loop = asyncio.get_running_loop()
        png = await loop.run_in_executor(self._artist, match_png, match, names, guest.language)
        guest.send("result_picture", png)

    def tick(self) -> None:
        """Time passed: let it pass in the games that wait for it, and end what was silent too long."""
        now = self.clock()
        for session in self.sessions.all():
            if session.value.player.waits_for_time:
                session.value.player.seat.pass_time()
        for session in self.sessions.expire(now):
            if session.value.sid is not None:
                self._later(self._say_gone(session.value.sid, session.value.language))

    async def _say_gone(self, sid: str, language: str) -> None:
        said = refusal(NotEnough("session_over"), language)
        await self.gate.emit("gone", said, to=sid, namespace=NAMESPACE)
        await self.gate.disconnect(sid, namespace=NAMESPACE)

    def close(self) -> None:
        """Let the artist go home."""
        self._artist.shutdown(wait=False, cancel_futures=True)

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)  # a task that nobody holds may be collected in mid-work
        task.add_done_callback(self._tasks.discard)
