"""A cartoon person who plays the game: faces for tests, examples and screenshots, drawn by the library.

No photograph is involved, so that everything the game does can be shown and tested without anybody's face.
"""

from facegame_lib.cartoon.expression import EXPRESSIONS, Expression
from facegame_lib.cartoon.player import CartoonPlayer

__all__ = ["EXPRESSIONS", "CartoonPlayer", "Expression"]
