"""The entity of each row, whose last transactions some networks read as a sequence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.comparison.methods.encoding import Floats, Layout
from anomaly.dataset.prepared import Dataset
from anomaly.schema.columns import ENTITY

#: Transactions of an entity that a network reads as a sequence.
STEPS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Entities:
    """Whose transaction each row is, and when it was.

    Attributes
    ----------
    column : str
    of_rows : pandas.Series
    moments : ndarray of shape (n_rows,), float64
    """

    column: str
    of_rows: Any
    moments: NDArray[np.float64]

    @classmethod
    def of(cls, dataset: Dataset) -> Self | None:
        """Return those of a dataset; None where the last transactions may not be looked at.

        Only in a split by time is what lies before a training row a training row.
        """
        rows = dataset.rows
        columns = rows.schema.named(ENTITY)[:1]
        if not columns or rows.moments is None or dataset.split.method != "time":
            return None
        arrays = [batch.data.column(0) for batch in rows.batches(columns)]
        return cls(columns[0], pa.chunked_array(arrays).to_pandas(), rows.moments)

    @property
    def digest(self) -> str:
        """What tells these entities from others."""
        hashes = pd.util.hash_pandas_object(self.of_rows, index=False)
        return hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()[:16]

    def sequences(self, rows: Floats, layout: Layout) -> tuple[Floats, Layout]:
        """Return the last transactions of each row's entity beside each other, the oldest first."""
        from anomaly.classifiers import last_transactions

        beside = last_transactions(rows, self.of_rows, self.moments, STEPS)
        width = beside.shape[1] // STEPS
        # The last column of each transaction is the flag that tells it from a repetition.
        own = Layout((*layout.flags, width - 1), layout.categories)
        return beside, own.repeated(STEPS, width)
