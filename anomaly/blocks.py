"""Rows of features that are read in blocks, since all of them may not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from anomaly.matrices import SpooledMatrix

#: Rows of a block that is read in order.
BLOCK_ROWS = 1 << 16
# A block read at random is small, so that many far apart are shuffled together, and not smaller
# than a disk reads at its full speed.
_SHUFFLED_BYTES = 1 << 19


class ChosenRows:
    """Some rows of a spooled matrix.

    Parameters
    ----------
    matrix : SpooledMatrix
    is_chosen : ndarray of shape (n_rows_of_the_matrix,), bool

    Attributes
    ----------
    shape : tuple of two int
        (n_rows, n_features).
    """

    def __init__(self, matrix: SpooledMatrix, is_chosen: NDArray[np.bool_]) -> None:
        self._matrix = matrix
        self._is_chosen = is_chosen
        self.shape = (int(is_chosen.sum()), matrix.shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    def blocks(self, generator: np.random.Generator | None = None) -> Iterator[NDArray[Any]]:
        """Go through the rows once, in blocks of shape (n, n_features), float32.

        Parameters
        ----------
        generator : numpy.random.Generator, optional
            Puts the blocks, made small for it, into random order. The rows of a block keep
            theirs.
        """
        n_rows = self._matrix.shape[0]
        size = BLOCK_ROWS
        if generator is not None:
            size = max(1, _SHUFFLED_BYTES // (4 * self.shape[1]))
        starts = np.arange(0, n_rows, size)
        if generator is not None:
            generator.shuffle(starts)
        for start in starts:
            is_chosen = self._is_chosen[start : start + size]
            if is_chosen.any():
                block = self._matrix.read(int(start), min(int(start) + size, n_rows))
                yield block if is_chosen.all() else block[is_chosen]


Features = NDArray[np.float32] | ChosenRows


def blocks_of(rows: Features) -> Iterator[NDArray[np.float32]]:
    """Go through rows in memory, or rows that are read, in their order."""
    if isinstance(rows, ChosenRows):
        return rows.blocks()
    return (rows[start : start + BLOCK_ROWS] for start in range(0, max(1, len(rows)), BLOCK_ROWS))
