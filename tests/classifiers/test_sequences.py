"""The networks that read sequences, and the sequences of an entity's transactions."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from anomaly.classifiers import CNN1D, LSTM, last_transactions
from anomaly.classifiers.sequences import _convolved
from anomaly.utils.backend import keras


def by_hand(X, entity, time, steps):
    """The same, row by row."""
    found = []
    for row in range(len(X)):
        past = [
            other
            for other in range(len(X))
            if other == row
            or (
                not pd.isna(entity[row])
                and entity[other] == entity[row]
                and time[other] < time[row]
            )
        ]
        past = sorted(past, key=lambda other: (time[other], other != row and -1, other))
        past = [other for other in past if other != row] + [row]
        missing = max(0, steps - len(past))
        line = [[*X[past[0]], 0]] * missing + [[*X[other], 1] for other in past[-steps:]]
        found.append(np.ravel(line))
    return np.array(found, dtype="f4")


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_a_row_sees_itself_and_the_past_of_its_entity(steps):
    random = np.random.default_rng(steps)
    X = random.normal(size=(200, 3)).astype("f4")
    entity = random.choice(["a", "b", "c", "d", None], 200)
    # Few moments, so that many transactions are made at the same time.
    time = random.integers(0, 30, 200)
    found = last_transactions(X, entity, time, steps)
    assert np.array_equal(found, by_hand(X, entity, time, steps))


def test_what_comes_later_changes_nothing():
    random = np.random.default_rng(0)
    X, entity, time = random.normal(size=(100, 2)), random.integers(0, 5, 100), np.arange(100)
    whole = last_transactions(X, entity, time, 4)
    assert np.array_equal(last_transactions(X[:60], entity[:60], time[:60], 4), whole[:60])


def test_times_may_be_dates_and_columns_of_a_table():
    table = pd.DataFrame({"card": ["a", "a", "b"], "amount": [1.0, 2.0, 3.0]}, index=[7, 8, 9])
    table["at"] = pd.to_datetime(["2026-01-02", "2026-01-01", "2026-01-01"], utc=True)
    found = last_transactions(table[["amount"]], table["card"], table["at"], 2)
    assert found.tolist() == [[2, 1, 1, 1], [2, 0, 2, 1], [3, 0, 3, 1]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"time": [1, np.nan]}, "row 1 has no time"),
        ({"entity": ["a"]}, r"differ in rows: \[2, 1, 2\]"),
        ({"X": [1, 2]}, "rows and columns"),
    ],
)
def test_sequences_that_cannot_be_are_refused(changed, said):
    given = {"X": [[1], [2]], "entity": ["a", "a"], "time": [1, 2], "steps": 2, **changed}
    with pytest.raises(ValueError, match=said):
        last_transactions(**given)


@pytest.mark.parametrize("kind", [LSTM, CNN1D])
def test_a_payment_unlike_those_before_it_is_found_by_its_past_alone(kind):
    """Amounts of fraud are as usual; only the entity's own habit tells them apart."""
    random = np.random.default_rng(0)
    entity, time = np.repeat(np.arange(300), 10), np.tile(np.arange(10), 300)
    habit = random.choice([-1.0, 1.0], 300)[entity]
    is_fraud = (random.random(3000) < 0.1) & (time > 1)
    amount = np.where(is_fraud, -habit, habit) + 0.1 * random.normal(size=3000)
    X = last_transactions(amount[:, None], entity, time, 3)
    classifier = kind(steps=3, epochs=25, batch_size=64, learning_rate=0.01, random_state=0)
    classifier.fit(X[:2000], is_fraud[:2000])
    found = classifier.predict_proba(X[2000:])[:, 1]
    assert average_precision_score(is_fraud[2000:], found) > 0.8


@pytest.mark.parametrize("n_steps", [1, 2, 7])
def test_the_quick_convolution_is_that_of_keras(n_steps):
    random = np.random.default_rng(0)
    sequences = random.normal(size=(4, n_steps, 3)).astype("f4")
    inputs = keras.Input((n_steps, 3))
    model = keras.Model(inputs, _convolved(inputs, 5, 0))
    kernel, bias = model.get_weights()
    bias = bias + random.normal(size=5).astype("f4")
    model.set_weights([kernel, bias])
    convolution = keras.layers.Conv1D(5, 3, padding="same", activation="relu")
    convolution.build((None, n_steps, 3))
    if n_steps == 1:
        # Of a single place the neighbours are padding.
        kernel = np.concatenate([np.zeros_like(kernel), kernel, np.zeros_like(kernel)])
    convolution.set_weights([kernel.reshape(3, 3, 5), bias])
    np.testing.assert_allclose(model(sequences), convolution(sequences), atol=1e-5)
