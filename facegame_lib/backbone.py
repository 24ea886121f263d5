"""EMBED: a pretrained net, built in Keras and converted once into a file that LiteRT runs.

TensorFlow takes seconds to wake up and is only needed for the conversion, so that happens in another
process, once; what comes out is kept in the cache. On the way to a match nobody imports TensorFlow.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from facegame_lib import apart, torch_state
from facegame_lib import progress as reporting
from facegame_lib.errors import BackboneUnavailable, BadSetting, FaceGameError, MissingExtra
from facegame_lib.progress import Progress
from facegame_lib.weights import MOBILENET_V2, cache_folder, fetch, keep, sha256

DEFAULT = "MobileNetV2"

NETS: dict[str, tuple[int, int]] = {
    # name: (side of the square picture it takes, numbers it gives). https://keras.io/api/applications/
    DEFAULT: (224, 1280),
    "MobileNet": (224, 1024),
    "MobileNetV3Small": (224, 576),
    "MobileNetV3Large": (224, 960),
    "EfficientNetB0": (224, 1280),
    "EfficientNetB1": (240, 1280),
    "EfficientNetB2": (260, 1408),
    "EfficientNetB3": (300, 1536),
    "EfficientNetB4": (380, 1792),
    "EfficientNetB5": (456, 2048),
    "EfficientNetB6": (528, 2304),
    "EfficientNetB7": (600, 2560),
    "EfficientNetV2B0": (224, 1280),
    "EfficientNetV2B1": (240, 1280),
    "EfficientNetV2B2": (260, 1408),
    "EfficientNetV2B3": (300, 1536),
    "EfficientNetV2S": (384, 1280),
    "EfficientNetV2M": (480, 1280),
    "EfficientNetV2L": (480, 1280),
    "NASNetMobile": (224, 1056),
    "NASNetLarge": (331, 4032),
    "DenseNet121": (224, 1024),
    "DenseNet169": (224, 1664),
    "DenseNet201": (224, 1920),
    "ResNet50": (224, 2048),
    "ResNet101": (224, 2048),
    "ResNet152": (224, 2048),
    "ResNet50V2": (224, 2048),
    "ResNet101V2": (224, 2048),
    "ResNet152V2": (224, 2048),
    "InceptionV3": (299, 2048),
    "InceptionResNetV2": (299, 1536),
    "Xception": (299, 2048),
    "VGG16": (224, 512),
    "VGG19": (224, 512),
    "ConvNeXtTiny": (224, 768),
    "ConvNeXtSmall": (224, 768),
    "ConvNeXtBase": (224, 1024),
    "ConvNeXtLarge": (224, 1536),
    "ConvNeXtXLarge": (224, 2048),
}

RECIPE = 1  # add one whenever a net comes out different, so that nobody's cache keeps the old one


def check_name(name: str) -> None:
    """Raises `BadSetting`, which lists the nets there are, if there is none of that name."""
    if name not in NETS:
        raise BadSetting("not_one_of", name="backbone", allowed=", ".join(sorted(NETS)), found=name)


def prepare(
    name: str = DEFAULT,
    *,
    weights: str | os.PathLike[str] | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """The net as a `.tflite` file: from the cache, or made now, which takes 10 to 30 seconds.

    It takes one uint8 RGB picture `(1, size, size, 3)`, 0 to 255, and gives float32 `(1, dim)`; size and
    dim as in `NETS`. The normalising is inside it. Beside it lies a `.json` that says what it is.
    `weights` is a file to use instead of a download: for MobileNetV2 as in `weights.fetch`, for the
    others a Keras weights file without the top ("notop"). Two processes may prepare at once: each puts
    a whole file in place.

    Raises `BadSetting` for an unknown name, `MissingExtra` if TensorFlow is needed and not installed, and
    `BackboneUnavailable` if the weights cannot be had or the net cannot be converted.
    """
    check_name(name)
    progress = progress or reporting.silent
    source, stem, fingerprint = None if weights is None else Path(weights), name, "imagenet"
    if name == DEFAULT:
        fingerprint = MOBILENET_V2.sha256
    elif source is not None:
        if not source.is_file():
            raise BackboneUnavailable("backbone_weights_not_there", name=name, path=source)
        fingerprint = sha256(source)
        stem = f"{name}-{fingerprint[:12]}"
    target = cache_folder(cache) / "backbones" / f"{stem}.tflite"
    whole = is_whole(target, fingerprint)
    if not whole and importlib.util.find_spec("tensorflow") is None:
        raise MissingExtra("missing_tensorflow")
    if name == DEFAULT and not (whole and source is None):  # a file the player gives is always checked
        source = fetch(MOBILENET_V2, path=source, cache=cache, progress=reporting.part(progress, 0.0, 0.2))
    if not whole:
        _convert(name, source, fingerprint, target, reporting.part(progress, 0.2, 1.0))
    progress(1.0, "progress.backbone.ready")
    return target


def is_whole(target: Path, fingerprint: str) -> bool:
    """Whether the cached net is there, undamaged, of this recipe and made from these weights."""
    try:
        about = json.loads(target.with_suffix(".json").read_text("utf-8"))
        made = (about["recipe"], about["source"], about["sha256"])
        return bool(made == (RECIPE, fingerprint, sha256(target)))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def _convert(name: str, source: Path | None, fingerprint: str, target: Path, progress: Progress) -> None:
    """Have another process make the net; put it and its `.json` in the cache."""
    size, dim = NETS[name]
    about = {"name": name, "recipe": RECIPE, "size": size, "dim": dim, "source": fingerprint}

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / target.name
        main = "from facegame_lib import backbone; backbone.convert_here()"
        weights = "imagenet" if source is None else str(source.resolve())
        well, said, told = apart.run(main, [name, weights, str(made)], progress)
        if not well or not made.is_file():
            error = BackboneUnavailable("backbone_not_converted", name=name)
            error.add_note(f"What the conversion said:\n{said}")  # for whoever helps the player
            raise error
        about |= {**told, "sha256": sha256(made)}
        keep(target, made.read_bytes())
    # Last, for it vouches for the other: a process that dies in between leaves a net to be made again.
    keep(target.with_suffix(".json"), json.dumps(about, indent=2).encode())


def convert_here() -> None:
    """What the converting process runs; its arguments are the name, the weights and the file to write."""
    name, weights, target = sys.argv[1:]
    try:
        apart.tell(progress=(0.0, "progress.backbone.tensorflow"))
        import keras
        import tensorflow as tf

        keras.config.set_floatx("float32")  # a player's own Keras settings may say otherwise
        keras.config.set_image_data_format("channels_last")
        apart.tell(progress=(0.35, "progress.backbone.build"))
        net = build(name, weights)
        apart.tell(progress=(0.5, "progress.backbone.convert"))
        Path(target).write_bytes(tf.lite.TFLiteConverter.from_keras_model(net).convert())
        apart.tell(about={"tensorflow": tf.__version__})
    except FaceGameError as error:
        apart.tell_error(error)


def build(name: str, weights: str | None, batch: int | None = 1) -> Any:
    """The Keras model of that name, with weights; uint8 `(batch, size, size, 3)` to float32 `(batch, dim)`.

    `weights` is a file, or for all but MobileNetV2 "imagenet" (downloaded by Keras) or None (random). `batch`
    is how many pictures it takes at a time, None for any number.
    """
    if name == DEFAULT:
        return mobilenet_v2(torch_state.read(Path(str(weights))), batch)
    import keras

    size, _ = NETS[name]
    make = getattr(keras.applications, name)
    picture = keras.Input((size, size, 3), batch_size=batch, dtype="uint8")
    x = sys.modules[make.__module__].preprocess_input(keras.ops.cast(picture, "float32"))
    try:
        net = make(weights=weights, include_top=False, pooling="avg", input_shape=(size, size, 3))
    except Exception as error:  # Keras raises a bare Exception for a failed download
        if "URL fetch failure" in str(error):
            raise BackboneUnavailable("backbone_no_internet", name=name, default=DEFAULT) from error
        if weights not in ("imagenet", None):
            raise BackboneUnavailable("backbone_weights_unfit", name=name, path=weights) from error
        raise
    return keras.Model(picture, net(x))


def mobilenet_v2(state: Mapping[str, np.ndarray[Any, Any]], batch: int | None = 1) -> Any:
    """MobileNetV2 1.0 as PyTorch users train it, from its state dict; 1280 numbers for a picture.

    The net: table 2 of Sandler et al., "MobileNetV2", 2018, https://arxiv.org/abs/1801.04381. Its
    PyTorch form pads every 3x3 convolution by 1 on all sides and has 1e-5 in its batch norms, where
    `keras.applications` pads right and bottom only and has 1e-3: these weights need the former. The order
    of the layers is that of `mobilenetv2_bottle.py` in the wheel; set beside that net in PyTorch, no
    number differed by more than 5e-5.
    """
    import keras
    from keras import layers

    # A state dict keeps the order of the layers: each convolution, then its batch norm's four.
    arrays = iter([array for name, array in state.items() if not name.endswith("num_batches_tracked")])

    def convolution(x: Any, layer: Any, axes: tuple[int, ...], relu: bool = True) -> Any:
        if layer.kernel_size == (3, 3):
            x = layers.ZeroPadding2D(1)(x)
        norm = layers.BatchNormalization(epsilon=1e-5)
        x = norm(layer(x))
        layer.set_weights([next(arrays).transpose(axes)])
        norm.set_weights([next(arrays) for _ in range(4)])  # gamma, beta, mean, variance
        return layers.ReLU(6.0)(x) if relu else x

    def full(x: Any, filters: int, side: int = 1, stride: int = 1, relu: bool = True) -> Any:
        return convolution(x, layers.Conv2D(filters, side, stride, use_bias=False), (2, 3, 1, 0), relu)

    def depthwise(x: Any, stride: int) -> Any:
        return convolution(x, layers.DepthwiseConv2D(3, stride, use_bias=False), (2, 3, 0, 1))

    # ImageNet's mean and standard deviation of red, green, blue (0 to 1), which the net was trained with.
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    picture = keras.Input((224, 224, 3), batch_size=batch, dtype="uint8")
    x = layers.Rescaling((1 / 255 / deviation).tolist(), (-mean / deviation).tolist())(picture)
    x = full(x, 32, side=3, stride=2)
    blocks = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1)]
    blocks += [(6, 160, 3, 2), (6, 320, 1, 1)]
    for expansion, filters, repeats, first_stride in blocks:
        for repeat in range(repeats):
            y = x if expansion == 1 else full(x, x.shape[-1] * expansion)
            y = depthwise(y, first_stride if repeat == 0 else 1)
            y = full(y, filters, relu=False)  # linear: a ReLU in so few channels would lose too much
            x = y if repeat == 0 else layers.Add()([x, y])
    x = full(x, 1280)
    return keras.Model(picture, layers.GlobalAveragePooling2D()(x))
