"""Operations of detectors, each under the name that `keras.ops` has for it.

Of Keras's tensors they are Keras's own; of a graph that is being written they write its nodes; of
constants alone they are NumPy's. So the same lines train a network and export it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from anomaly import training
from anomaly.detectors.exported.graph_writer import Tensor, broadcast
from anomaly.utils.backend import keras

_ACTIVATIONS = {"linear": None, "tanh": "Tanh", "relu": "Relu", "sigmoid": "Sigmoid"}


class GraphLayer(keras.layers.Layer):
    """A layer whose `call` is made of these operations alone, so that it can be written."""

    is_written = True


class UnknownLayerError(TypeError):
    """A layer that cannot be written as a graph."""


def _elementwise(name: str, operator: str, kind: str = "float32") -> Callable[[Any], Any]:
    """Return an operation of one value, element by element."""

    def operation(x: Any) -> Any:
        if isinstance(x, Tensor):
            return x.write(operator, kind=kind)
        return getattr(_library(x), name)(x)

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"Return `keras.ops.{name}` of each element."
    return operation


abs = _elementwise("abs", "Abs")
arcsinh = _elementwise("arcsinh", "Asinh")
cos = _elementwise("cos", "Cos")
exp = _elementwise("exp", "Exp")
isnan = _elementwise("isnan", "IsNaN", "bool")
log = _elementwise("log", "Log")
sigmoid = _elementwise("sigmoid", "Sigmoid")
sign = _elementwise("sign", "Sign")
sin = _elementwise("sin", "Sin")
softplus = _elementwise("softplus", "Softplus")
sqrt = _elementwise("sqrt", "Sqrt")


def square(x: Any) -> Any:
    """Return the square of each element."""
    return x * x if isinstance(x, Tensor) else _library(x).square(x)


def silu(x: Any) -> Any:
    """Return each element times its sigmoid."""
    return x * sigmoid(x) if isinstance(x, Tensor) else training.silu(x)


def gelu(x: Any) -> Any:
    """Return the Gaussian error linear unit of each element, as tanh approximates it."""
    if isinstance(x, Tensor):
        return x.write("Gelu", approximate="tanh")
    # The exact one has no counterpart in XLA that is as fast.
    return keras.ops.gelu(x, approximate=True)


def maximum(x: Any, y: Any) -> Any:
    """Return the greater of two values, element by element."""
    tensor = _first(x, y)
    return keras.ops.maximum(x, y) if tensor is None else tensor.combine("Max", x, y)


def at_least(x: Any, y: Any) -> Any:
    """Return where the first value is the greater or equal one, element by element."""
    tensor = _first(x, y)
    if tensor is None:
        return keras.ops.greater_equal(x, y)
    return tensor.combine("GreaterOrEqual", x, y, kind="bool")


def clip(x: Any, low: float, high: float) -> Any:
    """Return values within two bounds."""
    if isinstance(x, Tensor):
        return x.write("Clip", np.float32(low), np.float32(high))
    return keras.ops.clip(x, low, high)


def where(condition: Any, x: Any, y: Any) -> Any:
    """Return one value where a condition holds, and another elsewhere."""
    tensor = _first(condition, x, y)
    if tensor is None:
        return keras.ops.where(condition, x, y)
    shape = broadcast(condition, x, y)
    return tensor.writer.add("Where", condition, x, y, shape=shape)


def as_numbers(x: Any) -> Any:
    """Return 1.0 for true and 0.0 for false."""
    if isinstance(x, Tensor):
        return x.write("Cast", to=1)
    return keras.ops.cast(x, "float32")


def matmul(x: Any, y: Any) -> Any:
    """Return the matrix product over the last two axes."""
    tensor = _first(x, y)
    if tensor is None:
        return _library(x, y).matmul(x, y)
    left, right = np.shape(x) if x is not tensor else x.shape, tuple(y.shape)
    leading = left[:-2] if len(left) > len(right) else right[:-2]
    shape = (*leading, left[-2], right[-1])
    return tensor.writer.add("MatMul", x, y, shape=shape)


def transpose(x: Any) -> Any:
    """Return a constant matrix on its side."""
    return keras.ops.transpose(x)


def concatenate(parts: Sequence[Any]) -> Any:
    """Return matrices side by side."""
    tensor = _first(*parts)
    if tensor is None:
        return keras.ops.concatenate(parts, axis=1)
    shape = (None, sum(part.shape[1] for part in parts))
    return tensor.writer.add("Concat", *parts, shape=shape, axis=1)


def stack(parts: Sequence[Any]) -> Any:
    """Return matrices as one array of shape (n_rows, n_parts, n_columns)."""
    tensor = _first(*parts)
    return keras.ops.stack(parts, axis=1) if tensor is None else tensor.writer.stack(parts)


def take_columns(x: Any, places: Sequence[int]) -> Any:
    """Return some columns of a matrix."""
    indices = np.array(places)
    if isinstance(x, Tensor):
        return x.write("Gather", indices, shape=(None, len(indices)), kind=x.kind, axis=1)
    return keras.ops.take(x, indices, axis=1)


def take_rows(x: Any, places: Any) -> Any:
    """Return the rows of a constant matrix that stand at places."""
    if isinstance(places, Tensor):
        shape = (*places.shape, x.shape[1])
        return places.writer.add("Gather", x, places, shape=shape, axis=0)
    return keras.ops.take(x, places, axis=0)


def places_of_greatest(x: Any, k: int) -> Any:
    """Return where the k greatest of each row stand, of shape (n_rows, k), the greatest first."""
    if isinstance(x, Tensor):
        outputs = ((None, k), "float32"), ((None, k), "int64")
        return x.writer.add_several("TopK", x, np.array([k]), outputs=outputs, axis=1)[1]
    return keras.ops.top_k(x, k)[1]


def greatest(x: Any, k: int) -> Any:
    """Return the k greatest of each row, of shape (n_rows, k), the greatest first."""
    if isinstance(x, Tensor):
        outputs = ((None, k), "float32"), ((None, k), "int64")
        return x.writer.add_several("TopK", x, np.array([k]), outputs=outputs, axis=1)[0]
    return keras.ops.top_k(x, k)[0]


def reshape(x: Any, shape: Sequence[int]) -> Any:
    """Return an array of another shape, whose first length is -1 and follows from the others."""
    if isinstance(x, Tensor):
        return x.write("Reshape", np.array(shape), shape=(None, *shape[1:]))
    return keras.ops.reshape(x, shape)


def squeeze(x: Any, axis: int) -> Any:
    """Return an array without an axis of length 1."""
    if isinstance(x, Tensor):
        place = axis % len(x.shape)
        shape = (*x.shape[:place], *x.shape[place + 1 :])
        return x.write("Squeeze", np.array([place]), shape=shape)
    return keras.ops.squeeze(x, axis=axis)


def full_column(x: Any, value: float) -> Any:
    """Return a column of one value for each row of x; in a graph it is one constant for all."""
    if isinstance(x, Tensor):
        return np.full((1, 1), value, dtype=np.float32)
    return keras.ops.full_like(x[:, :1], value)


def apply(layer: Any, *inputs: Any) -> Any:
    """Return what a layer makes of its inputs, also where they belong to a graph.

    Raises
    ------
    UnknownLayerError
        When a graph is being written, and the layer cannot be.
    """
    tensor = _first(*(part for each in inputs for part in _parts(each)))
    if tensor is None:
        return layer(*inputs)
    if getattr(layer, "is_written", False):
        return layer.call(*inputs)
    if isinstance(layer, keras.layers.Dense):
        return dense(layer, [tensor])
    if isinstance(layer, keras.Sequential):
        for each in layer.layers:
            tensor = apply(each, tensor)
        return tensor
    if isinstance(layer, keras.layers.InputLayer | keras.layers.Dropout):
        return tensor
    if isinstance(layer, keras.layers.Activation):
        return _activated(layer, tensor)
    raise UnknownLayerError(f"{type(layer).__name__} {layer.name!r}")


def dense(layer: Any, parts: Sequence[Any]) -> Any:
    """Return what a dense layer makes of matrices side by side.

    In a graph some of them may be constants of one row, whose product is another constant.
    """
    if _first(*parts) is None:
        return layer(parts[0] if len(parts) == 1 else keras.ops.concatenate(parts, axis=1))
    kernel = np.asarray(layer.kernel)
    constant = np.asarray(layer.bias) if layer.use_bias else np.zeros(1, dtype=np.float32)
    products, start = [], 0
    for part in parts:
        stop = start + part.shape[1]
        if isinstance(part, Tensor):
            products.append(matmul(part, kernel[start:stop]))
        else:
            constant = constant + part @ kernel[start:stop]
        start = stop
    return _activated(layer, sum(products[1:], products[0]) + constant)


def _activated(layer: Any, values: Tensor) -> Any:
    activation = layer.activation
    name = getattr(activation, "__name__", "")
    if name in _ACTIVATIONS and getattr(keras.activations, name, None) is activation:
        operator = _ACTIVATIONS[name]
        return values if operator is None else values.write(operator)
    if activation is training.silu:
        return silu(values)
    raise UnknownLayerError(f"{type(layer).__name__} {layer.name!r} with the activation {name}")


def _parts(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _first(*values: Any) -> Tensor | None:
    """Return the first value that belongs to a graph."""
    return next((value for value in values if isinstance(value, Tensor)), None)


def _library(*values: Any) -> Any:
    """Return the module with the operations of values that belong to no graph."""
    are_constants = all(isinstance(value, np.ndarray | float | int) for value in values)
    return np if are_constants else keras.ops
