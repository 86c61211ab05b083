"""One small table in the forms that other people's files have: the same rows, and a word on it."""

import json
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from reading import problems_of, rows_of

from anomaly.tables import open_table

ROWS = 60
FOREIGN = "Bäckerei Müß"


@pytest.fixture(scope="module")
def payments():
    """Payments with times, codes, names of shops, amounts and missing ages."""
    r = np.random.default_rng(18)
    start = pd.Timestamp("2024-03-01 00:25:58")
    return pd.DataFrame(
        {
            "payment": np.arange(70_001, 70_001 + ROWS),
            "time": start + pd.to_timedelta(np.sort(r.integers(0, 86_400, ROWS)), unit="s"),
            "merchant": [f"shop {n}" for n in r.integers(0, 20, ROWS)],
            "channel": r.choice(["chip", "online"], ROWS),
            "amount": np.round(r.lognormal(3, 1, ROWS), 2),
            "age": np.where(r.random(ROWS) < 0.2, np.nan, r.integers(18, 90, ROWS)),
            "fraud": (r.random(ROWS) < 0.1).astype(int),
        }
    )


@pytest.fixture
def opened(tmp_path):
    """Write text or bytes to a file and open it."""

    def open_(content, name="payments.csv"):
        content = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(content)
        return open_table(tmp_path / name)

    return open_


@pytest.fixture
def plain(payments, opened):
    table = opened(csv(payments), "plain.csv")
    assert table.readings == ()
    return table


@pytest.fixture
def foreign(payments):
    """The payments with shops whose names are not of ASCII."""
    return payments.assign(merchant=payments.merchant.str.replace("shop 1", FOREIGN))


def csv(frame, **options):
    return frame.to_csv(index=False, lineterminator="\n", **options)


def same(table, plain, *said):
    """Check that a table has the rows of the plain one, and says what was taken for what."""
    assert table.column_names == plain.column_names
    assert rows_of(table) == rows_of(plain)
    assert problems_of(table) == {}
    assert len(table.readings) == len(said), table.readings
    for reading, words in zip(table.readings, said, strict=True):
        assert words in reading


def same_but(table, plain, row, problem, *said):
    """Check that a table has the rows of the plain one, and one more with a problem."""
    rows = rows_of(table)
    assert rows.pop(row) == dict.fromkeys(plain.column_names)
    assert rows == rows_of(plain)
    assert problems_of(table) == {row: problem}
    assert len(table.readings) == len(said)


# Delimiters, quotes, and lines that are no rows.


@pytest.mark.parametrize(
    ("delimiter", "words"),
    [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars"), ("^", "carets"), ("~", "tildes")],
    ids=["semicolon", "tab", "pipe", "caret", "tilde"],
)
def test_delimiter(payments, opened, plain, delimiter, words):
    table = opened(csv(payments, sep=delimiter))
    same(table, plain, f"values are separated by {words} (--delimiter overrules)")


@pytest.mark.parametrize("line", ["sep=;\n", "sep=;\r\n", '"sep=;"\n', "\ufeffsep=;\n"])
def test_delimiter_announced(payments, opened, plain, line):
    table = opened(line + csv(payments, sep=";"))
    same(table, plain, "separated by semicolons, as the first line says")


def test_comment_first(payments, opened, plain):
    table = opened("# exported 2024-05-20 by the back office\n" + csv(payments))
    same(table, plain, "lines that begin with # are left out as comments")


def test_preamble(payments, opened, plain):
    content = "Account statement\nPeriod;01.03.2024;15.05.2024\n\n" + csv(payments, sep=";")
    same(opened(content), plain, "semicolons", "2 lines above the header are left out ('Account")


def test_single_quotes(payments, opened, plain):
    table = opened(csv(payments, quotechar="'", quoting=1))
    same(table, plain, "values stand in single quotes")


def test_index_column(payments, opened, plain):
    table = opened(payments.to_csv(lineterminator="\n"))
    same(table, plain, "the first column, which has no name and numbers the rows, is left out")


def test_trailing_comma(payments, opened, plain):
    table = opened("".join(f"{line},\n" for line in csv(payments).splitlines()))
    same(table, plain, "the last column, which has neither a name nor a value, is left out")


def test_names_padded(payments, opened, plain):
    table = opened(csv(payments).replace("payment,time", " payment , time ", 1))
    same(table, plain, "spaces around the names of columns are left out")


def test_header_repeated(payments, opened, plain):
    lines = csv(payments).splitlines()
    table = opened("\n".join([*lines[:30], lines[0], *lines[30:]]))
    same_but(table, plain, 29, "the row repeats the header, and is no transaction")


def test_total_last(payments, opened, plain):
    table = opened(csv(payments) + f"Total,,,,{payments.amount.sum():.2f},,\n")
    same_but(table, plain, ROWS, "the row is a total ('Total'), and no transaction")


def test_header_only(payments, opened):
    table = opened(csv(payments.iloc[:0]))
    [batch] = table.batches(may_be_empty=True)
    assert (batch.first_row, batch.data.num_rows) == (0, 0)
    assert batch.data.schema.names == list(payments)


# Encodings.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8(foreign, opened, encoding):
    table = opened(csv(foreign).encode(encoding))
    assert (table.readings, table.column_names) == ((), list(foreign))
    assert [row["merchant"] for row in rows_of(table)] == foreign.merchant.tolist()


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("latin-1", "Latin-1"),
        ("cp1252", "Latin-1"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
    ],
)
def test_encoding(foreign, opened, encoding, words):
    table = opened(csv(foreign).encode(encoding))
    same(table, opened(csv(foreign), "plain.csv"), f"read as {words} text")


def test_cp1252(foreign, opened):
    euros = foreign.assign(channel=foreign.channel + "€")
    table = opened(csv(euros).encode("cp1252"))
    same(table, opened(csv(euros), "plain.csv"), "read as Windows-1252 text")


def test_latin_1_and_a_short_row(foreign, opened):
    lines = csv(foreign).splitlines()
    content = "\n".join([*lines[:50], "70050,ü", *lines[50:]]).encode("latin-1")
    plain = opened(csv(foreign), "plain.csv")
    problem = "the row has 2 values where the header has 7"
    same_but(opened(content), plain, 49, problem, "read as Latin-1 text")


# Other forms than CSV.


@pytest.fixture
def records(payments):
    text = payments.assign(time=payments.time.astype(str)).to_json(orient="records")
    return json.loads(text)


def test_lines_jsonl(records, opened, plain):
    content = "\n".join(map(json.dumps, records))
    same(opened(content, "lines.jsonl"), plain, "read as JSON, a record a line")


@pytest.mark.parametrize("indent", [None, 2])
def test_array_json(records, opened, plain, indent):
    content = json.dumps(records, indent=indent)
    same(opened(content, "array.json"), plain, "read as a JSON array of records")


def test_object_json(records, opened, plain):
    content = json.dumps({"count": ROWS, "from": ["a", "b"], "data": records, "next": None})
    same(opened(content, "page.json"), plain, "read as the JSON array of records under 'data'")


@pytest.mark.parametrize("member", ["payments.csv", "export/2024/payments.csv"])
def test_one_file_zip(payments, tmp_path, plain, member):
    with zipfile.ZipFile(tmp_path / "one.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, csv(payments))
        archive.writestr("__MACOSX/._payments.csv", "whatever")
    table = open_table(tmp_path / "one.zip")
    same(table, plain, f"read {member!r} from the zip archive")


def test_workbook_xlsx(payments, tmp_path, plain):
    payments.to_excel(tmp_path / "workbook.xlsx", index=False, sheet_name="payments")
    table = open_table(tmp_path / "workbook.xlsx")
    same(table, plain, "read from the sheet 'payments' of the workbook")


@pytest.mark.parametrize("engine", ["openpyxl", "odf"])
def test_workbook_of_another_program(payments, tmp_path, plain, engine):
    pytest.importorskip(engine)
    suffix = {"openpyxl": "xlsx", "odf": "ods"}[engine]
    payments.to_excel(tmp_path / f"w.{suffix}", index=False, engine=engine)
    same(open_table(tmp_path / f"w.{suffix}"), plain, "read from the sheet 'Sheet1'")


def test_a_workbook_with_a_title_a_note_and_a_margin(payments, tmp_path, plain):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "Payments of the spring"
    for place, row in enumerate([list(payments), *payments.astype(object).to_numpy().tolist()], 4):
        for column, value in enumerate(row, 2):
            sheet.cell(place, column, None if pd.isna(value) else value)
    book.save(tmp_path / "w.xlsx")
    table = open_table(tmp_path / "w.xlsx")
    same(table, plain, "sheet", "1 row above the header is left out ('Payments of the spring')")
