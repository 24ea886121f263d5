"""Cartoon people in folders, as `facegame evaluate` reads them."""

from __future__ import annotations

from pathlib import Path

from facegame_lib import frames
from facegame_lib.cartoon import CartoonPlayer

FACES = ("neutral", "smile", "surprise", "wink", "zapallo")


def film(folder: Path, player: CartoonPlayer, at: float, pictures: int, every: float = 0.1) -> None:
    """Pictures of that player, taken from that second on."""
    folder.mkdir(parents=True)
    for number in range(pictures):
        (folder / f"{number:04}.jpg").write_bytes(frames.encode(player.frame(at + every * number)))


def cast(root: Path, name: str, seed: int, takes: dict[str, int]) -> None:
    """A cartoon player in the layout of an evaluation: so many takes of each face, five pictures each."""
    for place, (face, number) in enumerate(takes.items()):
        player = CartoonPlayer(seed, (96, 72), motion=0.3, light=0.3)
        player.make(face, 0)
        for take in range(1, number + 1):
            film(root / name / face / f"take-{take}", player, 1 + 20 * take + 3 * place, 5)
