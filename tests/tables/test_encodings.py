"""Encodings: told from the bytes wherever the first foreign one stands, or named."""

import gzip

import pytest
from reading import problems_of, rows_of

from anomaly.errors import DataError, OptionError
from anomaly.tables import Source, csv, open_table

ROWS = 400_000  # more than the first megabyte


@pytest.fixture
def opened(tmp_path):
    def open_(content, name="rows.csv", **options):
        (tmp_path / name).write_bytes(content)
        return open_table(tmp_path / name, Source(**options))

    return open_


def last(table):
    rows = rows_of(table)
    return rows[-1]


@pytest.mark.parametrize(
    ("encoding", "name", "reading"),
    [("latin-1", "Müß", "Latin-1"), ("cp1252", "Müß 5 €", "Windows-1252")],
)
@pytest.mark.parametrize("block_bytes", [1 << 16, 4 << 20])
def test_a_foreign_byte_far_down_settles_the_encoding(
    opened, monkeypatch, encoding, name, reading, block_bytes
):
    monkeypatch.setattr(csv, "BLOCK_BYTES", block_bytes)
    table = opened(("a,b\n" + "1,x\n" * ROWS + f"2,{name}\n").encode(encoding))
    assert table.readings == ()  # nothing foreign yet
    assert last(table) == last(table) == {"a": 2, "b": name}
    assert problems_of(table) == {}
    assert f"read as {reading} text" in table.readings[0]


def test_a_sign_of_windows_far_down_changes_the_name_alone(opened):
    table = opened(("a,b\n1,ü\n" + "1,x\n" * ROWS + "2,€\n").encode("cp1252"))
    assert "read as Latin-1 text" in table.readings[0]
    assert last(table) == {"a": 2, "b": "€"}
    assert "read as Windows-1252 text" in table.readings[0]


def test_a_foreign_byte_in_a_file_that_is_utf8_is_its_rows_problem(opened):
    content = "a,b\n1,ü\n".encode() + b"1,x\n" * ROWS + b"2,M\xfc\n"
    table = opened(content)
    problem = "'M�' in column 'b' is not UTF-8 text, which the rest is "
    assert problems_of(table) == {
        ROWS + 1: problem + "(or name the file's encoding, such as --encoding latin-1)"
    }
    assert table.readings == ()
    assert last(opened(content, encoding="latin-1"))["b"] == "Mü"


def test_a_short_row_with_a_foreign_byte_in_a_file_that_is_utf8(opened):
    table = opened("a,b\n1,ü\n2,ö\n".encode() + b"\xfc\n3,x\n")
    assert problems_of(table) == {2: "the row has 1 values where the header has 2"}
    assert [row["a"] for row in rows_of(table)] == [1, 2, None, 3]


@pytest.mark.parametrize("encoding", ["cp1251", "iso8859-2", "shift_jis", "utf-16-le", "cp037"])
def test_a_named_encoding_overrules(opened, encoding):
    name = {"cp1251": "Привет", "iso8859-2": "Łódź", "shift_jis": "東京"}.get(encoding, "Müß")
    table = opened(f"a,b\n1,{name}\n2,x\n".encode(encoding), encoding=encoding.upper())
    assert rows_of(table) == [{"a": 1, "b": name}, {"a": 2, "b": "x"}]
    assert table.readings == ()


def test_a_named_utf8_is_not_taken_for_another(opened):
    table = opened(b"a,b\n1,M\xfc\n", encoding="utf-8")
    assert list(problems_of(table)) == [0]


@pytest.mark.parametrize("name", ["latin-one", "utf8x", "base64", "", "klingon"])
def test_an_encoding_that_there_is_not_is_refused(opened, name):
    with pytest.raises(OptionError, match=f"--encoding {name}: there is no such encoding; "):
        opened(b"a,b\n1,2\n", encoding=name)


def test_bytes_that_are_not_of_the_named_encoding_are_an_error(opened):
    with pytest.raises(DataError, match=r"rows\.csv is not utf-16-le text throughout .*--encoding"):
        list(opened("a,b\n1,2\n".encode("utf-16-le") + b"\x00", encoding="utf-16-le").batches())


def test_every_byte_of_windows_is_a_character(opened):
    every = bytes(byte for byte in range(0x80, 0x100))
    table = opened(b"a,b\n1," + every + b"\n")
    text = rows_of(table)[0]["b"]
    assert len(text) == 128
    assert text.startswith("€\x81‚ƒ")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_compressed_file_may_have_any_encoding(opened, encoding):
    table = opened(gzip.compress("a;b\n1;Müß\n".encode(encoding)), "rows.csv.gz")
    assert rows_of(table) == [{"a": 1, "b": "Müß"}]
