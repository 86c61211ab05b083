"""Zip archives: one file of any form, unpacked as a stream; and what gets a line."""

import io
import json
import zipfile

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from reading import rows_of

from anomaly.errors import DataError, OptionError
from anomaly.tables import Source, open_table

ROWS = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


@pytest.fixture
def packed(tmp_path):
    def pack(**members):
        path = tmp_path / "data.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    return pack


def refused(path, error=DataError, **options):
    with pytest.raises(error) as found:
        rows_of(open_table(path, Source(**options)))
    assert "\n" not in str(found.value)
    return str(found.value).partition("data.zip")[2]


def _bytes_of(write):
    sink = io.BytesIO()
    write(pa.Table.from_pylist(ROWS), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"a;b\n1;x\n2;y\n",
        json.dumps(ROWS).encode(),
        _bytes_of(pq.write_table),
        _bytes_of(feather.write_feather),
        pa.compress(b"a,b\n1,x\n2,y\n", "gzip", asbytes=True),
    ],
    ids=["csv", "json", "parquet", "feather", "gzip"],
)
def test_the_one_file_may_have_any_form(packed, content):
    table = open_table(packed(**{"folder/data.bin": content}))
    assert rows_of(table) == rows_of(table) == ROWS
    assert table.readings[0] == "read 'folder/data.bin' from the zip archive"


def test_a_parquet_file_may_be_compressed_as_a_whole(tmp_path):
    content = pa.compress(_bytes_of(pq.write_table), "gzip", asbytes=True)
    (tmp_path / "data.gz").write_bytes(content)
    assert rows_of(open_table(tmp_path / "data.gz")) == ROWS


def test_options_reach_the_file_inside(packed):
    path = packed(data=b"a|b\n1|\xcf\n")
    assert rows_of(open_table(path, Source("cp1251", "|"))) == [{"a": 1, "b": "П"}]
    assert "which is CSV text" in refused(path, OptionError, sheet="s")


def test_several_files_are_named(packed):
    said = refused(packed(**{f"day{n}.csv": b"a\n1\n" for n in range(8)}))
    assert said == (
        " holds 8 files (day0.csv, day1.csv, day2.csv, day3.csv, day4.csv, day5.csv, ...); "
        "give a zip archive with one file in it"
    )


def test_an_archive_without_a_file_is_an_error(packed):
    assert refused(packed()).startswith(" holds no file; give a zip archive with one")


def test_an_archive_in_an_archive_is_an_error(packed, tmp_path):
    inner = packed(data=b"a\n1\n").read_bytes()
    assert "is inside two archives; unpack the outer one" in refused(packed(inner=inner))


def test_an_encrypted_file_is_an_error(packed):
    path = packed(data=b"a\n1\n")
    content = bytearray(path.read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    path.write_bytes(bytes(content))
    assert refused(path) == ": data is encrypted; unpack it with its password first"


def test_a_way_to_pack_that_python_lacks_is_an_error(packed):
    path = packed(data=b"a\n1\n")
    content = bytearray(path.read_bytes())
    for header, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.index(header) + method] = 9
    path.write_bytes(bytes(content))
    assert "(That compression method is not supported)" in refused(path)


@pytest.mark.parametrize("place", range(0, 1200, 60))
def test_a_damaged_archive_is_an_error(packed, place):
    path = packed(data="".join(f"{n},{n * n}\n" for n in range(500)))
    content = bytearray(path.read_bytes())
    for offset in range(40):
        content[(place + offset) % len(content)] ^= 0x55
    path.write_bytes(bytes(content))
    with pytest.raises(DataError) as found:
        rows_of(open_table(path))
    assert "\n" not in str(found.value)


def test_a_file_that_unpacks_to_much_more_is_read_as_a_stream(packed):
    """A hundred megabytes out of a hundred kilobytes, of which the first row says that all is wrong."""
    path = packed(data=b"a\n" + b"1" * (100 << 20))
    before = pa.default_memory_pool().max_memory()
    assert "the row is longer than 64 MB" in refused(path)
    assert pa.default_memory_pool().max_memory() - before < 64 << 20
