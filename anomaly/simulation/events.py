"""Transactions before they have columns: who paid where, when, how much, and who it really was."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from anomaly.simulation.catalogue import AMOUNT, SPREAD
from anomaly.simulation.clock import PERIOD
from anomaly.simulation.world import World

AS_USUAL = -1  # entry mode: whatever a card holder would do at this terminal
NORMAL = -1  # scenario of a transaction that is no fraud

# Of the spread of a kind of merchant; the rest lies between its terminals and between customers.
_SPREAD_AT_A_TERMINAL = 0.6


@dataclass(frozen=True, slots=True)
class Events:
    """Transactions as arrays of one length.

    Attributes
    ----------
    customer, terminal : int32
        Numbers in the world's arrays.
    time : float64
        Seconds since the start of the period. Fractions of a second keep transactions apart, so
        that sorting never has to fall back on the order in which they were made.
    amount : float64
        Euro, not yet rounded.
    entry_mode : int8
        Number in `catalogue.ENTRY_MODES`, or `AS_USUAL`.
    is_impostor : bool
        Whether somebody else than the card holder pays.
    scenario : int8
        Number in `scenarios.SCENARIOS`, or `NORMAL`.
    """

    customer: np.ndarray
    terminal: np.ndarray
    time: np.ndarray
    amount: np.ndarray
    entry_mode: np.ndarray
    is_impostor: np.ndarray
    scenario: np.ndarray


def in_order_of_time(parts: list[Events]) -> Events:
    """Join events and sort them by time; what runs over the end is folded back into the period."""
    joined = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Events)
    }
    time = joined["time"]
    np.subtract(2 * PERIOD, time, out=time, where=time >= PERIOD)
    np.abs(time, out=time)
    order = np.argsort(time, kind="stable")
    return Events(**{name: values[order] for name, values in joined.items()})


def usual_amounts(
    world: World, customer: np.ndarray, terminal: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Amounts in euro that these customers would spend at these terminals."""
    merchant = world.terminals.merchant[terminal]
    amounts = _SPREAD_AT_A_TERMINAL * SPREAD[merchant] * rng.standard_normal(len(terminal))
    np.exp(amounts, out=amounts)
    amounts *= AMOUNT[merchant]
    amounts *= world.customers.spending[customer]
    amounts *= world.terminals.price_level[terminal]
    return amounts


def running_sums(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Sums of the values since the first one of the same group, leaving that first one out.

    Examples
    --------
    >>> running_sums(np.array([9, 1, 2, 9, 5]), np.array([0, 0, 0, 3, 3]))
    array([0, 1, 3, 0, 5])
    """
    totals = np.cumsum(values)
    return totals - totals[first]
