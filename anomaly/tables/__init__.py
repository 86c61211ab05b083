"""Read and write tables (CSV, Parquet, Arrow) as streams of Arrow batches."""

from anomaly.tables.base import Batch, Table
from anomaly.tables.built_in import BUILT_IN
from anomaly.tables.opening import open_table
from anomaly.tables.writing import form_of, parquet_writer, table_writer

__all__ = ["BUILT_IN", "Batch", "Table", "form_of", "open_table", "parquet_writer", "table_writer"]
