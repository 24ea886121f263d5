"""How good is it, and why? Tools that measure a recogniser and look inside. Nothing that plays imports this.

Nothing here is heavy: scikit-learn, joblib, Ray and matplotlib wait inside the functions that need them.
"""

from facegame_lib.embedding_cache import forget_embeddings
from facegame_lib.research.cartoons import cartoon_store
from facegame_lib.research.compare import compare
from facegame_lib.research.comparison import Combination, Comparison
from facegame_lib.research.evaluate import evaluate
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
from facegame_lib.research.intervals import Estimate
from facegame_lib.research.people import read_people
from facegame_lib.research.pupil import make_recognizer
from facegame_lib.research.twins import Flattery, flattery

__all__ = [
    "Combination",
    "Comparison",
    "Estimate",
    "Flattery",
    "Lesson",
    "cartoon_store",
    "compare",
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
    "evaluate",
    "flattery",
    "forget_embeddings",
    "influence",
    "learning_curve",
    "make_recognizer",
    "nearest_pictures",
    "occlusion",
    "picture_map",
    "read_people",
    "steps",
]
