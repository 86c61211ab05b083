"""Computations of a detector as ONNX graphs: the one that scores, and those that calibrate it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.detectors.exported.graph_writer import GraphWriter
from anomaly.errors import InstallError

Rows = NDArray[np.float32]


def scoring_graph(scored: Callable[[Any], dict[str, Any]], n_features: int) -> bytes:
    """Return the graph of named outputs, the same bytes each time, of raw features.

    Parameters
    ----------
    scored : callable
        From a tensor `features` to the outputs, by the operations of `exported.ops`.
    n_features : int

    Raises
    ------
    UnknownLayerError
        When a layer has no counterpart in `exported.ops`.
    """
    writer = GraphWriter("features", n_features)
    return writer.to_bytes(scored(writer.input))


def graph_by_keras(model: Any, unknown: str) -> bytes:
    """Return the scoring graph as Keras exports it, for layers that `exported.ops` has not.

    Parameters
    ----------
    model : keras.Model
        From `features` to the outputs.
    unknown : str
        The layer.

    Raises
    ------
    InstallError
        When the package that Keras needs for it is missing.
    """
    if find_spec("tf2onnx") is None:
        raise InstallError(
            f"the network has a layer of its own, {unknown}: to export it Keras needs tf2onnx; "
            "install it with: pip install tf2onnx"
        )
    with tempfile.TemporaryDirectory(prefix="anomaly-") as folder:
        path = Path(folder) / "model.onnx"
        model.export(path, format="onnx", verbose=False)
        return path.read_bytes()


def running(computed: Callable[[Any], Any], n_inputs: int) -> Callable[[Rows], NDArray[np.float32]]:
    """Return what computes something of rows of shape (n, n_inputs), without TensorFlow.

    Parameters
    ----------
    computed : callable
        From a tensor to another, by the operations of `exported.ops`.
    n_inputs : int
    """
    import onnxruntime as ort

    writer = GraphWriter("rows", n_inputs)
    content = writer.to_bytes({"computed": computed(writer.input)})
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    return lambda rows: session.run(None, {"rows": np.ascontiguousarray(rows)})[0]
