"""Read and write tables (CSV, Parquet, Arrow) as streams of Arrow batches."""

from anomaly.tables.base import Batch, Sink, Table
from anomaly.tables.built_in import BUILT_IN
from anomaly.tables.opening import open_sink, open_table
from anomaly.tables.source import AS_IT_IS, Source, data_name, is_url
from anomaly.tables.writing import parquet_writer

__all__ = [
    "AS_IT_IS",
    "BUILT_IN",
    "Batch",
    "Sink",
    "Source",
    "Table",
    "data_name",
    "is_url",
    "open_sink",
    "open_table",
    "parquet_writer",
]
