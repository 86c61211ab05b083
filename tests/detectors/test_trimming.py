"""Leaving out the strangest training rows."""

import numpy as np
import pytest

from anomaly.detectors import trimming
from anomaly.detectors.trimming import isolation, without_strangest
from anomaly.features.matrix import ChosenRows, HeldMatrix

ROWS = np.random.default_rng(0).normal(size=(1000, 3)).astype("f4")


def test_each_part_loses_its_strangest_rows():
    parts = ROWS[:800], ROWS[800:] * 5
    kept = without_strangest(parts, lambda rows: rows[:, 0], 0.1)
    for part, left in zip(parts, kept, strict=True):
        order = np.argsort(part[:, 0])[: round(0.9 * len(part))]
        assert np.array_equal(left, part[np.sort(order)])


@pytest.mark.parametrize("n_rows", [1, 2])
def test_a_row_is_left_of_a_tiny_part(n_rows):
    [left] = without_strangest([ROWS[:n_rows]], lambda rows: rows[:, 0], 0.4)
    assert len(left) == 1


def test_rows_of_a_stream_are_chosen_alike(monkeypatch):
    monkeypatch.setattr(trimming, "_MOST_ROWS_OF_FOREST", 300)
    matrix = HeldMatrix(1000, 3)
    matrix.append(ROWS)
    streamed = ChosenRows(matrix, np.ones(1000, bool))
    kept = [without_strangest([rows], isolation(rows, 0), 0.2)[0] for rows in (ROWS, streamed)]
    assert len(kept[0]) == 800
    assert np.array_equal(kept[0], np.concatenate(list(kept[1].blocks())))


def test_a_rare_cluster_is_isolated():
    cluster = np.full((10, 3), 6, dtype="f4") + 0.01 * ROWS[:10]
    score = isolation(np.concatenate([ROWS, cluster]), 0)
    assert score(cluster).min() > np.quantile(score(ROWS), 0.98)
