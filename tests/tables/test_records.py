"""Blocks of a CSV file end where records end, so that they change nothing."""

import csv as python_csv
import io

import pyarrow as pa
import pyarrow.csv as pacsv
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reading import problems_of, rows_of

from anomaly.errors import DataError
from anomaly.tables import Source, csv
from anomaly.tables.records import end_of_records

_CELLS = st.text(st.sampled_from('a1 "\n\r,;é'), max_size=6)


@settings(max_examples=150, deadline=None)
@example([("", "\n\n"), ("", ";;1")], 1, python_csv.QUOTE_ALL)
@given(
    st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=12),
    st.integers(1, 60),
    st.sampled_from([python_csv.QUOTE_ALL, python_csv.QUOTE_MINIMAL]),
)
def test_blocks_change_nothing_that_a_whole_file_reader_sees(rows, size, quoting):
    text = io.StringIO(newline="")
    python_csv.writer(text, quoting=quoting).writerows([("left", "right"), *rows])
    content = text.getvalue().encode()
    strings = dict.fromkeys(("left", "right"), pa.string())
    whole = pacsv.read_csv(
        io.BytesIO(content),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(column_types=strings, null_values=[]),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv, "BLOCK_BYTES", size)
        # What the delimiter is, is another question: cells such as ";;1" leave it open.
        table = csv.CSVTable("rows.csv", lambda: io.BytesIO(content), Source(delimiter=","))
        found = rows_of(table, None, strings)
    assert [{k: v or "" for k, v in row.items()} for row in found] == whole.to_pylist()


def _outcome(content, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv, "BLOCK_BYTES", size)
        table = csv.CSVTable("rows.csv", lambda: io.BytesIO(content))
        strings = dict.fromkeys(("a", "b"), pa.string())
        try:
            return rows_of(table, None, strings), problems_of(table, None, strings)
        except DataError as error:
            return str(error)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('1x",\n\r'), max_size=40), st.integers(1, 20))
def test_blocks_change_nothing_in_a_damaged_file(rows, size):
    content = f"a,b\n{rows}".encode()
    assert _outcome(content, size) == _outcome(content, 1 << 20)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('a",\n\r'), max_size=40))
def test_records_end_where_pyarrow_ends_them(content):
    block = content.encode()
    end = end_of_records(block, b",")
    assert end == _end_by_hand(content)


def _end_by_hand(content):
    """The state machine of pyarrow's chunker, a character at a time."""
    state, end = "start", 0
    for position, character in enumerate(content):
        if state == "quoted":
            state = "after quote" if character == '"' else "quoted"
        elif character == '"' and state in ("start", "after quote"):
            state = "quoted"
        elif character in ",\n\r":
            state = "start"
            if character == "\n":
                end = position + 1
        else:
            state = "plain"
    return end
