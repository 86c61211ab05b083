"""Built-in sets: named and not given, with the roles of their columns."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anomaly.errors import DataError
from anomaly.tables import BUILT_IN, open_table
from anomaly.tables.built_in import SIMULATED_ROWS


def test_the_credit_card_set_says_where_to_get_it(monkeypatch):
    monkeypatch.delenv("ANOMALY_DATA", raising=False)
    with pytest.raises(DataError, match=r"put creditcard\.parquet"):
        open_table("creditcard")


def test_the_credit_card_set_is_found_in_its_folder(tmp_path, monkeypatch):
    pq.write_table(pa.table({"Class": [0], "Time": [1.0]}), tmp_path / "creditcard.parquet")
    monkeypatch.setenv("ANOMALY_DATA", str(tmp_path))
    [batch] = open_table("creditcard").batches()
    assert batch.data.to_pylist() == [{"Class": 0, "Time": 1.0}]
    assert set(BUILT_IN["creditcard"].roles().values()) == {*batch.data.column_names}


def test_the_simulated_set_has_the_columns_of_its_roles():
    table = open_table("simulated")
    roles = BUILT_IN["simulated"].roles()
    assert roles["label"] == "fraud"
    for columns in roles.values():
        assert {*([columns] if isinstance(columns, str) else columns)} <= {*table.column_names}
    assert sum(batch.data.num_rows for batch in table.batches(["fraud"])) == SIMULATED_ROWS


def test_a_file_named_like_a_set_goes_before_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "simulated").write_text("a\n1\n")
    assert open_table("simulated").column_names == ["a"]


def test_the_help_names_every_set(command):
    assert f"built-in set ({', '.join(BUILT_IN)})" in " ".join(
        command("train", "--help").out.split()
    )
