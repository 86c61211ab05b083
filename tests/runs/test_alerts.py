"""Scored rows go into any sink."""

from contextlib import contextmanager

import pyarrow as pa

import anomaly
from anomaly.runs.alerts import score_file
from anomaly.tables import Sink


class Memory(Sink):
    """Keeps the rows, once all are written."""

    name = "memory"
    has_lists = True

    @contextmanager
    def open(self, schema):
        self.batches = []
        yield self
        self.rows = pa.Table.from_batches(self.batches, schema)

    def write_batch(self, batch):
        self.batches.append(batch)

    def replaces(self, path):
        return False


def test_a_table_is_scored_into_any_sink(trained, transactions):
    run, sink = anomaly.load(trained), Memory()
    summary = score_file(run, transactions, sink, reasons=2)
    assert (summary.out, summary.rows) == ("memory", len(transactions))
    expected = run.score(transactions, reasons=2)
    assert sink.rows.column("score").to_pylist() == expected["score"].tolist()
    assert [len(reasons) for reasons in sink.rows.column("reasons").to_pylist()] == [2] * len(
        transactions
    )
