"""CSV files as they come: every row in its place, whatever the block, the quotes, the bytes."""

import io

import pandas as pd
import pyarrow as pa
import pytest
from reading import problems_of, rows_of

from anomaly.errors import DataError
from anomaly.tables import csv, open_table
from anomaly.utils import parallel


@pytest.fixture
def table(tmp_path):
    """Write bytes or text to a file and open it."""

    def opened(content, name="rows.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_table(path)

    return opened


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 16)


def columns_of(table, columns=None, types=None):
    rows = rows_of(table, columns, types)
    return {name: [row[name] for row in rows] for name in rows[0]}


def says(content, table, message):
    with pytest.raises(DataError, match=message) as found:
        list(table(content).batches())
    assert "\n" not in str(found.value)


# Form.


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_header(table, delimiter):
    content = f"a{delimiter}b\n1{delimiter}2\n"
    assert rows_of(table(content)) == [{"a": 1, "b": 2}]


def test_delimiters_inside_quoted_names_do_not_count(table):
    found = table('"a,b,c,d";e;"f"\n1;2;3\n')
    assert found.column_names == ["a,b,c,d", "e", "f"]
    assert rows_of(found) == [{"a,b,c,d": 1, "e": 2, "f": 3}]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end"])
def test_line_ends_may_be_of_either_kind_and_the_last_may_lack(table, end, last):
    content = f"a,b{end}1,x{end}2,y{end if last else ''}"
    assert columns_of(table(content)) == {"a": [1, 2], "b": ["x", "y"]}


def test_a_byte_order_mark_is_no_part_of_the_first_name(table):
    assert table(b'\xef\xbb\xbf"a",b\n1,2\n').column_names == ["a", "b"]


def test_blank_lines_are_no_rows(table):
    assert columns_of(table("\n\na,b\n\n1,2\n\r\n\n3,4\n\n")) == {"a": [1, 3], "b": [2, 4]}


def test_a_file_may_have_one_column(table):
    assert columns_of(table("a\n1\n2\n")) == {"a": [1, 2]}


def test_spaces_around_names_are_no_part_of_them(table):
    assert table("a, b ,c\n1,2,3\n").column_names == ["a", "b", "c"]


def test_a_header_may_span_lines_inside_quotes(table):
    assert rows_of(table('a,"b\nc"\n1,2\n')) == [{"a": 1, "b\nc": 2}]


@pytest.mark.parametrize("word", ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>"])
def test_what_pandas_takes_as_missing_is_missing(table, word):
    content = f"a,b,c\n1,x,t\n{word},{word},{word}\n"
    assert rows_of(table(content))[1] == {"a": None, "b": None, "c": None}
    assert pd.read_csv(io.StringIO(content)).iloc[1].isna().all()


def test_quoted_values_hold_delimiters_quotes_and_line_ends(table):
    assert rows_of(table('a,b\n"1,2\n\n3","say ""yes"""\n')) == [
        {"a": "1,2\n\n3", "b": 'say "yes"'}
    ]


def test_a_quote_inside_a_value_is_a_character(table, small_blocks):
    content = 'a,b\n5" pipe,1\n"6"" pipe",2\n7" x 8",3\n"9"x"y,4\n'
    assert columns_of(table(content)) == {
        "a": ['5" pipe', '6" pipe', '7" x 8"', '9x"y'],
        "b": [1, 2, 3, 4],
    }


@pytest.mark.parametrize("codec", ["gzip", "bz2", "zstd", "lz4"])
def test_compressed_files_are_told_by_their_bytes(table, codec):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, codec) as stream:
        stream.write(b"a,b\n" + b"1,2\n" * 100_000)
    content = sink.getvalue().to_pybytes()
    assert sum(batch.data.num_rows for batch in table(content).batches()) == 100_000


def test_compressed_files_put_one_after_the_other_are_read_whole(table):
    parts = [pa.compress(part, "gzip", asbytes=True) for part in (b"a\n1\n", b"2\n3\n")]
    assert columns_of(table(b"".join(parts))) == {"a": [1, 2, 3]}


@pytest.mark.parametrize("codec", ["gzip", "bz2", "zstd", "lz4"])
def test_a_truncated_compressed_file_is_an_error_and_not_the_end(table, codec):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, codec) as stream:
        stream.write(b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(50_000)))
    says(sink.getvalue().to_pybytes()[:-5], table, r"rows\.csv is cut short or damaged .* again$")


# Blocks.


@pytest.mark.parametrize("size", range(1, 40))
def test_rows_are_the_same_whatever_the_block(table, monkeypatch, size):
    monkeypatch.setattr(csv, "BLOCK_BYTES", size)
    content = (
        'a,b\n1,x\n22,"y\n,""\nz"\n\n333,\r\n4,"""\n"\n5,"a long one, longer than a block"\n6,"six"'
    )
    assert columns_of(table(content)) == {
        "a": [1, 22, 333, 4, 5, 6],
        "b": ["x", 'y\n,"\nz', None, '"\n', "a long one, longer than a block", "six"],
    }


@pytest.mark.parametrize("rows", [3, 4, 5, 8])
def test_a_file_that_ends_with_a_block_ends_there(table, monkeypatch, rows):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 16)
    content = "a,b\n" + "1,2\n" * rows
    assert len(rows_of(table(content))) == rows


def test_rows_keep_their_order_on_several_threads(table, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 1000)
    monkeypatch.setattr(parallel, "WORKERS", 4)
    content = "n\n" + "".join(f"{i}\n" for i in range(20_000))
    assert columns_of(table(content))["n"] == list(range(20_000))


def test_a_line_may_be_longer_than_many_blocks(table, small_blocks):
    long = "x" * 100_000
    assert columns_of(table(f'a,b\n1,{long}\n2,"{long}\n"\n')) == {
        "a": [1, 2],
        "b": [long, long + "\n"],
    }


def test_the_type_of_a_column_may_differ_between_blocks(table, small_blocks):
    content = "a,b\n" + "1,22222222\n" * 3 + "1.5,22222222\n" + "x,22222222\n"
    assert columns_of(table(content))["a"][:3] == [1, 1, 1]
    assert columns_of(table(content))["a"][3:] == [1.5, "x"]


def test_only_the_block_with_a_misfit_comes_as_text(table, small_blocks):
    content = "a,b\n" + "1,22222222\n" * 3 + "x,22222222\n" + "2,22222222\n" * 3
    found = columns_of(table(content), None, {"a": pa.float64(), "b": pa.float64()})["a"]
    assert (found[0], found[3], found[-1]) == (1.0, "x", 2.0)


def test_a_value_that_fits_no_type_changes_no_other_value(table):
    content = "a,b,c\nx,007,NA\n1.50,1e3,true\n"
    types = {"a": pa.float64(), "b": pa.string(), "c": pa.bool_()}
    assert columns_of(table(content), None, types) == {
        "a": ["x", "1.50"],
        "b": ["007", "1e3"],
        "c": [None, "true"],
    }


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("yes no YES", [True, False, True]),
        ("T F t", [True, False, True]),
        ("1.0 0.0 1", [True, False, True]),
        ("true FALSE True", [True, False, True]),
    ],
)
def test_a_flag_that_is_asked_for_is_read_in_any_spelling(table, words, values):
    content = "a\n" + "\n".join(words.split())
    assert columns_of(table(content), None, {"a": pa.bool_()}) == {"a": values}


def test_only_a_flag_that_is_asked_for_is_a_flag(table):
    content = "a,b,c\n1.0,t,yes\n0.0,f,no\n"
    found = columns_of(table(content), None, {"c": pa.string()})
    assert found == {"a": [1.0, 0.0], "b": ["t", "f"], "c": ["yes", "no"]}


def test_hexadecimal_codes_are_text(table):
    content = "a,b,c,d\n0x1F,1,x,0x\n31,2,y,\n"
    assert columns_of(table(content)) == {
        "a": ["0x1F", "31"],
        "b": [1, 2],
        "c": ["x", "y"],
        "d": ["0x", None],
    }


def test_codes_keep_their_zeros_where_text_is_asked_for(table):
    assert columns_of(table("a,b\n007,1\n"), ["a"], {"a": pa.string()}) == {"a": ["007"]}


def test_columns_come_in_the_order_asked_for(table):
    [batch] = table("a,b,c\n1,2,3\n").batches(["c", "a"])
    assert batch.data.schema.names == ["c", "a"]


def test_a_table_can_be_read_again(table):
    found = table("a\n1\n")
    assert rows_of(found) == rows_of(found) == [{"a": 1}]


def test_a_reader_may_stop_early(table, small_blocks):
    batches = table("n\n" + "".join(f"{i}\n" for i in range(1000))).batches()
    assert next(batches).first_row == 0
    batches.close()
    assert list(batches) == []


# Rows and values that are broken.


def test_a_row_with_too_many_or_too_few_values_is_kept_with_its_problem(table):
    found = table("a,b\n1\n2,2\n3,3,3\n4,4\n5\n")
    assert columns_of(found) == {"a": [None, 2, None, 4, None], "b": [None, 2, None, 4, None]}
    assert problems_of(found) == {
        0: "the row has 1 values where the header has 2",
        2: "the row has 3 values where the header has 2",
        4: "the row has 1 values where the header has 2",
    }


def test_blank_lines_and_quoted_line_ends_do_not_shift_problems(table):
    found = table('a,b\n\n"1\n\n1",1\r\n\n2\n\n"3",3\n4,4,4')
    assert list(problems_of(found)) == [1, 3]
    assert columns_of(found)["a"] == ["1\n\n1", None, "3", None]


def test_problems_stand_at_their_rows_across_blocks(table, small_blocks):
    content = "a,b\n" + "".join(f"{i},{i}\n" if i % 7 else f"{i}\n" for i in range(200))
    assert list(problems_of(table(content))) == list(range(0, 200, 7))
    assert columns_of(table(content))["a"] == [i if i % 7 else None for i in range(200)]


def test_a_file_of_broken_rows_alone_keeps_them_all(table):
    found = table("a,b\n1\n2\n")
    assert columns_of(found) == {"a": [None, None], "b": [None, None]}
    assert list(problems_of(found)) == [0, 1]


def test_a_broken_row_and_a_misfit_in_one_block_both_keep_their_rows(table):
    found = table("a,b\n1,1\n2\nx,3\n")
    types = {"a": pa.float64()}
    assert columns_of(found, None, types)["a"] == ["1", None, "x"]
    assert list(problems_of(found, None, types)) == [1]


@pytest.mark.parametrize("types", [None, {"name": pa.string()}, {"n": pa.float64()}])
def test_a_value_that_is_not_utf8_is_its_rows_problem(table, types):
    found = table(b"name,n\nAnn,1\nM\xfcller,2\n\xc3\xbc,3\n")
    assert problems_of(found, None, types) == {
        1: "'M�ller' in column 'name' is not UTF-8 text, which the rest is "
        "(or name the file's encoding, such as --encoding latin-1)"
    }
    assert columns_of(found, None, types)["name"] == ["Ann", "M�ller", "ü"]


def test_the_replacement_character_itself_is_text(table):
    assert list(problems_of(table("name\n�\n".encode() + b"M\xfcller\n"))) == [1]


def test_a_value_that_is_not_utf8_in_a_column_not_asked_for_does_no_harm(table):
    found = table(b"name,n\nM\xfcller,1\n")
    assert (columns_of(found, ["n"]), problems_of(found, ["n"])) == ({"n": [1]}, {})


@pytest.mark.parametrize("size", [8, 16, 64, 1 << 20])
def test_a_quote_that_never_closes_is_named_with_its_row(table, monkeypatch, size):
    monkeypatch.setattr(csv, "BLOCK_BYTES", size)
    content = "a,b\n" + '1,"2"\n' * 9 + '3,"4\n' + "5,6\n" * 20
    says(content, table, r"rows\.csv: row 9: a quote opens in this row and never closes; correct")


def test_a_quote_that_never_closes_in_the_header_is_an_error(table):
    says('a,"b\n' + "1,2\n" * 100, table, "the header has a quote that never closes")


def test_a_binary_file_is_refused_before_much_of_it_is_read(table):
    says(b"a,b\n" + b"x" * (65 << 20), table, r"row 0: the row is longer than 64 MB")
    says(b"x" * (2 << 20), table, "the header is longer than 1 MB; is the file CSV")


# Headers.


@pytest.mark.parametrize("content", ["", "\n\n", "\r\n", "\ufeff", "\ufeff\n"])
def test_an_empty_file_is_an_error(table, content):
    says(content, table, r"rows\.csv is empty; give a file with a header line and rows")


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "a,b\n\n\n", "a\r\n"])
def test_a_header_without_rows_is_an_error(table, content):
    says(content, table, r"rows\.csv has column names and no rows")


def test_two_columns_of_one_name_are_an_error(table):
    says("a,b,a\n1,2,3\n", table, "two columns are named 'a'; rename one")


def test_a_column_without_a_name_is_an_error(table):
    says("a,,b\n1,2,3\n", table, "column 2 has no name; name every column$")


def test_a_file_without_a_header_is_an_error(table):
    says("0.0,-1.36,149.62\n1,2,3\n", table, r"the first line holds numbers \(0\.0, \.\.\.\)")


def test_columns_may_be_named_by_whole_numbers(table):
    assert table("0,1,2\n1.5,2,3\n").column_names == ["0", "1", "2"]


def test_a_header_that_is_not_utf8_among_rows_that_are_is_an_error(table):
    content = "größe,b\n".encode("latin-1") + "ä,ö\n".encode()
    says(content, table, r"the header is not UTF-8 text \(byte 2\), and the rest is")


def test_a_nul_byte_in_a_value_is_a_character(table):
    assert rows_of(table(b"a,b\nx\x00y,1\n")) == [{"a": "x\x00y", "b": 1}]


# Chunks of a block: what pyarrow works on at a time where every type is given.


@pytest.mark.parametrize("size", [24, 40, 100, 1000])
def test_rows_are_the_same_whatever_the_chunk(table, monkeypatch, size):
    fields = ["1.5,t,x", "2,f,y z", ",,", "3", "4,t,x,9", "", "0x1F,t,ü", "1e3,t,%s" % ("w" * 90)]
    content = "n,f,c\n" + "\n".join(fields[i % 5 if i < 50 else i % 8] for i in range(100)) + "\n"
    types = {"n": pa.float64(), "f": pa.bool_(), "c": pa.string()}
    expected = rows_of(table(content), None, types), problems_of(table(content), None, types)
    monkeypatch.setattr(csv, "_CHUNK_BYTES", size)
    found = rows_of(table(content), None, types), problems_of(table(content), None, types)
    assert found == expected
    assert len(found[0]) > 90


def test_a_broken_row_keeps_its_place_in_a_later_chunk(table, monkeypatch):
    monkeypatch.setattr(csv, "_CHUNK_BYTES", 32)
    lines = ["7" if place in (0, 41, 99) else f"{place},{place}" for place in range(100)]
    opened = table("a,b\n" + "\n".join(lines))
    types = {"a": pa.float64(), "b": pa.float64()}
    assert list(problems_of(opened, None, types)) == [0, 41, 99]
    assert [row["a"] for row in rows_of(opened, None, types)][40:43] == [40, None, 42]
