"""How good is it, and why? Tools that measure a recogniser and look inside. Nothing that plays imports this.

Nothing here is heavy: matplotlib and scikit-learn wait inside the functions that need them.
"""

from facegame_lib.research.cartoons import cartoon_store
from facegame_lib.research.explain import (
    Lesson,
    confusion,
    draw_confusion,
    draw_curve,
    draw_cuts,
    draw_face,
    draw_influence,
    draw_map,
    draw_neighbours,
    draw_numbers,
    draw_occlusion,
    draw_prediction,
    influence,
    learning_curve,
    nearest_pictures,
    occlusion,
    picture_map,
    steps,
)

__all__ = [
    "Lesson",
    "cartoon_store",
    "confusion",
    "draw_confusion",
    "draw_curve",
    "draw_cuts",
    "draw_face",
    "draw_influence",
    "draw_map",
    "draw_neighbours",
    "draw_numbers",
    "draw_occlusion",
    "draw_prediction",
    "influence",
    "learning_curve",
    "nearest_pictures",
    "occlusion",
    "picture_map",
    "steps",
]
