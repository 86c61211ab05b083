"""How the rows of an epoch come to the compiled steps."""

import numpy as np
import pytest

from anomaly.training import Arrays, compiled, fit
from anomaly.training.compiled import Steps
from anomaly.training.data import Chunk
from anomaly.utils.backend import keras, tf

ROWS, WIDTH, BATCH = 203, 6, 8


@pytest.fixture(scope="module")
def inputs() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(ROWS, WIDTH)).astype(np.float32)


def network(middle=None) -> keras.Model:
    start = keras.initializers.GlorotUniform(seed=1)
    stack = [keras.layers.Dense(WIDTH, "tanh", kernel_initializer=start)]
    model = keras.Sequential([keras.Input((WIDTH,)), *([middle] if middle else []), *stack])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


def trained(data, middle=None, batch_size=BATCH) -> np.ndarray:
    model = network(middle)
    fit(model, data, epochs=2, batch_size=batch_size, seed=0)
    return model.get_weights()[0]


def sizes_of_calls(steps: Steps, data: Arrays) -> list[int]:
    return [count for calls in steps.epochs(data, 1) for count, _ in calls]


def steps_for(data: Arrays, middle=None) -> Steps:
    model = network(middle)
    steps = Steps(model, is_training=True, batch_size=BATCH)
    model.optimizer.build(model.trainable_variables)
    model.test_step((data.template[0][:1], data.template[1][:1], None))
    steps.compile(data.template, data.n_rows)
    return steps


def test_calls_that_hold_less_take_the_same_steps(inputs, monkeypatch):
    data = Arrays(inputs, inputs)
    expected = trained(data)
    monkeypatch.setattr(compiled, "_PIECE_BYTES", 4 * WIDTH * BATCH * 3)
    assert sizes_of_calls(steps_for(data), data) == [*[3] * 8, 1, 1]
    np.testing.assert_allclose(trained(data), expected, atol=1e-6)


def test_a_row_larger_than_a_call_holds_is_taken_all_the_same(inputs, monkeypatch):
    expected = trained(Arrays(inputs, inputs))
    monkeypatch.setattr(compiled, "_PIECE_BYTES", 1)
    np.testing.assert_allclose(trained(Arrays(inputs, inputs)), expected, atol=1e-6)


def test_targets_equal_to_the_inputs_train_as_targets_that_are_the_inputs(inputs):
    apart = trained(Arrays(inputs, inputs.copy()))
    np.testing.assert_allclose(trained(Arrays(inputs, inputs)), apart, atol=1e-6)


def test_a_tensor_that_stands_twice_is_gathered_once(inputs, monkeypatch):
    gathered = []
    gather = tf.gather
    monkeypatch.setattr(tf, "gather", lambda *given: gathered.append(given) or gather(*given))
    rows = tf.constant(inputs)
    steps_for(Arrays(inputs, inputs)).trace((rows, rows, None))
    once, gathered[:] = len(gathered), []
    steps_for(Arrays(inputs, inputs.copy())).trace((rows, tf.constant(inputs), None))
    assert len(gathered) == 2 * once


def test_a_chunk_may_hold_apart_what_the_template_holds_once(inputs):
    class Reversed(Arrays):
        def chunks(self, batch_size, generator):
            for chunk in super().chunks(batch_size, generator):
                x, *_ = chunk.rows
                yield Chunk((x, tf.identity(-x), None), chunk.order)

    found = trained(Reversed(inputs, inputs))
    np.testing.assert_allclose(found, trained(Arrays(inputs, -inputs)), atol=1e-6)


def test_a_smaller_chunk_needs_no_compilation_of_its_own(inputs):
    data = Arrays(inputs, inputs)
    steps = steps_for(data)
    (chunk,) = data.chunks(BATCH, None)
    shapes = [
        [piece.tensors[0].shape for piece in steps._pieces(Chunk(chunk.rows, order))]
        for order in (chunk.order[: 25 * BATCH], chunk.order[: 2 * BATCH])
    ]
    assert shapes[0] == shapes[1] == [(25, BATCH, WIDTH)]


def test_each_epoch_has_the_rows_once_in_an_order_of_its_own(inputs):
    data = Arrays(inputs, inputs)
    steps = steps_for(data)
    seen = []
    for calls in steps.epochs(data, 3, np.random.default_rng(0)):
        pieces = [take.args[0] for _, take in calls]
        assert sum(piece.n_steps for piece in pieces) == -(-ROWS // BATCH)
        seen.append(np.concatenate([np.reshape(p.tensors[0], (-1, WIDTH)) for p in pieces]))
    assert all(np.array_equal(np.sort(rows[:, 0]), np.sort(inputs[:, 0])) for rows in seen)
    assert not np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[1], seen[2])


def test_nests_of_inputs_keep_their_places(inputs):
    def build():
        features = {name: keras.Input((WIDTH,), name=name) for name in ("b", "a")}
        start = keras.initializers.GlorotUniform(seed=1)
        out = keras.layers.Dense(WIDTH, kernel_initializer=start)
        model = keras.Model(features, out(features["a"] - 2 * features["b"]))
        model.compile(keras.optimizers.SGD(0.1), "mse")
        return model

    ours, theirs = build(), build()
    nest = {"b": inputs, "a": inputs[::-1].copy()}
    fit(ours, Arrays(nest, inputs), epochs=1, batch_size=ROWS, seed=0)
    theirs.fit(nest, inputs, epochs=1, batch_size=ROWS, verbose=0)
    np.testing.assert_allclose(ours.get_weights()[0], theirs.get_weights()[0], atol=1e-5)


def test_a_model_that_draws_random_numbers_is_the_same_for_one_seed(inputs):
    def noisy():
        return trained(Arrays(inputs, inputs), keras.layers.GaussianNoise(0.5, seed=3))

    assert np.array_equal(noisy(), noisy())


def test_the_small_last_batch_of_a_model_with_random_numbers_is_compiled_too(inputs):
    def is_compiled(middle):
        data = Arrays(inputs, inputs)
        steps = steps_for(data, middle)
        *_, small = steps._pieces(next(data.chunks(BATCH, None)))
        assert small.tensors[0].shape[1] == ROWS % BATCH
        (functions,) = steps._functions.values()
        return steps._function(small) is functions.compiled

    assert is_compiled(keras.layers.Dropout(0.5))
    assert is_compiled(keras.layers.GaussianNoise(0.5))
    assert not is_compiled(keras.layers.BatchNormalization())
