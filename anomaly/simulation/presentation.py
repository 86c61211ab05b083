"""How a card is presented and how the payer proves who they are.

Card holders and impostors go through the same code: only what an impostor rarely knows or has (the
PIN, the card holder's phone) tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from anomaly.simulation.catalogue import (
    CHIP,
    CONTACTLESS,
    ECOMMERCE,
    IS_ATM,
    IS_IN_STORE,
    IS_ONLINE,
    MAGSTRIPE,
    MAGSTRIPE_SHARE,
    MANUAL,
    STORED,
)
from anomaly.simulation.clock import DAY
from anomaly.simulation.events import AS_USUAL, Events
from anomaly.simulation.world import World

_CONTACTLESS_LIMIT: Final = 50.0  # euro; above it the reader asks for a PIN or the payer's phone


@dataclass(frozen=True, slots=True)
class Presentation:
    """How cards were presented, one entry per transaction.

    Attributes
    ----------
    entry_mode : int8
        Number in `catalogue.ENTRY_MODES`.
    pin_used, three_d_secure : bool
        Whether the PIN was entered; whether the payer was authenticated online.
    failed_attempts : int8
        Declined attempts just before.
    device_age_days : int32
        Days since the card was first used on this device.
    has_device : bool
        Whether there is a device and it was recognised.
    """

    entry_mode: np.ndarray
    pin_used: np.ndarray
    three_d_secure: np.ndarray
    failed_attempts: np.ndarray
    device_age_days: np.ndarray
    has_device: np.ndarray


def present(
    world: World, events: Events, amount: np.ndarray, rng: np.random.Generator
) -> Presentation:
    """Draw how each card was presented; `amount` is in euro, as charged."""
    merchant = world.terminals.merchant[events.terminal]
    entry_mode = _entry_modes(world, events, merchant, amount, rng)
    is_online = IS_ONLINE[merchant]
    device_age, recognised = _device_ages(world, events, rng)
    return Presentation(
        entry_mode=entry_mode,
        pin_used=_pins(entry_mode, events.is_impostor, IS_ATM[merchant], amount, rng),
        three_d_secure=is_online & _authenticated(entry_mode, events.is_impostor, amount, rng),
        failed_attempts=_failed_attempts(events.is_impostor, rng),
        device_age_days=device_age,
        has_device=is_online & recognised,
    )


def _entry_modes(
    world: World,
    events: Events,
    merchant: np.ndarray,
    amount: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    country = world.places.country[world.terminals.place[events.terminal]]
    draw = rng.random(len(merchant))
    contactless = world.customers.contactless_share[events.customer]
    contactless[amount > _CONTACTLESS_LIMIT] *= 0.5
    contactless[IS_ATM[merchant]] *= 0.05
    swiped = MAGSTRIPE_SHARE[country]
    modes = np.full(len(merchant), CHIP, np.int8)
    modes[draw > 1.0 - contactless] = CONTACTLESS
    modes[draw < swiped + 0.001 * IS_IN_STORE[merchant]] = MANUAL
    modes[draw < swiped] = MAGSTRIPE
    is_online = IS_ONLINE[merchant]
    # Shops keep the card details of their regular customers.
    keeps = np.where(events.is_impostor, 0.2, 0.35)
    modes[is_online] = np.where(draw < keeps, STORED, ECOMMERCE)[is_online]
    return np.where(events.entry_mode == AS_USUAL, modes, events.entry_mode)


def _pins(
    entry_mode: np.ndarray,
    is_impostor: np.ndarray,
    is_atm: np.ndarray,
    amount: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    share = np.zeros(len(entry_mode))
    share[entry_mode == CHIP] = 0.97
    share[entry_mode == MAGSTRIPE] = 0.25
    is_contactless = entry_mode == CONTACTLESS
    share[is_contactless] = np.where(amount > _CONTACTLESS_LIMIT, 0.4, 0.08)[is_contactless]
    share[is_impostor] *= 0.8
    share[is_atm] = 1.0  # a thief without the PIN gets no cash and no row here
    return rng.random(len(share)) < share


def _authenticated(
    entry_mode: np.ndarray, is_impostor: np.ndarray, amount: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    # Small amounts are exempt at most merchants; stored cards were authenticated once, at first.
    share = np.where(amount > 30.0, 0.85, 0.5)
    share[entry_mode == STORED] = 0.1
    share[is_impostor] *= 0.6
    return rng.random(len(share)) < share


def _failed_attempts(is_impostor: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Wrong PINs, wrong expiry dates, an empty account: more often if one has to guess."""
    is_clumsy = rng.random(len(is_impostor)) < 0.006
    mean = np.where(is_impostor, 0.15, np.where(is_clumsy, 1.0, 0.02))
    return rng.poisson(mean).astype(np.int8)


def _device_ages(
    world: World, events: Events, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Days since the device was first seen, and whether it was recognised."""
    rows = len(events.time)
    day = (events.time // DAY).astype(np.int32)
    since_new = day - world.customers.new_device[events.customer]
    age = np.where(since_new >= 0, since_new, world.customers.device_age[events.customer] + day)
    # Card holders borrow a device now and then; some impostors work through the victim's own.
    is_strange = rng.random(rows) < np.where(events.is_impostor, 0.3, 0.02)
    age[is_strange] = np.minimum(rng.exponential(0.8, int(is_strange.sum())), 5.0)
    return age.astype(np.int32), rng.random(rows) >= 0.1
