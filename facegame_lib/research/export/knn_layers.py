"""A metric, k nearest neighbours, and what is like none of them, as Keras layers: what was taught is their
weights. Nothing is trained, so they give what the recogniser gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facegame_lib.classifier import SAME

Arrays = Mapping[str, NDArray[Any]]


def whitened(x: Any, arrays: Arrays) -> Any:
    """`Whitening.transform` of a row `(1, d)`: `(1, r)`."""
    return _weighted(x - arrays["mean"][np.newaxis], arrays["axes"].T, "whitening")


def voted(x: Any, arrays: Arrays, k: int, weights: str) -> Any:
    """`KnnClassifier.predict_proba` of a row `(1, d)`: `(1, classes)`."""
    from keras import layers, ops

    distances = 1.0 - _weighted(unit(x), arrays["taught"].T, "taught_pictures")
    near, index = ops.top_k(-distances, min(k, len(arrays["taught"])))
    near = -near
    labels = arrays["labels"]  # of each taught picture, its place among the classes
    classes = layers.Embedding(len(labels), int(labels.max()) + 1, name="taught_labels")
    shares = classes(index)
    classes.set_weights([np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]])
    if weights == "uniform":
        weight = ops.ones_like(near)
    else:
        same = ops.cast(near <= SAME, "float32")
        any_same = ops.max(same, axis=1, keepdims=True)
        weight = ops.where(any_same > 0, same, 1.0 / ops.maximum(near, SAME))
    votes = ops.sum(ops.expand_dims(weight, -1) * shares, axis=1)
    return votes / ops.sum(votes, axis=1, keepdims=True)


def known(x: Any, arrays: Arrays, near: int, usual: float, edge: float, steep: float) -> Any:
    """`Known.score` of a row `(1, d)`: `(1,)`."""
    from keras import ops

    taught = arrays["known"]
    # The square of a difference: that of both, less twice their product.
    products = _weighted(x, taught.T, "known_pictures", -np.square(taught).sum(axis=1) / 2)
    squares = ops.sum(ops.square(x), axis=1, keepdims=True) - products * 2.0
    apart = ops.sqrt(ops.maximum(squares, 0.0))
    distance = -ops.mean(ops.top_k(-apart, min(near, len(taught)))[0], axis=1)
    return ops.sigmoid(ops.clip((edge - distance * (1 / usual)) * steep, -50.0, 50.0))


def unit(x: Any) -> Any:
    """Rows `(n, d)` at length 1."""
    from keras import ops

    return x / ops.maximum(ops.sqrt(ops.sum(ops.square(x), axis=1, keepdims=True)), 1e-12)


def _weighted(x: Any, kernel: NDArray[Any], name: str, bias: NDArray[Any] | None = None) -> Any:
    from keras import layers

    layer = layers.Dense(kernel.shape[1], use_bias=bias is not None, name=name)
    x = layer(x)
    layer.set_weights([kernel] if bias is None else [kernel, bias])
    return x
