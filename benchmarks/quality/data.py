"""The data sets: the credit-card set and those of ADBench and OddBench."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.shared.results import data_folder

CREDIT_CARD = "creditcard"
# As in ADBench and in every published table: all columns but Time.
FEATURES = [*(f"V{number}" for number in range(1, 29)), "Amount"]

Matrix = NDArray[np.float64]
Labels = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class LabelledRows:
    """Rows with their labels.

    Attributes
    ----------
    rows : ndarray of shape (n_rows, n_features), float64
    labels : ndarray of shape (n_rows,), int8
        1 for an anomaly.
    moments : ndarray of shape (n_rows,), or None
        The time of each row, where it is known.
    """

    rows: Matrix
    labels: Labels
    moments: Matrix | None = None

    def chosen(self, places: NDArray[np.integer]) -> LabelledRows:
        """Return the rows at these places, in this order."""
        moments = None if self.moments is None else self.moments[places]
        return LabelledRows(self.rows[places], self.labels[places], moments)

    @property
    def normal(self) -> Matrix:
        """The normal rows."""
        return self.rows[self.labels == 0]

    @property
    def anomalies(self) -> Matrix:
        """The anomalies."""
        return self.rows[self.labels == 1]

    def thinned(self, normal_rows: int | None) -> LabelledRows:
        """Return all anomalies and evenly spaced normal rows, at most so many."""
        normal = np.flatnonzero(self.labels == 0)
        if normal_rows is None or len(normal) <= normal_rows:
            return self
        kept = normal[np.linspace(0, len(normal) - 1, normal_rows).astype(np.int64)]
        return self.chosen(np.sort(np.concatenate([kept, np.flatnonzero(self.labels)])))


def counted(training: Matrix, test: LabelledRows) -> dict[str, int]:
    """Return the number of rows that train and test, and of the anomalies to find."""
    return {
        "train": len(training),
        "test": len(test.rows),
        "anomalies": int(test.labels.sum()),
    }


def adbench_sets() -> list[str]:
    """Return the names of the ADBench sets that are there."""
    return sorted(_adbench_files(), key=str.lower)


def oddbench_sets() -> list[str]:
    """Return the names of the OddBench sets that are there."""
    return sorted((file.stem for file in _oddbench_folder().glob("*.npz")), key=str.lower)


def oddbench(name: str) -> tuple[Matrix, LabelledRows]:
    """Return the normal rows of a set of OddBench that train, and the rows that test."""
    with np.load(_oddbench_folder() / f"{name}.npz") as arrays:
        test = LabelledRows(
            arrays["test"].astype(np.float64), arrays["test_labels"].astype(np.int8)
        )
        return arrays["train"].astype(np.float64), test


def is_missing() -> str:
    """Return in words what is not there; empty where everything is."""
    missing = [] if _card_file().exists() else [_card_file().name]
    missing += [] if _adbench_files() else ["adbench/*.npz"]
    return f"{data_folder()} has no {' and no '.join(missing)}" if missing else ""


def load(name: str) -> LabelledRows:
    """Return a set by its name.

    Raises
    ------
    FileNotFoundError
        When it is not there.
    """
    return credit_card() if name == CREDIT_CARD else adbench(name)


@cache
def credit_card() -> LabelledRows:
    """Return the credit-card set, in its order, without Time among the features."""
    table = pq.read_table(_card_file())
    rows = np.column_stack([table.column(name).to_numpy() for name in FEATURES])
    return LabelledRows(
        rows.astype(np.float64),
        table.column("Class").to_numpy().astype(np.int8),
        table.column("Time").to_numpy().astype(np.float64),
    )


def adbench(name: str) -> LabelledRows:
    """Return a set of ADBench."""
    files = _adbench_files()
    if name not in files:
        raise FileNotFoundError(f"{data_folder() / 'adbench'} has no set {name}")
    with np.load(files[name]) as arrays:
        return LabelledRows(arrays["X"].astype(np.float64), arrays["y"].astype(np.int8))


def _oddbench_folder() -> Path:
    return data_folder() / "oddbench"


def _card_file() -> Path:
    return data_folder() / "creditcard.parquet"


@cache
def _adbench_files() -> dict[str, Path]:
    # Files are called 45_wine.npz.
    found = (data_folder() / "adbench").glob("*.npz")
    return {file.stem.partition("_")[2]: file for file in found}
