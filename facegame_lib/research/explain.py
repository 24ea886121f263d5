"""What does the machine see, and why does it err? A function for each question, and one, `draw_...`, that
draws what it found.

    lesson = Lesson.make(store, Recognizer())   teach it once; all else is told of this lesson
    steps(recognizer, frame)                    face, landmarks, cuts, numbers, prediction of one frame
    nearest_pictures(lesson, frame)             the taught pictures next to it, and their votes
    occlusion(recognizer, frame)                where covering it changes what is said of it
    picture_map(lesson)                         all pictures on a sheet
    confusion(lesson)                           what is taken for what, takes left out
    learning_curve(lesson)                      how much is right, against how much was taught
    influence(lesson)                           which pictures help, and which hurt

Nothing here imports matplotlib before something is drawn.
"""

from facegame_lib.research.confusion import ConfusionMatrix, confusion, draw_confusion
from facegame_lib.research.curves import LearningCurve, draw_curve, learning_curve
from facegame_lib.research.influence import Influence, draw_influence, influence
from facegame_lib.research.lesson import Lesson
from facegame_lib.research.neighbours import Neighbour, Neighbours, draw_neighbours, nearest_pictures
from facegame_lib.research.occlusion import Occlusion, draw_occlusion, occlusion
from facegame_lib.research.picture_map import PictureMap, draw_map, picture_map
from facegame_lib.research.steps import Steps, draw_cuts, draw_face, draw_numbers, draw_prediction, steps

__all__ = [
    "Lesson",
    "Steps",
    "steps",
    "draw_face",
    "draw_cuts",
    "draw_numbers",
    "draw_prediction",
    "Neighbour",
    "Neighbours",
    "nearest_pictures",
    "draw_neighbours",
    "Occlusion",
    "occlusion",
    "draw_occlusion",
    "PictureMap",
    "picture_map",
    "draw_map",
    "ConfusionMatrix",
    "confusion",
    "draw_confusion",
    "LearningCurve",
    "learning_curve",
    "draw_curve",
    "Influence",
    "influence",
    "draw_influence",
]
