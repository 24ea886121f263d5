"""The camera: a live, mirrored picture; frames and bursts as messages, never as traits (those are saved)."""

from __future__ import annotations

from typing import Any

import ipywebrtc
import traitlets as t
from ipywidgets import widget_serialization

from facegame_lib.widgets.base import Panel, script, style


def webcam(device: str = "") -> ipywebrtc.CameraStream:
    """A stream of the player's camera (that one, by its browser's id), without sound."""
    video: dict[str, Any] = {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 30}}
    video |= {"deviceId": {"exact": device}} if device else {"facingMode": "user"}
    return ipywebrtc.CameraStream(constraints={"audio": False, "video": video})


class FrameGrabber(Panel):
    """Grabs the centre square of any ipywebrtc `MediaStream` as JPEG.

    `wants` is "frames" to have live frames sent (messages "frame", with a `stamp` in ms of the browser's
    clock and one buffer); each has to be acknowledged by `ack`, and no more than `max_in_flight` are sent
    before that. `burst` has a `BurstPlan` carried out (messages "picture", then "burst_sent"). Of several
    pages that show it, only the `owner` uses its camera: the one that said "claim" last.
    """

    _esm = script("frame_grabber")
    _css = style("facegame") + style("frame_grabber")

    stream = t.Instance(ipywebrtc.MediaStream, allow_none=True).tag(sync=True, **widget_serialization)
    webcam = t.Bool(True).tag(sync=True)  # whether the stream is a camera that can be picked and retried
    owner = t.Unicode("").tag(sync=True)
    wants = t.Unicode("nothing").tag(sync=True)
    side = t.Int(256).tag(sync=True)
    quality = t.Float(0.8).tag(sync=True)
    max_in_flight = t.Int(2).tag(sync=True)

    def ack(self) -> None:
        """One frame that was sent has been dealt with: another may come."""
        self.send({"kind": "ack"})

    def alive(self) -> None:
        """Answer the page's question whether anybody is there."""
        self.send({"kind": "alive"})

    def burst(self, plan: dict[str, Any]) -> None:
        """Have a burst carried out: `{"id", "countdown", "due"}` (seconds)."""
        self.send({"kind": "burst", "plan": plan})

    def burst_over(self, burst: int) -> None:
        """That burst ended on this side: stop it if it is still going on."""
        self.send({"kind": "burst_over", "burst": burst})
