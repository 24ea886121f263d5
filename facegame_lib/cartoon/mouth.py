"""The mouth, which says most of a face: lips, teeth and tongue around two curves.

Every curve runs over q, -1 at the left corner to 1 at the right one. The inner edges of the lips part by
the gap; a smile lifts the corners and lets the middle hang.
"""

from __future__ import annotations

import numpy as np

from facegame_lib.cartoon.expression import Expression
from facegame_lib.cartoon.look import Look
from facegame_lib.cartoon.pen import Colour, Pen, Points, mix

_Q = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 25))  # closer points where the curves turn
_INSIDE: Colour = (88, 24, 34)
_TEETH: Colour = (252, 250, 244)
_TONGUE: Colour = (232, 106, 112)


def mouth(pen: Pen, look: Look, e: Expression) -> None:
    """Draw the mouth around the pen's origin, which is the middle between the corners at rest."""
    pen = pen.moved(0, 6 * e.mouth_open)
    half = max(33 + 14 * e.mouth_width - 19 * e.pucker, 10.0)
    upper, lower, gap = _edges(e, half)
    _lines_around(pen, look, e, half)
    _lips(pen, look, e, upper, lower, half)
    if gap > 3:
        with pen.inside(np.concatenate([upper, lower[::-1]])) as hole:
            hole.oval(0, 0, 90, 90, _INSIDE)
            _fill(hole, e, upper, lower, gap)
    else:
        pen.stroke(upper[::3], 4, mix(look.line, _INSIDE, 0.6), (0.35, 0.35))
    if e.tongue > 0.05:
        _tongue_out(pen, e, half, float(lower[12, 1]))


def _edges(e: Expression, half: float) -> tuple[Points, Points, float]:
    """The inner edges of the upper and the lower lip, (25, 2) each, and the gap between them in units."""
    gap, curve = 50 * e.mouth_open, 13 * (e.smile + 0.22)  # a face at rest is a friendly one
    shout = min(1.0, e.mouth_open * 1.4) * (1 - max(e.smile, 0))  # 1 for a round O, 0 for a laugh's D
    corner = 0.16 * gap * shout - 0.8 * curve * (1 + e.lopsided * _Q)
    hang = 1 - _Q**2
    upper = corner + (1.15 * curve - (0.3 + 0.2 * shout) * gap) * hang ** (1 - 0.5 * shout)
    lower = corner + (1.15 * curve + (0.7 - 0.2 * shout) * gap) * hang ** (
        1 - 0.5 * min(1.0, e.mouth_open * 1.6)
    )
    lower = np.maximum(lower, upper)
    return np.stack([half * _Q, upper], 1), np.stack([half * _Q, lower], 1), gap


def _lips(pen: Pen, look: Look, e: Expression, upper: Points, lower: Points, half: float) -> None:
    full = look.lips * (1 + 1.0 * e.pucker) * (1 - 0.25 * max(e.mouth_width, 0))
    bow = (1 - _Q**2) ** 0.55 * (1 - 0.3 * np.exp(-((_Q / 0.2) ** 2)))
    pout = (1 - _Q**2) ** 0.6
    top, bottom = upper.copy(), lower.copy()
    top[:, 1] -= 6.2 * full * bow
    bottom[:, 1] += 8 * full * pout
    for edge in (top, bottom):
        edge[:, 0] *= 1 + 2.5 / half
    lower_lip = mix(look.lip, look.skin, 0.22)
    pen.polygon(np.concatenate([top, bottom[::-1]]), look.lip)
    pen.polygon(np.concatenate([lower, bottom[::-1]]), lower_lip)
    if e.smile > -0.5:  # a lip that hangs catches no light
        y = float(bottom[12, 1]) - 4.2 * full
        pen.oval(look.light * 0.18 * half, y, 0.26 * half, 1.5 * full, mix(lower_lip, (255, 240, 232), 0.38))
    y = float(bottom[12, 1]) + 7
    pen.stroke([(-15, y), (0, y + 2.5), (15, y)], 3.5, look.shade)


def _lines_around(pen: Pen, look: Look, e: Expression, half: float) -> None:
    """Dimples of a smile and the folds beside a mouth that hangs."""
    for side in (-1, 1):
        lift = e.smile * (1 + e.lopsided * side)
        x, y = side * (half + 7), -10.5 * lift
        if lift > 0.2:
            depth = min(1.0, lift)
            pen.stroke([(x - side, y - 9), (x + side * 5, y), (x, y + 9)], 4.6 * depth, look.line)
        elif lift < -0.2:
            pen.stroke(
                [(x - side * 2, y - 4), (x + side * 2, y + 2), (x + side, y + 9)], -4 * lift, look.shade
            )


def _fill(hole: Pen, e: Expression, upper: Points, lower: Points, gap: float) -> None:
    """Teeth and tongue behind the lips."""
    if e.teeth < 0.7:
        hole.oval(0, float(lower[12, 1]) + 2, 20, min(0.42 * gap, 14), _TONGUE)
    rows = min(1.0, e.teeth * 2), max(0.0, e.teeth * 2 - 1)
    high = rows[0] * min(14.0, 4 + 0.45 * gap) * (1 - rows[1]) + rows[1] * 0.52 * gap
    bite = upper + np.stack([0 * _Q, high * (1 - 0.25 * _Q**2)], 1)
    if high > 1:
        hole.polygon(np.concatenate([upper - (0, 6), bite[::-1]]), _TEETH)
    if rows[1] > 0:
        parted = 2.4 + 20 * (1 - rows[1])
        below = lower[::-1] + np.array([0, 6 - parted])
        hole.moved(0, parted).polygon(np.concatenate([bite, below]), _TEETH)
    if rows[1] > 0.5:
        line = (206, 200, 196)
        for tooth in range(-3, 4):
            x = tooth * 11.0
            hole.stroke([(x, float(upper[12, 1]) - 20), (x, float(lower[12, 1]) + 2)], 1.5, line, (1, 1))
        hole.moved(0, 1).stroke(bite[::3], 2.2, (150, 96, 96), (1, 1))
    if e.gap > 0.3:  # two teeth short, as a carved pumpkin
        middle, tall = bite[12], 0.5 * gap
        hole.polygon([(-11, -40), (0, -40), (0, middle[1] + 1), (-11, middle[1] + 1)], _INSIDE)
        hole.polygon([(11, middle[1] + 1), (22, middle[1] + 1), (22, tall + 40), (11, tall + 40)], _INSIDE)


def _tongue_out(pen: Pen, e: Expression, half: float, edge: float) -> None:
    wide, top = 0.52 * half, edge - 9
    end = edge + 34 * e.tongue
    outline = [
        (-wide, top),
        (0, top - 3),
        (wide, top),
        (wide * 1.06, (top + end) / 2),
        (wide * 0.66, end - 3),
    ]
    outline += [(0, end + 1), (-wide * 0.66, end - 3), (-wide * 1.06, (top + end) / 2)]
    pen.shape(outline, mix(_TONGUE, _INSIDE, 0.25))
    pen.moved(0, -2.5).shape(outline, _TONGUE)
    pen.stroke([(0, top + 4), (1, (top + end) / 2), (0, end - 9)], 3.2, mix(_TONGUE, _INSIDE, 0.35), (0.6, 0))
