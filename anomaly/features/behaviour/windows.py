"""What has happened to an entity before a row, by windows of time: one step for each event.

Sums are kept in whole numbers, so that what leaves a window takes exactly away what it brought:
features are the same to the last bit, wherever a table is cut. The events of an entity are a linked
list in the order of time, in which each window has a place of its own, so that a step costs the same
whatever is remembered.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

# An amount is a number of hundredths, of at most so many bits; a square is told in three parts, of
# which a million add up without overflow.
_HALF = 21
MOST_HUNDREDTHS = 1 << (2 * _HALF)
_MASK = (1 << _HALF) - 1
# Parts of one in which remembered logarithms are counted, so that they fit 16 bits.
_PARTS_OF_LOG = 1 << 10
#: What is usual is the median of so many amounts, the last ones.
REMEMBERED_AMOUNTS = 64
# What is usual of an entity is held as if so many payments more had been like the one that is judged.
_ALIKE = 2.0
# A share is told as if one payment more had had the value and one had not (Laplace's rule).
_ONE = 1.0
# Risk is told as if so many payments more had been no frauds.
_HARMLESS = 5.0
_EARTH_KM, _HOUR = 6371.0, 3.6e9
# Two payments far apart within less are not told to be faster.
_LEAST_HOURS = 1 / 60
_NONE = -1


# Columns of the log: the time, the amount, and what is `packed`; then the codes of an event, and for each
# kind of entity a link.
_TIME, _AMOUNT, _PACKED = range(3)
CODES = 3
_LOG_BITS = 16
_LABEL, _HAS_AMOUNT, _COUNTS = _LOG_BITS, _LOG_BITS + 2, _LOG_BITS + 3
_LOWEST_LOG = -(1 << (_LOG_BITS - 1))
# A link holds the place of the entity's next event and one more, 0 for none; above these bits it tells
# of each partner whether the event is not the last one of the pair any more.
_LINK_BITS = 32
_LINK = (1 << _LINK_BITS) - 1


class Log(NamedTuple):
    """Events in the order of time.

    Attributes
    ----------
    table : ndarray of shape (capacity, CODES + n_columns + n_entities), int64
        An event in a row, so that what is asked of it is near: times in microseconds, amounts in
        hundredths, what `packed` returns, codes from 0 or -1, links.
    places : ndarray of shape (capacity, 2), float64
        Latitudes and longitudes, degrees; without rows where there are none.
    """

    table: NDArray[np.int64]
    places: NDArray[np.float64]


class OfKind(NamedTuple):
    """What is known of the customers, or of another kind of entity.

    Attributes
    ----------
    sums : ndarray of shape (n_entities, n_windows, OF_WINDOW + n_partners), int64
        What is counted, by the names of the columns below, then different partners.
    oldest : ndarray of shape (n_entities, n_windows, 2), int32
        The first event that is not out of the window, and not out of the window before the delay of
        labels; -1 where there is none.
    ends : ndarray of shape (n_entities, 4), int32
        The first event that is not counted yet, the first whose label is not, the last one counted,
        and the last of all.
    entered : ndarray of shape (n_entities,), int64
        How many amounts were counted.
    ring, ordered : ndarray of shape (n_entities, REMEMBERED_AMOUNTS), int16
        The last amounts as they came, and in their order.
    pairs : ndarray of shape (n_slots, 2), int64
        A hash table with open addressing: a pair of an entity and a value, or -1; then how often it
        is within the longest window and, in the lower half, the last event that had it.
    used : ndarray of shape (2,), int64
        How many slots are taken, and how many events are not counted yet, which may take more.
    """

    sums: NDArray[np.int64]
    oldest: NDArray[np.int32]
    ends: NDArray[np.int32]
    entered: NDArray[np.int64]
    ring: NDArray[np.int16]
    ordered: NDArray[np.int16]
    pairs: NDArray[np.int64]
    used: NDArray[np.int64]


# Columns of `sums`: events, amounts, their sum, the three parts of their squares, labels, frauds.
_N, _M, _TOTAL, _HIGH, _MIDDLE, _LOW, _JUDGED, _FRAUDS = range(8)
OF_WINDOW = 8
# Columns of `ends`.
_NEWEST, _NEWEST_JUDGED, _LATEST, _TAIL = range(4)


class Plan(NamedTuple):
    """What is asked of the history of a kind of entity.

    Attributes
    ----------
    windows : ndarray of shape (n_windows,), int64
        Microseconds, ascending. Events as old as a window are out of it.
    delay : int
        Microseconds after which a label is known; -1 where none ever is.
    own, link : int
        The columns of the log with the entity and its link.
    partners : ndarray of shape (n_partners,), int64
        The columns of its partners, at most 30.
    n_counted : int
        Of how many partners, the first ones, different ones are counted.
    """

    windows: NDArray[np.int64]
    delay: int
    own: int
    link: int
    partners: NDArray[np.int64]
    n_counted: int


@njit(cache=True, nogil=True)
def _deviation(n: int, total: int, high: int, middle: int, low: int) -> float:
    if n < 1:
        return np.nan
    scale = float(1 << _HALF)
    squares = float(high) * scale * scale + float(middle) * scale + float(low)
    mean = float(total) / n
    return np.sqrt(max(squares / n - mean * mean, 0.0)) / 100.0


@njit(cache=True, nogil=True)
def _slot(pairs: Any, key: int) -> Any:
    """Return where a key stands, or would stand."""
    mask = len(pairs) - 1
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    slot = np.int64(mixed >> np.uint64(20)) & mask
    while pairs[slot, 0] != key and pairs[slot, 0] != _NONE:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, nogil=True)
def _put_in(ordered: Any, row: int, n: int, value: int) -> None:
    """Put a value of a row among the first so many, which stay in order."""
    at = n
    while at > 0 and ordered[row, at - 1] > value:
        ordered[row, at] = ordered[row, at - 1]
        at -= 1
    ordered[row, at] = value


@njit(cache=True, nogil=True)
def _take_out(ordered: Any, row: int, n: int, value: int) -> None:
    """Take a value of a row out of the first so many, which stay in order."""
    at = n - 1
    after = ordered[row, at]
    while after != value and at > 0:
        at -= 1
        after, ordered[row, at] = ordered[row, at], after


@njit(cache=True, nogil=True)
def _kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the distance on the sphere by the haversine formula."""
    here, there = np.radians(lat), np.radians(other_lat)
    across = np.sin((there - here) / 2) ** 2
    across += np.cos(here) * np.cos(there) * np.sin(np.radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(min(across, 1.0)))


@njit(cache=True, nogil=True)
def _with_log(packed: int, amount: int) -> Any:
    """Return what is packed with the logarithm of one plus the amount, with its sign, in whole parts."""
    log = np.log1p(abs(amount) / 100.0) * _PARTS_OF_LOG
    part: Any = np.int64(np.round(log if amount > 0 else -log))
    return packed | (min(max(part, _LOWEST_LOG), -_LOWEST_LOG - 1) - _LOWEST_LOG)


@njit(cache=True, nogil=True)
def _log_of(packed: int) -> Any:
    return np.int16((packed & ((1 << _LOG_BITS) - 1)) + _LOWEST_LOG)


@njit(cache=True, nogil=True)
def advance(
    log: Log, kind: OfKind, first: int, order: Any, places: Any, plan: Plan, out: Any
) -> None:
    """Take a step for each of some events of the log, and write the features of those with a place.

    Parameters
    ----------
    log : Log
    kind : OfKind
        Has room for twice the pairs that there can be.
    first : int
        The first of the events; none of them lies before one that has had its step.
    order : ndarray of shape (n_events,), int64
        Which events come after each other, counted from the first: those of an entity in the order
        of time.
    places : ndarray of shape (n_events,), int64
        The row of `out` for each event, or -1 for none.
    plan : Plan
    out : ndarray of shape (n_rows, n_features), float32
        In the order of `names.features_of`. NaN for a row without the entity.
    """
    # Arrays of a tuple are counted references whenever they are looked up: once is enough.
    table, spots = log.table, log.places
    sums, oldest, ends = kind.sums, kind.oldest, kind.ends
    entered, ring, ordered = kind.entered, kind.ring, kind.ordered
    pairs, used = kind.pairs, kind.used
    windows, delay, partners = plan.windows, plan.delay, plan.partners
    own, link = plan.own, plan.link
    n_windows, n_partners = len(windows), len(partners)
    longest = n_windows - 1
    for number in order:
        at_event, place = first + number, places[number]
        entity, now = table[at_event, own], table[at_event, _TIME]
        if entity < 0:
            if place >= 0:
                for column in range(out.shape[1]):
                    out[place, column] = np.nan
            continue
        if (table[at_event, _PACKED] >> _COUNTS) & 1:
            used[1] += 1
            table[at_event, link] = 0
            # Once for each kind of entity, to the same number.
            table[at_event, _PACKED] = _with_log(table[at_event, _PACKED], table[at_event, _AMOUNT])
            if ends[entity, _TAIL] != _NONE:
                table[ends[entity, _TAIL], link] |= at_event + 1
            ends[entity, _TAIL] = at_event
            for which in (_NEWEST, _NEWEST_JUDGED):
                if ends[entity, which] == _NONE:
                    ends[entity, which] = at_event
            for window in range(n_windows):
                for which in range(2):
                    if oldest[entity, window, which] == _NONE:
                        oldest[entity, window, which] = at_event

        # Count the events before now: those of the same moment see none of each other.
        event = ends[entity, _NEWEST]
        while event != _NONE and table[event, _TIME] < now:
            amount, packed = table[event, _AMOUNT], table[event, _PACKED]
            size = abs(amount)
            up, down = size >> _HALF, size & _MASK
            if (packed >> _HAS_AMOUNT) & 1:
                n_there = sums[entity, longest, _M]
                slot = entered[entity] % REMEMBERED_AMOUNTS
                if n_there >= REMEMBERED_AMOUNTS:
                    _take_out(ordered, entity, REMEMBERED_AMOUNTS, ring[entity, slot])
                    n_there = REMEMBERED_AMOUNTS - 1
                _put_in(ordered, entity, n_there, _log_of(packed))
                ring[entity, slot] = _log_of(packed)
                entered[entity] += 1
            for window in range(n_windows):
                sums[entity, window, _N] += 1
                if (packed >> _HAS_AMOUNT) & 1:
                    sums[entity, window, _M] += 1
                    sums[entity, window, _TOTAL] += amount
                    sums[entity, window, _HIGH] += up * up
                    sums[entity, window, _MIDDLE] += 2 * up * down
                    sums[entity, window, _LOW] += down * down
            for at in range(n_partners):
                code = table[event, partners[at]]
                if code < 0:
                    continue
                key = ((np.int64(entity) * n_partners + at) << 31) | code
                slot = _slot(pairs, key)
                if pairs[slot, 0] == _NONE:
                    pairs[slot, 0] = key
                    used[0] += 1
                known, before = pairs[slot, 1] >> _LINK_BITS, pairs[slot, 1] & _LINK
                is_known = known > 0
                if is_known:
                    table[before, link] |= np.int64(1) << (_LINK_BITS + at)
                pairs[slot, 1] = (known + 1) << _LINK_BITS | event
                for window in range(n_windows):
                    if not is_known or before < oldest[entity, window, 0]:
                        sums[entity, window, OF_WINDOW + at] += 1
            used[1] -= 1
            ends[entity, _LATEST] = event
            event = (table[event, link] & _LINK) - 1
        ends[entity, _NEWEST] = event

        # Take away the events that are as old as a window.
        for window in range(n_windows):
            event = oldest[entity, window, 0]
            while event != _NONE and table[event, _TIME] <= now - windows[window]:
                sums[entity, window, _N] -= 1
                amount, packed = table[event, _AMOUNT], table[event, _PACKED]
                if (packed >> _HAS_AMOUNT) & 1:
                    size = abs(amount)
                    up, down = size >> _HALF, size & _MASK
                    sums[entity, window, _M] -= 1
                    sums[entity, window, _TOTAL] -= amount
                    sums[entity, window, _HIGH] -= up * up
                    sums[entity, window, _MIDDLE] -= 2 * up * down
                    sums[entity, window, _LOW] -= down * down
                    n_there = sums[entity, window, _M] + 1
                    if window == longest and n_there <= REMEMBERED_AMOUNTS:
                        _take_out(ordered, entity, n_there, _log_of(packed))
                for at in range(n_partners):
                    code = table[event, partners[at]]
                    if code < 0:
                        continue
                    if not (table[event, link] >> (_LINK_BITS + at)) & 1:
                        sums[entity, window, OF_WINDOW + at] -= 1
                    if window == longest:
                        key = ((np.int64(entity) * n_partners + at) << 31) | code
                        pairs[_slot(pairs, key), 1] -= 1 << _LINK_BITS
                event = (table[event, link] & _LINK) - 1
            oldest[entity, window, 0] = event

        # Count the labels that are known by now, by the windows before the delay.
        if delay >= 0:
            event = ends[entity, _NEWEST_JUDGED]
            while (
                event != _NONE and table[event, _TIME] <= now - delay and table[event, _TIME] < now
            ):
                label = ((table[event, _PACKED] >> _LABEL) & 3) - 1
                if label >= 0:
                    for window in range(n_windows):
                        sums[entity, window, _JUDGED] += 1
                        sums[entity, window, _FRAUDS] += label
                event = (table[event, link] & _LINK) - 1
            ends[entity, _NEWEST_JUDGED] = event
            for window in range(n_windows):
                event = oldest[entity, window, 1]
                while event != _NONE and table[event, _TIME] <= now - delay - windows[window]:
                    label = ((table[event, _PACKED] >> _LABEL) & 3) - 1
                    if label >= 0:
                        sums[entity, window, _JUDGED] -= 1
                        sums[entity, window, _FRAUDS] -= label
                    event = (table[event, link] & _LINK) - 1
                oldest[entity, window, 1] = event

        if place < 0:
            continue
        column = 0
        all_n, all_m = float(sums[entity, longest, _N]), sums[entity, longest, _M]
        all_mean = float(sums[entity, longest, _TOTAL]) / all_m / 100.0 if all_m > 0 else np.nan
        for window in range(n_windows):
            n, m = sums[entity, window, _N], sums[entity, window, _M]
            total = sums[entity, window, _TOTAL]
            mean = float(total) / m / 100.0 if m > 0 else np.nan
            out[place, column] = n
            out[place, column + 1] = float(total) / 100.0
            out[place, column + 2] = mean
            out[place, column + 3] = _deviation(
                m,
                total,
                sums[entity, window, _HIGH],
                sums[entity, window, _MIDDLE],
                sums[entity, window, _LOW],
            )
            column += 4
            if window < longest:
                expected = all_n * (windows[window] / windows[longest])
                out[place, column] = (n + _ONE) / (expected + _ONE)
                out[place, column + 1] = (max(mean, 0.0) + 1.0) / (max(all_mean, 0.0) + 1.0)
                column += 2
            for at in range(plan.n_counted):
                out[place, column] = sums[entity, window, OF_WINDOW + at]
                column += 1
            if delay >= 0:
                frauds = float(sums[entity, window, _FRAUDS])
                out[place, column] = frauds
                out[place, column + 1] = frauds / (sums[entity, window, _JUDGED] + _HARMLESS)
                column += 2
        latest = ends[entity, _LATEST]
        is_recent = latest != _NONE and table[latest, _TIME] > now - windows[longest]
        out[place, column] = float(now - table[latest, _TIME]) / 1e6 if is_recent else np.nan
        out[place, column + 1] = np.nan
        if (table[at_event, _PACKED] >> _HAS_AMOUNT) & 1 and all_m > 0:
            n = min(all_m, REMEMBERED_AMOUNTS)
            lower, upper = ordered[entity, (n - 1) // 2], ordered[entity, n // 2]
            usual = (float(lower) + float(upper)) / 2.0 / _PARTS_OF_LOG
            worth = table[at_event, _AMOUNT] / 100.0
            this = np.log1p(worth) if worth > 0 else -np.log1p(-worth)
            out[place, column + 1] = np.exp((this - usual) * n / (n + _ALIKE))
        column += 2
        for at in range(n_partners):
            code = table[at_event, partners[at]]
            out[place, column], out[place, column + 1] = np.nan, np.nan
            if code >= 0:
                slot = _slot(pairs, ((np.int64(entity) * n_partners + at) << 31) | code)
                known = pairs[slot, 1] >> _LINK_BITS if pairs[slot, 0] != _NONE else 0
                out[place, column] = 1.0 if known == 0 and all_n > 0 else 0.0
                out[place, column + 1] = (known + _ONE) / (all_n + 2 * _ONE)
            column += 2
        if column < out.shape[1]:
            out[place, column], out[place, column + 1] = np.nan, np.nan
            if is_recent:
                distance = _kilometres(
                    spots[at_event, 0],
                    spots[at_event, 1],
                    spots[latest, 0],
                    spots[latest, 1],
                )
                hours = max(float(now - table[latest, _TIME]) / _HOUR, _LEAST_HOURS)
                out[place, column], out[place, column + 1] = distance, distance / hours


@njit(cache=True, nogil=True)
def by_entity(codes: Any) -> Any:
    """Return the order of events by their entity, kept within each, of shape (n_events,).

    Parameters
    ----------
    codes : ndarray of shape (n_events,), int32
        From -1.
    """
    starts = np.zeros(codes.max() + 3, dtype=np.int64)
    for code in codes:
        starts[code + 2] += 1
    for code in range(1, len(starts)):
        starts[code] += starts[code - 1]
    order = np.empty(len(codes), dtype=np.int64)
    for event in range(len(codes)):
        at = codes[event] + 1
        order[starts[at]] = event
        starts[at] += 1
    return order


@njit(cache=True, nogil=True)
def shift_log(table: Any, first_link: int, n: int, by: int) -> None:
    """Give up the first events of the log, so that all others have places so much lower."""
    for event in range(n - by):
        for column in range(table.shape[1]):
            table[event, column] = table[event + by, column]
        for link in range(first_link, table.shape[1]):
            if table[event, link] & _LINK:
                table[event, link] -= by


@njit(cache=True, nogil=True)
def shift_places(kind: OfKind, by: int) -> None:
    """Make all places of events so much lower; those of events that are given up become none."""
    for places in (kind.oldest.ravel(), kind.ends.ravel()):
        for at in range(len(places)):
            places[at] = max(places[at] - by, _NONE)
    for slot in range(len(kind.pairs)):
        if kind.pairs[slot, 1] >> _LINK_BITS > 0:
            kind.pairs[slot, 1] -= by


@njit(cache=True, nogil=True)
def n_different(codes: Any, n_codes: int) -> int:
    """Return how many different codes there are, apart from -1."""
    is_there = np.zeros(n_codes, np.bool_)
    for code in codes:
        if code >= 0:
            is_there[code] = True
    return is_there.sum()


@njit(cache=True, nogil=True)
def rehash(pairs: Any, larger: OfKind) -> None:
    """Put the pairs that are there into an empty table."""
    for slot in range(len(pairs)):
        if pairs[slot, 1] >> _LINK_BITS > 0:
            larger.pairs[_slot(larger.pairs, pairs[slot, 0])] = pairs[slot]
            larger.used[0] += 1


@njit(cache=True, nogil=True)
def n_pairs(pairs: Any) -> int:
    """Return how many pairs are within the longest window."""
    n = 0
    for slot in range(len(pairs)):
        n += pairs[slot, 1] >> _LINK_BITS > 0
    return n


def hundredths(amounts: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return amounts in hundredths, and where there is one: not for NaN and infinities."""
    is_there = np.isfinite(amounts)
    scaled = np.round(np.where(is_there, amounts, 0.0) * 100)
    limit = float(MOST_HUNDREDTHS)
    return np.clip(scaled, -limit, limit).astype(np.int64), is_there


def packed(
    has_amount: NDArray[np.bool_], labels: NDArray[np.int8], counts: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the labels and two flags in one number each, with room for the logarithm of the amount."""
    labelled = (labels.astype(np.int64) + 1) << _LABEL
    return (
        labelled | has_amount.astype(np.int64) << _HAS_AMOUNT | counts.astype(np.int64) << _COUNTS
    )


def packed_one(*, has_amount: bool) -> int:
    """Return what `packed` does for one event that counts, whose label nobody knows."""
    return has_amount << _HAS_AMOUNT | 1 << _COUNTS


def unpacked(
    values: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.int8], NDArray[np.bool_]]:
    """Return whether there is an amount, the labels, and whether events count."""
    labels = ((values >> _LABEL) & 3) - 1
    has_amount, counts = ((values >> bit) & 1 == 1 for bit in (_HAS_AMOUNT, _COUNTS))
    return has_amount, labels.astype(np.int8), counts
