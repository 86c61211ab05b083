"""Options on the form of data: where they say nothing, they are refused."""

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from anomaly.errors import OptionError
from anomaly.tables import Source, open_table


@pytest.fixture(params=["csv", "json", "parquet", "arrow", "frame", "simulated", "glob"])
def data(request, tmp_path):
    """Data of a form, and the options that it has."""
    table = pa.table({"a": [1]})
    path = tmp_path / "data"
    if request.param == "csv":
        path.write_text("a\n1\n")
        return path, {"encoding", "delimiter"}
    if request.param == "glob":
        path.write_text("a\n1\n")
        return tmp_path / "*", {"encoding", "delimiter"}
    if request.param == "json":
        path.write_text('{"a": 1}')
        return path, {"encoding"}
    if request.param == "parquet":
        pq.write_table(table, path)
        return path, set()
    if request.param == "arrow":
        feather.write_feather(table, path)
        return path, set()
    return (pd.DataFrame({"a": [1]}) if request.param == "frame" else "simulated"), set()


@pytest.mark.parametrize("option", ["encoding", "delimiter", "sheet", "table", "query"])
def test_an_option_that_the_form_does_not_have_is_refused(data, option):
    data, options = data
    value = {"encoding": "utf-8", "delimiter": ","}.get(option, "x")
    if option in options:
        assert open_table(data, Source(**{option: value})).column_names == ["a"]
        return
    with pytest.raises(
        OptionError,
        match=rf"^--{option} (says nothing about .*; leave it out$|is of a database: give its URL)",
    ):
        open_table(data, Source(**{option: value}))
