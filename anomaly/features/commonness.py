"""How common each value of a column was among the training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.utils.arrow import from_numpy, from_texts, pc, to_numpy

#: So many values of a column are remembered, the most frequent ones.
MOST_REMEMBERED = 100_000
# Share of the training rows among which a value that is new is no stranger.
_RAREST = 0.2
_ENOUGH_TO_MERGE = 1_000_000


@dataclass(frozen=True)
class Commonness:
    """How often each value stood in the training rows, and what is made of it.

    A training row counts the others that have its value, so that a value which stands in one row
    alone looks as it would in a row to come: new. And a new value is taken for one such that a fifth
    of the training rows have it or a rarer one: to be new, alone, is no anomaly.

    Attributes
    ----------
    counts : dict of str to int
        Training rows with each value; of more than 100,000 values those of the most frequent.
    rows : int
        Training rows.
    missing : int
        Training rows without a value, which count as ones with a value of their own.
    stand_in : str
        The value that a new one is taken for.
    """

    counts: Mapping[str, int]
    rows: int
    missing: int
    stand_in: str

    @classmethod
    def of(cls, counts: Mapping[str, int], rows: int, missing: int) -> Self:
        """Return the commonness of values by how often each stood in so many training rows."""
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        sizes = np.array([size for _, size in reversed(ranked)], np.int64)
        reached = np.cumsum(sizes) >= _RAREST * max(sizes.sum(), 1)
        stand_in = ranked[-1 - int(reached.argmax())][0] if ranked else ""
        return cls(dict(ranked[:MOST_REMEMBERED]), rows, missing, stand_in)

    def of_texts(self, texts: pa.Array, is_own: NDArray[np.bool_] | None) -> NDArray[np.float64]:
        """Return the logarithm of the share of training rows with each value, or without one.

        Parameters
        ----------
        texts : pyarrow.Array of strings, shape (n,)
        is_own : ndarray of bool, shape (n,), optional
            Which of the rows are training rows themselves.
        """
        return self._log_share(self.others(texts, is_own))

    def others(self, texts: pa.Array, is_own: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Return how many training rows, beside the row itself, have the value of each row."""
        places = to_numpy(pc.index_in(texts, self._values), null=-1)
        others = np.where(places >= 0, self._sizes[places], 0)
        others = np.where(to_numpy(texts.is_null()), self.missing, others)
        return others if is_own is None else others - is_own

    def of_text(self, text: str | None) -> float:
        """Return what `of_texts` gives for one row that is no training row."""
        others = self.missing if text is None else self.counts.get(text, 0)
        return float(self._log_share(np.array([others]))[0])

    def share(self, text: str) -> float:
        """Return the share of training rows with a value; 0 for one that was never seen."""
        return self.counts.get(text, 0) / max(self.rows, 1)

    @cached_property
    def usual(self) -> int:
        """So many training rows have the value of the median row: to be more common says no more."""
        sizes = np.sort(np.fromiter(self.counts.values(), np.int64, len(self.counts)))
        reached = np.cumsum(sizes) >= sizes.sum() / 2
        return int(sizes[reached.argmax()]) if sizes.size else 0

    def to_dict(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts),
            "rows": self.rows,
            "missing": self.missing,
            "stand_in": self.stand_in,
        }

    def _log_share(self, others: NDArray[np.int64]) -> NDArray[np.float64]:
        least = self.counts.get(self.stand_in, 1) - 1
        shares: NDArray[np.float64] = np.log(np.clip(others, least, max(self.usual, least)) + 1.0)
        return shares - np.log(self.rows + 1.0)

    @cached_property
    def _values(self) -> pa.Array:
        return from_texts(list(self.counts))

    @cached_property
    def _sizes(self) -> NDArray[np.int64]:
        return np.fromiter((*self.counts.values(), 0), np.int64, len(self.counts) + 1)


class ValueCounter:
    """Counts how often each text stands in a column that comes batch by batch."""

    def __init__(self) -> None:
        self.rows = 0
        self.missing = 0
        self._merged: pa.Table | None = None
        self._waiting: list[pa.Table] = []
        self._n_waiting = 0

    def add(self, texts: pa.Array) -> None:
        self.rows += len(texts)
        self.missing += texts.null_count
        counted = pc.value_counts(texts.drop_null())
        table = pa.table({"value": counted.field("values"), "n": counted.field("counts")})
        self._waiting.append(table)
        self._n_waiting += table.num_rows
        if self._n_waiting > _ENOUGH_TO_MERGE:
            self._merge()

    def counts(self) -> dict[str, int]:
        """Return the texts with their numbers, in the order of the texts."""
        merged = self._merge()
        order = pc.sort_indices(merged["value"])
        values, n = (merged[name].take(order).to_pylist() for name in ("value", "n"))
        return dict(zip(values, n, strict=True))

    def _merge(self) -> pa.Table:
        tables = self._waiting if self._merged is None else [self._merged, *self._waiting]
        if not tables:
            return pa.table(
                {"value": pa.array([], pa.string()), "n": from_numpy(np.empty(0, np.int64))}
            )
        grouped = pa.concat_tables(tables).group_by("value").aggregate([("n", "sum")])
        self._merged = pa.table({"value": grouped["value"], "n": grouped["n_sum"]})
        self._waiting, self._n_waiting = [], 0
        return self._merged
