"""Why a row has its score: the columns with the largest shares of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.features import Features
from anomaly.features.parts.base import Feature
from anomaly.schema.columns import COUNT, SHARE
from anomaly.scoring.graph import Explanation
from anomaly.scoring.reason_texts import (
    Cells,
    ColumnTexts,
    as_expected,
    as_seen,
    with_value,
    written_together,
)
from anomaly.tables import kinds
from anomaly.utils.arrow import from_numpy, from_texts, mask_from_numpy, pc, to_numpy

REASON_TYPE = pa.struct(
    [
        ("column", pa.string()),
        ("share", pa.float64()),
        ("seen", pa.string()),
        ("expected", pa.string()),
    ]
)
REASONS_TYPE = pa.list_(REASON_TYPE)

# Up to so many reasons, to look for each is faster than to sort.
_FEW = 8


def reasons_of(
    data: pa.RecordBatch | pa.Table,
    features: Features,
    indicated: Sequence[int],
    explanation: Explanation,
    count: int,
) -> pa.Array:
    """Return the columns that make up most of each row's score; see `Reasoner.reasons`."""
    return Reasoner(features, indicated, count).reasons(data, explanation)


class Reasoner:
    """Says why rows have their scores.

    Parameters
    ----------
    features : Features
    indicated : sequence of int
        Positions of the features with an indicator, in the order of the graph.
    count : int
        How many reasons a row gets, at most one for each column.
    """

    def __init__(self, features: Features, indicated: Sequence[int], count: int) -> None:
        columns = {column.name: column for column in features.schema.columns}
        parts: dict[str, list[tuple[int, Feature]]] = {}
        for index, feature in enumerate(features.features):
            parts.setdefault(feature.column, []).append((index, feature))
        self._columns = [ColumnTexts(columns[name], made) for name, made in parts.items()]
        self._names = from_texts(list(parts))
        # Before a share of a value stands whether the value is new.
        pairs = pairwise(features.schema.columns)
        self._is_new = {
            share.name: new.name
            for new, share in pairs
            if share.measure == SHARE and share.partner and new.partner == share.partner
        }
        self._count = min(count, len(parts))
        made_of = [feature.column for feature in features.features]
        made_of += [made_of[index] for index in indicated]
        self._belongs = np.array([[part == name for name in parts] for part in made_of], float)

    @property
    def columns(self) -> list[str]:
        """The columns with a share, in the order of `by_column`."""
        return [texts.column.name for texts in self._columns]

    def by_column(self, explanation: Explanation) -> NDArray[np.float64]:
        """Return each column's share of each score, of shape (n_rows, n_columns)."""
        shares: NDArray[np.float64] = explanation.shares.astype(np.float64) @ self._belongs
        return shares

    def reasons(self, data: pa.RecordBatch | pa.Table, explanation: Explanation) -> pa.Array:
        """Return the columns that make up most of each row's score.

        Parameters
        ----------
        data : pyarrow.RecordBatch or pyarrow.Table
            The rows, as they were read.
        explanation : Explanation
            Of these rows.

        Returns
        -------
        pyarrow.Array of lists of structs
            `column`; `share`, its part of the score in the score's unit; `seen` and `expected`
            as text. The largest share first, equal ones in the order of the columns. Where the
            category seen is the likeliest, yet its share is above the row's mean, `rather` and
            the likeliest of the others tell what speaks against it.
        """
        shares = self.by_column(explanation)
        top = _largest(shares, self._count)
        largest = np.take_along_axis(shares, top, axis=1)
        is_large = largest > shares.mean(axis=1, keepdims=True)
        seen, expected = self._texts(data, explanation.expected, top.ravel(), is_large.ravel())
        reasons = pa.StructArray.from_arrays(
            [
                self._names.take(from_numpy(top.ravel())),
                from_numpy(largest.ravel()),
                seen,
                expected,
            ],
            fields=list(REASON_TYPE),
        )
        offsets = np.arange(0, top.size + 1, self._count, dtype=np.int32)
        return pa.ListArray.from_arrays(from_numpy(offsets), reasons)

    def _texts(
        self,
        data: pa.RecordBatch | pa.Table,
        expected: NDArray[np.float32],
        columns: NDArray[np.int64],
        is_large: NDArray[np.bool_],
    ) -> tuple[pa.Array, pa.Array]:
        """Write out the cells of these columns one by one, then put them into the rows' order."""
        order = np.argsort(columns.astype(np.int32), kind="stable")
        ends = np.cumsum(np.bincount(columns, minlength=len(self._columns)))
        seen: list[Cells] = []
        normal: list[Cells] = []
        for texts, places in zip(self._columns, np.split(order, ends[:-1]), strict=True):
            if places.size:
                rows = places // self._count
                cells = texts.seen(data.column(texts.column.name), rows)
                if texts.column.measure == SHARE and texts.column.partner in data.schema.names:
                    partner = kinds.as_text(data.column(texts.column.partner))
                    told = self._is_new.get(texts.column.name)
                    if told in data.schema.names:
                        is_new = to_numpy(kinds.plain(data.column(told)).cast(pa.float64()), null=0)
                        cells = pc.if_else(mask_from_numpy(is_new[rows] == 1), "first time", cells)
                    cells = with_value(partner.take(from_numpy(rows)), cells)
                usual = texts.expected(expected, rows, cells, is_large[places])
                if texts.column.measure == COUNT and texts.column.partner in data.schema.names:
                    cells, usual = texts.counted(data, expected, rows)
                seen.append(cells)
                normal.append(usual)
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return (
            written_together(seen, as_seen).take(from_numpy(back)),
            written_together(normal, as_expected).take(from_numpy(back)),
        )


def _largest(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the places of the largest values of each row, the first of equal ones first."""
    if count > _FEW:
        return np.argsort(-values, axis=1, kind="stable")[:, :count]
    left = values.copy()
    places = np.empty((len(values), count), dtype=np.int64)
    rows = np.arange(len(values))
    for rank in range(count):
        places[:, rank] = left.argmax(axis=1)
        left[rows, places[:, rank]] = -np.inf
    return places
