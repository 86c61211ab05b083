"""The built-in sets: data that are named and not given, with the roles of their columns."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from anomaly.errors import DataError
from anomaly.tables.base import Table
from anomaly.tables.columnar import ArrowTable, ParquetTable

SIMULATED_ROWS: Final = 100_000


class BuiltInSet(ABC):
    """A set of transactions that comes by its name."""

    name: str

    @abstractmethod
    def open(self) -> Table:
        """Open the set for reading, or raise `DataError` where it is not on this machine."""

    @abstractmethod
    def roles(self) -> Mapping[str, str | Sequence[str]]:
        """Return the roles of its columns, under the names of `anomaly.train`'s options."""


class SimulatedSet(BuiltInSet):
    """Simulated card transactions, made anew each time it is opened."""

    name = "simulated"

    def open(self) -> Table:
        from anomaly.simulation import simulate_table

        return ArrowTable(self.name, simulate_table(SIMULATED_ROWS, seed=0).to_reader)

    def roles(self) -> Mapping[str, str | Sequence[str]]:
        from anomaly.simulation import ROLES

        return ROLES


class CreditCardSet(BuiltInSet):
    """The credit-card fraud set of ULB, from the folder that ANOMALY_DATA names."""

    name = "creditcard"

    def open(self) -> Table:
        folder = os.environ.get("ANOMALY_DATA")
        path = Path(folder or ".") / "creditcard.parquet"
        if folder and path.is_file():
            return ParquetTable(self.name, path)
        raise DataError(
            "the built-in set creditcard is not on this machine: put creditcard.parquet (the "
            "credit-card fraud set of ULB, mlg-ulb/creditcardfraud on Kaggle) into a folder and "
            "name that folder in the environment variable ANOMALY_DATA"
        )

    def roles(self) -> Mapping[str, str | Sequence[str]]:
        return {"label": "Class", "time": "Time"}


#: Every built-in set by its name.
BUILT_IN: Final[dict[str, BuiltInSet]] = {s.name: s for s in (SimulatedSet(), CreditCardSet())}
