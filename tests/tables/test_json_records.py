"""JSON: records a line, in an array, or in the array of an object; in any encoding, whatever is broken."""

import datetime
import gzip
import json
import random

import pyarrow as pa
import pytest
from reading import problems_of, rows_of

from anomaly.errors import DataError
from anomaly.tables import Source, json_records, open_table

FORMS = {
    "lines": lambda records: "\n".join(map(json.dumps, records)),
    "array": json.dumps,
    "indented": lambda records: json.dumps(records, indent=1),
    "object": lambda records: json.dumps({"n": 1, "a": ["{[,"], "rows": records, "z": {"b": []}}),
}


@pytest.fixture
def opened(tmp_path):
    def open_(content, name="data.json", **options):
        content = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(content)
        return open_table(tmp_path / name, Source(**options))

    return open_


def refused(opened, content):
    with pytest.raises(DataError) as found:
        rows_of(opened(content))
    assert "\n" not in str(found.value)
    return str(found.value).rpartition("/")[2]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_records_are_the_same_whatever_the_form_and_the_block(opened, monkeypatch, form, size):
    monkeypatch.setattr(json_records, "BLOCK_BYTES", size)
    draw = random.Random(size)
    texts = ["plain", 'with "quotes"', "[{,}]", "back\\slash\\", "line\nend", "ü€😀", "", '\\"']
    records = [
        {"n": place, "t": draw.choice(texts), "x": draw.random(), "b": None, "f": place % 2 == 0}
        for place in range(60)
    ]
    assert rows_of(opened(FORMS[form](records))) == records


@pytest.mark.parametrize("form", FORMS)
def test_values_that_a_record_lacks_are_missing(opened, form):
    table = opened(FORMS[form]([{"a": 1}, {"b": 2}, {}, {"b": None, "a": 3}]))
    assert rows_of(table) == [
        {"a": 1, "b": None},
        {"a": None, "b": 2},
        {"a": None, "b": None},
        {"a": 3, "b": None},
    ]


def test_nested_values_stay_as_they_are(opened):
    records = [{"a": 1, "tags": ["x", "y"], "place": {"city": "Ulm"}}, {"a": 2, "tags": []}]
    [batch] = opened(FORMS["array"](records)).batches()
    assert pa.types.is_list(batch.data.column("tags").type)
    assert batch.data.column("place").to_pylist() == [{"city": "Ulm"}, None]


def test_a_stray_line_is_its_rows_problem(opened):
    table = opened('{"a": 1.5, "b": "x"}\ngarbage\n\n[1]\n{"a": 2, "b": "y"}\n{"a": 3')
    assert problems_of(table) == {
        1: "'garbage' is not JSON (Expecting value)",
        2: "'[1]' is not a record: an object with columns",
        4: "'{\"a\": 3' is not JSON (Expecting ',' delimiter)",
    }
    assert [row["a"] for row in rows_of(table)] == [1.5, None, None, 2, None]


def test_a_stray_element_is_its_rows_problem(opened):
    table = opened('[{"a": 1}, what, {"a": 2}]')
    assert list(problems_of(table)) == [1]
    assert rows_of(table) == [{"a": 1}, {"a": None}, {"a": 2}]


def test_a_column_of_several_types_is_text_as_it_is_spelled(opened):
    table = opened('{"a": 1}\n{"a": "x"}\n{"a": 2.50}\n{"a": true}\n{"a": {"b": 1}}\n')
    assert [row["a"] for row in rows_of(table)] == ["1", "x", "2.50", "true", '{"b": 1}']


def test_times_come_as_times_where_no_text_is_asked_for(opened):
    table = opened('{"t": "2024-03-01 00:25:58", "n": 1}\n')
    moment = datetime.datetime(2024, 3, 1, 0, 25, 58)
    assert rows_of(table) == [{"t": moment, "n": 1}]
    as_text = {"t": pa.string(), "n": pa.string()}
    assert rows_of(table, None, as_text) == [{"t": "2024-03-01 00:25:58", "n": 1}]


def test_numbers_that_json_does_not_have(opened):
    rows = rows_of(opened('[{"a": NaN, "b": 99999999999999999999}, {"a": 1, "b": 1}]'))
    assert rows[1] == {"a": 1, "b": 1}
    assert rows[0]["a"] != rows[0]["a"]


def test_a_name_that_appears_late_is_left_out_and_said(opened, monkeypatch):
    monkeypatch.setattr(json_records, "BLOCK_BYTES", 64)
    table = opened('{"a": 1}\n' * 50 + '{"a": 2, "new": 3}\n')
    assert rows_of(table)[-1] == {"a": 2}
    assert table.readings[1] == "left out, since the first records lack them: 'new'"


def test_a_name_that_appears_early_and_not_late_stays(opened, monkeypatch):
    monkeypatch.setattr(json_records, "BLOCK_BYTES", 64)
    table = opened('{"a": 1, "b": 2}\n' + '{"a": 1}\n' * 50)
    assert rows_of(table)[-1] == {"a": 1, "b": None}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1", "utf-16", "utf-16-le"])
def test_json_may_have_any_encoding(opened, form, encoding):
    content = FORMS[form]([{"name": "XX"}, {"name": "y"}]).replace("XX", "Müß")
    table = opened(content.encode(encoding))
    assert rows_of(table) == [{"name": "Müß"}, {"name": "y"}]
    assert len(table.readings) == (1 if encoding == "utf-8-sig" else 2)


def test_a_byte_that_is_not_utf8_is_its_rows_problem(opened):
    table = opened('{"a": "ü"}\n{"a": "ö"}\n'.encode() + b'{"a": "M\xfc"}\n')
    assert list(problems_of(table)) == [2]
    assert "is not UTF-8 text" in problems_of(table)[2]
    assert rows_of(table)[2] == {"a": "M�"}


def test_the_encoding_may_be_named(opened):
    table = opened(b'{"a": "\xcf\xf0"}\n', encoding="cp1251")
    assert rows_of(table) == [{"a": "Пр"}]


@pytest.mark.parametrize("form", FORMS)
def test_json_may_be_compressed(opened, form):
    records = [{"a": 1, "b": "x"}] * 3
    content = gzip.compress(FORMS[form](records).encode())
    assert rows_of(opened(content, "data.json.gz")) == records


def test_one_record_is_a_table(opened):
    assert rows_of(opened('{"a": 1, "b": [1]}')) == [{"a": 1, "b": [1]}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "has no records; give JSON objects with a value per column"),
        ("[1, 2]", "has no records; give JSON objects"),
        ('{"a": {"0": 1}, "b": {"0": 2}}', "is JSON without records; give an object a line"),
        ('{"columns": ["a"], "index": [0], "data": [[1]]}', "is JSON without records"),
        ('[{"a": 1}, {"a": 2}, {"a":', "row 2: the array ends in this record; the file is cut"),
        ('{"x": [{"a": 1}], "y": [{"a": 2}]}', "row 1: before it the array of records ends, and"),
        ('[{"": 1}]', "column 1 has no name"),
    ],
)
def test_json_without_a_table_is_an_error(opened, content, words):
    assert words in refused(opened, content)


def test_a_record_longer_than_any_is_an_error(opened, monkeypatch):
    monkeypatch.setattr(json_records, "LONGEST_RECORD_BYTES", 1 << 16)
    monkeypatch.setattr(json_records, "BLOCK_BYTES", 1 << 10)
    for begins in ('{"a": 1}\n{"a": "', '[{"a": "'):
        assert "longer than 64 MB" in refused(opened, begins + "x" * (1 << 18))


def test_memory_stays_flat_over_a_large_array(tmp_path):
    with (tmp_path / "data.json").open("w") as file:
        file.write("[")
        for place in range(0, 300_000, 1000):
            rows = (
                {"n": n, "amount": n / 7, "shop": f"shop {n}"} for n in range(place, place + 1000)
            )
            file.write(("," if place else "") + ",".join(map(json.dumps, rows)))
        file.write("]")
    pool = pa.default_memory_pool()
    before, highest, n_rows = pool.bytes_allocated(), 0, 0
    for batch in open_table(tmp_path / "data.json").batches():
        highest = max(highest, pool.bytes_allocated() - before)
        n_rows += batch.data.num_rows
    assert n_rows == 300_000
    assert highest < (tmp_path / "data.json").stat().st_size
