"""Rows that count more or less than once."""

from functools import partial

import numpy as np
import pytest

from anomaly import (
    Autoencoder,
    DeepDenoisingAutoencoder,
    DenoisingAutoencoder,
    TrimmedGaussian,
)
from anomaly.detectors.weighting import n_copies, repeated

ROWS = np.arange(12, dtype=np.float32).reshape(6, 2)


def test_whole_weights_are_copies():
    copies = n_copies([0, 1, 2, 1, 3, 1], ROWS, seed=0)
    assert copies.tolist() == [0, 1, 2, 1, 3, 1]
    assert repeated(ROWS, copies)[:, 0].tolist() == [2, 4, 4, 6, 8, 8, 8, 10]


def test_fractions_are_met_on_average():
    rows = np.zeros((20_000, 1), dtype=np.float32)
    copies = n_copies(np.full(len(rows), 1.25), rows, seed=0)
    assert set(copies) == {1, 2}
    assert abs(copies.mean() - 1.25) < 0.02


def test_small_weights_are_scaled_up():
    assert n_copies(np.full(6, 0.01), ROWS, seed=0).tolist() == [1] * 6


@pytest.mark.parametrize(
    ("weights", "fault"),
    [([1, 1, 1, 1, 1, -1], "Negative"), ([0, 0, 0, 0, 0, 1], "for 1 rows"), ([1, 1], "shape")],
)
def test_weights_that_cannot_be_met_get_a_line(weights, fault):
    with pytest.raises(ValueError, match=fault):
        n_copies(weights, ROWS, seed=0)


@pytest.mark.parametrize(
    "kind",
    [
        partial(Autoencoder, epochs=1, batch_size=64),
        partial(DeepDenoisingAutoencoder, epochs=1, batch_size=16_384, width=8, depth=1),
        partial(DenoisingAutoencoder, units=8, noisy_rows=64),
        TrimmedGaussian,
    ],
)
def test_equal_weights_change_nothing_and_a_row_of_weight_zero_is_not_seen(kind):
    rows = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    with_strays = np.vstack([rows, np.full((3, 3), 1e6, dtype=np.float32)])
    plain = kind(random_state=0).fit(rows)
    weighted = kind(random_state=0).fit(with_strays, sample_weight=[1] * len(rows) + [0] * 3)
    assert np.array_equal(plain.anomaly_score(rows), weighted.anomaly_score(rows))
    assert plain.offset_ == weighted.offset_
