"""The sample of held-out rows that a run keeps, and what the report makes of it."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import anomaly
from anomaly.errors import RunError
from anomaly.reporting.run import report_of
from anomaly.reporting.sample import sample_of
from anomaly.runs.folder import SAMPLE


@pytest.fixture
def run(run_folder):
    return anomaly.load(run_folder)


@pytest.fixture
def rows(run, transactions):
    """The sampled rows of the data, in the order of the sample."""
    places = pq.read_table(run.folder / SAMPLE).column("row").to_numpy()
    return transactions.iloc[places]


def test_the_sample_is_of_held_out_rows_alone(run):
    sampled = pq.read_table(run.folder / SAMPLE)
    held_out = run.scores()
    assert sampled.num_rows == held_out.num_rows
    assert set(sampled.column("row").to_pylist()) == set(held_out.column("row").to_pylist())
    positives = held_out.column("label").to_numpy().sum()
    assert sampled.column("label").to_numpy().sum() == positives > 0


def test_a_sample_holds_what_the_data_hold(run, rows):
    columns = {column.name: column for column in sample_of(run).columns}
    assert (sample_of(run).labels == rows["fraud"].to_numpy()).all()
    assert np.array_equal(columns["amount"].values, rows["amount"].to_numpy())
    assert np.array_equal(columns["distance"].values, rows["distance"].to_numpy(), equal_nan=True)
    country = columns["country"]
    found = [None if np.isnan(code) else country.levels[int(code)] for code in country.values]
    assert found == [value if isinstance(value, str) else None for value in rows["country"]]
    online = columns["online"]
    assert [online.levels[int(code)] for code in online.values] == [
        str(bool(value)).lower() for value in rows["online"]
    ]
    assert "transaction_id" not in columns


def test_the_shares_of_a_row_sum_to_its_score(run, rows):
    shares = sample_of(run).shares
    scores = dict(
        zip(*(run.scores().column(name).to_pylist() for name in ("row", "score")), strict=True)
    )
    expected = [scores[row] for row in rows.index]
    np.testing.assert_allclose(shares.sum(axis=1), expected, rtol=1e-4)


def test_a_large_table_is_sampled_within_each_class(tmp_path):
    from quick import quick_train

    data = anomaly.simulate(30_000, seed=3)
    run = quick_train(data, label="fraud", time="time", epochs=1, out=tmp_path / "run")
    labels = pq.read_table(run.folder / SAMPLE).column("label").to_numpy()
    assert (labels == 0).sum() == 4000
    held_out = run.scores().column("label").to_numpy()
    assert (labels == 1).sum() == held_out.sum() > 0


def test_without_labels_there_is_a_sample_too(tmp_path, transactions):
    from quick import quick_train

    data = transactions.drop(columns=["fraud", "time"])
    run = quick_train(data, epochs=1, out=tmp_path / "run")
    sample = sample_of(run)
    assert sample.labels is None
    assert "Feature by feature" in run.report().read_text(encoding="utf-8")


def test_a_run_without_the_file_has_a_report_without_it(run):
    (run.folder / SAMPLE).unlink()
    assert report_of(run).sample is None
    assert "Feature by feature" not in run.report().read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"PAR1 no", None])
def test_a_damaged_file_is_named_with_what_to_do(run, content):
    path = run.folder / SAMPLE
    path.write_bytes(path.read_bytes()[:-40] if content is None else content)
    with pytest.raises(
        RunError, match=r"sample\.parquet is damaged .*delete it for a report without"
    ):
        run.report()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda names: [*names[:-1], "another"], "the run has no column 'another'"),
        (lambda names: names[:-1], "it lacks the column "),
    ],
)
def test_a_sample_of_other_columns_is_damaged(run, change, why):
    path = run.folder / SAMPLE
    table = pq.read_table(path)
    values = table.column("values").combine_chunks()
    names = change(values.type.names)
    other = pa.StructArray.from_arrays(values.flatten()[: len(names)], names=names)
    pq.write_table(table.set_column(2, "values", other), path)
    with pytest.raises(RunError, match=rf"sample\.parquet is damaged \({why}"):
        sample_of(run)
