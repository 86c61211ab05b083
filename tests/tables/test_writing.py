"""Tables are written whole or not at all, and read back as they were."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anomaly.errors import DataError, OptionError
from anomaly.tables import open_sink, open_table

BATCH = pa.record_batch(
    {
        "id": ["a,b", 'say "x"\n'],
        "score": [0.1, None],
        "alert": [True, False],
        "time": [datetime.datetime(2026, 1, 31, 12), None],
    }
)


def rows_of(path):
    return [row for batch in open_table(path).batches() for row in batch.data.to_pylist()]


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "OUT.CSV"])
def test_what_is_written_is_read_back(tmp_path, name):
    with open_sink(tmp_path / name).open(BATCH.schema) as writer:
        writer.write_batch(BATCH)
        writer.write_batch(BATCH.slice(0, 1))
    assert rows_of(tmp_path / name) == [*BATCH.to_pylist(), BATCH.to_pylist()[0]]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_batch_of_other_types_takes_those_of_the_first(tmp_path, form):
    path = tmp_path / f"out.{form}"
    first = pa.record_batch({"n": pa.array([1], pa.int64())})
    with open_sink(path).open(first.schema) as writer:
        writer.write_batch(first)
        writer.write_batch(pa.record_batch({"n": pa.array([2], pa.int32())}))
    assert rows_of(path) == [{"n": 1}, {"n": 2}]


def _break_off(writer):
    writer.write_batch(BATCH)
    raise ZeroDivisionError


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_older_file_stays_when_writing_breaks_off(tmp_path, form):
    path = tmp_path / f"out.{form}"
    path.write_text("older")
    with pytest.raises(ZeroDivisionError), open_sink(path).open(BATCH.schema) as writer:
        _break_off(writer)
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_appears_when_all_is_written(tmp_path):
    with open_sink(tmp_path / "out.csv").open(BATCH.schema) as writer:
        writer.write_batch(BATCH)
        assert not (tmp_path / "out.csv").exists()
    assert (tmp_path / "out.csv").exists()


def test_a_type_that_the_form_cannot_hold_is_an_error(tmp_path):
    batch = pa.record_batch({"reasons": [["a"]]})
    with (
        pytest.raises(DataError, match=r"out\.csv cannot be written: Unsupported"),
        open_sink(tmp_path / "out.csv").open(batch.schema) as writer,
    ):
        writer.write_batch(batch)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_an_error(tmp_path):
    with (
        pytest.raises(OptionError, match="there is no folder"),
        open_sink(tmp_path / "no" / "out.csv").open(BATCH.schema) as writer,
    ):
        writer.write_batch(BATCH)


@pytest.mark.parametrize("name", ["out", "out.txt", "out.csv.gz"])
def test_another_form_is_an_error(tmp_path, name):
    with pytest.raises(OptionError, match=r"name a file that ends in \.csv or \.parquet"):
        open_sink(tmp_path / name)


def test_small_batches_make_large_row_groups(tmp_path):
    path = tmp_path / "out.parquet"
    batch = pa.record_batch({"n": pa.array(range(10_000))})
    with open_sink(path).open(batch.schema) as writer:
        for _ in range(10):
            writer.write_batch(batch)
    metadata = pq.ParquetFile(path).metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [
        70_000,
        30_000,
    ]


def test_texts_have_dictionaries_and_numbers_have_none(tmp_path):
    path = tmp_path / "out.parquet"
    reason = {"column": "a", "share": 0.5, "seen": "1", "expected": "2"}
    batch = pa.record_batch(
        {"id": ["x"], "score": [0.5], "alert": [True], "reasons": [[reason]], "problem": ["?"]}
    )
    with open_sink(path).open(batch.schema) as writer:
        writer.write_batch(batch)
    group = pq.ParquetFile(path).metadata.row_group(0)
    columns = [group.column(place) for place in range(group.num_columns)]
    assert [column.path_in_schema for column in columns if column.has_dictionary_page] == [
        "id",
        *(f"reasons.list.element.{name}" for name in ("column", "seen", "expected")),
        "problem",
    ]
    assert rows_of(path) == batch.to_pylist()


def test_a_sink_stays_itself(tmp_path):
    sink = open_sink(tmp_path / "out.csv")
    assert open_sink(sink) is sink


def test_a_sink_knows_the_file_that_it_would_replace(tmp_path):
    other, path = tmp_path / "data.csv", tmp_path / "out.csv"
    other.write_text("a\n1\n")
    sink = open_sink(path)
    assert not sink.replaces(other)
    path.symlink_to(other)
    assert sink.replaces(other)
