"""The head and the body of the cartoon person, and everything on the face but the mouth.

Units are pixels of a 640x480 picture, y down, the origin a little under the middle of the eyes' line; the
head reaches from about -155 (hair) to 134 (chin).
"""

from __future__ import annotations

import numpy as np

from facegame_lib.cartoon.expression import Expression
from facegame_lib.cartoon.look import Look
from facegame_lib.cartoon.pen import Colour, Pen, Points, mirrored, mix, oval

_WHITE: Colour = (253, 251, 247)
_Q = np.linspace(-1.0, 1.0, 17)  # along a lid, from the left corner to the right one
_ROUND = (1 - np.abs(_Q) ** 2.3) ** 0.72


def body(pen: Pen, look: Look) -> None:
    """Shoulders, shirt and neck."""
    fold = mix(look.shirt, (30, 18, 40), 0.22)
    shirt = mirrored(
        [(0, 150), (50, 158), (104, 180), (158, 204), (186, 250), (196, 340), (90, 380), (0, 380)]
    )
    pen.shape(shirt, look.shirt)
    if look.striped:
        for x, y in ((168, 208), (183, 238)):
            pen.stroke(
                [(-x, y + 18), (-90, y + 2), (0, y), (90, y + 2), (x, y + 18)], 11, look.trim, (0.9, 0.9)
            )
    for side in (-1, 1):
        pen.stroke([(side * 132, 216), (side * 126, 240), (side * 132, 290)], 6, fold, (0.2, 1))
    pen.oval(0, 164, 62, 24, mix(look.trim, (30, 18, 40), 0.1))
    pen.shape(mirrored([(0, 60), (44, 70), (44, 130), (53, 160), (30, 178), (0, 183)]), look.shade)
    shadow = mix(look.shade, look.line, 0.4)
    pen.shape(mirrored([(0, 60), (43, 80), (43, 128), (22, 147), (0, 152)]), shadow)


def head(pen: Pen, ears: Pen, look: Look, e: Expression) -> None:
    """Ears and the bare face, lit from the look's side."""
    for side in (-1, 1):
        x = side * 99 * look.head_width
        ears.oval(x, 8, 17, 25, look.skin if side == look.light else look.shade)
        ears.stroke([(x + side * 5, -7), (x + side * 8, 4), (x - side * 1, 20)], 4, look.line, (0.2, 0.4))
        if look.earrings:
            ears.oval(x + side * 4, 34, 5, 5, (244, 206, 96))
    edge = np.array(_outline(look, e))
    pen.shape(edge, look.shade)
    lit = edge.copy()
    lit[edge[:, 0] * look.light < -1, 0] *= 0.93
    lit[:, 1] -= np.clip(edge[:, 1] - 60, 0, None) * 0.07
    pen.shape(lit, look.skin)


def _outline(look: Look, e: Expression) -> list[tuple[float, float]]:
    wide, jaw, drop, puff = 98 * look.head_width, look.jaw, 15 * e.mouth_open, e.cheeks
    return mirrored([
        (0, -128), (0.5 * wide, -120), (0.86 * wide, -86), (wide, -34), (wide + 3 * puff, 8),
        (0.96 * wide + 25 * puff + 3 * max(e.smile, 0), 50 + 0.3 * drop),
        (0.76 * wide * jaw + 25 * puff, 92 + 0.8 * drop),
        (0.42 * wide * jaw + 5 * puff, 123 * look.chin + drop),
        (0, 134 * look.chin + drop),
    ])  # fmt: skip


def cheeks_and_nose(pen: Pen, look: Look, e: Expression) -> None:
    """Blush, freckles, puffed cheeks, nose and the wrinkles of a frown."""
    rosy = mix(look.skin, (232, 72, 72), 0.6)
    for side in (-1, 1):
        x, y = side * (62 + 14 * e.cheeks), 44 + 12 * e.cheeks
        pen.glow(x, y, 34 + 8 * e.cheeks, 25 + 10 * e.cheeks, rosy, 0.32 + 0.5 * e.blush)
        if e.cheeks > 0.3:
            pen.glow(x - 6, y - 14, 13, 8, look.shine, 0.8 * e.cheeks)
        if look.freckles:
            for dx, dy in ((-12, 2), (0, -4), (11, 3), (-4, 8), (6, 10)):
                pen.oval(side * 58 + dx, 34 + dy, 2.1, 1.9, mix(look.skin, look.line, 0.45))
        if e.frown > 0.1:
            pen.stroke([(side * 6, -30), (side * 8, -40), (side * 6, -52)], 3.5 * e.frown, look.line)
            pen.stroke([(side * 19, 26), (side * 30, 38), (side * 44, 58)], 4 * e.frown, look.shade)
        if e.tear > 0.1:
            y = 22 + 8 * e.tear
            drop = [(0, -15), (5, -3), (7, 6), (0, 13), (-7, 6), (-5, -3)]
            if side == look.light:
                pen.moved(side * 62, y + 6).shape(np.array(drop) * e.tear, (150, 206, 240))
                pen.moved(side * 62, y + 6).oval(-2, 4, 1.8 * e.tear, 3.5 * e.tear, (236, 248, 255))
    nose = pen.moved(0, -3 * e.frown)
    wide = 14 * look.nose
    nose.stroke(
        [(-look.light * 7, -2), (-look.light * 10, 20), (-look.light * (wide - 2), 32)],
        5,
        look.shade,
        (0, 0.6),
    )
    nose.glow(look.light * 3, 26, 9, 12, look.shine, 0.75)
    nose.stroke(
        [(-wide, 33), (-wide * 0.6, 41), (0, 43), (wide * 0.6, 41), (wide, 33)], 4.6, look.line, (0.3, 0.3)
    )


def eyes(pen: Pen, look: Look, e: Expression, blink: float) -> None:
    """Both eyes; `blink` is 0 for open lids, 1 for closed ones."""
    for side, openness, squint in ((-1, e.eye_left, e.squint_left), (1, e.eye_right, e.squint_right)):
        middle = pen.moved(side * 42 * look.eye_gap, -6)
        _eye(middle, look, e, side, openness * (1 - blink), squint)


def _lids(look: Look, e: Expression, side: int, openness: float, squint: float) -> tuple[Points, Points]:
    """The upper and the lower lid, (17, 2) each, around the eye's middle."""
    size, shut = look.eye_size, min(openness, 1.0)
    lower = (13 + 8 * max(openness - 1, 0) - 25 * squint) * size * _ROUND
    upper = (1 - shut) * lower - 19.5 * size * openness * _ROUND
    inner = (1 - side * _Q) / 2  # 1 at the nose, 0 at the temple
    slant = np.where(e.brow_angle > 0, inner * 11 * e.brow_angle, (1 - inner) * -8 * e.brow_angle)
    upper = np.minimum(upper + slant * _ROUND * shut, lower)
    x = 25.5 * size * _Q
    rise = -side * _Q * 2.2  # the outer corner lies a little higher
    return np.stack([x, upper + rise], 1), np.stack([x, lower + rise], 1)


def _eye(pen: Pen, look: Look, e: Expression, side: int, openness: float, squint: float) -> None:
    upper, lower = _lids(look, e, side, openness, squint)
    gap = float((lower - upper)[:, 1].max())
    if gap > 2:
        with pen.inside(np.concatenate([upper, lower[::-1]])) as ball:
            ball.polygon(oval(0, 0, 40, 40), _WHITE)
            ball.moved(0, 5).polygon(
                np.concatenate([upper - (0, 9), (upper - (0, 40))[::-1]]), (214, 212, 222)
            )
            _iris(ball.moved(e.gaze_x * 9, e.gaze_y * 8 - 2), look, openness)
    if gap > 5:
        pen.stroke(lower[2:-2:3], 2.2, look.line)
        pen.stroke((upper - (0, 8.5))[2:-2:3], 3, look.shade)
    pen.stroke(upper[::2], 6.4, look.ink, (0.5, 0.5))
    if look.lashes:
        x, y = upper[-1] if side > 0 else upper[0]
        pen.stroke([(x - side * 2, y), (x + side * 4, y - 2), (x + side * 8, y - 7)], 4, look.ink, (1, 0))
    if squint > 0.3:
        pen.moved(0, 9).stroke(lower[3:-3:2], 3.4 * squint, look.shade)


def _iris(pen: Pen, look: Look, openness: float) -> None:
    size = 15.8 * look.eye_size * (1 - 0.3 * max(openness - 1, 0))
    pen.oval(0, 0, size, size, mix(look.eye, (12, 8, 16), 0.55))
    pen.oval(0, 0.5, size * 0.84, size * 0.84, look.eye)
    pen.oval(0, size * 0.36, size * 0.56, size * 0.42, mix(look.eye, (255, 226, 170), 0.34))
    pen.oval(0, 0, size * 0.48, size * 0.48, (22, 16, 22))
    pen.oval(look.light * size * 0.36, -size * 0.4, size * 0.3, size * 0.3, (255, 255, 255))
    pen.oval(-look.light * size * 0.38, size * 0.4, size * 0.14, size * 0.14, (255, 255, 255))


def brows(pen: Pen, look: Look, e: Expression) -> None:
    """Both brows, drawn over the hair so that they can always be read."""
    for side in (-1, 1):
        y = -47 - 15 * e.brow_height - 8 * side * e.brow_skew
        path = [
            (side * (19 - 5 * max(e.brow_angle, 0)), y + 14 * e.brow_angle),
            (side * 42, y - 7 + 3 * e.brow_angle),
            (side * 66, y + 3 - 7 * e.brow_angle),
        ]
        pen.stroke(path, 9.2 * look.brow, look.ink, (0.72, 0.22))


def glasses(pen: Pen, look: Look) -> None:
    """Round frames, for the looks that wear them."""
    if not look.glasses:
        return
    frame = mix(look.trim, (30, 24, 34), 0.55)
    turn = np.linspace(0, 2 * np.pi, 19)
    for side in (-1, 1):
        x = side * 43 * look.eye_gap
        ring = np.stack([x + 36 * np.cos(turn), -3 + 33 * np.sin(turn)], 1)
        pen.polygon(np.concatenate([ring, (ring - (x, -3)) * 0.885 + (x, -3)]), frame)
        pen.stroke([(side * 78, -8), (side * 90, -10), (side * 99, -8)], 5, frame, (1, 1))
    pen.stroke([(-8, -8), (0, -12), (8, -8)], 5, frame, (1, 1))
