"""What alerts cost, from the options to the amounts of rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.dataset.rows import Rows
from anomaly.errors import DataError, OptionError
from thresholds import CostTerms, Prices


@dataclass(frozen=True, slots=True)
class Costs:
    """What false alarms and missed positive rows cost.

    Attributes
    ----------
    terms : CostTerms
    amounts : ndarray of shape (n_rows,) or None
        Of every row of the table, where the terms have no price of a missed one.
    """

    terms: CostTerms
    amounts: Any = None

    def options(self) -> dict[str, Any]:
        """Return the options of the objective `cost`."""
        terms = self.terms
        options = {"false_alarm_cost": terms.false_alarm_cost, "recovered": terms.recovered}
        return (
            options if terms.missed_cost is None else options | {"missed_cost": terms.missed_cost}
        )

    def at_stake(self, rows: NDArray[np.int64]) -> NDArray[np.float64] | None:
        """Return the amounts of some rows."""
        return None if self.amounts is None else self.amounts[rows]

    def prices(self, rows: NDArray[np.int64]) -> Prices:
        """Return the costs of some rows."""
        terms = self.terms
        missed = terms.missed_cost if terms.missed_cost is not None else self.amounts[rows]
        return Prices(terms.false_alarm_cost, missed, terms.recovered)


@dataclass(frozen=True, slots=True)
class CostOptions:
    """What alerts cost, as the options have it; see `anomaly.compare`."""

    false_alarm_cost: float | None
    missed_cost: float | None
    missed_cost_column: str | None
    recovered: float

    def check(self) -> None:
        """Raise `OptionError` where the options cannot be met."""
        is_missed_given = self.missed_cost is not None or self.missed_cost_column is not None
        if self.missed_cost is not None and self.missed_cost_column is not None:
            raise OptionError(
                "--missed-cost and --missed-cost-column each say what a missed anomaly costs; "
                "give one"
            )
        if (self.false_alarm_cost is not None) != is_missed_given:
            raise OptionError(
                "a cost needs --false-alarm-cost and --missed-cost, or --missed-cost-column in "
                "its place; give both, or neither"
            )
        for name in ("false_alarm_cost", "missed_cost"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < np.inf:
                option = name.replace("_", "-")
                raise OptionError(f"--{option} {value:g}: give a finite number from 0")
        if not 0 <= self.recovered <= 1:
            raise OptionError(f"--recovered {self.recovered:g}: give a share from 0 to 1")

    def of(self, rows: Rows) -> Costs | None:
        """Return the costs of the rows of a table; None where none are given."""
        terms = CostTerms.from_options(asdict(self))
        if terms is None:
            return None
        name = self.missed_cost_column
        return Costs(terms, None if name is None else _amounts(rows, name))


def _amounts(rows: Rows, name: str) -> NDArray[np.float64]:
    """Return a column of money, of which only that of positive rows is looked at."""
    known = [column.name for column in rows.schema.inputs if column.kind == "number"]
    if name not in known:
        raise OptionError(
            f"--missed-cost-column {name}: {rows.table.name} has no such column of numbers; "
            f"it has {', '.join(known)}"
        )
    column = [b.data.column(0).to_numpy(zero_copy_only=False) for b in rows.batches([name])]
    amounts = np.where(rows.labels == 1, np.concatenate(column).astype(np.float64), 0.0)
    unusable = ~(np.isfinite(amounts) & (amounts >= 0))
    if unusable.any():
        row = int(unusable.argmax())
        raise DataError(
            f"{rows.table.name}: row {row}, a positive one, has no amount from 0 in {name!r}; "
            "correct it, or give --missed-cost"
        )
    return amounts
