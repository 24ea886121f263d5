"""Exported models, run by their own runtimes: the code of docs/export.md, in a process without ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facegame_lib.frames import Frame
from facegame_lib.recognizer import Recognizer
from facegame_lib.testing import plain_frame

DOCS = (Path(__file__).parents[1] / "docs" / "export.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
LOOKS = {
    to: next(block for block in BLOCKS if f'"model.{to}"' in block) for to in ("keras", "tflite", "onnx")
}
TAIL = """
import sys
import numpy as np
answers = [look(picture) for picture in np.load("pictures.npy")]
assert not [name for name in sys.modules if name.startswith("facegame")]
np.savez("answers.npz", **{name: [np.ravel(each[name]) for each in answers] for name in answers[0]})
"""
Answers = dict[str, NDArray[np.float32]]


def answers(folder: Path, to: str, pictures: list[Frame]) -> Answers:
    """What the exported model in that folder says: probabilities `(n, labels)` and known `(n, 1)`."""
    np.save(folder / "pictures.npy", np.stack(pictures))
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | quiet
    done = subprocess.run(
        [sys.executable, "-c", LOOKS[to] + TAIL],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(folder / "answers.npz") as file:
        return dict(file)


def expected(recognizer: Recognizer, pictures: list[Frame]) -> Answers:
    """What the recogniser says of each, as of a picture that comes alone."""
    nobody = plain_frame((40, 90, 160), side=64, seed=3)
    said = []
    for picture in pictures:
        recognizer.predict(nobody)  # whoever was followed is lost
        said.append(recognizer.predict(picture))
    return {
        "probabilities": np.array([each.probabilities for each in said]),
        "known": np.array([[each.known] for each in said]),
    }
