"""The virtual world: places, terminals that stand in them, customers who live in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from anomaly.simulation.catalogue import COUNTRIES, IN_TOWN, ONLINE, Merchant
from anomaly.simulation.clock import DAY, PERIOD, usual_hours

ROWS_PER_CUSTOMER: Final = 200
ROWS_PER_TERMINAL: Final = 50
TRIPS: Final = 3  # at most, per customer
HOURS: Final = 3  # of the day, per customer
LOCAL_FAVOURITES: Final = 6
ONLINE_FAVOURITES: Final = 4
PAY_DAYS: Final = (0, 14, 24, 27)  # of a month, counted from 0
SPENDING_SPREAD: Final = 1.0  # standard deviation of the logarithm
DAYS_A_CARD_IS_VALID: Final = 4 * 365
_DAYS_A_DEVICE_LASTS: Final = 3 * 365
_KM_PER_DEGREE: Final = 111.2


@dataclass(frozen=True, slots=True)
class Places:
    """Towns, country by country, then each country's online merchants.

    Attributes
    ----------
    country, latitude, longitude : ndarray of shape (places,)
        Number in `catalogue.COUNTRIES`; degrees.
    first_terminal, terminals : ndarray of shape (places,)
        The terminals of a place stand side by side: the first of them, and how many.
    first_town, towns : ndarray of shape (countries,)
        The same for the towns of a country.
    visits : ndarray of shape (towns,)
        Cumulative share of the trips that lead to a town.
    """

    country: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    first_terminal: np.ndarray
    terminals: np.ndarray
    first_town: np.ndarray
    towns: np.ndarray
    visits: np.ndarray

    def online(self, country: np.ndarray) -> np.ndarray:
        """The place of a country's online merchants."""
        return len(self.country) - len(COUNTRIES) + country

    def terminal(self, place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A terminal in each of these places; a few of them are busy and most are not."""
        rank = self.terminals[place] * rng.random(len(place)) ** 1.8
        return (self.first_terminal[place] + rank.astype(np.int32)).astype(np.int32)

    def destination(self, rng: np.random.Generator, shape: int | tuple[int, ...]) -> np.ndarray:
        """Towns that people travel to."""
        return np.searchsorted(self.visits, rng.random(shape)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Terminals:
    """Terminals and online shops. A position is NaN where none is known."""

    label: np.ndarray  # the number in its id
    place: np.ndarray
    merchant: np.ndarray  # number in `catalogue.MERCHANTS`
    latitude: np.ndarray
    longitude: np.ndarray
    price_level: np.ndarray
    has_category: np.ndarray


@dataclass(frozen=True, slots=True)
class Customers:
    """Card holders, one card each, sorted by the town they live in.

    `trip_start`, `trip_end` (seconds) and `trip_town` have shape (customers, TRIPS), `hours`
    (customers, HOURS), `local` and `online`, the favourite terminals, (customers, LOCAL_FAVOURITES)
    and (customers, ONLINE_FAVOURITES).
    """

    label: np.ndarray  # the number in its id
    town: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    activity: np.ndarray  # share of all transactions
    spending: np.ndarray  # factor on amounts
    online_share: np.ndarray
    contactless_share: np.ndarray
    hours: np.ndarray  # seconds since midnight at which they like to pay
    pay_day: (
        np.ndarray
    )  # day of each month of the period, counted from 0, on which the salary comes
    card_age: np.ndarray  # days, at the start of the period
    device_age: np.ndarray  # days, of phone or computer, at the start of the period
    new_device: np.ndarray  # day of the period, or after it, on which another one replaces it
    trip_start: np.ndarray
    trip_end: np.ndarray
    trip_town: np.ndarray
    local: np.ndarray
    online: np.ndarray

    def neighbour(self, town: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A customer who lives in each of these towns, each of which has one at least."""
        first = np.searchsorted(self.town, town, side="left")
        last = np.searchsorted(self.town, town, side="right")
        return (first + rng.random(len(town)) * (last - first)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is there before the first transaction."""

    places: Places
    terminals: Terminals
    customers: Customers

    @classmethod
    def build(cls, rows: int, rng: np.random.Generator) -> World:
        """A world of a size that suits this many transactions."""
        places, homes = _build_places(max(300, rows // ROWS_PER_TERMINAL), rng)
        terminals = _build_terminals(places, rng)
        customers = _build_customers(max(20, rows // ROWS_PER_CUSTOMER), places, homes, rng)
        return cls(places, terminals, customers)


def _build_places(terminals: int, rng: np.random.Generator) -> tuple[Places, np.ndarray]:
    """Places, and each town's share of the customers."""
    homes, visits, online = (
        np.array([getattr(country, field) for country in COUNTRIES])
        for field in ("homes", "visits", "online")
    )
    towns = 1 + np.round(terminals / 60 * (0.8 * homes + 0.2 * visits)).astype(np.int64)
    country = np.repeat(np.arange(len(COUNTRIES)), towns)
    size = rng.lognormal(0.0, 0.8, len(country))
    size /= np.bincount(country, size)[country]
    in_towns = 8 + (0.85 * terminals * size * (0.9 * homes + 0.1 * visits)[country]).astype(int)
    count = np.concatenate([in_towns, 4 + (0.15 * terminals * online).astype(int)])
    middle = np.array([(c.latitude, c.longitude, c.radius_km) for c in COUNTRIES])[country]
    latitude, longitude = _scattered(
        middle[:, 0], middle[:, 1], middle[:, 2] * np.sqrt(rng.random(len(country))), rng
    )
    nowhere = np.full(len(COUNTRIES), np.nan)
    places = Places(
        country=np.concatenate([country, np.arange(len(COUNTRIES))]),
        latitude=np.concatenate([latitude, nowhere]),
        longitude=np.concatenate([longitude, nowhere]),
        first_terminal=np.cumsum(count) - count,
        terminals=count,
        first_town=np.cumsum(towns) - towns,
        towns=towns,
        visits=_cumulative(size * visits[country]),
    )
    return places, size * homes[country]


def _build_terminals(places: Places, rng: np.random.Generator) -> Terminals:
    place = np.repeat(np.arange(len(places.country)), places.terminals)
    in_towns = int(places.terminals[: -len(COUNTRIES)].sum())
    merchant = np.concatenate(
        [
            _dealt(IN_TOWN, in_towns, rng),
            len(IN_TOWN) + _dealt(ONLINE, len(place) - in_towns, rng),
        ]
    )
    latitude, longitude = _scattered(
        places.latitude[place], places.longitude[place], rng.exponential(4.0, len(place)), rng
    )
    latitude[rng.random(len(place)) < 0.015] = np.nan  # the acquirer never registered a position
    return Terminals(
        label=rng.permutation(len(place)),
        place=place,
        merchant=merchant,
        latitude=latitude,
        longitude=longitude,
        price_level=rng.lognormal(0.0, 0.4, len(place)),
        has_category=rng.random(len(place)) >= 0.01,
    )


def _build_customers(
    count: int, places: Places, homes: np.ndarray, rng: np.random.Generator
) -> Customers:
    town = np.sort(np.searchsorted(_cumulative(homes), rng.random(count)))
    latitude, longitude = _scattered(
        places.latitude[town], places.longitude[town], rng.exponential(6.0, count), rng
    )
    activity = rng.lognormal(0.0, 0.7, count)
    starts = rng.uniform(-14 * DAY, PERIOD, (count, TRIPS))
    travels = rng.random((count, TRIPS)) < 0.4
    # Most favourite online shops sell in the customer's own country.
    at_home = rng.random((count, ONLINE_FAVOURITES)) < 0.7
    elsewhere = rng.choice(
        len(COUNTRIES), at_home.shape, p=[country.online for country in COUNTRIES]
    )
    shops = places.online(np.where(at_home, places.country[town][:, None], elsewhere))
    return Customers(
        label=rng.permutation(count),
        town=town,
        latitude=latitude,
        longitude=longitude,
        activity=activity / activity.sum(),
        spending=rng.lognormal(0.0, SPENDING_SPREAD, count),
        online_share=rng.beta(2.0, 5.0, count),
        contactless_share=rng.beta(6.0, 2.0, count),
        hours=usual_hours(rng, HOURS * count).reshape(count, HOURS),
        pay_day=rng.choice(PAY_DAYS, count),
        card_age=rng.integers(0, DAYS_A_CARD_IS_VALID, count),
        device_age=np.minimum(rng.lognormal(5.5, 1.0, count), 2_500.0).astype(np.int32),
        new_device=rng.integers(0, _DAYS_A_DEVICE_LASTS, count),
        trip_start=starts,
        trip_end=starts + travels * rng.uniform(1 * DAY, 14 * DAY, starts.shape),
        trip_town=places.destination(rng, starts.shape),
        local=_favourites(places, np.repeat(town[:, None], LOCAL_FAVOURITES, axis=1), rng),
        online=_favourites(places, shops, rng),
    )


def _favourites(places: Places, place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return places.terminal(place.ravel(), rng).reshape(place.shape)


def _dealt(merchants: tuple[Merchant, ...], count: int, rng: np.random.Generator) -> np.ndarray:
    """Merchants in random order, each as often as its share demands, even among few."""
    cumulative = _cumulative(np.array([merchant.share for merchant in merchants]))
    return np.searchsorted(cumulative, (rng.permutation(count) + 0.5) / count).astype(np.int8)


def _cumulative(weights: np.ndarray) -> np.ndarray:
    total = np.cumsum(weights)
    return total / total[-1]


def _scattered(
    latitude: np.ndarray, longitude: np.ndarray, away_km: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Positions at these distances from the given ones, in any direction."""
    angle = rng.uniform(0.0, 2 * np.pi, len(away_km))
    degrees = away_km / _KM_PER_DEGREE
    return (
        latitude + degrees * np.sin(angle),
        longitude + degrees * np.cos(angle) / np.cos(np.radians(latitude)),
    )
