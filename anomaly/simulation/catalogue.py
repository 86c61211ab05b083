"""What the world is made of: countries, merchants, ways to present a card."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np


class Country(NamedTuple):
    """A country: where it lies and how much is paid there."""

    code: str  # ISO 3166-1 alpha-2
    latitude: float  # degrees
    longitude: float  # degrees
    radius_km: float
    homes: float  # share of the card holders who live here
    visits: float  # share of the trips that lead here
    online: float  # share of the online merchants
    magstripe: float  # share of the card readers' transactions that are swiped


COUNTRIES: Final = (
    Country("FR", 46.8, 2.5, 400, 0.24, 0.12, 0.16, 0.001),
    Country("DE", 50.9, 10.3, 330, 0.24, 0.09, 0.18, 0.001),
    Country("ES", 40.2, -3.6, 380, 0.13, 0.15, 0.09, 0.001),
    Country("IT", 43.1, 12.1, 350, 0.14, 0.14, 0.09, 0.001),
    Country("NL", 52.2, 5.4, 110, 0.08, 0.05, 0.07, 0.001),
    Country("BE", 50.7, 4.6, 100, 0.07, 0.04, 0.05, 0.001),
    Country("AT", 47.6, 14.1, 180, 0.05, 0.07, 0.04, 0.001),
    Country("PT", 39.6, -8.0, 220, 0.05, 0.08, 0.03, 0.001),
    Country("IE", 53.2, -7.8, 140, 0.0, 0.05, 0.10, 0.001),
    Country("GB", 52.5, -1.5, 300, 0.0, 0.12, 0.10, 0.001),
    Country("TR", 38.9, 33.0, 500, 0.0, 0.04, 0.01, 0.010),
    Country("US", 38.5, -95.0, 1800, 0.0, 0.05, 0.08, 0.060),
)


class Merchant(NamedTuple):
    """A kind of merchant: its channel, its category, how often and how much people pay there."""

    channel: str
    category: str
    share: float  # of the terminals in a town, or of the online merchants
    amount: float  # median, euro
    spread: float  # standard deviation of the amount's logarithm, over terminals and customers


IN_TOWN: Final = (
    Merchant("in_store", "groceries", 0.24, 28.0, 0.7),
    Merchant("in_store", "restaurants", 0.21, 24.0, 0.6),
    Merchant("in_store", "fuel", 0.07, 50.0, 0.4),
    Merchant("in_store", "transport", 0.08, 9.0, 0.8),
    Merchant("in_store", "clothing", 0.09, 48.0, 0.7),
    Merchant("in_store", "electronics", 0.04, 110.0, 1.0),
    Merchant("in_store", "home", 0.06, 60.0, 0.9),
    Merchant("in_store", "health", 0.08, 22.0, 0.7),
    Merchant("in_store", "leisure", 0.05, 25.0, 0.8),
    Merchant("in_store", "travel", 0.03, 130.0, 0.7),
    Merchant("atm", "cash", 0.05, 80.0, 0.6),
)
ONLINE: Final = (
    Merchant("online", "clothing", 0.20, 55.0, 0.7),
    Merchant("online", "electronics", 0.13, 90.0, 1.0),
    Merchant("online", "digital", 0.26, 6.0, 0.9),
    Merchant("online", "travel", 0.10, 160.0, 0.9),
    Merchant("online", "groceries", 0.06, 60.0, 0.5),
    Merchant("online", "leisure", 0.10, 22.0, 0.9),
    Merchant("online", "home", 0.09, 65.0, 0.8),
    Merchant("online", "transport", 0.06, 15.0, 0.7),
)
MERCHANTS: Final = IN_TOWN + ONLINE

CHANNELS: Final = ("in_store", "online", "atm")
CATEGORIES: Final = tuple(dict.fromkeys(merchant.category for merchant in MERCHANTS))
ENTRY_MODES: Final = ("chip", "contactless", "magstripe", "manual", "ecommerce", "stored")
CHIP, CONTACTLESS, MAGSTRIPE, MANUAL, ECOMMERCE, STORED = range(len(ENTRY_MODES))

# The same as arrays, to be looked up by the number of a merchant or a country.
CHANNEL: Final = np.array([CHANNELS.index(m.channel) for m in MERCHANTS], np.int8)
CATEGORY: Final = np.array([CATEGORIES.index(m.category) for m in MERCHANTS], np.int8)
AMOUNT: Final = np.array([m.amount for m in MERCHANTS])
SPREAD: Final = np.array([m.spread for m in MERCHANTS])
IS_IN_STORE: Final = np.array([m.channel == "in_store" for m in MERCHANTS])
IS_ONLINE: Final = np.array([m.channel == "online" for m in MERCHANTS])
IS_ATM: Final = np.array([m.channel == "atm" for m in MERCHANTS])
IS_DIGITAL: Final = np.array([m.category == "digital" for m in MERCHANTS])
MAGSTRIPE_SHARE: Final = np.array([c.magstripe for c in COUNTRIES])
