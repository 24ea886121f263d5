"""How good is it? Tools that measure a recogniser on pictures of people. Nothing that plays imports this.

Nothing here is heavy: scikit-learn, joblib, Ray and matplotlib wait inside the functions that need them.
"""

from facegame_lib.research.cartoons import cartoon_store
from facegame_lib.research.compare import compare
from facegame_lib.research.comparison import Combination, Comparison
from facegame_lib.research.embedding_cache import forget_embeddings
from facegame_lib.research.evaluate import evaluate
from facegame_lib.research.intervals import Estimate
from facegame_lib.research.people import read_people
from facegame_lib.research.pupil import make_recognizer
from facegame_lib.research.twins import Flattery, flattery

__all__ = [
    "Combination",
    "Comparison",
    "Estimate",
    "Flattery",
    "cartoon_store",
    "compare",
    "evaluate",
    "flattery",
    "forget_embeddings",
    "make_recognizer",
    "read_people",
]
