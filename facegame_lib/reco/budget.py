"""How much memory pictures may take: that of one player, and that of all of them together."""

from __future__ import annotations

from typing import Final

from facegame_lib.errors import NotEnough

OF_ONE: Final = 64_000_000  # bytes: some 1,700 pictures of a phone's camera
OF_ALL: Final = 2_000_000_000
EMBEDDED: Final = 24_000  # bytes that a picture takes besides its own: what the nets see in it, and its name


class Budget:
    """What all players have. `of_one` and `of_all` are bytes."""

    def __init__(self, of_one: int = OF_ONE, of_all: int = OF_ALL) -> None:
        self.of_one, self.of_all, self.spent = of_one, of_all, 0


class Purse:
    """What one player took of it. Nothing comes back before they leave: what they remove can be undone."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.spent = 0

    def spend(self, size: int) -> None:
        """Take the room for a picture of that many bytes. Raises `NotEnough` if there is none."""
        size += EMBEDDED
        if self.spent + size > self._budget.of_one:
            raise NotEnough("player_no_room", limit=self._budget.of_one // 10**6)
        if self._budget.spent + size > self._budget.of_all:
            raise NotEnough("server_no_room")
        self.spent += size
        self._budget.spent += size

    def give_back(self) -> None:
        """All of it, when they leave."""
        self._budget.spent -= self.spent
        self.spent = 0
