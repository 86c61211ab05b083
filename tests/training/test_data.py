"""Rows in memory, and weights of classes."""

import numpy as np
import pytest

from anomaly.training import Arrays
from anomaly.training.data import weights_of_classes


def test_arrays_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"differ in rows: \[2, 3\]"):
        Arrays(np.zeros((3, 2)), np.zeros(2))


def test_every_row_is_used_once_an_epoch():
    data = Arrays(np.zeros((100, 2), np.float32))
    (chunk,) = data.chunks(7, np.random.default_rng(0))
    assert sorted(chunk.order) == list(range(100))
    assert list(chunk.order) != list(range(100))


def test_rows_keep_their_order_without_a_generator():
    (chunk,) = Arrays(np.zeros((5, 2), np.float32)).chunks(2, None)
    assert chunk.order.tolist() == [0, 1, 2, 3, 4]


def test_targets_that_are_the_inputs_are_held_once():
    rows = np.zeros((5, 2), np.float32)
    inputs, targets, weights = Arrays(rows, rows).template
    assert inputs is targets
    assert weights is None


def test_the_weight_of_a_class_is_that_of_its_rows():
    found = weights_of_classes(np.array([[1], [0], [2]]), {0: 0.5, 1: 4.0})
    assert found.tolist() == [4.0, 0.5, 1.0]


def test_class_weights_need_one_class_a_row():
    with pytest.raises(ValueError, match="one integer class a row"):
        weights_of_classes(np.zeros((3, 2)), {0: 1.0})
