"""The features of all rows: in memory where they fit, else in a file beside the run."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from anomaly.blocks import BLOCK_ROWS, ChosenRows, Features

#: A matrix of more bytes goes into a file. The same on every machine: the order of the rows in
#: training, and so the run, hangs on it.
HELD_BYTES = 1 << 27


class FeatureMatrix(ABC):
    """A float32 matrix that is written once from its first row to its last, then read.

    Attributes
    ----------
    shape : tuple of two int
        (n_rows, n_features).
    """

    shape: tuple[int, int]

    @abstractmethod
    def append(self, values: NDArray[np.float32]) -> None:
        """Write the next rows, of shape (n, n_features)."""

    @abstractmethod
    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return the rows from `start` to before `stop`."""

    @abstractmethod
    def take(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the rows of these positions, which are few."""

    @abstractmethod
    def chosen(self, is_chosen: NDArray[np.bool_]) -> Features:
        """Return the rows that a mask of shape (n_rows,) chooses, which may be many."""

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Go through all rows in order, each block with the position of its first row."""
        n_rows = self.shape[0]
        for start in range(0, n_rows, BLOCK_ROWS):
            yield start, self.read(start, min(start + BLOCK_ROWS, n_rows))


class HeldMatrix(FeatureMatrix):
    """A matrix in memory."""

    def __init__(self, n_rows: int, n_features: int) -> None:
        self.shape = (n_rows, n_features)
        self._values = np.empty(self.shape, dtype=np.float32)
        self._n_written = 0

    def append(self, values: NDArray[np.float32]) -> None:
        self._values[self._n_written : self._n_written + len(values)] = values
        self._n_written += len(values)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        return self._values[start:stop]

    def take(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return self._values[rows]

    def chosen(self, is_chosen: NDArray[np.bool_]) -> Features:
        return self._values[is_chosen]


class SpooledMatrix(FeatureMatrix):
    """A matrix in a nameless file, which the system removes however the process ends.

    Parameters
    ----------
    n_rows, n_features : int
    folder : path
        Whose disk takes it: 4 bytes a value.
    """

    def __init__(self, n_rows: int, n_features: int, folder: Path) -> None:
        self.shape = (n_rows, n_features)
        # Read and not mapped: pages of a mapped file count as the memory of the process.
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._lock = Lock()

    def append(self, values: NDArray[np.float32]) -> None:
        left = memoryview(np.ascontiguousarray(values).data).cast("B")
        while left:
            left = left[self._file.write(left) :]

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        values = np.empty((stop - start, self.shape[1]), dtype=np.float32)
        left = memoryview(values.data).cast("B")
        with self._lock:
            self._file.seek(4 * self.shape[1] * start)
            while left:
                count = self._file.readinto(left)  # type: ignore[attr-defined]
                if not count:
                    raise EOFError(f"row {stop} of {self.shape[0]} was not written")
                left = left[count:]
        return values

    def take(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        values = np.empty((len(rows), self.shape[1]), dtype=np.float32)
        for place, row in enumerate(rows.tolist()):
            values[place] = self.read(row, row + 1)[0]
        return values

    def chosen(self, is_chosen: NDArray[np.bool_]) -> Features:
        return ChosenRows(self, is_chosen)


def empty_matrix(n_rows: int, n_features: int, folder: Path) -> FeatureMatrix:
    """Return a matrix to be written, in memory or in a file in the folder by its size."""
    if 4 * n_rows * n_features <= HELD_BYTES:
        return HeldMatrix(n_rows, n_features)
    return SpooledMatrix(n_rows, n_features, folder)
