"""The part of a graph that one output needs."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from anomaly.scoring.onnx_pruning import only_output


def model_of(nodes, outputs) -> bytes:
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, 3]) for n in outputs]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])
    graph = helper.make_graph([helper.make_node(*node) for node in nodes], "g", [x], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model.SerializeToString()


@pytest.fixture
def model() -> bytes:
    nodes = [
        ("Abs", ["x"], ["size"]),
        ("Exp", ["x"], ["power"]),
        ("Sqrt", ["size"], ["root"]),
        ("Add", ["root", "power"], ["a"]),
        ("Neg", ["power"], ["b"]),
    ]
    return model_of(nodes, ["a", "b"])


def operations(model: bytes) -> list[str]:
    onnx.checker.check_model(onnx.load_from_string(model))
    return [node.op_type for node in onnx.load_from_string(model).graph.node]


def test_only_the_nodes_that_an_output_needs_are_kept(model):
    assert operations(only_output(model, "b")) == ["Exp", "Neg"]
    assert operations(only_output(model, "a")) == ["Abs", "Exp", "Sqrt", "Add"]


def test_an_input_that_is_left_out_needs_nothing():
    nodes = [("Abs", ["x"], ["most"]), ("Exp", ["x"], ["b"]), ("Clip", ["x", "", "most"], ["a"])]
    assert operations(only_output(model_of(nodes, ["a", "b"]), "a")) == ["Abs", "Clip"]


def test_the_output_has_the_same_bits(model):
    x = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    whole, part = (ort.InferenceSession(m) for m in (model, only_output(model, "b")))
    assert [output.name for output in part.get_outputs()] == ["b"]
    np.testing.assert_array_equal(whole.run(["b"], {"x": x})[0], part.run(["b"], {"x": x})[0])


def test_a_model_without_the_output_stays_as_it_is(model):
    assert only_output(model, "c") == model


def test_nodes_with_graphs_of_their_own_stay_as_they_are():
    inner = helper.make_graph([helper.make_node("Abs", ["x"], ["y"])], "inner", [], [])
    model = model_of([("Abs", ["x"], ["a"]), ("Neg", ["x"], ["b"])], ["a", "b"])
    found = onnx.load_from_string(model)
    found.graph.node[1].attribute.append(helper.make_attribute("body", inner))
    assert only_output(found.SerializeToString(), "a") == found.SerializeToString()


def test_a_damaged_model_stays_as_it_is_or_is_refused_by_onnx_runtime(model):
    for length in range(len(model)):
        cut = only_output(model[:length], "b")
        try:
            outputs = ort.InferenceSession(cut).get_outputs()
        except Exception as error:  # noqa: BLE001 - no common base class
            assert type(error).__module__.startswith("onnxruntime")  # noqa: PT017
        else:
            assert outputs
