"""Parquet, Arrow, Feather and tables in memory: whatever their types, as they are."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from anomaly.errors import DataError
from anomaly.tables import columnar, open_table

TABLE = pa.table(
    {
        "number": [1, 2, 3],
        "word": pa.array(["x", "y", "x"]).dictionary_encode(),
        "price": [decimal.Decimal("1.50"), None, decimal.Decimal("2.00")],
        "day": [datetime.date(2026, 1, day) for day in (1, 2, 3)],
        "nested": [[1], [], None],
    }
)


def rows_of(table, columns=None):
    rows = []
    for batch in table.batches(columns):
        assert batch.first_row == len(rows)
        assert batch.problems == {}
        rows += batch.data.to_pylist()
    return rows


def write(form, table, path):
    if form == "parquet":
        pq.write_table(table, path)
    elif form == "feather":
        feather.write_feather(table, path)
    else:
        new = pa.ipc.new_file if form == "file" else pa.ipc.new_stream
        with new(path, table.schema) as writer:
            writer.write_table(table)
    return path


@pytest.fixture(params=["parquet", "feather", "file", "stream"])
def form(request):
    return request.param


def test_rows_and_types_are_those_of_the_file(form, tmp_path):
    path = write(form, TABLE, tmp_path / "data")
    assert open_table(path).column_names == TABLE.column_names
    assert rows_of(open_table(path)) == TABLE.to_pylist()


def test_a_file_can_be_read_again(form, tmp_path):
    table = open_table(write(form, TABLE, tmp_path / "data"))
    assert rows_of(table) == rows_of(table)


def test_columns_come_in_the_order_asked_for(form, tmp_path):
    [batch] = open_table(write(form, TABLE, tmp_path / "data")).batches(["price", "number"])
    assert batch.data.schema.names == ["price", "number"]


def test_names_with_dots_are_plain_names(form, tmp_path):
    table = pa.table({"a": [1], "a.b": [2], "s": [{"b": 3}], "s.b": [4]})
    path = write(form, table, tmp_path / "data")
    assert rows_of(open_table(path), ["s.b", "a"]) == [{"s.b": 4, "a": 1}]


def test_batches_are_small_and_numbered(form, tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "BATCH_ROWS", 1000)
    path = write(form, pa.table({"n": np.arange(2500)}), tmp_path / "data")
    sizes = [batch.data.num_rows for batch in open_table(path).batches()]
    assert (max(sizes), sum(sizes)) == (1000, 2500)
    assert [row["n"] for row in rows_of(open_table(path))] == list(range(2500))


def test_a_table_without_rows_is_an_error(form, tmp_path):
    table = open_table(write(form, TABLE.slice(0, 0), tmp_path / "data"))
    with pytest.raises(DataError, match="data has column names and no rows"):
        list(table.batches())


@pytest.mark.parametrize("share", [0.001, 0.3, 0.6, 0.999])
def test_a_truncated_file_is_an_error(form, tmp_path, share):
    table = pa.table({"n": np.random.default_rng(0).integers(0, 1 << 60, 50_000)})
    path = write(form, table, tmp_path / "data")
    path.write_bytes(path.read_bytes()[: max(9, int(share * path.stat().st_size))])
    with pytest.raises(DataError, match=r"data is not a whole \w+ file \(.*\); write or copy"):
        list(open_table(path).batches())


def test_a_damaged_page_is_an_error(tmp_path):
    path = tmp_path / "data.parquet"
    table = pa.table({"n": np.random.default_rng(0).normal(size=10_000)})
    pq.write_table(table, path, write_page_checksum=True)
    content = path.read_bytes()
    path.write_bytes(content[:2000] + bytes(1000) + content[3000:])
    with pytest.raises(DataError, match="is not a whole Parquet file"):
        list(open_table(path).batches())


def test_two_columns_of_one_name_are_an_error(form, tmp_path):
    if form == "feather":
        pytest.skip("Feather files cannot hold two columns of one name")
    table = pa.table([[1], [2]], names=["a", "a"])
    with pytest.raises(DataError, match="two columns are named 'a'"):
        open_table(write(form, table, tmp_path / "data"))


# In memory.


def test_an_arrow_table_and_a_record_batch_are_tables():
    assert rows_of(open_table(TABLE)) == TABLE.to_pylist()
    assert rows_of(open_table(TABLE.to_batches()[0])) == TABLE.to_pylist()


def test_whatever_streams_arrow_is_a_table():
    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return TABLE.__arrow_c_stream__(requested_schema)

    assert rows_of(open_table(Stream())) == TABLE.to_pylist()


def test_a_polars_frame_is_a_table():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"a": [1, 2], "b": ["x", None]})
    assert rows_of(open_table(frame)) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


def test_a_data_frame_is_a_table_without_its_index():
    frame = pd.DataFrame(
        {
            "i": pd.array([1, None], "Int64"),
            "b": pd.array([True, None], "boolean"),
            "c": pd.Categorical(["x", None]),
            "t": pd.to_datetime(["2026-01-01 00:00+01:00", None]),
            "f": [1.5, np.nan],
        },
        index=[7, 3],
    )
    moment = pd.Timestamp("2026-01-01 00:00+01:00")
    assert rows_of(open_table(frame)) == [
        {"i": 1, "b": True, "c": "x", "t": moment, "f": 1.5},
        dict.fromkeys("ibctf"),
    ]


def test_column_names_of_a_data_frame_become_text():
    assert open_table(pd.DataFrame([[1, 2]])).column_names == ["0", "1"]


@pytest.mark.parametrize("names", [["a", "a"], [0, "0"]])
def test_a_data_frame_with_two_columns_of_one_name_is_an_error(names):
    with pytest.raises(DataError, match=r"data frame: two columns are named '[a0]'"):
        open_table(pd.DataFrame([[1, 2]], columns=names))


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([1, "x", None, 2.5], ["1", "x", None, "2.5"]),
        ([True, "no", np.nan], ["True", "no", None]),
        ([decimal.Decimal("1.5"), 2.5], ["1.5", "2.5"]),
        ([2**70, 1], [str(2**70), "1"]),
        (pd.arrays.SparseArray([1, 0]), ["1", "0"]),
        ([1 + 2j], ["(1+2j)"]),
    ],
)
def test_a_column_that_arrow_lacks_comes_as_text(values, texts):
    frame = pd.DataFrame({"plain": range(len(values)), "odd": values})
    rows = rows_of(open_table(frame))
    assert [row["odd"] for row in rows] == texts
    assert [row["plain"] for row in rows] == list(range(len(values)))


def test_a_data_frame_without_rows_or_columns_is_an_error():
    with pytest.raises(DataError, match="data frame has no columns"):
        open_table(pd.DataFrame())
    with pytest.raises(DataError, match="data frame has column names and no rows"):
        list(open_table(pd.DataFrame({"a": []})).batches())


@pytest.mark.parametrize("data", [[1, 2], {"a": [1]}, np.ones((2, 2)), pd.Series([1]), None, 5])
def test_what_is_no_table_is_an_error(data):
    with pytest.raises(DataError, match="cannot read transactions from"):
        open_table(data)
