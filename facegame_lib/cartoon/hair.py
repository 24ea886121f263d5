"""The hair styles: what is drawn behind the head and what is drawn over it."""

from __future__ import annotations

import math

from facegame_lib.cartoon.look import Look
from facegame_lib.cartoon.pen import Pen, mirrored, mix


def behind(pen: Pen, look: Look, cheeks: float) -> None:
    """The hair behind the head and the neck; puffed `cheeks` (0 to 1) push its ends outwards."""
    dark = mix(look.hair, (20, 12, 18), 0.3)
    if look.style == "bob":
        half = [(0, -150), (70, -140), (116, -90), (128, -20), (132, 60), (118, 112), (60, 124)]
        pen.shape(_pushed(mirrored(half), cheeks), dark)
    elif look.style == "long":
        half = [(0, -150), (70, -140), (114, -90), (124, -20), (134, 90), (140, 190), (60, 230)]
        pen.shape(_pushed(mirrored(half), cheeks), dark)
    elif look.style == "curly":
        dark = mix(look.hair, dark, 0.5)
        for step in range(15):
            angle = math.radians(150 + step * 240 / 14)
            pen.oval(116 * math.cos(angle), -44 + 100 * math.sin(angle), 40, 40, dark)
        pen.oval(0, -50, 116, 104, dark)
    elif look.style == "bun":
        pen.oval(6, -166, 44, 38, look.hair)
        pen.stroke([(-24, -172), (-6, -192), (22, -188)], 8, mix(look.hair, (255, 236, 214), 0.3))
        pen.stroke([(-34, -142), (6, -134), (44, -142)], 12, look.trim, (0.8, 0.8))
    elif look.style == "pigtails":
        for side in (-1, 1):
            tail = [(104, -34), (140, -58), (172, -20), (176, 50), (150, 104), (136, 60), (118, 10)]
            pen.shape([(side * x, y) for x, y in tail], look.hair)
            pen.stroke([(side * 134, -28), (side * 154, 10), (side * 150, 62)], 7, _shine(look))
            pen.oval(side * 114, -26, 13, 15, look.trim)


def over(pen: Pen, look: Look, cheeks: float) -> None:
    """The hair over the forehead and the temples. The hairline leaves room for raised brows."""
    wide = look.head_width
    pen.shape(_pushed(_FRONTS[look.style], cheeks, wide), look.hair)
    if look.style == "curly":
        for step in range(9):
            angle = math.radians(198 + step * 144 / 8)
            pen.oval(92 * wide * math.cos(angle), -32 + 88 * math.sin(angle), 25, 23, look.hair)
        for x, y in ((-62, -120), (-22, -140), (24, -136), (64, -114)):
            pen.stroke([(x - 12, y + 4), (x, y - 7), (x + 13, y)], 6, _shine(look))
    elif look.style == "spiky":
        pen.polygon([(x * wide, y) for x, y in _SPIKES], look.hair)
    for path in _SHINES[look.style]:
        pen.stroke([(x * wide, y) for x, y in path], 8, _shine(look))
    for path in _STRANDS[look.style]:
        pen.stroke(_pushed(path, cheeks, wide), 4, mix(look.hair, (20, 12, 18), 0.3))


def _pushed(path: list[tuple[float, float]], cheeks: float, wide: float = 1.0) -> list[tuple[float, float]]:
    return [(x * (wide + 0.13 * cheeks * (y > 20)), y) for x, y in path]


def _shine(look: Look) -> tuple[int, int, int]:
    return mix(look.hair, (255, 232, 204), 0.28)


_FRONTS: dict[str, list[tuple[float, float]]] = {
    "bob": [
        (-100, 104), (-124, 70), (-128, -20), (-110, -102), (-62, -146), (0, -157), (64, -148), (110, -104),
        (128, -20), (126, 70), (104, 106), (108, 60), (100, 0), (86, -48), (56, -86), (30, -108), (8, -84),
        (-36, -66), (-82, -46), (-100, 4), (-104, 60),
    ],
    "short": [
        (-96, -2), (-108, -14), (-110, -70), (-96, -122), (-62, -146), (-16, -166), (44, -168), (86, -146),
        (108, -104), (112, -50), (107, -14), (96, -2), (94, -42), (80, -78), (36, -84), (-16, -96),
        (-64, -84), (-92, -48),
    ],
    "curly": [
        (-100, -30), (-112, -66), (-88, -118), (-40, -146), (0, -150), (40, -146), (88, -118), (112, -66),
        (100, -30), (84, -66), (44, -92), (0, -100), (-44, -92), (-84, -66),
    ],
    "long": [
        (-102, 130), (-128, 100), (-126, 0), (-118, -80), (-74, -142), (-8, -154), (66, -146), (116, -86),
        (127, 0), (128, 100), (102, 130), (104, 60), (97, -4), (72, -62), (20, -104), (-12, -122),
        (-34, -100), (-78, -56), (-98, 0), (-104, 60),
    ],
    "spiky": [
        (-97, -14), (-106, -40), (-104, -92), (-70, -138), (0, -150), (70, -138), (104, -92), (106, -40),
        (97, -14), (88, -62), (44, -90), (0, -94), (-44, -90), (-88, -62),
    ],
    "bun": [
        (-98, 2), (-108, -30), (-104, -92), (-66, -138), (0, -150), (66, -138), (104, -92), (108, -30),
        (98, 2), (90, -50), (56, -88), (0, -102), (-56, -88), (-90, -50),
    ],
    "pigtails": [
        (-99, -2), (-112, -34), (-106, -96), (-66, -140), (-4, -150), (66, -140), (106, -96), (112, -34),
        (99, -2), (90, -44), (60, -74), (26, -88), (6, -112), (-6, -112), (-26, -88), (-60, -74), (-90, -44),
    ],
}  # fmt: skip

_SPIKES: list[tuple[float, float]] = [
    (-98, -20), (-120, -44), (-110, -66), (-136, -92), (-106, -108), (-116, -142), (-78, -138), (-70, -176),
    (-38, -152), (-14, -188), (12, -156), (48, -184), (56, -148), (96, -162), (92, -124), (130, -118),
    (110, -84), (126, -58), (110, -44), (98, -20), (86, -66), (64, -60), (48, -86), (24, -66), (6, -92),
    (-20, -64), (-34, -90), (-60, -62), (-72, -84), (-90, -58),
]  # fmt: skip

_SHINES: dict[str, list[list[tuple[float, float]]]] = {
    "bob": [[(-104, -50), (-84, -104), (-40, -132)], [(40, -128), (82, -104), (104, -60)]],
    "short": [[(-70, -124), (-14, -144), (50, -142)], [(-30, -118), (10, -126), (56, -120)]],
    "curly": [],
    "long": [[(-104, -30), (-92, -84), (-50, -128)], [(50, -130), (94, -82), (106, -24)]],
    "spiky": [[(-76, -112), (-44, -132), (-8, -138)], [(28, -136), (60, -126), (84, -100)]],
    "bun": [[(-80, -96), (-44, -126), (0, -134)], [(36, -130), (70, -112), (88, -84)]],
    "pigtails": [[(-84, -84), (-60, -112), (-26, -128)], [(26, -128), (62, -112), (86, -82)]],
}

_STRANDS: dict[str, list[list[tuple[float, float]]]] = {
    "bob": [
        [(34, -150), (30, -128), (30, -108)],
        [(22, -138), (-30, -108), (-84, -56)],
        [(112, 60), (114, 0), (100, -52)],
        [(-112, 70), (-116, 10), (-106, -40)],
    ],
    "short": [[(-82, -92), (-30, -104), (60, -96)], [(-92, -72), (-60, -92), (-20, -102)]],
    "curly": [],
    "long": [
        [(-14, -150), (-12, -136), (-12, -122)],
        [(-112, 90), (-114, 20), (-98, -40)],
        [(112, 90), (114, 20), (98, -40)],
    ],
    "spiky": [],
    "bun": [
        [(-60, -92), (-40, -118), (-8, -142)],
        [(60, -92), (44, -118), (16, -142)],
        [(0, -104), (2, -124), (4, -144)],
    ],
    "pigtails": [
        [(0, -148), (0, -130), (0, -112)],
        [(-34, -88), (-66, -72), (-92, -44)],
        [(34, -88), (66, -72), (92, -44)],
    ],
}
