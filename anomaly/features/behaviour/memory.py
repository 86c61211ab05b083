"""What is remembered of entities: the events of the last while, and the sums that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.features.behaviour import windows as kernel

# So many events at once, for which there has to be room: the more, the nearer are those of an entity.
_CHUNK = 1 << 19
# What is out of every window is given up when so many more events have come, if it is a sixth of all.
_MANY = 1 << 20
# Fewer are done before a thread has begun.
_WORTH_A_THREAD = 4_096
# So few events far in the future make nothing old.
_SPARED = 100
_LEAST_ROOM = 64
# Slots for each pair; with less than two a hash table is slow.
_ROOM_FOR_PAIRS = 2.4


@dataclass(frozen=True, slots=True)
class Events:
    """Rows as the memory sees them, each array of shape (n_rows,).

    Attributes
    ----------
    times : ndarray of int64
        Microseconds.
    amounts : ndarray of int64
        Hundredths; 0 where there is none.
    has_amount : ndarray of bool
    labels : ndarray of int8
        1, 0, or -1 where nobody knows.
    latitudes, longitudes : ndarray of float64
        Degrees; NaN where there are none.
    keys : ndarray of uint64
        What tells a row from others: the hash of its ids, or 0 where there are none.
    counts : ndarray of bool
        Whether later rows see the event.
    codes : ndarray of shape (n_rows, n_columns), int32
        By column: a number for each value, -1 where it is missing.
    """

    times: NDArray[np.int64]
    amounts: NDArray[np.int64]
    has_amount: NDArray[np.bool_]
    labels: NDArray[np.int8]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    keys: NDArray[np.uint64]
    counts: NDArray[np.bool_]
    codes: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.times)

    def at(self, places: Any) -> Events:
        """Return the events at some places, of a slice, or where a mask is true."""
        return Events(*(getattr(self, name)[places] for name in _ARRAYS))

    def followed_by(self, others: Events) -> Events:
        """Return these and others."""
        pairs = ((getattr(self, name), getattr(others, name)) for name in _ARRAYS)
        return Events(*map(np.concatenate, pairs))


_ARRAYS = tuple(field.name for field in fields(Events))


class Memory:
    """The events within the longest window before the latest ones, and features of rows from them.

    Parameters
    ----------
    n_entities, n_columns : int
        Columns of events, of which the first ones are the entities.
    windows : ndarray of shape (n_windows,), int64
        Microseconds, ascending.
    delay : int
        Microseconds after which a label is known; -1 where none ever is.
    widths : sequence of int
        How many features each entity has.
    has_places : bool, default=False
        Whether events have coordinates.
    """

    def __init__(
        self,
        n_entities: int,
        n_columns: int,
        windows: NDArray[np.int64],
        delay: int,
        widths: Sequence[int],
        *,
        has_places: bool = False,
    ) -> None:
        self._plans = [
            kernel.Plan(
                windows,
                delay,
                kernel.CODES + entity,
                kernel.CODES + n_columns + entity,
                np.array(
                    [kernel.CODES + each for each in range(n_columns) if each != entity], np.int64
                ),
                n_entities - 1,
            )
            for entity in range(n_entities)
        ]
        self._n_columns, self._has_places = n_columns, has_places
        self._horizon = int(windows[-1]) + max(delay, 0)
        ends = np.cumsum([0, *widths])
        self._parts = [slice(*pair) for pair in pairwise(ends.tolist())]
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._n, self._n_at_last_clearing = 0, 0
        width = kernel.CODES + self._n_columns + len(self._plans)
        self._table = np.zeros((_LEAST_ROOM, width), np.int64)
        self._places = np.full((_LEAST_ROOM if self._has_places else 0, 2), np.nan)
        self._keys = np.zeros(_LEAST_ROOM, np.uint64)
        self._kinds = [_new_kind(plan) for plan in self._plans]
        self._log: kernel.Log | None = None

    @property
    def n(self) -> int:
        """Events in the log, also such as no row will see any more."""
        return self._n

    @property
    def latest(self) -> int | None:
        """The latest time seen, microseconds."""
        return int(self._table[self._n - 1, 0]) if self._n else None

    @property
    def events(self) -> Events:
        """The events that later rows may see, in the order of time."""
        first = self._first_seen()
        table = self._table[first : self._n]
        has_amount, labels, counts = kernel.unpacked(table[:, 2])
        nowhere = np.full(len(table), np.nan)
        places = self._places[first : self._n].T if self._has_places else (nowhere, nowhere)
        events = Events(
            table[:, 0].copy(),
            table[:, 1].copy(),
            has_amount,
            labels,
            np.ascontiguousarray(places[0]),
            np.ascontiguousarray(places[1]),
            self._keys[first : self._n].copy(),
            counts,
            table[:, kernel.CODES : kernel.CODES + self._n_columns].astype(np.int32),
        )
        return events if counts.all() else events.at(counts)

    def _first_seen(self) -> int:
        """Return the place of the first event that a row may see: those that are too old stand first.

        A few events that are as far ahead of all others as anything is remembered may have a wrong time:
        they make nothing old.
        """
        if not self._n:
            return 0
        times = self._table[: self._n, 0]
        last = times[-_SPARED - 1 :]
        ahead = np.flatnonzero(np.diff(last) > self._horizon)
        now = last[ahead[0]] if len(ahead) else last[-1]
        return int(np.searchsorted(times, now - self._horizon, "right"))

    def extend(self, events: Events, places: NDArray[np.int64], out: NDArray[np.float32]) -> None:
        """Take in events in the order of time, none before the latest, and write their features.

        Parameters
        ----------
        events : Events
        places : ndarray of shape (n_events,), int64
            Rows of `out`, or -1 for none.
        out : ndarray of shape (n_rows, n_features), float32
        """
        self._reserve(len(events))
        for first in range(0, len(events), _CHUNK):
            chunk = slice(first, first + _CHUNK)
            self._step(events.at(chunk), places[chunk], out)

    def restart(self, events: Events, places: NDArray[np.int64], out: NDArray[np.float32]) -> None:
        """Take in events in the place of all that was remembered; see `extend`."""
        self.clear()
        self.extend(events, places, out)

    def forget_the_old(self) -> bool:
        """Give up the events that no row will see any more, if that is worth it; return whether."""
        if self._n < self._n_at_last_clearing + _MANY:
            return False
        first = self._first_seen()
        self._n_at_last_clearing = self._n - first
        if 6 * first < self._n:
            return False
        self._bring_up_to_date()
        kernel.shift_log(self._table, self._plans[0].link, self._n, first)
        for kind in self._kinds:
            kernel.shift_places(kind, first)
        for array in (self._keys, self._places):
            array[: self._n - first] = array[first : self._n].copy()
        self._n -= first
        return True

    def values_seen(self) -> list[int]:
        """Return how many values the events of the log have, by column."""
        codes = self._table[: self._n, kernel.CODES : kernel.CODES + self._n_columns]
        most = codes.max(axis=0, initial=-1) + 1
        return [
            kernel.n_different(column, n) for column, n in zip(codes.T, most.tolist(), strict=True)
        ]

    def _bring_up_to_date(self) -> None:
        """Take out of the windows of every entity what the next row may not see."""
        latest = self._table[self._n - 1, 0]
        n_most = max(len(kind.ends) for kind in self._kinds)
        nothing = np.empty((0, self._parts[-1].stop), np.float32)
        for begin in range(0, n_most, _CHUNK):
            codes = np.arange(begin, min(begin + _CHUNK, n_most))
            self._reserve(len(codes))
            # Events that do not count, behind the log.
            first, end = self._n, self._n + len(codes)
            rows = self._table[first:end]
            rows[:] = 0
            rows[:, 0] = latest
            for plan, kind in zip(self._plans, self._kinds, strict=True):
                rows[:, plan.own] = np.where(codes < len(kind.ends), codes, -1)
            self._advance(first, end, np.full(len(codes), -1), nothing)

    def _step(self, events: Events, places: NDArray[np.int64], out: NDArray[np.float32]) -> None:
        first, end = self._n, self._n + len(events)
        self._make_room(len(events), events.codes.max(axis=0, initial=-1).tolist())
        table = self._table[first:end]
        table[:, 0], table[:, 1] = events.times, events.amounts
        table[:, 2] = kernel.packed(events.has_amount, events.labels, events.counts)
        table[:, kernel.CODES : kernel.CODES + self._n_columns] = events.codes
        self._keys[first:end] = events.keys
        if self._has_places:
            self._places[first:end, 0] = events.latitudes
            self._places[first:end, 1] = events.longitudes
        self._n = end
        self._advance(first, end, places, out)

    def step(
        self,
        time: int,
        amount: int | None,
        place: tuple[float, float],
        key: int,
        codes: Sequence[int],
        out: NDArray[np.float32],
    ) -> None:
        """Take in one event at or after the latest, whose label nobody knows; see `extend`.

        Parameters
        ----------
        time : int
            Microseconds.
        amount : int or None
            Hundredths.
        place : tuple of two floats
            Degrees.
        key : int
        codes : sequence of int
            By column.
        out : ndarray of shape (1, n_features), float32
        """
        at = self._n
        if at >= len(self._table) or self._is_crowded(codes):
            self._make_room(1, codes)
        row = self._table[at]
        row[0], row[1] = time, amount or 0
        row[2] = kernel.packed_one(has_amount=amount is not None)
        row[kernel.CODES : kernel.CODES + self._n_columns] = codes
        self._keys[at] = key
        if self._has_places:
            self._places[at] = place
        self._n = at + 1
        self._advance(at, at + 1, _FIRST, out)

    def _advance(
        self, first: int, end: int, places: NDArray[np.int64], out: NDArray[np.float32]
    ) -> None:
        if self._log is None:
            self._log = kernel.Log(self._table, self._places)
        log = self._log

        def advance(plan: kernel.Plan, kind: kernel.OfKind, part: slice) -> None:
            order = _FIRST
            if end > first + 1:
                order = kernel.by_entity(log.table[first:end, plan.own])
            kernel.advance(log, kind, first, order, places, plan, out[:, part])

        if end - first < _WORTH_A_THREAD or len(self._plans) == 1:
            for each in zip(self._plans, self._kinds, self._parts, strict=True):
                advance(*each)
            return
        # What is known of customers and of terminals does not depend on each other.
        with ThreadPoolExecutor() as pool:
            list(pool.map(advance, self._plans, self._kinds, self._parts))

    def _is_crowded(self, codes: Sequence[int]) -> bool:
        """Whether the entities of one more event or their pairs may find no room."""
        return any(
            codes[at] >= len(kind.ends) or 2 * _n_pairs(kind, plan, 1) > len(kind.pairs)
            for at, (kind, plan) in enumerate(zip(self._kinds, self._plans, strict=True))
        )

    def _reserve(self, n_more: int) -> None:
        """Make room for so many events in the log."""
        if (needed := self._n + n_more) > len(self._table):
            room = max(needed, 5 * len(self._table) // 4)
            self._table = _longer(self._table, room)
            self._keys = _longer(self._keys, room)
            if self._has_places:
                self._places = _longer(self._places, room)
            self._log = None

    def _make_room(self, n_more: int, greatest: Sequence[int]) -> None:
        """Make room for so many events, whose codes by column are at most the greatest ones."""
        self._reserve(n_more)
        for at, plan in enumerate(self._plans):
            kind = self._kinds[at]
            if greatest[at] >= len(kind.ends):
                kind = _with_entities(kind, max(greatest[at] + 1, 2 * len(kind.ends)))
            if 2 * _n_pairs(kind, plan, n_more) > len(kind.pairs):
                kind = _with_pairs(kind, (int(kind.used[1]) + n_more) * len(plan.partners))
            self._kinds[at] = kind


_FIRST = np.zeros(1, np.int64)
_OF_ENTITIES = {"sums": 0, "oldest": -1, "ends": -1, "entered": 0, "ring": 0, "ordered": 0}


def _new_kind(plan: kernel.Plan) -> kernel.OfKind:
    n_windows, n_partners = len(plan.windows), len(plan.partners)
    amounts = (_LEAST_ROOM, kernel.REMEMBERED_AMOUNTS)
    return kernel.OfKind(
        sums=np.zeros((_LEAST_ROOM, n_windows, kernel.OF_WINDOW + n_partners), np.int64),
        oldest=np.full((_LEAST_ROOM, n_windows, 2), -1, np.int32),
        ends=np.full((_LEAST_ROOM, 4), -1, np.int32),
        entered=np.zeros(_LEAST_ROOM, np.int64),
        ring=np.zeros(amounts, np.int16),
        ordered=np.zeros(amounts, np.int16),
        **_empty_pairs(_LEAST_ROOM),
    )


def _empty_pairs(room: int) -> dict[str, Any]:
    n_slots = 1 << max(6, int(room - 1).bit_length())
    pairs = np.zeros((n_slots, 2), np.int64)
    pairs[:, 0] = -1
    return {"pairs": pairs, "used": np.zeros(2, np.int64)}


def _n_pairs(kind: kernel.OfKind, plan: kernel.Plan, n_more: int) -> int:
    """Return how many slots may be taken when so many events more are counted."""
    return int(kind.used[0]) + (int(kind.used[1]) + n_more) * len(plan.partners)


def _with_pairs(kind: kernel.OfKind, n_more: int) -> kernel.OfKind:
    """Return room for so many pairs more, without those that are out of every window."""
    room = int(_ROOM_FOR_PAIRS * (kernel.n_pairs(kind.pairs) + n_more))
    larger = kind._replace(**_empty_pairs(room))
    larger.used[1] = kind.used[1]
    kernel.rehash(kind.pairs, larger)
    return larger


def _with_entities(kind: kernel.OfKind, room: int) -> kernel.OfKind:
    """Return room for more entities, of whom nothing is known yet."""
    longer = {name: _longer(getattr(kind, name), room, fill) for name, fill in _OF_ENTITIES.items()}
    return kind._replace(**longer)


def _longer(array: NDArray[Any], room: int, fill: int = 0) -> NDArray[Any]:
    longer = np.empty((room, *array.shape[1:]), array.dtype)
    longer[: len(array)], longer[len(array) :] = array, fill
    return longer
