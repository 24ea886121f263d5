"""The exported model: built in Keras from its parts, and converted, in the process that has TensorFlow."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from facegame_lib import apart
from facegame_lib.errors import FaceGameError
from facegame_lib.research.export import face_layers, knn_layers, tflite_layers
from facegame_lib.research.export.knn_layers import Arrays
from facegame_lib.research.export.warp_layers import Levels, resized

OPSET: Final = 18  # of ONNX: the newest that tf2onnx is tested with
_MESH, _CUT = 192, 224  # sides of what is cut out of a frame: for the landmarks, and of each region


def model(side: int, files: dict[str, str], settings: dict[str, Any], arrays: Arrays) -> Any:
    """The whole as a Keras model: uint8 `(1, side, side, 3)` to a dictionary of "probabilities"
    `(1, classes)` and, where a face is looked for, "known" `(1,)`."""
    import keras
    from keras import ops

    picture = keras.Input((side, side, 3), batch_size=1, dtype="uint8", name="picture")
    pixels = ops.cast(picture, "float32")
    nets = {name: tflite_layers.net(Path(path), name) for name, path in files.items()}
    if "mesh" in nets:
        row, there = _face_row(pixels, nets, settings)
    else:
        row, there = nets["net"](resized(pixels, int(nets["net"].input_shape[1]))), None
    if "mean" in arrays:
        row = knn_layers.whitened(row, arrays)
    probabilities = knn_layers.voted(row, arrays, settings["k"], settings["weights"])
    outputs = {"probabilities": probabilities}
    if "known" in settings:
        outputs["known"] = knn_layers.known(row, arrays, **settings["known"])
    if there is not None:
        even = 1 / probabilities.shape[1]
        outputs["probabilities"] = ops.where(there > 0, probabilities, even)
        outputs["known"] = outputs.get("known", ops.ones((1,))) * there
    named = {name: keras.layers.Identity(name=name)(out) for name, out in outputs.items()}
    return keras.Model(picture, named, name="facegame")


def _face_row(pixels: Any, nets: dict[str, Any], settings: dict[str, Any]) -> tuple[Any, Any]:
    """`FaceEmbedder`'s row `(1, d)`, and whether there is a face."""
    from keras import ops

    # A face may reach beyond the frame, where there is nothing to see: twice the frame is more than enough.
    levels = Levels(pixels, max(1, 2 * pixels.shape[1] // _MESH))
    seen = face_layers.find(levels, nets["near"], nets["far"], nets["mesh"])
    cuts = [levels.cut(seen.patch(tuple(centre), side), _CUT) for centre, side in settings["regions"]]
    rows = knn_layers.unit(nets["net"](ops.stack(cuts)))
    row = ops.reshape(rows, (1, -1))
    if settings["landmarks"]:
        row = ops.concatenate([row, ops.reshape(seen.on_head() * settings["landmarks"], (1, -1))], axis=1)
    return row, seen.there


def write(whole: Any, to: str, path: Path) -> None:
    """The model in a file of that kind: "keras", "tflite" or "onnx"."""
    if to == "keras":
        whole.save(path)
    elif to == "tflite":
        path.write_bytes(_as_tflite(whole))
    else:
        whole(np.zeros(whole.input_shape, np.uint8))  # Keras exports what was called
        whole.export(path, format="onnx", opset_version=OPSET, verbose=False)


def _as_tflite(whole: Any) -> bytes:
    """By way of a saved model of one function; the converter's own way from Keras traces it eight times."""
    import tensorflow as tf

    module = tf.Module()
    module.kept = [variable.value for variable in whole.variables]
    picture = tf.TensorSpec(whole.input_shape, tf.uint8, "picture")
    function = tf.function(lambda picture: whole(picture), [picture])
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures=function.get_concrete_function())
        return bytes(tf.lite.TFLiteConverter.from_saved_model(folder).convert())


def build_here() -> None:
    """What the process runs; its arguments are a folder with the parts, and the file to write."""
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    asked = json.loads((folder / "parts.json").read_text("utf-8"))
    with np.load(folder / "parts.npz", allow_pickle=False) as file:
        arrays = dict(file)
    try:
        apart.tell(progress=(0.0, "progress.export.tensorflow"))
        import keras

        keras.config.set_floatx("float32")  # a player's own Keras settings may say otherwise
        keras.config.set_image_data_format("channels_last")
        apart.tell(progress=(0.2, "progress.export.build"))
        whole = model(asked["side"], asked["files"], asked["settings"], arrays)
        apart.tell(progress=(0.5, "progress.export.convert"))
        write(whole, asked["to"], target)
    except FaceGameError as error:
        apart.tell_error(error)
