"""From events to columns: what a card processor knows when it decides.

==========================  =============  =========================================================
column                      type           what
==========================  =============  =========================================================
``transaction_id``          int64          1, 2, 3, ... in order of time
``time``                    timestamp[s]   when, in whole seconds
``customer_id``             string         ``C0000123``; each customer has one card
``terminal_id``             string         ``T0000123``; a card reader, an ATM or an online merchant
``amount``                  double         euro
``merchant_category``       string         groceries, fuel, cash, ...; null for 1 % of the terminals
``channel``                 string         in_store, online, atm
``country``                 string         of the terminal, ISO 3166-1
``distance_from_home_km``   double         kilometres from the customer's home to the terminal; null
                                           online and where the terminal's place is unknown
``entry_mode``              string         chip, contactless, magstripe, manual, ecommerce, stored
``pin_used``                bool           whether the right PIN was entered
``three_d_secure``          bool           whether the payer was authenticated online (3-D Secure)
``failed_attempts``         int8           attempts with the card that were declined just before
``device_age_days``         int32          days since the card was first used on this phone or
                                           computer; online only, null if it was not recognised
``seconds_since_previous``  int32          seconds since the card's previous transaction; null for
                                           its first one
``card_age_days``           int32          days since the card was issued; null in 1 %
``fraud``                   int8           the label: 1 fraud, 0 normal
``scenario``                string         the kind of fraud; null for a normal transaction
==========================  =============  =========================================================

Amounts are rounded, values are lost and rows are numbered after normal transactions and frauds have
been mixed, so none of that tells them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from anomaly.simulation import catalogue
from anomaly.simulation.clock import DAY, START
from anomaly.simulation.events import NORMAL, Events
from anomaly.simulation.presentation import Presentation, present
from anomaly.simulation.scenarios import SCENARIOS
from anomaly.simulation.world import DAYS_A_CARD_IS_VALID, World

if TYPE_CHECKING:
    import pyarrow as pa

_EARTH_RADIUS_KM: Final = 6_371.0


def to_table(world: World, events: Events, rng: np.random.Generator) -> pa.Table:
    """The Arrow table of events that are sorted by time."""
    import pyarrow as pa

    seconds = events.time.astype(np.int64)
    is_atm = catalogue.IS_ATM[world.terminals.merchant[events.terminal]]
    amount = _charged(events.amount, is_atm)
    is_fraud = events.scenario != NORMAL
    scenarios = [scenario.name for scenario in SCENARIOS]
    return pa.table(
        {
            "transaction_id": pa.array(np.arange(1, len(seconds) + 1)),
            "time": pa.array(START + seconds.astype("timedelta64[s]")),
            "customer_id": _ids("C", world.customers.label, events.customer),
            "terminal_id": _ids("T", world.terminals.label, events.terminal),
            "amount": pa.array(amount),
            **_terminal_columns(world, events),
            **_presentation_columns(present(world, events, amount, rng)),
            **_history_columns(world, events, seconds, rng),
            "fraud": pa.array(is_fraud.astype(np.int8)),
            "scenario": _texts(scenarios, events.scenario, ~is_fraud),
        }
    )


def _terminal_columns(world: World, events: Events) -> dict[str, pa.Array]:
    import pyarrow as pa

    merchant = world.terminals.merchant[events.terminal]
    country = world.places.country[world.terminals.place[events.terminal]]
    has_no_category = ~world.terminals.has_category[events.terminal]
    distance = _distances_km(world, events)
    return {
        "merchant_category": _texts(
            catalogue.CATEGORIES, catalogue.CATEGORY[merchant], has_no_category
        ),
        "channel": _texts(catalogue.CHANNELS, catalogue.CHANNEL[merchant]),
        "country": _texts([country.code for country in catalogue.COUNTRIES], country),
        "distance_from_home_km": pa.array(distance, mask=np.isnan(distance)),
    }


def _presentation_columns(presentation: Presentation) -> dict[str, pa.Array]:
    import pyarrow as pa

    return {
        "entry_mode": _texts(catalogue.ENTRY_MODES, presentation.entry_mode),
        "pin_used": pa.array(presentation.pin_used),
        "three_d_secure": pa.array(presentation.three_d_secure),
        "failed_attempts": pa.array(presentation.failed_attempts),
        "device_age_days": pa.array(presentation.device_age_days, mask=~presentation.has_device),
    }


def _history_columns(
    world: World, events: Events, seconds: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    import pyarrow as pa

    gaps, is_first = _seconds_since_previous(events.customer, seconds)
    age = world.customers.card_age[events.customer] + seconds // int(DAY)
    is_lost = rng.random(len(seconds)) < 0.01
    return {
        "seconds_since_previous": pa.array(gaps, mask=is_first),
        # An expired card is replaced, and its age starts anew.
        "card_age_days": pa.array((age % DAYS_A_CARD_IS_VALID).astype(np.int32), mask=is_lost),
    }


def _charged(amount: np.ndarray, is_atm: np.ndarray) -> np.ndarray:
    """Amounts in whole cents, at least ten; cash in tens of euro."""
    cents = np.maximum(np.round(amount * 100.0), 10.0)
    cents[is_atm] = np.maximum(np.round(cents[is_atm] / 1_000.0), 1.0) * 1_000.0
    return cents / 100.0


def _distances_km(world: World, events: Events) -> np.ndarray:
    """Great-circle distances in kilometres, by the haversine formula; NaN if a place is unknown."""
    lat_home, lon_home, lat, lon = (
        np.radians(degrees)
        for degrees in (
            world.customers.latitude[events.customer],
            world.customers.longitude[events.customer],
            world.terminals.latitude[events.terminal],
            world.terminals.longitude[events.terminal],
        )
    )
    half = np.sin((lat - lat_home) / 2) ** 2
    half += np.cos(lat) * np.cos(lat_home) * np.sin((lon - lon_home) / 2) ** 2
    return np.round(2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)), 1)


def _seconds_since_previous(
    customer: np.ndarray, seconds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gaps to the customer's row before, and which rows have none; rows are sorted by time."""
    order = np.argsort(customer, kind="stable")
    customer, seconds = customer[order], seconds[order]
    is_first = np.ones(len(order), bool)
    is_first[order[1:]] = customer[1:] != customer[:-1]
    gaps = np.empty(len(order), np.int32)
    gaps[order] = np.diff(seconds, prepend=0)
    return gaps, is_first


def _texts(names: Sequence[str], codes: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    import pyarrow as pa

    indices = pa.array(codes.astype(np.int8, copy=False), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names)).dictionary_decode()


def _ids(letter: str, labels: np.ndarray, codes: np.ndarray) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    digits = pc.utf8_lpad(pc.cast(pa.array(labels), pa.string()), 7, padding="0")
    names = pc.binary_join_element_wise(letter, digits, "")
    return pa.DictionaryArray.from_arrays(pa.array(codes), names).dictionary_decode()
