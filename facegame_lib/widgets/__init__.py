"""DISPLAY: what shows a snapshot and sends what the player does. The only folder that imports a UI."""

from facegame_lib.widgets.confusion_browser import ConfusionBrowser
from facegame_lib.widgets.face_game import FaceGame
from facegame_lib.widgets.frame_grabber import FrameGrabber

__all__ = ["ConfusionBrowser", "FaceGame", "FrameGrabber"]
