"""A Keras model as an ONNX graph that is the same, byte for byte, each time."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import onnx

from anomaly.utils.backend import keras, tf


def without_penalties(network: Any) -> Any:
    """Return a copy of the network without activity regularisers.

    Their losses would be outputs of the exported graph.
    """

    def plain(layer: Any) -> Any:
        config = layer.get_config()
        if "activity_regularizer" in config:
            config["activity_regularizer"] = None
        return type(layer).from_config(config)

    copy = keras.models.clone_model(network, clone_function=plain)
    copy.set_weights(network.get_weights())
    return copy


def to_onnx(model: Any) -> bytes:
    """Return a Keras model as an ONNX graph.

    Parameters
    ----------
    model : keras.Model
        Without activity regularisers; its constants are weights or NumPy arrays.
    """
    model(tf.zeros((1, *model.input_shape[1:])))
    with tempfile.TemporaryDirectory(prefix="anomaly-") as folder, warnings.catch_warnings():
        # tf2onnx asks NumPy for names that it no longer has.
        warnings.simplefilter("ignore", FutureWarning)
        path = Path(folder) / "model.onnx"
        model.export(path, format="onnx", verbose=False)
        graph = onnx.load(path)
    _rename(graph.graph)
    onnx.checker.check_model(graph)
    return graph.SerializeToString(deterministic=True)


def _in_order_of_need(graph: Any) -> list[Any]:
    """Return the nodes in the order that the outputs need them; tf2onnx's depends on hashes."""
    makers = {output: node for node in graph.node for output in node.output}
    ordered: list[Any] = []
    seen: set[str] = set()

    def need(tensor: str) -> None:
        node = makers.get(tensor)
        if node is None or tensor in seen:
            return
        seen.update(node.output)
        for name in node.input:
            need(name)
        ordered.append(node)

    for value in sorted(graph.output, key=lambda value: value.name):
        need(value.name)
    return ordered


def _rename(graph: Any) -> None:
    """Number nodes and tensors: Keras's names count the models made in the process so far."""
    nodes = _in_order_of_need(graph)
    del graph.node[:]
    graph.node.extend(nodes)
    names = {value.name: value.name for value in (*graph.input, *graph.output)}
    for number, node in enumerate(graph.node):
        node.name = f"{node.op_type}_{number}"
        for tensors in (node.input, node.output):
            for place, name in enumerate(tensors):
                if name:
                    tensors[place] = names.setdefault(name, f"tensor_{len(names)}")
    order = {name: number for number, name in enumerate(names)}
    constants = sorted(graph.initializer, key=lambda tensor: order[tensor.name])
    for tensor in constants:
        tensor.name = names[tensor.name]
    del graph.initializer[:]
    graph.initializer.extend(constants)
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "rows"
    del graph.value_info[:]
    graph.name, graph.doc_string = "anomaly", ""
