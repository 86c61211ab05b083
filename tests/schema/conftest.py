"""Columns as tables: from a CSV file, a Parquet file, or memory."""

import numpy as np
import pandas as pd
import pytest

from anomaly.tables import open_table


@pytest.fixture(params=["csv", "parquet", "frame"])
def source(request, tmp_path):
    """Turn columns into a table: from a CSV file, a Parquet file, or memory."""

    def table(columns):
        frame = pd.DataFrame(columns)
        if request.param == "frame":
            return open_table(frame)
        path = tmp_path / f"data.{request.param}"
        if request.param == "csv":
            frame.to_csv(path, index=False)
        else:
            frame.to_parquet(path, index=False)
        return open_table(path)

    return table


@pytest.fixture
def text_file(tmp_path):
    """Write columns of words into a CSV file, beside a column of numbers."""

    def table(**columns):
        path = tmp_path / "data.csv"
        length = len(next(iter(columns.values())))
        pd.DataFrame({"n": np.random.default_rng(0).normal(size=length), **columns}).to_csv(
            path, index=False
        )
        return open_table(path)

    return table
