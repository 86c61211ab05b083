"""Workbooks: sheets, titles, types of cells, and files that are none."""

import datetime
import sys
import zipfile

import openpyxl
import pyarrow as pa
import pytest
from reading import problems_of, rows_of

from anomaly.errors import DataError, InstallError, OptionError
from anomaly.tables import Source, open_table, workbook

NAMES = ["id", "amount"]


@pytest.fixture
def opened(tmp_path):
    """Write sheets of rows, by name, and open the workbook."""

    def open_(sheets, **options):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "book.xlsx")
        return open_table(tmp_path / "book.xlsx", Source(**options))

    return open_


def test_the_first_sheet_with_values_is_read_and_the_others_named(opened):
    table = opened({"empty": [], "data": [NAMES, [1, 2.5]], "more": [["x"], [1]]})
    assert rows_of(table) == [{"id": 1, "amount": 2.5}]
    assert table.readings == (
        "read from the sheet 'data' of the workbook, and not from 'empty', 'more' "
        "(--sheet overrules)",
    )


def test_a_named_sheet_is_read(opened):
    table = opened({"data": [NAMES, [1, 2.5]], "more": [["x"], [1]]}, sheet="more")
    assert (rows_of(table), table.readings) == ([{"x": 1}], ())


def test_a_sheet_that_is_not_there_names_a_near_one(opened):
    with pytest.raises(OptionError, match=r"there is no sheet 'Dta' in .*; did you mean 'data'\?"):
        opened({"data": [NAMES, [1, 2.5]]}, sheet="Dta")
    with pytest.raises(OptionError, match=r"its sheets are: data$"):
        opened({"data": [NAMES, [1, 2.5]]}, sheet="zzz")


def test_cells_keep_their_types(opened):
    moment = datetime.datetime(2024, 3, 1, 0, 25, 58)
    day, clock = datetime.date(2024, 3, 2), datetime.time(3, 4, 5)
    names = ["whole", "number", "flag", "text", "moment", "day", "clock"]
    table = opened({"s": [names, [1, 2.5, True, "ä", moment, day, clock], [None] * 6 + [clock]]})
    [batch] = table.batches()
    types = [pa.int64(), pa.float64(), pa.bool_(), pa.string()]
    assert batch.data.schema.types == [*types, *[pa.timestamp("us")] * 2, pa.time64("us")]
    midnight = datetime.datetime(2024, 3, 2)
    assert list(rows_of(table)[0].values()) == [1, 2.5, True, "ä", moment, midnight, clock]


def test_a_column_of_several_types_is_text(opened):
    table = opened({"s": [["a"], [1], [2.5], ["x"], [None], [True]]})
    assert [row["a"] for row in rows_of(table)] == ["1", "2.5", "x", "True"]


def test_a_column_may_change_its_type_between_batches(opened, monkeypatch):
    monkeypatch.setattr(workbook, "BATCH_ROWS", 2)
    table = opened({"s": [["a", "b"], *[[n, n] for n in range(4)], ["x", 0.5]]})
    assert [row["a"] for row in rows_of(table)] == ["0", "1", "2", "3", "x"]
    assert [row["b"] for row in rows_of(table)] == [0, 1, 2, 3, 0.5]


def test_empty_rows_and_columns_are_left_out(opened):
    rows = [
        ["title"],
        [],
        [None, "id", None, "amount"],
        [None, 1, None, 2.5],
        [],
        [None, 2, None, 3],
    ]
    table = opened({"s": rows})
    assert rows_of(table) == [{"id": 1, "amount": 2.5}, {"id": 2, "amount": 3}]
    assert table.readings[1:] == ("1 row above the header is left out ('title')",)


def test_an_index_is_left_out(opened):
    table = opened({"s": [[None, "a"], [0, "x"], [1, "y"]]})
    assert rows_of(table) == [{"a": "x"}, {"a": "y"}]
    assert "the first column, which has no name and numbers the rows" in table.readings[1]


def test_a_repeated_header_and_totals_are_their_rows_problems(opened):
    table = opened({"s": [NAMES, [1, 2.5], NAMES, [2, 3.5], ["Total", 6]]})
    assert problems_of(table) == {
        1: "the row repeats the header, and is no transaction",
        3: "the row is a total ('Total'), and no transaction",
    }
    assert [row["id"] for row in rows_of(table)] == [1, None, 2, None]


def test_names_may_be_numbers(opened):
    assert opened({"s": [["id", 2019, 2020], [1, 2, 3]]}).column_names == ["id", "2019", "2020"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "has no sheet with values"),
        ([["a", "a"], [1, 2]], "two columns are named 'a'"),
        ([["a", None, "b"], [1, 2, 3]], "column 2 has no name"),
        ([[1.5, 2.5], [1, 2]], "the first line holds numbers"),
    ],
)
def test_a_sheet_without_a_table_is_an_error(opened, rows, words):
    with pytest.raises(DataError, match=words):
        opened({"s": rows})


def test_a_header_without_rows_is_an_error_but_for_scoring(opened):
    table = opened({"s": [NAMES]})
    with pytest.raises(DataError, match="has column names and no rows"):
        list(table.batches())
    [batch] = table.batches(may_be_empty=True)
    assert batch.data.schema.names == NAMES


def test_an_open_document_is_read(tmp_path):
    """Of LibreOffice, as little as makes one."""
    cell = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
    name = cell.format("string", "", "{}")
    rows = [
        name.format("id") + name.format("day"),
        cell.format("float", 'office:value="7"', "7")
        + cell.format("date", 'office:date-value="2024-03-01T00:25:58"', "1 March"),
    ]
    uri = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content xmlns:office="{uri}:office:1.0" xmlns:table="{uri}:table:1.0" '
        f'xmlns:text="{uri}:text:1.0"><office:body><office:spreadsheet><table:table '
        f'table:name="s">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{uri}:manifest:1.0"/>'
    with zipfile.ZipFile(tmp_path / "book.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    moment = datetime.datetime(2024, 3, 1, 0, 25, 58)
    assert rows_of(open_table(tmp_path / "book.ods")) == [{"id": 7, "day": moment}]


def test_a_missing_package_says_what_to_install(opened, monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(
        InstallError, match=r"pip install python-calamine .or save the sheet as CSV"
    ):
        opened({"s": [NAMES, [1, 2]]})


def test_a_damaged_workbook_is_an_error_or_is_read(opened, tmp_path):
    opened({"s": [NAMES, *[[n, n / 3] for n in range(50)]]})
    whole = (tmp_path / "book.xlsx").read_bytes()
    refusals = []
    for place in range(0, len(whole), 150):
        content = bytearray(whole)
        for offset in range(0, 40, 2):
            content[(place + offset) % len(content)] ^= 0xFF
        (tmp_path / "book.xlsx").write_bytes(bytes(content))
        try:
            rows_of(open_table(tmp_path / "book.xlsx"))
        except DataError as error:
            refusals.append(str(error))
    assert refusals
    assert not any("\n" in said for said in refusals)


def test_a_truncated_workbook_is_an_error(opened, tmp_path):
    opened({"s": [NAMES, [1, 2]]})
    whole = (tmp_path / "book.xlsx").read_bytes()
    (tmp_path / "book.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="again"):
        open_table(tmp_path / "book.xlsx")
