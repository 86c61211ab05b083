"""What the tests of the schema ask of a table."""

import numpy as np
import pandas as pd
import pytest

from anomaly.schema.inference import infer_schema
from anomaly.schema.roles import Roles

N = 200
NUMBERS = np.random.default_rng(0).normal(size=N)
HOURS = pd.date_range("2026-01-01", periods=N, freq="h")


def role_and_kind(table, name="x", **roles):
    columns = infer_schema(table, Roles(**roles)).columns
    return next((column.role, column.kind) for column in columns if column.name == name)


def refused(error, table, **roles):
    with pytest.raises(error) as found:
        infer_schema(table, Roles(**roles))
    assert "\n" not in str(found.value)
    return str(found.value)
