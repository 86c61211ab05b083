"""The quality of generated rows."""

import numpy as np
import pandas as pd
import pytest

from anomaly.samplers.quality import quality


@pytest.fixture(scope="module")
def real():
    random = np.random.default_rng(0)
    first = random.normal(size=300)
    return np.column_stack([first, first + 0.3 * random.normal(size=300), random.normal(size=300)])


def like(real, n_rows=300):
    random = np.random.default_rng(1)
    return random.multivariate_normal(real.mean(axis=0), np.cov(real.T), n_rows)


def test_rows_of_the_same_distribution_are_good(real):
    found = quality(real, like(real))
    assert found.auroc == pytest.approx(0.5, abs=0.1)
    assert found.nearest_distance_ratio == pytest.approx(1, abs=0.2)
    assert found.copies < 0.02
    assert found.column_distance < 0.1
    assert found.correlation_difference < 0.1


def test_copies_are_counted(real):
    mixed = np.concatenate([like(real, 150), real[:150] + 1e-6])
    assert quality(real, mixed).copies == pytest.approx(0.5, abs=0.02)


def test_columns_that_lost_their_dependence_are_told(real):
    mixed = np.column_stack([np.roll(real[:, place], place) for place in range(3)])
    found = quality(real, mixed)
    assert found.auroc > 0.65
    assert found.correlation_difference > 0.2
    assert found.column_distance == 0


def test_the_distance_is_that_of_the_column(real):
    found = quality(real, like(real) + np.array([0, 0, 10]))
    assert found.column_distances[2] == 1
    assert found.column_distances[0] < 0.1


def test_categories_count(real):
    random = np.random.default_rng(0)
    frames = [
        pd.DataFrame(
            {"x": rows[:, 2], "kind": random.choice(["a", "b"], 300, p=[share, 1 - share])}
        )
        for rows, share in [(real, 0.5), (like(real), 0.9)]
    ]
    found = quality(*frames, categorical_features=["kind"])
    assert found.column_distances["kind"] == pytest.approx(0.4, abs=0.1)
    assert found.auroc > 0.6


def test_the_same_seed_measures_the_same(real):
    assert quality(real, like(real), seed=3) == quality(real, like(real), seed=3)


def test_too_few_rows_and_other_columns_are_refused(real):
    with pytest.raises(ValueError, match="5 real and 5 generated"):
        quality(real, real[:4])
    with pytest.raises(ValueError, match="3 columns, generated rows 2"):
        quality(real, real[:, :2])


def test_interpolated_categories_are_one_of_their_own(real):
    generator = np.random.default_rng(5)
    flags = generator.integers(0, 2, len(real)).astype(float)
    between = generator.random(20_000)
    # One column an interpolated value would take gigabytes.
    found = quality(
        np.column_stack([real, flags]),
        np.column_stack([generator.choice(real, 20_000), between]),
        categorical_features=[real.shape[1]],
    )
    assert found.column_distances[real.shape[1]] == 1
    assert found.auroc > 0.99
