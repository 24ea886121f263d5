"""How fast the net could be at best here: its multiplications at the rate this machine does them.

The convolutions of 1 x 1, which are nearly all of the net's work, are products of matrices. The same products
by NumPy's BLAS, which does nothing but that, give the rate; the whole net's operations at that rate are the
floor. A net that has to move its numbers between layers too cannot be much below it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facegame_lib import litert
from facegame_lib.bench.figures import Figure, figure, interleaved
from facegame_lib.bench.player import Cast
from facegame_lib.progress import Progress

_SETTLE = 0.12  # seconds in which OpenBLAS's threads go to sleep again, see `inner`


@dataclass(frozen=True)
class Layer:
    """A convolution: `places` of its output, `inputs` numbers that go into each of its `outputs` channels."""

    places: int
    inputs: int
    outputs: int
    dense: bool  # of all channels (a product of matrices), or of each by itself

    @property
    def flops(self) -> int:
        """Multiplications and additions."""
        return 2 * self.places * self.inputs * self.outputs


def layers(path: Path) -> Iterator[Layer]:
    """The convolutions of a `.tflite` file."""
    net = litert.load(path, 1)
    shapes = {tensor["index"]: tuple(map(int, tensor["shape"])) for tensor in net.get_tensor_details()}
    for operation in net._get_ops_details():  # there is no public way to list them
        kind = operation["op_name"]
        if kind not in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            continue
        weights, out = shapes[operation["inputs"][1]], shapes[operation["outputs"][0]]
        inputs = math.prod(weights[1:]) if kind == "CONV_2D" else math.prod(weights[1:3])
        yield Layer(math.prod(out[:-1]), inputs, out[-1], kind == "CONV_2D")


def flops(path: Path) -> int:
    """Operations of one pass, a multiplication and an addition being two."""
    return sum(layer.flops for layer in layers(path))


def floor(cast: Cast, rounds: int, progress: Progress) -> list[Figure]:
    """The net's pass beside the floor, measured in turns."""
    found = list(layers(cast.net.file()))
    dice = np.random.default_rng(0)
    products = [
        (
            dice.random((one.places, one.inputs), np.float32),
            dice.random((one.inputs, one.outputs), np.float32),
        )
        for one in found
        if one.dense
    ]
    work, dense = sum(one.flops for one in found), sum(one.flops for one in found if one.dense)
    picture = dice.integers(0, 256, (224, 224, 3), np.uint8)

    best = np.full(len(products), np.inf)  # milliseconds of each

    def multiply(number: int) -> None:
        for place, (X, W) in enumerate(products):
            began = time.perf_counter()
            X @ W
            best[place] = min(best[place], 1000 * (time.perf_counter() - began))

    tasks = {"pass": lambda number: cast.net.embed([picture]), "sgemm": multiply}
    took = interleaved(tasks, rounds, progress, rest=_SETTLE)
    # The best of each product and of the pass: a floor is what nothing kept from being fast, and what else is
    # running on few cores keeps BLAS's threads waiting for each other.
    least = float(best.sum()) * work / dense
    return [
        figure("bench.floor.flops", "GFLOP", [work / 1e9]),
        figure("bench.floor.sgemm", "GFLOP/s", [work / 1e6 / least]),
        figure("bench.floor.least", "ms", [least]),
        figure("bench.floor.best", "ms", [min(took["pass"])]),
        figure("bench.floor.pass", "ms", took["pass"]),
        figure("bench.floor.ratio", "times", [min(took["pass"]) / least]),
    ]
