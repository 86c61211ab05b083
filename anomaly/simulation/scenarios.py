"""What fraudsters do: six scenarios after the published literature.

Frauds are added to what the card holders do themselves, who go on using their cards meanwhile.

References
----------
.. [1] Y.-A. Le Borgne, W. Siblini, B. Lebichot, G. Bontempi, "Reproducible Machine Learning for
   Credit Card Fraud Detection - Practical Handbook", 2022, chapter 3, "Transaction data simulator".
.. [2] L. Delamaire, H. Abdou, J. Pointon, "Credit card fraud and detection techniques: a review",
   Banks and Bank Systems 4(2), 2009, pages 57-68.
.. [3] Stripe, "Addressing card testing quickly",
   https://support.stripe.com/questions/addressing-card-testing-quickly
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from anomaly.simulation.catalogue import (
    COUNTRIES,
    ECOMMERCE,
    IS_DIGITAL,
    IS_IN_STORE,
    IS_ONLINE,
    MAGSTRIPE,
    MANUAL,
)
from anomaly.simulation.clock import DAY, DAYS, odd_hours, usual_hours
from anomaly.simulation.episodes import Episodes, deal_episodes
from anomaly.simulation.events import AS_USUAL, Events, running_sums, usual_amounts
from anomaly.simulation.world import World

_EVERYDAY: Final = 25.0  # euro, a middling amount of a customer who spends as others do


class Fraud(NamedTuple):
    """What a scenario decides about its transactions; the fields are those of `Events`."""

    customer: np.ndarray
    terminal: np.ndarray
    time: np.ndarray
    amount: np.ndarray
    entry_mode: np.ndarray


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to defraud.

    Attributes
    ----------
    name : str
        What the column `scenario` says.
    share : float
        Share of the frauds.
    sizes : tuple of int
        The smallest and the largest number of transactions in an episode.
    is_impostor : bool
        Whether somebody else than the card holder pays.
    act : callable
        Turns episodes into transactions.
    """

    name: str
    share: float
    sizes: tuple[int, int]
    is_impostor: bool
    act: Callable[[World, Episodes, np.random.Generator], Fraud]


def frauds(world: World, rows: int, rng: np.random.Generator) -> list[Events]:
    """Fraudulent transactions, as many as `rows`, scenario by scenario."""
    dealt = deal_episodes(
        rows,
        [scenario.share for scenario in SCENARIOS],
        [scenario.sizes for scenario in SCENARIOS],
        rng,
    )
    return [
        Events(
            *scenario.act(world, episodes, rng),
            is_impostor=np.full(episodes.rows, scenario.is_impostor),
            scenario=np.full(episodes.rows, number, np.int8),
        )
        for number, (scenario, episodes) in enumerate(zip(SCENARIOS, dealt, strict=True))
    ]


def large_amount(world: World, episodes: Episodes, rng: np.random.Generator) -> Fraud:
    """One payment far above what this customer spends at such a merchant.

    Scenario 1 of [1]_, where every amount above 220 is fraud. Here it depends on the customer: what is
    far above the one's habit is an ordinary amount of the other.
    """
    customer = _victims(world, episodes, rng)
    terminal = _nearby(world, customer, 0.5, rng)
    amount = usual_amounts(world, customer, terminal, rng) * rng.uniform(10.0, 30.0, episodes.rows)
    return Fraud(
        customer,
        terminal,
        episodes.day[episodes.of_row] * DAY + odd_hours(rng, episodes.rows, 0.4),
        amount,
        _entry_modes(rng, episodes.rows, {}),
    )


def compromised_terminal(world: World, episodes: Episodes, rng: np.random.Generator) -> Fraud:
    """A card reader in a shop that was tampered with, used against many cards for four weeks.

    Scenario 2 of [1]_: two terminals a day, every payment there is fraud for 28 days. Here the
    terminal's honest payments go on, and hardly a column tells the frauds from them.
    """
    shops = IS_IN_STORE[world.terminals.merchant]
    shops &= np.isin(world.terminals.place, world.customers.town)
    terminal = rng.choice(np.flatnonzero(shops), episodes.count)[episodes.of_row].astype(np.int32)
    customer = world.customers.neighbour(world.terminals.place[terminal], rng)
    days = _within(episodes, rng.integers(0, 28, episodes.rows))
    return Fraud(
        customer,
        terminal,
        days * DAY + usual_hours(rng, episodes.rows),
        usual_amounts(world, customer, terminal, rng) * rng.uniform(1.0, 2.0, episodes.rows),
        _entry_modes(rng, episodes.rows, {MAGSTRIPE: 0.04, MANUAL: 0.02}),
    )


def stolen_card(world: World, episodes: Episodes, rng: np.random.Generator) -> Fraud:
    """A stolen card used for dear goods for up to two weeks, at first more often than later.

    Scenario 3 of [1]_: a third of a customer's payments multiplied by five for 14 days.
    """
    customer = _victims(world, episodes, rng)
    terminal = _nearby(world, customer, 0.2, rng)
    days = _within(episodes, (14 * rng.random(episodes.rows) ** 2).astype(np.int64))
    return Fraud(
        customer,
        terminal,
        days * DAY + odd_hours(rng, episodes.rows, 0.4),
        _dear(world, customer, rng),
        _entry_modes(rng, episodes.rows, {}),
    )


def card_testing(world: World, episodes: Episodes, rng: np.random.Generator) -> Fraud:
    """A burst of tiny payments at one online merchant to see whether the card works [3]_.

    Within seconds to minutes of each other; in half of the bursts one large payment elsewhere
    follows after an hour or so.
    """
    customer = _victims(world, episodes, rng)
    is_last = episodes.last == np.arange(episodes.rows)
    strikes = is_last & (episodes.first != episodes.last) & (rng.random(episodes.rows) < 0.5)
    merchant = world.terminals.merchant
    tested = rng.choice(np.flatnonzero(IS_DIGITAL[merchant]), episodes.count)[episodes.of_row]
    struck = rng.choice(np.flatnonzero(IS_ONLINE[merchant]), episodes.rows)
    terminal = np.where(strikes, struck, tested).astype(np.int32)
    gaps = rng.standard_exponential(episodes.rows) * np.where(strikes, 3_600.0, 60.0)
    tiny = 0.5 + rng.exponential(1.0, episodes.rows)
    large = usual_amounts(world, customer, terminal, rng) * rng.uniform(2.0, 8.0, episodes.rows)
    return Fraud(
        customer,
        terminal,
        _started(episodes, rng, 0.7) + running_sums(gaps, episodes.first),
        np.where(strikes, large, tiny),
        _entry_modes(rng, episodes.rows, {ECOMMERCE: 1.0}),
    )


def cloned_card(world: World, episodes: Episodes, rng: np.random.Generator) -> Fraud:
    """A copy of a card, at times of its stripe alone, used elsewhere, mostly abroad, within hours [2]_."""
    customer = _victims(world, episodes, rng)
    town = world.places.destination(rng, episodes.count)[episodes.of_row]
    terminal = world.places.terminal(town, rng)
    gaps = rng.exponential(1_800.0, episodes.rows)
    raised = rng.uniform(4.0, 10.0, episodes.rows)
    return Fraud(
        customer,
        terminal,
        _started(episodes, rng, 0.5) + running_sums(gaps, episodes.first),
        usual_amounts(world, customer, terminal, rng) * raised,
        _entry_modes(rng, episodes.rows, {MAGSTRIPE: 0.3}),
    )


def card_not_present(world: World, episodes: Episodes, rng: np.random.Generator) -> Fraud:
    """Stolen card details used within hours at online merchants of any country [2]_."""
    customer = _victims(world, episodes, rng)
    country = rng.choice(len(COUNTRIES), episodes.rows, p=[c.online for c in COUNTRIES])
    terminal = world.places.terminal(world.places.online(country), rng)
    gaps = rng.exponential(3_600.0, episodes.rows)
    return Fraud(
        customer,
        terminal,
        _started(episodes, rng, 0.6) + running_sums(gaps, episodes.first),
        _dear(world, customer, rng),
        _entry_modes(rng, episodes.rows, {}),
    )


SCENARIOS: Final = (
    Scenario("large_amount", 0.10, (1, 1), True, large_amount),
    Scenario("compromised_terminal", 0.34, (16, 32), False, compromised_terminal),
    Scenario("stolen_card", 0.20, (8, 16), True, stolen_card),
    Scenario("card_testing", 0.16, (6, 14), True, card_testing),
    Scenario("cloned_card", 0.08, (4, 8), True, cloned_card),
    Scenario("card_not_present", 0.12, (4, 8), True, card_not_present),
)


def _victims(world: World, episodes: Episodes, rng: np.random.Generator) -> np.ndarray:
    """One customer per episode, for each of its rows; who pays often is at risk more often."""
    customers = len(world.customers.activity)
    victims = rng.choice(customers, episodes.count, p=world.customers.activity)
    return victims[episodes.of_row].astype(np.int32)


def _nearby(
    world: World, customer: np.ndarray, online_share: float, rng: np.random.Generator
) -> np.ndarray:
    """Terminals where the victim lives, or elsewhere in the country, or in its online shops."""
    places = world.places
    town = world.customers.town[customer]
    country = places.country[town]
    other = places.first_town[country] + rng.random(len(town)) * places.towns[country]
    town = np.where(rng.random(len(town)) < 0.5, town, other.astype(town.dtype))
    is_online = rng.random(len(town)) < online_share
    return places.terminal(np.where(is_online, places.online(country), town), rng)


def _dear(world: World, customer: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Amounts in euro far above what these customers spend, whatever is bought."""
    return _EVERYDAY * world.customers.spending[customer] * rng.uniform(4.0, 12.0, len(customer))


def _within(episodes: Episodes, later: np.ndarray) -> np.ndarray:
    """Days so many later than the episode starts, counted back from the end of the period on."""
    days = episodes.day[episodes.of_row] + later
    return np.where(days < DAYS, days, 2 * DAYS - 1 - days)


def _started(episodes: Episodes, rng: np.random.Generator, odd: float) -> np.ndarray:
    """For each row the time at which its episode starts; `odd` is the share at any hour alike."""
    return (episodes.day * DAY + odd_hours(rng, episodes.count, odd))[episodes.of_row]


def _entry_modes(rng: np.random.Generator, rows: int, shares: dict[int, float]) -> np.ndarray:
    """Entry modes in these shares, `AS_USUAL` for the rest."""
    modes = np.array([*shares, AS_USUAL], np.int8)
    return rng.choice(modes, rows, p=[*shares.values(), 1.0 - sum(shares.values())])
