"""Who the cartoon person is: what a seed decides once and no expression changes."""

from __future__ import annotations

import random
from dataclasses import dataclass

from facegame_lib.cartoon.pen import Colour, mix

STYLES = ("bob", "short", "curly", "long", "spiky", "bun", "pigtails")

_SKINS: tuple[Colour, ...] = (
    (250, 214, 188), (242, 194, 160), (229, 172, 132), (205, 143, 102), (168, 110, 76), (124, 78, 56),
)  # fmt: skip
_HAIRS: tuple[Colour, ...] = (
    (43, 33, 36), (74, 47, 38), (116, 68, 42), (171, 98, 48), (222, 172, 92), (196, 76, 44), (88, 62, 112),
)  # fmt: skip
_SHIRTS: tuple[Colour, ...] = (
    (240, 120, 62), (62, 124, 168), (226, 182, 66), (92, 148, 98), (196, 84, 104), (108, 92, 160),
    (72, 80, 96),
)  # fmt: skip
_EYES: tuple[Colour, ...] = ((92, 58, 36), (66, 106, 74), (64, 112, 150), (122, 88, 46), (54, 42, 40))
_WALLS: tuple[Colour, ...] = (
    (206, 222, 220), (222, 212, 196), (200, 210, 226), (214, 224, 200), (228, 206, 204), (186, 200, 204),
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """One person and their room. Sizes are factors around 1."""

    style: str
    skin: Colour
    hair: Colour
    eye: Colour
    shirt: Colour
    trim: Colour
    wall: Colour
    head_width: float
    jaw: float
    chin: float
    eye_size: float
    eye_gap: float
    brow: float
    nose: float
    lips: float
    glasses: bool
    freckles: bool
    earrings: bool
    lashes: bool
    striped: bool
    light: int  # the side the light comes from: -1 the left, 1 the right

    @property
    def shade(self) -> Colour:
        """The skin in the shade: darker and redder, never grey."""
        red, green, blue = self.skin
        return round(red * 0.86), round(green * 0.77), round(blue * 0.75)

    @property
    def line(self) -> Colour:
        """The skin's own dark, for the lines of nose, ears and lids."""
        red, green, blue = self.skin
        return round(red * 0.60), round(green * 0.43), round(blue * 0.40)

    @property
    def shine(self) -> Colour:
        """Where the skin catches the light."""
        return mix(self.skin, (255, 246, 232), 0.45)

    @property
    def lip(self) -> Colour:
        """The lips: the skin's dark made red."""
        return mix(self.line, (206, 66, 76), 0.62)

    @property
    def ink(self) -> Colour:
        """Lashes and brows."""
        return mix(self.hair, (36, 24, 28), 0.6)


def look_for(seed: int) -> Look:
    """The person of that seed. Seeds that follow each other differ in hair style, so a class sees it."""
    dice = random.Random(f"facegame cartoon430 {seed}")  # 430: seed 0, the mascot, wears a pumpkin's colours
    shirt, trim = dice.sample(_SHIRTS, 2)
    return Look(
        style=STYLES[seed % len(STYLES)],
        skin=dice.choice(_SKINS),
        hair=dice.choice(_HAIRS),
        eye=dice.choice(_EYES),
        shirt=shirt,
        trim=trim,
        wall=dice.choice(_WALLS),
        head_width=dice.uniform(0.94, 1.05),
        jaw=dice.uniform(0.93, 1.07),
        chin=dice.uniform(0.97, 1.04),
        eye_size=dice.uniform(0.94, 1.1),
        eye_gap=dice.uniform(0.96, 1.05),
        brow=dice.uniform(0.8, 1.25),
        nose=dice.uniform(0.85, 1.2),
        lips=dice.uniform(0.8, 1.25),
        glasses=dice.random() < 0.3,
        freckles=dice.random() < 0.3,
        earrings=dice.random() < 0.35,
        lashes=dice.random() < 0.5,
        striped=dice.random() < 0.5,
        light=dice.choice((-1, 1)),
    )
