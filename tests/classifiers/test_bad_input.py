"""What is refused, in one line."""

import numpy as np
import pytest

from anomaly.classifiers import LSTM, MLP

X = np.random.default_rng(0).normal(size=(20, 3))
Y = np.repeat([0, 1], 10)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.zeros(20, int), "y has rows of one class only"),
        (np.arange(20) == 3, "a class has one row only"),
        (np.arange(20) % 3, "Only binary classification is supported"),
    ],
)
def test_labels_without_two_classes_to_learn_and_to_validate_are_refused(labels, said):
    with pytest.raises(ValueError, match=said) as refusal:
        MLP(epochs=1).fit(X, labels)
    assert "\n" not in str(refusal.value)


def test_one_row_of_a_class_is_enough_where_nothing_is_held_back():
    labels = np.arange(20) == 3
    MLP(epochs=1, patience=None, validation_fraction=0).fit(X, labels)
    MLP(epochs=1).fit(X, labels, validation_data=(X, Y == 1))


def test_one_class_left_by_weights_is_refused():
    with pytest.raises(ValueError, match="one class only"):
        MLP(epochs=1).fit(X, Y, sample_weight=1 - Y)


def test_missing_values_are_refused():
    holes = np.where(X > 1, np.nan, X)
    with pytest.raises(ValueError, match="contains NaN"):
        MLP(epochs=1).fit(holes, Y)
    with pytest.raises(ValueError, match="contains NaN"):
        MLP(epochs=1).fit(X, Y, validation_data=(holes, Y))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((X, np.zeros(20, int)), "validation_data has rows of one class only"),
        ((X, Y + 1), r"validation_data has classes that y has not: \[2\]"),
        ((X[:, :2], Y), "2 features"),
    ],
)
def test_validation_rows_that_do_not_match_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        MLP(epochs=1).fit(X, Y, validation_data=given)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"validation_fraction": 0}, "early stopping needs validation rows"),
        ({"steps_per_epoch": 3}, "goes with balanced_batches"),
        ({"loss": "hinge"}, "'loss' parameter"),
        ({"monitor": "accuracy"}, "'monitor' parameter"),
        ({"output_bias": "none"}, "'output_bias' parameter"),
        ({"batch_size": 1}, "'batch_size' parameter"),
        ({"units": (8, 0)}, "units are 1 or more"),
    ],
)
def test_parameters_that_cannot_be_are_refused(parameters, said):
    with pytest.raises(ValueError, match=said):
        MLP(**parameters).fit(X, Y)


def test_columns_that_are_not_so_many_transactions_are_refused():
    with pytest.raises(ValueError, match="X has 3 columns, which are not 2 transactions"):
        LSTM(steps=2, epochs=1).fit(X, Y)
