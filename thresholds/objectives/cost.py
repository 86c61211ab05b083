"""The expected cost of false alarms and of missed anomalies."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Self

import numpy as np

from thresholds.counting.counts import Counts, Ratios
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal
from thresholds.objectives.registry import with_goal
from thresholds.uncertainty.sums import Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerms:
    """What a user says that alerts cost: without it there is no cost.

    Attributes
    ----------
    false_alarm_cost : float
        Of one false alarm.
    missed_cost : float or None
        Of one missed anomaly; None where each one costs its amount.
    missed_cost_column : str
        The column of the amounts, where it has a name.
    recovered : float
        The share of an anomaly's cost that catching it saves.
    """

    false_alarm_cost: float
    missed_cost: float | None = None
    missed_cost_column: str = ""
    recovered: float = 1.0

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self | None:
        """Return the terms among some options; None where they do not price both mistakes."""
        column = options.get("missed_cost_column") or ""
        priced = options.get("missed_cost")
        if options.get("false_alarm_cost") is None or (priced is None and not column):
            return None
        recovered = options.get("recovered")
        return cls(
            false_alarm_cost=float(options["false_alarm_cost"]),
            missed_cost=None if priced is None else float(priced),
            missed_cost_column=column,
            recovered=1.0 if recovered is None else float(recovered),
        )

    def in_words(self, noun: str = "anomaly") -> str:
        """Return the prices and their unit, as every cost that is shown says them.

        Parameters
        ----------
        noun : str
            What a row with label 1 is called.

        Examples
        --------
        >>> CostTerms(false_alarm_cost=5, missed_cost=100).in_words("fraud")
        '5 for a false alarm, 100 for a missed fraud; in the unit of these prices'
        """
        amount = self.missed_cost_column or "amount"
        missed = f"its {amount}" if self.missed_cost is None else _price(self.missed_cost)
        words = f"{_price(self.false_alarm_cost)} for a false alarm, {missed} for a missed {noun}"
        if self.recovered < 1:
            words += f", {_price(100 * (1 - self.recovered))} % of that for a caught one"
        unit = "these prices" if self.missed_cost is not None else amount
        return f"{words}; in the unit of {unit}"


def _price(value: float) -> str:
    return f"{value:,.10g}"


@with_goal()
def cost(
    *, false_alarm_cost: float, missed_cost: float | None = None, recovered: float = 1.0
) -> Goal:
    """Minimise the expected cost of false alarms and of missed anomalies.

    A false alarm costs `false_alarm_cost`. An anomaly costs `missed_cost`, or else its amount, where
    it is missed, and the share ``1 - recovered`` of that where it is caught. Alerting on nothing is
    an answer, where that is cheapest.

    Parameters
    ----------
    false_alarm_cost : float
        Of one false alarm, at least 0; in the unit of the amounts.
    missed_cost : float, optional
        Of one missed anomaly, at least 0. Without it the `amounts` of `pick` are taken.
    recovered : float, default=1.0
        The share of an anomaly's cost that catching it saves, from 0 to 1.
    """
    _refuse_costs(false_alarm_cost, missed_cost, recovered)

    def expected(counts: Counts) -> Ratios:
        alarms = false_alarm_cost * counts.fp
        if missed_cost is not None:
            return alarms + missed_cost * (counts.positives - recovered * counts.tp)
        if counts.caught is None:
            raise ThresholdError(
                "objective 'cost' needs the option `missed_cost` or `amounts`; "
                "give what a missed anomaly costs, or the money at stake in each row"
            )
        return alarms + (counts.at_stake - recovered * counts.caught)

    @np.errstate(over="ignore", invalid="ignore")
    def sums(counts: Counts) -> Sums:
        total, one = expected(counts), counts.squares or counts
        rows = counts.positives + counts.negatives if counts.squares is None else sum(counts.n_rows)
        if missed_cost is not None:
            left = one.positives - (1 - (1 - recovered) ** 2) * one.tp
            squares = np.square(np.float64(missed_cost)) * left
            largest = missed_cost * (one.positives / counts.positives if counts.positives else 1)
        else:
            assert one.caught is not None, "the cost is told"
            squares = one.at_stake - (1 - (1 - recovered) ** 2) * one.caught
            # What an anomaly costs that is met as often as it is dear.
            largest = one.at_stake / counts.at_stake if counts.at_stake else 0.0
        squares = squares + np.square(np.float64(false_alarm_cost)) * one.fp
        # Of so many rows in all.
        squares = np.maximum(squares - np.square(total) / rows, 0.0)
        alarm = one.negatives / counts.negatives if counts.negatives else 1.0
        return Sums(total=total, squares=squares, largest=max(false_alarm_cost * alarm, largest))

    return Goal(
        utility=lambda counts: -expected(counts),
        silence_counts=True,
        can_be_robust=True,
        cost=expected,
        cost_sums=sums,
        needs_amounts=missed_cost is None,
    )


def _refuse_costs(false_alarm_cost: float, missed_cost: float | None, recovered: float) -> None:
    for name, price in (("false_alarm_cost", false_alarm_cost), ("missed_cost", missed_cost)):
        if price is not None and not 0 <= price < inf:
            raise ThresholdError(f"`{name}` is {price}; give a finite number from 0")
    if not 0 <= recovered <= 1:
        raise ThresholdError(f"`recovered` is {recovered}; give a share from 0 to 1, such as 0.8")
