"""Where the features of all rows are kept: in memory where they fit, else in a file beside the run."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from anomaly.utils.files import written_or_explained

#: A matrix of more bytes goes into a file. The same on every machine: the order of the rows in
#: training, and so the run, hangs on it.
HELD_BYTES = 1 << 27
# A block that is read in order.
_BLOCK_BYTES = 1 << 23
# A block read at random is small, so that many far apart are shuffled together, and not smaller
# than a disk reads at its full speed.
_SHUFFLED_BYTES = 1 << 19


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
    def chosen(self, is_chosen: NDArray[np.bool_]) -> FeatureRows:
        """Return the rows that a mask of shape (n_rows,) chooses, which may be many."""

    @abstractmethod
    def close(self) -> None:
        """Give up what the matrix takes; it cannot be read any more."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Go through all rows in order, each block with the position of its first row."""
        n_rows, n_features = self.shape
        size = rows_of_a_block(n_features)
        for start in range(0, n_rows, size):
            yield start, self.read(start, min(start + size, n_rows))


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

    def chosen(self, is_chosen: NDArray[np.bool_]) -> FeatureRows:
        return self._values[is_chosen]

    def close(self) -> None:
        self._values = np.empty((0, self.shape[1]), dtype=np.float32)


class SpooledMatrix(FeatureMatrix):
    """A matrix in a nameless file, which the system removes however the process ends.

    Parameters
    ----------
    n_rows, n_features : int
    folder : path
        Whose disk takes it: 4 bytes a value.
    target : path, optional
        What messages call the folder.
    """

    def __init__(
        self, n_rows: int, n_features: int, folder: Path, target: Path | None = None
    ) -> None:
        self.shape = (n_rows, n_features)
        self._target = target or folder
        # Read and not mapped: pages of a mapped file count as the memory of the process.
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._lock = Lock()

    def append(self, values: NDArray[np.float32]) -> None:
        left = memoryview(np.ascontiguousarray(values).data).cast("B")
        with written_or_explained(self._target):
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

    def close(self) -> None:
        self._file.close()

    def take(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        values = np.empty((len(rows), self.shape[1]), dtype=np.float32)
        for place, row in enumerate(rows.tolist()):
            values[place] = self.read(row, row + 1)[0]
        return values

    def chosen(self, is_chosen: NDArray[np.bool_]) -> FeatureRows:
        return ChosenRows(self, is_chosen)


class ChosenRows:
    """Some rows of a spooled matrix.

    Parameters
    ----------
    matrix : SpooledMatrix
    is_chosen : ndarray of shape (n_rows_of_the_matrix,), bool
    columns : sequence of int, optional
        Some of the columns; all by default.

    Attributes
    ----------
    shape : tuple of two int
        (n_rows, n_features).
    """

    def __init__(
        self,
        matrix: SpooledMatrix,
        is_chosen: NDArray[np.bool_],
        columns: Sequence[int] | None = None,
    ) -> None:
        self._matrix = matrix
        self._is_chosen = is_chosen
        self._columns = None if columns is None else list(columns)
        width = matrix.shape[1] if self._columns is None else len(self._columns)
        self.shape = (int(is_chosen.sum()), width)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, is_kept: NDArray[np.bool_]) -> ChosenRows:
        """Return those of the rows that a mask of shape (n_rows,) keeps."""
        is_chosen = self._is_chosen.copy()
        is_chosen[is_chosen] = is_kept
        return ChosenRows(self._matrix, is_chosen, self._columns)

    def of_columns(self, places: Sequence[int]) -> ChosenRows:
        """Return some columns of the rows."""
        own = range(self.shape[1]) if self._columns is None else self._columns
        return ChosenRows(self._matrix, self._is_chosen, [own[place] for place in places])

    def blocks(self, generator: np.random.Generator | None = None) -> Iterator[NDArray[Any]]:
        """Go through the rows once, in blocks of shape (n, n_features), float32.

        Parameters
        ----------
        generator : numpy.random.Generator, optional
            Puts the blocks, made small for it, into random order. The rows of a block keep
            theirs.
        """
        n_rows = self._matrix.shape[0]
        n_bytes = _BLOCK_BYTES if generator is None else _SHUFFLED_BYTES
        size = rows_of_a_block(self._matrix.shape[1], n_bytes)
        starts = np.arange(0, n_rows, size)
        if generator is not None:
            generator.shuffle(starts)
        for start in starts:
            is_chosen = self._is_chosen[start : start + size]
            if is_chosen.any():
                block = self._matrix.read(int(start), min(int(start) + size, n_rows))
                block = block if is_chosen.all() else block[is_chosen]
                yield block if self._columns is None else block[:, self._columns]


FeatureRows = NDArray[np.float32] | ChosenRows


def blocks_of(rows: FeatureRows) -> Iterator[NDArray[np.float32]]:
    """Go through rows in memory, or rows that are read, in their order."""
    if isinstance(rows, ChosenRows):
        return rows.blocks()
    size = rows_of_a_block(rows.shape[1])
    return (rows[start : start + size] for start in range(0, max(1, len(rows)), size))


def by_blocks(
    function: Callable[[NDArray[np.float32]], Any], rows: FeatureRows, out: NDArray[Any]
) -> NDArray[Any]:
    """Write what the function gives for each block of rows into an array, and return that."""
    place = 0
    for block in blocks_of(rows):
        out[place : place + len(block)] = function(block)
        place += len(block)
    return out


def sample_of(
    rows: FeatureRows, n_rows: int, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Return at most so many of the rows, drawn at random, in their order."""
    places = np.sort(generator.permutation(len(rows))[:n_rows])
    if not isinstance(rows, ChosenRows):
        return rows[places]
    parts, first = [], 0
    for block in rows.blocks():
        end = first + len(block)
        start, stop = np.searchsorted(places, [first, end])
        parts.append(block[places[start:stop] - first])
        first = end
    return np.concatenate(parts)


def rows_of_a_block(n_features: int, n_bytes: int = _BLOCK_BYTES) -> int:
    """Return how many rows of so many float32 features a block has."""
    return max(1, n_bytes // (4 * max(1, n_features)))


def empty_matrix(n_rows: int, n_features: int, folder: Path, target: Path) -> FeatureMatrix:
    """Return a matrix to be written, in memory or in a file by its size.

    Parameters
    ----------
    n_rows, n_features : int
    folder : path
        Where the file would be.
    target : path
        What messages call the folder.
    """
    if 4 * n_rows * n_features <= HELD_BYTES:
        return HeldMatrix(n_rows, n_features)
    return SpooledMatrix(n_rows, n_features, folder, target)
