"""When normal training rows are few against the features."""

import pytest

from anomaly.runs.few_rows import is_few, normal_training_rows


@pytest.mark.parametrize(
    ("rows", "features", "few"), [(560, 144, True), (599, 60, True), (600, 60, False), (0, 1, True)]
)
def test_fewer_than_ten_rows_a_feature_are_few(rows, features, few):
    assert is_few(rows, features) == few


@pytest.mark.parametrize(("positives", "normal"), [(40, 960), (0, 1000), (None, 1000)])
def test_positive_rows_are_not_counted(positives, normal):
    metrics = {"rows": {"train": 1000}, "positives": {"train": positives}}
    assert normal_training_rows(metrics) == normal
