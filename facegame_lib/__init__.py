"""facegame: teach a computer your faces, then race it.

    capture -> samples -> embed -> classify -> match -> display

The public names, in the order of that line. The notebook widgets are in `facegame_lib.widgets`, which is
the only part that imports a UI; nothing here imports TensorFlow, LiteRT or matplotlib before it is needed.
"""

from facegame_lib.best import BestScores
from facegame_lib.burst import Burst, BurstPlan
from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.classifier import Classifier, KnnClassifier
from facegame_lib.closeness import Closeness
from facegame_lib.embedding import Embedder, MobileNetEmbedder
from facegame_lib.errors import (
    BackboneUnavailable,
    BadPicture,
    BadSetting,
    BadStore,
    FaceGameError,
    IllegalEvent,
    MissingExtra,
    NotEnough,
    RemoteUnavailable,
    UnknownCategory,
)
from facegame_lib.events import FaceSeen, NothingSeen, Paused, Quit, Resumed, Skipped, Started, Tick
from facegame_lib.face_embedding import FaceEmbedder
from facegame_lib.faces import Face, FaceFinder
from facegame_lib.frames import Frame, decode, encode
from facegame_lib.game import Game
from facegame_lib.known import Known
from facegame_lib.match import TRANSITIONS, Match, Phase
from facegame_lib.match_plot import match_figure
from facegame_lib.prediction import Prediction
from facegame_lib.recognizer import Recognizer
from facegame_lib.report import Report
from facegame_lib.samples import Category, Sample, SampleStore
from facegame_lib.snapshot import Snapshot
from facegame_lib.sources import FrameSource, ImageFolder, TimedFrame, Timeline, VideoFile
from facegame_lib.whitening import Whitening

__version__ = "0.1.0"

__all__ = [
    # errors
    "FaceGameError",
    "BadPicture",
    "BadStore",
    "UnknownCategory",
    "NotEnough",
    "IllegalEvent",
    "BadSetting",
    "MissingExtra",
    "BackboneUnavailable",
    "RemoteUnavailable",
    # capture
    "Frame",
    "decode",
    "encode",
    "Burst",
    "BurstPlan",
    "FrameSource",
    "TimedFrame",
    "Timeline",
    "CartoonPlayer",
    "VideoFile",
    "ImageFolder",
    # samples
    "Category",
    "Sample",
    "SampleStore",
    # embed
    "Embedder",
    "MobileNetEmbedder",
    "Face",
    "FaceFinder",
    "FaceEmbedder",
    # classify
    "Classifier",
    "KnnClassifier",
    "Whitening",
    "Closeness",
    "Known",
    "Prediction",
    "Report",
    "Recognizer",
    # match
    "Match",
    "Phase",
    "TRANSITIONS",
    "Started",
    "Tick",
    "FaceSeen",
    "NothingSeen",
    "Skipped",
    "Paused",
    "Resumed",
    "Quit",
    "BestScores",
    "match_figure",
    # the loop
    "Game",
    "Snapshot",
]
