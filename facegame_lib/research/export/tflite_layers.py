"""A `.tflite` net as Keras layers with its weights: what LiteRT runs, to be part of a larger model.

A `.tflite` file is a list of operations on numbered tensors, some of which are constant. Each kind of
operation becomes the Keras layer that does the same; what they mean:
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facegame_lib.errors import BadSetting

_SAME: Final = 0  # the schema's numbers: padding, and the activation that is part of an operation
_ACTIVATIONS: Final = {0: None, 1: "relu", 3: "relu6"}
_TYPES: Final = {0: np.float32, 1: np.float16, 2: np.int32, 3: np.uint8, 4: np.int64}


def net(path: Path, name: str) -> Any:
    """The net in that file as a Keras model: float32 `(n, height, width, 3)` to its output, or several.

    Raises `BadSetting` for an operation that is not in `_OPERATIONS`.
    """
    import keras
    from tensorflow.lite.python import schema_py_generated as schema

    file = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
    graph = file.subgraphs[0]
    names = {number: name for name, number in vars(schema.BuiltinOperator).items() if name.isupper()}
    picture = keras.Input(tuple(int(side) for side in graph.tensors[graph.inputs[0]].shape[1:]))
    values: dict[int, Any] = {graph.inputs[0]: picture}
    for number, tensor in enumerate(graph.tensors):
        data = file.buffers[tensor.buffer].data
        if data is not None and len(data):
            kind = _TYPES[tensor.type]
            values[number] = np.asarray(data, np.uint8).view(kind).reshape(tuple(tensor.shape))
    waiting = list(graph.operators)
    while waiting:  # constants come after what needs them, in some files
        ready = [each for each in waiting if all(i in values for i in each.inputs if i >= 0)]
        for each in ready:
            code = file.operatorCodes[each.opcodeIndex]
            kind = names[max(code.builtinCode, code.deprecatedBuiltinCode)]
            if kind not in _OPERATIONS:
                raise BadSetting("export_operation", net=name, found=kind)
            given = [values[i] for i in each.inputs if i >= 0]
            values[each.outputs[0]] = _OPERATIONS[kind](each.builtinOptions, *given)
        waiting = [each for each in waiting if each.outputs[0] not in values]
    outputs = [values[number] for number in graph.outputs]
    return keras.Model(picture, outputs if len(outputs) > 1 else outputs[0], name=name)


def _padding(options: Any) -> str:
    return "same" if options.padding == _SAME else "valid"


def _activated(options: Any, x: Any) -> Any:
    from keras import layers

    name = _ACTIVATIONS[options.fusedActivationFunction]
    return x if name is None else layers.Activation(name)(x)


def _convolved(options: Any, x: Any, layer: Any, kernel: NDArray[Any], bias: NDArray[Any]) -> Any:
    x = layer(x)
    layer.set_weights([kernel, bias])
    return _activated(options, x)


def _full(options: Any, x: Any, kernel: NDArray[Any], bias: NDArray[Any]) -> Any:
    from keras import layers

    layer = layers.Conv2D(
        len(kernel),
        kernel.shape[1:3],
        (options.strideH, options.strideW),
        _padding(options),
        dilation_rate=(options.dilationHFactor, options.dilationWFactor),
    )
    return _convolved(options, x, layer, kernel.transpose(1, 2, 3, 0), bias)


def _depthwise(options: Any, x: Any, kernel: NDArray[Any], bias: NDArray[Any]) -> Any:
    from keras import layers

    layer = layers.DepthwiseConv2D(
        kernel.shape[1:3],
        (options.strideH, options.strideW),
        _padding(options),
        options.depthMultiplier,
        dilation_rate=(options.dilationHFactor, options.dilationWFactor),
    )
    kernel = kernel.reshape(*kernel.shape[1:3], -1, options.depthMultiplier)
    return _convolved(options, x, layer, kernel, bias)


def _pooled(options: Any, x: Any) -> Any:
    from keras import layers

    size, strides = (options.filterHeight, options.filterWidth), (options.strideH, options.strideW)
    return _activated(options, layers.MaxPooling2D(size, strides, _padding(options))(x))


def _prelu(_: Any, x: Any, slope: NDArray[Any]) -> Any:
    from keras import layers

    layer = layers.PReLU(shared_axes=(1, 2))
    x = layer(x)
    layer.set_weights([slope])
    return x


def _padded(_: Any, x: Any, amounts: NDArray[Any]) -> Any:
    from keras import ops

    return ops.pad(x, [tuple(map(int, pair)) for pair in amounts])


def _arithmetic(name: str) -> Any:
    def apply(options: Any, x: Any, y: Any) -> Any:
        from keras import ops

        return _activated(options, getattr(ops, name)(x, y))

    return apply


def _reshaped(options: Any, x: Any, *_: Any) -> Any:
    from keras import layers

    return layers.Reshape(tuple(map(int, options.newShape))[1:])(x)


def _joined(options: Any, *given: Any) -> Any:
    from keras import layers

    return layers.Concatenate(options.axis)(list(given))


def _mean(options: Any, x: Any, axes: NDArray[Any]) -> Any:
    from keras import ops

    return ops.mean(x, tuple(map(int, axes.ravel())), keepdims=bool(options.keepDims))


def _activation(name: str) -> Any:
    def apply(_: Any, x: Any) -> Any:
        from keras import layers

        return layers.Activation(name)(x)

    return apply


_OPERATIONS: Final[dict[str, Any]] = {
    "CONV_2D": _full,
    "DEPTHWISE_CONV_2D": _depthwise,
    "MAX_POOL_2D": _pooled,
    "PRELU": _prelu,
    "RELU": _activation("relu"),
    "HARD_SWISH": _activation("hard_silu"),
    "LOGISTIC": _activation("sigmoid"),
    "PAD": _padded,
    "ADD": _arithmetic("add"),
    "SUB": _arithmetic("subtract"),
    "MUL": _arithmetic("multiply"),
    "RESHAPE": _reshaped,
    "CONCATENATION": _joined,
    "MEAN": _mean,
    "CAST": lambda _, x: x,  # of the picture, which is float32 here already
    "DEQUANTIZE": lambda _, x: x.astype(np.float32),  # of weights that are kept in 16 bits
}
