"""What card holders do: habits, errands, trips, now and then something big."""

from __future__ import annotations

import numpy as np

from anomaly.simulation.catalogue import IS_DIGITAL
from anomaly.simulation.clock import DAY, DAYS, MONTH, is_night, usual_times
from anomaly.simulation.events import AS_USUAL, NORMAL, Events, running_sums, usual_amounts
from anomaly.simulation.world import HOURS, LOCAL_FAVOURITES, ONLINE_FAVOURITES, TRIPS, World


def purchases(world: World, rows: int, rng: np.random.Generator) -> Events:
    """Transactions of card holders, as many as `rows`, over the whole period."""
    customers = world.customers
    counts = rng.multinomial(rows, customers.activity)
    customer = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    opening = _openings(customer, rng)
    time = _times(world, customer, rng)[opening]
    terminal = _terminals(world, customer, time, opening, rng)
    # Small purchases within a game or an app come quickly, one after the other, at one merchant.
    in_app = IS_DIGITAL[world.terminals.merchant[terminal[opening]]] & (rng.random(rows) < 0.15)
    terminal = np.where(in_app, terminal[opening], terminal)
    gaps = rng.standard_exponential(rows) * np.where(in_app, 80.0, 1_500.0)
    time += running_sums(gaps, opening)
    amount = usual_amounts(world, customer, terminal, rng)
    # Furniture, a family holiday, a repair: rare, and as large as many a fraud.
    is_big = rng.random(rows) < 0.002
    amount[is_big] *= rng.uniform(3.0, 10.0, int(is_big.sum()))
    return Events(
        customer=customer,
        terminal=terminal,
        time=time,
        amount=amount,
        entry_mode=np.full(rows, AS_USUAL, np.int8),
        is_impostor=np.zeros(rows, bool),
        scenario=np.full(rows, NORMAL, np.int8),
    )


def _times(world: World, customer: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Times at which customers pay: at their own hours, more often when the salary is there."""
    customers, rows = world.customers, len(customer)
    time = usual_times(rng, rows)
    day, second = np.divmod(time, DAY)
    at_own_hour = rng.random(rows) < 0.7
    own = customers.hours[customer, rng.integers(0, HOURS, rows)]
    second = np.where(at_own_hour, own + rng.normal(0.0, 2_400.0, rows), second)
    salary = customers.pay_day[customer] + rng.integers(0, 1 + DAYS // MONTH, rows) * MONTH
    salary += rng.geometric(0.35, rows) - 1
    is_spent_at_once = (rng.random(rows) < 0.2) & (salary < DAYS)
    return np.where(is_spent_at_once, salary, day) * DAY + second


def _openings(customer: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each row the row that opens its errand: a third go on from the customer's row before."""
    opens = rng.random(len(customer)) >= 0.33
    opens[0] = True
    opens[1:] |= customer[1:] != customer[:-1]
    return np.maximum.accumulate(np.where(opens, np.arange(len(customer)), 0))


def _terminals(
    world: World,
    customer: np.ndarray,
    time: np.ndarray,
    opening: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """A favourite three times out of four, else any terminal of the place one is in."""
    places, customers, rows = world.places, world.customers, len(customer)
    share = customers.online_share[customer]
    is_online = rng.random(rows)[opening] < np.where(is_night(time), 0.3 + 0.7 * share, share)
    town = customers.town[customer]
    for trip in range(TRIPS):
        is_away = time >= customers.trip_start[customer, trip]
        is_away &= time < customers.trip_end[customer, trip]
        town = np.where(is_away, customers.trip_town[customer, trip], town)
    country = places.country[town]
    terminal = places.terminal(np.where(is_online, places.online(country), town), rng)
    is_habit = (rng.random(rows) < 0.93) & (is_online | (town == customers.town[customer]))
    slot = rng.random(rows) ** 1.5
    favourite = np.where(
        is_online,
        customers.online[customer, (slot * ONLINE_FAVOURITES).astype(np.int8)],
        customers.local[customer, (slot * LOCAL_FAVOURITES).astype(np.int8)],
    )
    return np.where(is_habit, favourite, terminal)
