"""Rows held out that were in train already: none is missed, none is made up."""

import json

import numpy as np
import pandas as pd
import pytest
from quick import quick_train

from anomaly.dataset.duplicates import Duplicates, count_duplicates
from anomaly.dataset.splits import Split
from anomaly.features.matrix import HeldMatrix, SpooledMatrix

NAN = np.nan


@pytest.fixture(params=["in memory", "in a file"])
def matrix_of(request, tmp_path):
    def make(rows):
        values = np.asarray(rows, dtype=np.float32)
        matrix = (
            HeldMatrix(*values.shape)
            if request.param == "in memory"
            else SpooledMatrix(*values.shape, tmp_path)
        )
        matrix.append(values)
        return matrix

    return make


def split_of(parts):
    return Split("random", np.array(parts, dtype=np.int8))


def test_copies_are_counted_by_part_and_by_label(matrix_of):
    rows = [[1, 2], [3, NAN], [-0.0, 5], [3, NAN], [0.0, 5], [1, 3], [1, 2], [2, 1]]
    labels = np.array([0, 1, 0, 1, 1, 0, 0, 1], dtype=np.int8)
    found = count_duplicates(matrix_of(rows), split_of([0, 0, 0, 1, 1, 1, 2, 2]), labels)
    assert found == (
        Duplicates("validation", 3, duplicates=2, positives=2, contradictions=1),
        Duplicates("test", 2, duplicates=1, positives=0, contradictions=0),
    )


def test_without_labels_copies_are_counted_too(matrix_of):
    found = count_duplicates(matrix_of([[1], [1], [2]]), split_of([0, 1, 2]), None)
    assert [part.duplicates for part in found] == [1, 0]


def test_many_rows_of_small_numbers_are_told_apart(matrix_of):
    grid = np.stack(np.meshgrid(*[np.arange(60)] * 3), -1).reshape(-1, 3)
    parts = np.arange(len(grid)) % 3
    found = count_duplicates(matrix_of(grid), split_of(parts), None)
    assert [part.duplicates for part in found] == [0, 0]
    doubled = np.concatenate([grid, grid[parts == 0]])
    parts = np.concatenate([parts, np.full((parts == 0).sum(), 2)])
    found = count_duplicates(matrix_of(doubled), split_of(parts), None)
    assert [part.duplicates for part in found] == [0, (parts == 0).sum()]


def test_a_run_keeps_the_counts_and_its_report_tells_them(tmp_path, transactions):
    data = transactions.drop(columns=["time", "transaction_id"])
    doubled = pd.concat([data, data], ignore_index=True)
    run = quick_train(doubled, label="fraud", epochs=1, out=tmp_path / "run")
    validation, test = json.loads((run.folder / "run.json").read_text())["duplicates"]
    assert (validation["part"], test["part"]) == ("validation", "test")
    assert 0.5 * test["rows"] < test["duplicates"] < 0.8 * test["rows"]
    page = run.report().read_text(encoding="utf-8")
    assert f"{test['duplicates']} of {test['rows']} test rows" in page
    assert "equal a training row in every feature" in page
