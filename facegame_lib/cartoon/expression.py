"""What a cartoon face can do, as numbers, and the faces that have a name.

A face is a point in this space and a change of face is a straight line in it (after the action units of
Ekman and Friesen's Facial Action Coding System, 1978, much simplified), so that the game can ask for any
face halfway between two.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from facegame_lib.errors import BadSetting


@dataclass(frozen=True)
class Expression:
    """One face. Every number is 0 for a face at rest, except the eyes' openness, which is 1.

    Left and right are the picture's, as in a mirror.
    """

    mouth_open: float = 0.0  # 0 closed to 1, jaw dropped
    mouth_width: float = 0.0  # -1 narrow to 1 wide
    smile: float = 0.0  # -1 corners down to 1 corners up
    lopsided: float = 0.0  # -1 only the left corner smiles to 1 only the right
    pucker: float = 0.0  # 0 to 1, lips pushed out and round
    teeth: float = 0.0  # 0 none, 0.5 the upper row, 1 both rows clenched in a grin
    gap: float = 0.0  # 0 to 1, two teeth hidden, as a carved pumpkin grins
    tongue: float = 0.0  # 0 in to 1 all out
    brow_height: float = 0.0  # -1 low to 1 high
    brow_angle: float = 0.0  # -1 worried (inner ends up) to 1 angry (inner ends down)
    brow_skew: float = 0.0  # -1 the left brow higher to 1 the right one
    eye_left: float = 1.0  # 0 closed, 1 at rest, 1.4 wide open
    eye_right: float = 1.0
    squint_left: float = 0.0  # 0 to 1, the lower lid pushed up by the cheek
    squint_right: float = 0.0
    gaze_x: float = 0.0  # -1 left to 1 right
    gaze_y: float = 0.0  # -1 up to 1 down
    cheeks: float = 0.0  # 0 to 1, puffed
    blush: float = 0.0  # 0 to 1
    frown: float = 0.0  # 0 to 1, the nose and the skin between the brows wrinkled
    tear: float = 0.0  # 0 to 1
    tilt: float = 0.0  # degrees, clockwise in the picture
    lean: float = 0.0  # -1 away from the camera to 1 towards it

    def towards(self, other: Expression, share: float) -> Expression:
        """The face that lies that share of the way to the other one: 0 is this one, 1 the other."""
        if share <= 0.0:
            return self
        if share >= 1.0:
            return other
        return Expression(
            *(a + share * (b - a) for a, b in zip(self._numbers(), other._numbers(), strict=True))
        )

    def _numbers(self) -> tuple[float, ...]:
        return tuple(getattr(self, name) for name in _NAMES)


_NAMES = tuple(field.name for field in fields(Expression))

EXPRESSIONS: dict[str, Expression] = {
    "neutral": Expression(),
    "smile": Expression(
        smile=1.0, mouth_width=0.6, mouth_open=0.4, teeth=0.5, squint_left=0.35, squint_right=0.35,
        brow_height=0.25, blush=0.5,
    ),
    "surprise": Expression(
        mouth_open=1.0, mouth_width=-0.55, brow_height=1.0, brow_angle=-0.15, eye_left=1.4, eye_right=1.4,
        lean=-0.5,
    ),
    "angry": Expression(
        smile=-0.55, mouth_width=0.15, mouth_open=0.22, teeth=1.0, brow_height=-0.75, brow_angle=1.0,
        eye_left=0.72, eye_right=0.72, squint_left=0.3, squint_right=0.3, frown=1.0, lean=0.6,
    ),
    "sad": Expression(
        smile=-1.0, mouth_width=-0.25, brow_height=0.2, brow_angle=-1.0, eye_left=0.72, eye_right=0.72,
        gaze_y=0.7, tear=1.0, tilt=-6.0, lean=-0.3,
    ),
    "wink": Expression(
        smile=0.8, lopsided=0.6, mouth_width=0.3, eye_right=0.0, squint_right=0.9, squint_left=0.15,
        brow_skew=-0.7, blush=0.3, tilt=7.0,
    ),
    "pout": Expression(
        pucker=1.0, smile=-0.35, brow_height=-0.25, brow_angle=0.45, eye_left=0.85, eye_right=0.85,
        gaze_x=-0.9, gaze_y=-0.5, cheeks=0.25,
    ),
    "tongue": Expression(
        smile=0.7, mouth_width=0.35, mouth_open=0.5, tongue=1.0, eye_left=0.0, eye_right=0.0,
        squint_left=1.0, squint_right=1.0, brow_height=0.5, blush=0.6, tilt=-5.0,
    ),
    "zapallo": Expression(
        cheeks=1.0, smile=0.85, mouth_width=1.1, mouth_open=0.56, teeth=1.0, gap=1.0, eye_left=0.7,
        eye_right=0.7, squint_left=0.8, squint_right=0.8, brow_height=0.75, brow_angle=-0.3, brow_skew=0.45,
        blush=1.0, tilt=5.0,
    ),
}  # fmt: skip


def named(face: str | Expression) -> Expression:
    """The expression of that name, or the expression itself. Raises `BadSetting` for a name not there."""
    if isinstance(face, Expression):
        return face
    if face not in EXPRESSIONS:
        raise BadSetting("cartoon_face", face=face, known=", ".join(EXPRESSIONS))
    return EXPRESSIONS[face]
