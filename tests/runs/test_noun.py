"""The word for a row with label 1, from what the data say of themselves."""

import pytest
from quick import quick_train

import anomaly
from anomaly.reporting.run import report_of
from anomaly.reporting.side_by_side import side_by_side
from anomaly.runs.noun import noun_of


@pytest.mark.parametrize(
    ("data_name", "label", "noun"),
    [
        ("cards.csv", "is_Fraud", "fraud"),
        ("creditcard", "Class", "fraud"),
        ("data/creditcard.parquet", "Class", "fraud"),
        ("simulated", None, "fraud"),
        ("thyroid.csv", "Class", "anomaly"),
        ("fraud.csv", "Class", "anomaly"),
        ("cards.csv", None, "anomaly"),
    ],
)
def test_the_label_or_the_set_says_whether_it_is_fraud(data_name, label, noun):
    assert noun_of(data_name, label) == noun


def test_runs_hand_their_noun_to_the_page(transactions, run_folder, tmp_path):
    renamed = transactions.rename(columns={"fraud": "is_odd"})
    odd = quick_train(renamed, label="is_odd", time="time", out=tmp_path / "odd")
    run = anomaly.load(run_folder)
    assert (report_of(run).noun, report_of(odd).noun) == ("fraud", "anomaly")
    assert side_by_side([run, odd]).noun == "anomaly"
    page = anomaly.report([odd, quick_train(renamed, label="is_odd", out=tmp_path / "other")],
                          out=tmp_path / "page.html").read_text()  # fmt: skip
    assert "fraud" not in page.lower()
    assert "anomalies" in page
