"""The real data sets, where they are: the folder in ANOMALY_DATA, or beside the project."""

import os
from pathlib import Path

import pytest

FOLDER = Path(
    os.environ.get("ANOMALY_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)


@pytest.fixture(scope="session")
def creditcard() -> Path:
    """The credit-card set as Parquet: 284,807 rows, 492 positives."""
    path = FOLDER / "creditcard.parquet"
    if not path.is_file():
        pytest.skip(f"the real credit-card set is not at {path}; name its folder in ANOMALY_DATA")
    return path


@pytest.fixture(scope="session")
def creditcard_csv(creditcard: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same set as CSV, about 150 MB."""
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    path = tmp_path_factory.mktemp("creditcard") / "creditcard.csv"
    pacsv.write_csv(pq.read_table(creditcard), path)
    return path
