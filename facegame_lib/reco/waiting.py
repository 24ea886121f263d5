"""From the server's one thread to the workers and back: await what is done in a player's turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from facegame_lib.errors import NotEnough
from facegame_lib.reco.turns import Seat

T = TypeVar("T")


class Answer(Generic[T]):
    """What comes of a job, to be awaited. Made on the server's thread; `give` and `fail` work from any."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[T] = self._loop.create_future()

    def give(self, result: T) -> None:
        """That is the answer."""
        self._loop.call_soon_threadsafe(self._settle, lambda: self._future.set_result(result))

    def fail(self, error: BaseException) -> None:
        """There is none, and that is why."""
        self._loop.call_soon_threadsafe(self._settle, lambda: self._future.set_exception(error))

    def of(self, job: Callable[[], T]) -> Callable[[], None]:
        """The job that answers with what `job()` returns or raises."""

        def work() -> None:
            try:
                result = job()
            except Exception as error:
                self.fail(error)
            else:
                self.give(result)

        return work

    def _settle(self, settle: Callable[[], None]) -> None:
        if not self._future.done():  # who asked may have gone
            settle()

    async def wait(self) -> T:
        """The answer. Raises the error that there is instead."""
        return await self._future


async def in_turn(seat: Seat, job: Callable[[], T]) -> T:
    """Have `job()` done in that seat's turn, on a worker's thread; what it returns or raises.

    Raises `NotEnough` if the player leaves before.
    """
    answer: Answer[T] = Answer()
    seat.post(answer.of(job), lambda: answer.fail(NotEnough("session_over")))
    return await answer.wait()


async def in_newest_turn(seat: Seat, job: Callable[[], T]) -> T:
    """The same for a live frame. Raises `NotEnough` at once when a newer one takes its place."""
    answer: Answer[T] = Answer()
    seat.newest(answer.of(job), lambda: answer.fail(NotEnough("frame_dropped")))
    return await answer.wait()
