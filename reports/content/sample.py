"""A sample of the held-out transactions with all their columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class SampledColumn:
    """One column of a sample of transactions.

    Attributes
    ----------
    name : str
        Name as in the file.
    values : ndarray of shape (n,), float64
        Numbers; or positions in `levels`; NaN where a value is missing.
    levels : sequence of str
        The values of a category or a flag; empty for numbers.
    is_time : bool
        Whether the numbers are seconds since 1970.
    """

    name: str
    values: NDArray[np.float64]
    levels: Sequence[str] = ()
    is_time: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some of the held-out transactions, drawn at random within each class.

    Attributes
    ----------
    columns : sequence of SampledColumn
        Those that the detector reads.
    labels : ndarray of shape (n,) or None
        1 for a positive row, 0 for a normal one.
    shares : ndarray of shape (n, n_columns) or None
        Each column's part of the score, in units of the score.
    """

    columns: Sequence[SampledColumn]
    labels: NDArray[Any] | None = None
    shares: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        sizes = {len(column.values) for column in self.columns}
        sizes |= {len(rows) for rows in (self.labels, self.shares) if rows is not None}
        if len(sizes) > 1:
            raise ValueError(f"all columns must have the same number of rows, not {sorted(sizes)}")
        if self.shares is not None and self.shares.shape[1:] != (len(self.columns),):
            raise ValueError("shares must have a column for each column of the sample")
