"""Operations: of a graph they give what they give of Keras's tensors, and of constants."""

import numpy as np
import onnx
import pytest

from anomaly import Autoencoder
from anomaly.detectors.exported import ops
from anomaly.detectors.exported.export import running, scoring_graph
from anomaly.errors import InstallError
from anomaly.training import silu
from anomaly.utils.backend import keras, tf

ROWS = np.random.default_rng(0).normal(size=(32, 4)).astype("f4")
ROWS[3, 1] = np.nan
MATRIX = np.random.default_rng(1).normal(size=(4, 3)).astype("f4")
DENSE = keras.layers.Dense(3, "tanh")
DENSE.build((None, 6))


def positive(x):
    return ops.where(ops.isnan(x), 0.5, ops.abs(x)) + 0.1


OPERATIONS = {
    "abs, isnan, where": positive,
    "arcsinh": ops.arcsinh,
    "clip": lambda x: ops.clip(x, -0.5, 0.25),
    "concatenate": lambda x: ops.concatenate([x, positive(x)]),
    "exp, negative": lambda x: ops.exp(-x),
    "gelu": lambda x: ops.gelu(positive(x)),
    "log, division": lambda x: 1.0 / ops.log(positive(x) + 2),
    "maximum": lambda x: ops.maximum(positive(x), 0.5),
    "matmul": lambda x: ops.matmul(positive(x), MATRIX),
    "missing as numbers": lambda x: 1 - ops.as_numbers(ops.isnan(x)),
    "one column": lambda x: x[:, 2],
    "reshape, new axis": lambda x: ops.reshape(positive(x)[:, None] * np.ones((2, 4)), (-1, 8)),
    "sign": lambda x: ops.sign(positive(x) - 0.6),
    "silu, sigmoid": lambda x: ops.silu(x) + ops.sigmoid(x),
    "sine and cosine": lambda x: ops.sin(x) * ops.cos(x),
    "softplus, root": lambda x: ops.sqrt(ops.softplus(x)),
    "some columns": lambda x: x[:, 1:3] - x[:, :2],
    "squeeze": lambda x: ops.squeeze(ops.matmul(positive(x), np.ones((4, 1), "f4")), axis=1),
    "stack": lambda x: ops.stack([x, 2 * x])[:, 1] + ops.stack([x, x])[:, 0],
    "stacked whole": lambda x: ops.stack([x, ops.square(x)]),
    "taken columns": lambda x: ops.take_columns(x, [3, 0, 0]),
    "taken rows": lambda x: ops.take_rows(MATRIX, ops.places_of_greatest(positive(x), 2)[:, 1]),
    "transpose": lambda x: ops.matmul(positive(x), ops.transpose(MATRIX.T)),
    "a dense layer of parts": lambda x: ops.dense(
        DENSE, [positive(x), ops.full_column(x, 0.3), ops.sin(ops.full_column(x, 0.7))]
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_graph_gives_what_keras_gives(name):
    operation = OPERATIONS[name]
    expected = np.asarray(operation(tf.constant(ROWS)))
    found = running(operation, 4)(ROWS)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_constants_alone_stay_constants():
    assert isinstance(ops.square(ops.sin(np.float32(2) * np.ones(3))), np.ndarray)


def test_layers_of_keras_are_written():
    layers = [
        keras.layers.Dense(5, "relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(4, silu, use_bias=False),
        keras.layers.Activation("sigmoid"),
        keras.layers.Dense(2),
    ]
    network = keras.Sequential([keras.Input((4,)), *layers])
    rows = np.nan_to_num(ROWS)
    found = running(lambda x: ops.apply(network, x), 4)(rows)
    np.testing.assert_allclose(found, network(rows), rtol=1e-5, atol=1e-6)


def test_a_graph_has_no_node_that_no_output_needs():
    def scored(features):
        ops.exp(features)
        return {"score": ops.stack([features, ops.sin(features)])[:, 1]}

    graph = onnx.load_from_string(scoring_graph(scored, 4)).graph
    assert [node.op_type for node in graph.node] == ["Sin", "Identity"]


def test_rows_of_a_graph_cannot_be_chosen():
    with pytest.raises(TypeError, match="rows of a graph cannot be chosen"):
        running(lambda x: x[2:], 4)


class Normed(Autoencoder):
    """An autoencoder with a layer that nothing here knows."""

    def _network(self, n_inputs, n_rows, seed):
        normed = keras.layers.LayerNormalization()
        return keras.Sequential([keras.Input((n_inputs,)), normed, keras.layers.Dense(n_inputs)])


def test_a_layer_of_the_users_own_is_exported_by_keras_or_says_what_it_needs():
    rows = np.nan_to_num(ROWS)
    detector = Normed(epochs=1, random_state=0)
    try:
        import tf2onnx  # noqa: F401
    except ImportError:
        with pytest.raises(InstallError, match=r"LayerNormalization .* pip install tf2onnx"):
            detector.fit(rows)
    else:
        scores = detector.fit(rows).anomaly_score(rows)
        expected = detector.model_.predict(rows, verbose=0)["score"]
        np.testing.assert_allclose(scores, expected, rtol=1e-4)
