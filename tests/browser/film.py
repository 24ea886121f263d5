"""A film for Chromium's fake webcam: a cartoon player makes one face after the other, round and round.

The film tells the time by a grey square at its left edge, outside the centre square that the game looks at,
so that a test presses the red button while the face that it wants is there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from facegame_lib.cartoon import CartoonPlayer
from facegame_lib.sources import write_mjpeg

FACES = ("smile", "surprise", "zapallo")
SPAN = 4.0  # seconds a face
LOOP = SPAN * len(FACES)
FPS = 30  # what Chromium plays raw MJPEG at
_SQUARE = (slice(200, 280), slice(4, 60))
_DARK, _RANGE = 16, 224

# Seconds into the loop, read off the picture that the page shows; -1 when there is none.
TIME = f"""() => {{
  const video = document.querySelector(".fg-video, .camera video"); // a notebook's, or the phone page's
  if (!video?.videoWidth) return -1;
  const canvas = (window.filmCanvas ??= document.createElement("canvas"));
  canvas.width = canvas.height = 8;
  const ctx = canvas.getContext("2d", {{ willReadFrequently: true }});
  ctx.drawImage(video, 16, 220, 32, 40, 0, 0, 8, 8);
  const data = ctx.getImageData(2, 2, 4, 4).data;
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += data[i];
  return ((sum / 16 - {_DARK}) / {_RANGE}) * {LOOP};
}}"""

# The camera shows an empty, grey room from now on; what came before is kept, to be shown again.
EMPTY_ROOM = """() => {
  const video = document.querySelector(".fg-video, .frame video");
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const ctx = canvas.getContext("2d");
  const paint = () => ((ctx.fillStyle = "#808080"), ctx.fillRect(0, 0, 64, 48), requestAnimationFrame(paint));
  paint();
  window.before = video.srcObject;
  video.srcObject = canvas.captureStream(20);
  return video.play();
}"""
FACE_BACK = """() => {
  const video = document.querySelector(".fg-video, .frame video");
  video.srcObject = window.before;
  return video.play();
}"""


def make(path: Path) -> Path:
    """Write the film."""
    player = CartoonPlayer(seed=0, motion=0.6)
    for index, face in enumerate(FACES):
        player.make(face, index * SPAN, over=0.2)

    def frames() -> Any:
        for number in range(int(LOOP * FPS)):
            at = number / FPS
            frame = np.array(player.frame(at))
            frame[_SQUARE] = round(_DARK + _RANGE * at / LOOP)
            yield frame

    write_mjpeg(path, frames())
    return path


def start_of(face: str) -> float:
    """When in the loop that face begins, in seconds."""
    return FACES.index(face) * SPAN
