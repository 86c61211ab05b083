"""An ONNX graph, written node by node: tensors that stand for values not yet known.

What is computed from a `Tensor` becomes a node of its graph. Nodes are numbered in the order that
they are written in, so that the same computation gives the same bytes each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

# What every ONNX Runtime of the last two years reads.
_OPSET: Final = 20
_IR_VERSION: Final = 9
_PRODUCER: Final = "anomaly"
_TYPES: Final = {
    "float32": onnx.TensorProto.FLOAT,
    "int64": onnx.TensorProto.INT64,
    "bool": onnx.TensorProto.BOOL,
}

#: Lengths along each axis; None for the number of rows.
Shape = tuple[int | None, ...]


class GraphWriter:
    """The nodes and constants of a graph with one input, a matrix of any number of rows.

    Parameters
    ----------
    name : str
        Of the input.
    n_columns : int
        Of the input, which is float32.
    """

    def __init__(self, name: str, n_columns: int) -> None:
        self.input = Tensor(self, name, (None, n_columns))
        self._nodes: list[Any] = []
        self._constants: dict[tuple[str, Shape, bytes], Any] = {}
        self._parts: dict[str, Sequence[Tensor]] = {}

    def add(
        self, operator: str, *inputs: Any, shape: Shape, kind: str = "float32", **attributes: Any
    ) -> Tensor:
        """Write a node and return its output.

        Parameters
        ----------
        operator : str
            Of ONNX.
        *inputs : Tensor or array-like
            What is no tensor becomes a constant.
        shape : tuple
            Of the output.
        kind : str
            Type of the output's values.
        **attributes
            Of the operator.
        """
        return self.add_several(operator, *inputs, outputs=((shape, kind),), **attributes)[0]

    def add_several(
        self, operator: str, *inputs: Any, outputs: Sequence[tuple[Shape, str]], **attributes: Any
    ) -> list[Tensor]:
        """Write a node with several outputs, each of a shape and a type, and return them."""
        number = len(self._nodes)
        names = [
            value.name if isinstance(value, Tensor) else self._constant(value) for value in inputs
        ]
        made = [
            Tensor(self, f"tensor_{number}" + (f"_{place}" if place else ""), shape, kind)
            for place, (shape, kind) in enumerate(outputs)
        ]
        self._nodes.append(
            helper.make_node(
                operator, names, [each.name for each in made], f"{operator}_{number}", **attributes
            )
        )
        return made

    def stack(self, parts: Sequence[Tensor]) -> Tensor:
        """Write matrices as one array, along a new second axis."""
        n_rows, n_columns = parts[0].shape
        raised = [
            self.add("Unsqueeze", part, np.array([1]), shape=(n_rows, 1, n_columns))
            for part in parts
        ]
        stacked = self.add("Concat", *raised, shape=(n_rows, len(parts), n_columns), axis=1)
        self._parts[stacked.name] = parts
        return stacked

    def part_of(self, stacked: Tensor, place: int) -> Tensor | None:
        """Return one of the matrices that were stacked, None where it is not known as such."""
        parts = self._parts.get(stacked.name)
        return None if parts is None else parts[place]

    def _constant(self, value: Any) -> str:
        array = as_constant(value)
        key = (str(array.dtype), array.shape, array.tobytes())
        if key not in self._constants:
            name = f"constant_{len(self._constants)}"
            self._constants[key] = numpy_helper.from_array(np.asarray(array, order="C"), name)
        return str(self._constants[key].name)

    def to_bytes(self, outputs: Mapping[str, Tensor]) -> bytes:
        """Return the graph of named outputs: the nodes that they need, and no others."""
        named = [
            helper.make_node("Identity", [tensor.name], [name], name)
            for name, tensor in outputs.items()
        ]
        nodes = _needed([*self._nodes, *named], set(outputs))
        used = {name for node in nodes for name in node.input}
        constants = [each for each in self._constants.values() if each.name in used]
        values = [_value(name, tensor) for name, tensor in outputs.items()]
        source = _value(self.input.name, self.input)
        graph = helper.make_graph(nodes, "anomaly", [source], values, constants)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION,
            producer_name=_PRODUCER,
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))


class Tensor:
    """A value of a graph that is being written; arithmetic and slices write nodes.

    Attributes
    ----------
    name : str
    shape : tuple
        Lengths along each axis, None for the number of rows.
    kind : str
        Type of the values.
    """

    # NumPy leaves arithmetic with tensors to them.
    __array_ufunc__ = None

    def __init__(self, writer: GraphWriter, name: str, shape: Shape, kind: str = "float32") -> None:
        self.writer, self.name, self.shape, self.kind = writer, name, shape, kind

    def write(self, operator: str, *others: Any, shape: Shape | None = None, **more: Any) -> Tensor:
        """Write a node that takes this tensor first; its shape is this one's if none is given."""
        return self.writer.add(operator, self, *others, shape=shape or self.shape, **more)

    def combine(self, operator: str, left: Any, right: Any, kind: str = "float32") -> Tensor:
        """Write a node that takes two values, one of which is this, element by element."""
        shape = broadcast(left, right)
        # A whole number is a number like any other here.
        left, right = (
            each if isinstance(each, Tensor) else np.asarray(each, dtype=np.float32)
            for each in (left, right)
        )
        return self.writer.add(operator, left, right, shape=shape, kind=kind)

    def __add__(self, other: Any) -> Tensor:
        return self.combine("Add", self, other)

    def __radd__(self, other: Any) -> Tensor:
        return self.combine("Add", other, self)

    def __sub__(self, other: Any) -> Tensor:
        return self.combine("Sub", self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return self.combine("Sub", other, self)

    def __mul__(self, other: Any) -> Tensor:
        return self.combine("Mul", self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return self.combine("Mul", other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return self.combine("Div", self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return self.combine("Div", other, self)

    def __neg__(self) -> Tensor:
        return self.write("Neg")

    def __getitem__(self, places: Any) -> Tensor:
        """Return columns `[:, start:stop]`, one place `[:, place]`, or a new axis `[:, None]`."""
        rows, place = places if isinstance(places, tuple) else (places, None)
        if rows != slice(None):
            raise TypeError(f"rows of a graph cannot be chosen, as in [{places}]")
        if place is None:
            return self.write("Unsqueeze", np.array([1]), shape=(self.shape[0], 1, *self.shape[1:]))
        size = int(self.shape[1] or 0)
        rest = self.shape[2:]
        if isinstance(place, slice):
            start, stop, _ = place.indices(size)
            if (start, stop) == (0, size):
                return self
            ends = (np.array([start]), np.array([stop]), np.array([1]))
            return self.write(
                "Slice", *ends, shape=(self.shape[0], stop - start, *rest), kind=self.kind
            )
        known = self.writer.part_of(self, place)
        shape = (self.shape[0], *rest)
        index = np.array(place % size)
        return known or self.write("Gather", index, shape=shape, kind=self.kind, axis=1)


def broadcast(*values: Any) -> Shape:
    """Return the shape of an operation element by element."""
    shapes = [value.shape if isinstance(value, Tensor) else np.shape(value) for value in values]
    n_axes = max(map(len, shapes))
    padded = [(1,) * (n_axes - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(
        next((size for size in sizes if size != 1), 1) for sizes in zip(*padded, strict=True)
    )


def as_constant(value: Any) -> NDArray[Any]:
    """Return an array, a number or a Keras variable as a graph holds it: of four or eight bytes."""
    array = np.asarray(value)
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    return array


def _needed(nodes: Sequence[Any], outputs: set[str]) -> list[Any]:
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if not needed.isdisjoint(node.output):
            needed.update(node.input)
            kept.append(node)
    return kept[::-1]


def _value(name: str, tensor: Tensor) -> Any:
    shape = ["rows" if size is None else size for size in tensor.shape]
    return helper.make_tensor_value_info(name, _TYPES[tensor.kind], shape)
