"""What classifiers and samplers take: filled, scaled by the training rows, categories as codes."""

import numpy as np
import pytest

from anomaly.comparison.methods.encoding import Layout, Scaler, from_codes, to_codes

LAYOUT = Layout(flags=(2,), categories=((3, 4),))
TRAIN = np.array(
    [
        [1, 10, 1, 1, 0],
        [2, np.nan, 0, 0, 1],
        [3, 30, 0, 0, 1],
        [4, 20, 1, 1, 0],
    ],
    dtype=np.float32,
)


def test_numbers_are_standardised_and_flags_and_categories_stay():
    made = Scaler(TRAIN, LAYOUT)(TRAIN)
    assert made[:, 0].mean() == pytest.approx(0, abs=1e-6)
    assert made[:, 0].std() == pytest.approx(1, abs=1e-6)
    np.testing.assert_array_equal(made[:, 2:5], TRAIN[:, 2:])


def test_what_is_missing_is_the_median_and_is_flagged():
    scaler = Scaler(TRAIN, LAYOUT)
    made = scaler(TRAIN)
    assert np.isfinite(made).all()
    np.testing.assert_array_equal(made[:, 5], [0, 1, 0, 0])
    assert scaler.layout.flags == (2, 5)
    assert made[1, 1] == pytest.approx(0, abs=1e-6)


def test_other_rows_are_scaled_by_the_training_rows():
    scaler = Scaler(TRAIN, LAYOUT)
    far = TRAIN.copy()
    far[:, 0] += 100
    np.testing.assert_allclose(scaler(far)[:, 0] - scaler(TRAIN)[:, 0], 100 / np.std([1, 2, 3, 4]))


def test_a_value_missing_only_later_is_filled():
    scaler = Scaler(TRAIN, LAYOUT)
    later = TRAIN.copy()
    later[0, 0] = np.nan
    made = scaler(later)
    assert made.shape == scaler(TRAIN).shape
    assert np.isfinite(made).all()


def test_a_constant_number_is_zero():
    rows = np.full((3, 1), 7, dtype=np.float32)
    np.testing.assert_array_equal(Scaler(rows, Layout((), ()))(rows), np.zeros((3, 1)))


def test_codes_of_categories_come_back_as_they_were():
    rows = Scaler(TRAIN, LAYOUT)(TRAIN)
    layout = Scaler(TRAIN, LAYOUT).layout
    coded, discrete = to_codes(rows, layout)
    assert coded.shape == (4, 5)
    assert discrete == [2, 3, 4]
    np.testing.assert_array_equal(from_codes(coded, layout, rows.shape[1]), rows)


def test_a_layout_side_by_side_names_the_columns_of_each_row():
    assert LAYOUT.repeated(2, 5) == Layout((2, 7), ((3, 4), (8, 9)))
