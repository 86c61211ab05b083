"""What has happened to an entity before a row, by windows of time: one pass over sorted events.

Sums are kept in whole numbers, so that what leaves a window takes exactly away what it brought:
features are the same to the last bit, wherever a table is cut.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

# An amount is a number of hundredths, of at most so many bits; a square is told in three parts, of
# which a million add up without overflow.
_HALF = 21
MOST_HUNDREDTHS = 1 << (2 * _HALF)
# Parts of one in which logarithms are counted.
PARTS_OF_LOG = 1 << 14
# What is usual of an entity with few events is held less narrow: as if it had so many more, that
# far apart.
_EXTRA, _VARIANCE = 2.0, 0.5
# By window: count, sum, mean, deviation; then seconds since the last, the amount against the usual.
BY_WINDOW, OF_ENTITY = 4, 2
# By partner: whether it is new, and its share.
OF_PARTNER = 2


def n_features(n_windows: int, n_partners: int) -> int:
    """Return how many features an entity has."""
    return n_windows * (BY_WINDOW + n_partners) + OF_ENTITY + OF_PARTNER * n_partners


@njit(cache=True, nogil=True)
def _deviation(n: int, total: int, high: int, middle: int, low: int) -> float:
    if n < 1:
        return np.nan
    scale = float(1 << _HALF)
    squares = float(high) * scale * scale + float(middle) * scale + float(low)
    mean = float(total) / n
    return np.sqrt(max(squares / n - mean * mean, 0.0)) / 100.0


@njit(cache=True, nogil=True)
def fill_features(
    starts: Any,
    times: Any,
    amounts: Any,
    logs: Any,
    has_amount: Any,
    partners: Any,
    n_codes: Any,
    places: Any,
    windows: Any,
    out: Any,
) -> None:
    """Write the features of events that have a place.

    Parameters
    ----------
    starts : ndarray of shape (n_entities + 1,), int64
        Where the events of each entity begin; they are in the order of time.
    times : ndarray of shape (n_events,), int64
        Microseconds.
    amounts, logs : ndarray of shape (n_events,), int64
        Hundredths, and `PARTS_OF_LOG` of the logarithm; counted where `has_amount` is true.
    partners : ndarray of shape (n_events, n_partners), int64
        Codes from 0, or -1 where there is none.
    n_codes : int
        More than the greatest code.
    places : ndarray of shape (n_events,), int64
        The row of `out`, or -1 for an event that is remembered only.
    windows : ndarray of shape (n_windows,), int64
        Microseconds, ascending. Events as old as a window are out of it.
    out : ndarray of shape (n_rows, n_features), float32
        By window: events, sum, mean and deviation of their amounts, then distinct partners of each
        kind. Then seconds since the last event within the longest window, the amount against the
        usual; by partner whether it is new, and its share of the events.
    """
    n_windows, n_partners = len(windows), partners.shape[1]
    longest = n_windows - 1
    seen = np.zeros((n_windows, n_partners, n_codes), dtype=np.int32)
    n = np.zeros(n_windows, dtype=np.int64)
    m, total = np.zeros_like(n), np.zeros_like(n)
    high, middle, low = np.zeros_like(n), np.zeros_like(n), np.zeros_like(n)
    distinct = np.zeros((n_windows, n_partners), dtype=np.int64)
    oldest = np.zeros(n_windows, dtype=np.int64)
    mask = (1 << _HALF) - 1
    for entity in range(len(starts) - 1):
        first, end = starts[entity], starts[entity + 1]
        n[:], m[:], total[:], high[:], middle[:], low[:] = 0, 0, 0, 0, 0, 0
        distinct[:] = 0
        oldest[:] = first
        log_total, log_squares = 0, 0
        newest = first
        for event in range(first, end):
            now = times[event]
            # Events of the same moment see none of each other.
            while times[newest] < now:
                for window in range(n_windows):
                    n[window] += 1
                    if has_amount[newest]:
                        size = abs(amounts[newest])
                        up, down = size >> _HALF, size & mask
                        m[window] += 1
                        total[window] += amounts[newest]
                        high[window] += up * up
                        middle[window] += 2 * up * down
                        low[window] += down * down
                    for kind in range(n_partners):
                        code = partners[newest, kind]
                        if code >= 0:
                            if seen[window, kind, code] == 0:
                                distinct[window, kind] += 1
                            seen[window, kind, code] += 1
                if has_amount[newest]:
                    log_total += logs[newest]
                    log_squares += logs[newest] * logs[newest]
                newest += 1
            for window in range(n_windows):
                while oldest[window] < newest and times[oldest[window]] <= now - windows[window]:
                    gone = oldest[window]
                    n[window] -= 1
                    if has_amount[gone]:
                        size = abs(amounts[gone])
                        up, down = size >> _HALF, size & mask
                        m[window] -= 1
                        total[window] -= amounts[gone]
                        high[window] -= up * up
                        middle[window] -= 2 * up * down
                        low[window] -= down * down
                        if window == longest:
                            log_total -= logs[gone]
                            log_squares -= logs[gone] * logs[gone]
                    for kind in range(n_partners):
                        code = partners[gone, kind]
                        if code >= 0:
                            seen[window, kind, code] -= 1
                            if seen[window, kind, code] == 0:
                                distinct[window, kind] -= 1
                    oldest[window] += 1
            place = places[event]
            if place < 0:
                continue
            column = 0
            for window in range(n_windows):
                has_any = m[window] > 0
                out[place, column] = n[window]
                out[place, column + 1] = float(total[window]) / 100.0
                out[place, column + 2] = (
                    float(total[window]) / m[window] / 100.0 if has_any else np.nan
                )
                out[place, column + 3] = _deviation(
                    m[window], total[window], high[window], middle[window], low[window]
                )
                column += BY_WINDOW
                for kind in range(n_partners):
                    out[place, column] = distinct[window, kind]
                    column += 1
            since = np.nan
            if n[longest] > 0:
                since = float(now - times[newest - 1]) / 1e6
            out[place, column] = since
            against = np.nan
            if has_amount[event] and m[longest] > 0:
                mean = float(log_total) / m[longest]
                spread = max(float(log_squares) - float(log_total) * mean, 0.0)
                unit = float(PARTS_OF_LOG)
                variance = (spread / unit / unit + _EXTRA * _VARIANCE) / (m[longest] + _EXTRA)
                against = (float(logs[event]) - mean) / unit / np.sqrt(variance)
            out[place, column + 1] = against
            column += OF_ENTITY
            for kind in range(n_partners):
                code = partners[event, kind]
                known = seen[longest, kind, code] if code >= 0 else 0
                out[place, column] = np.nan if code < 0 else (1.0 if known == 0 else 0.0)
                out[place, column + 1] = (
                    float(known) / n[longest] if code >= 0 and n[longest] > 0 else np.nan
                )
                column += OF_PARTNER
        for window in range(n_windows):
            for event in range(oldest[window], newest):
                for kind in range(n_partners):
                    code = partners[event, kind]
                    if code >= 0:
                        seen[window, kind, code] = 0


@njit(cache=True, nogil=True)
def by_entity(codes: Any, n_codes: int) -> Any:
    """Return the order of events by their entity, kept within each, and where each entity begins.

    Parameters
    ----------
    codes : ndarray of shape (n_events,), int64
        From 0, or -1 for events to leave out.
    n_codes : int

    Returns
    -------
    order : ndarray of shape (n_kept,), int64
    starts : ndarray of shape (n_codes + 1,), int64
    """
    starts = np.zeros(n_codes + 1, dtype=np.int64)
    for code in codes:
        if code >= 0:
            starts[code + 1] += 1
    for code in range(n_codes):
        starts[code + 1] += starts[code]
    order = np.empty(starts[n_codes], dtype=np.int64)
    following = starts.copy()
    for event in range(len(codes)):
        code = codes[event]
        if code >= 0:
            order[following[code]] = event
            following[code] += 1
    return order, starts


def hundredths(amounts: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return amounts in hundredths, and where there is one: not for NaN and infinities."""
    is_there = np.isfinite(amounts)
    scaled = np.round(np.where(is_there, amounts, 0.0) * 100)
    limit = float(MOST_HUNDREDTHS)
    return np.clip(scaled, -limit, limit).astype(np.int64), is_there


def parts_of_log(amounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the logarithm of one plus the amount, with the sign of the amount, in whole parts."""
    logs = np.sign(amounts) * np.log1p(np.abs(amounts) / 100)
    return np.round(logs * PARTS_OF_LOG).astype(np.int64)
