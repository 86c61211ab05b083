"""The history of entities: what was remembered, and features of rows from it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.errors import DataError, OptionError
from anomaly.features.behaviour.memory import Events, Memory
from anomaly.features.behaviour.names import HistoryFeature, Wanted, features_of
from anomaly.features.behaviour.windows import MOST_HUNDREDTHS, hundredths
from anomaly.tables.spans import seconds_of_window
from anomaly.tables.times import seconds
from anomaly.utils.spelling import nearest

MICROSECONDS = 1_000_000
# What is remembered of values and ids may be so many times as much as there are events.
_MANY_TIMES, _MANY = 2, 1_000
# The year 5138, further than any time is taken for seconds; differences of such fit 64 bits.
_LATEST_SECOND = 1e11
_MOST = float(MOST_HUNDREDTHS)
_LATEST = int(_LATEST_SECOND) * MICROSECONDS
_OF_STATE = {
    "time": pa.int64(),
    "amount": pa.int64(),
    "label": pa.int8(),
    "latitude": pa.float64(),
    "longitude": pa.float64(),
    "key": pa.uint64(),
}


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows as they are given to the history, each array of shape (n_rows,).

    Attributes
    ----------
    values : sequence of Series or pyarrow.Array
        The entities, then the partners; missing where there is none.
    times : ndarray of int64
        Microseconds.
    amounts : ndarray of float64, optional
        NaN and infinities are no amounts.
    labels : ndarray of int8, optional
        1, 0, or -1 where nobody knows.
    places : tuple of two ndarrays of float64, optional
        Latitudes and longitudes, degrees.
    keys : ndarray of uint64, optional
        What tells a row from others: a hash of its ids.
    """

    values: Sequence[Any]
    times: NDArray[np.int64]
    amounts: NDArray[np.float64] | None = None
    labels: NDArray[np.int8] | None = None
    places: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    keys: NDArray[np.uint64] | None = None


class History:
    """What customers, cards or terminals did lately, and features of new rows from it.

    Features of a row come from rows of strictly earlier times alone. What is remembered are the
    events within the longest window before the latest, so that an entity that falls silent is forgotten;
    up to a hundred rows that are further ahead of all others than that make nothing old. Features are
    the same to the last bit whether rows come as one table, in pieces or one by one, as long as no piece
    holds a time before that of a piece that went ahead.

    A row that comes late gets the features of its own time, from what is still remembered, and counts
    for later rows from then on; features that were given out before do not change. A row that comes
    twice, by its id, gets the features it would have had and is not counted again; without ids it
    counts twice.

    Parameters
    ----------
    entities : sequence of str
        Names of columns. Where there are several, each is the others' partner: how many different
        ones there were, whether this one is new, and how usual it is.
    time : str
        The column of times: of dates and times, or of numbers, which are seconds.
    amount : str, optional
        The column of amounts, which count to the hundredth. NaN and infinities are no amounts.
    windows : sequence of str, default=("1h", "1d", "7d", "30d")
        Such as `30m`, `1h`, `7d`. An event as old as a window is out of it.
    partners : sequence of str, default=()
        Other columns whose value may be new or unusual for an entity: a country, a channel.
    places : tuple of two str, optional
        The columns of latitude and longitude, degrees.
    label : str, optional
        The column of labels, 1 for a fraud and 0 for none, missing where nobody knows; needs
        `label_delay`.
    label_delay : str, optional
        How long after its payment a label is known, such as `7d`. The frauds and the risk of an
        entity are those of the windows before the delay, as in the Fraud Detection Handbook [1]_.
    id : str, optional
        The column that tells a row from others.

    Attributes
    ----------
    feature_names : list of str
    remembered : int
        Events.

    Raises
    ------
    OptionError
        When a window cannot be read, or no entity or window is named.

    References
    ----------
    .. [1] Y.-A. Le Borgne, W. Siblini, B. Lebichot, G. Bontempi, "Reproducible Machine Learning for
       Credit Card Fraud Detection - Practical Handbook", 2022, chapter 3.

    Examples
    --------
    >>> import pandas as pd
    >>> from anomaly import History
    >>> history = History(["card"], time="time", amount="euros", windows=["1d"])
    >>> payments = pd.DataFrame(
    ...     {
    ...         "card": ["a", "a", "b"],
    ...         "time": pd.to_datetime(
    ...             ["2026-03-01 10:00", "2026-03-01 12:00", "2026-03-01 12:00"]
    ...         ),
    ...         "euros": [10.0, 30.0, 5.0],
    ...     }
    ... )
    >>> history.extend(payments)["payments of the card in 1 day"].tolist()
    [0.0, 1.0, 0.0]
    >>> history.extend(payments.assign(time=payments["time"] + pd.Timedelta("1h")))[
    ...     "amount of the card in 1 day"
    ... ].tolist()
    [10.0, 50.0, 5.0]
    """

    def __init__(
        self,
        entities: Sequence[str],
        *,
        time: str,
        amount: str | None = None,
        windows: Sequence[str] = ("1h", "1d", "7d", "30d"),
        partners: Sequence[str] = (),
        places: tuple[str, str] | None = None,
        label: str | None = None,
        label_delay: str | None = None,
        id: str | None = None,
    ) -> None:
        if isinstance(entities, str) or not entities:
            raise OptionError("name the entities as a list of columns, such as ['customer_id']")
        if isinstance(windows, str) or not windows:
            raise OptionError("name the windows as a list, such as ['1d', '7d']")
        if label is not None and label_delay is None:
            raise OptionError("labels need label_delay: how long after its payment one is known")
        self.entities, self.time, self.amount = list(dict.fromkeys(entities)), time, amount
        self.partners = [name for name in dict.fromkeys(partners) if name not in self.entities]
        self.label, self.places, self.id = label, places, id
        self.windows = sorted({seconds_of_window(each) for each in windows})
        self.label_delay = None if label_delay is None else seconds_of_window(label_delay)
        self.wanted = Wanted(
            tuple(self.entities),
            tuple(self.windows),
            tuple(self.partners),
            has_amount=amount is not None,
            has_labels=label_delay is not None,
            has_places=places is not None,
        )
        made = [features_of(self.wanted, entity) for entity in self.entities]
        self._all_features = [feature for each in made for feature in each]
        self._is_shown = np.array(
            [self.wanted.has_amount or not feature.of_amounts for feature in self._all_features]
        )
        delay = -1 if self.label_delay is None else self.label_delay * MICROSECONDS
        ticks = np.array(self.windows, np.int64) * MICROSECONDS
        n_columns = len(self.entities) + len(self.partners)
        self._horizon = int(ticks[-1]) + max(delay, 0)
        self._memory = Memory(
            len(self.entities),
            n_columns,
            ticks,
            delay,
            list(map(len, made)),
            has_places=places is not None,
        )
        self._vocabularies: list[dict[Hashable, int]] = [{} for _ in range(n_columns)]
        self._keys: dict[int, int] = {}

    @property
    def features(self) -> list[HistoryFeature]:
        """The features, in their order."""
        pairs = zip(self._all_features, self._is_shown, strict=True)
        return [feature for feature, is_shown in pairs if is_shown]

    @property
    def feature_names(self) -> list[str]:
        return [feature.name for feature in self.features]

    @property
    def remembered(self) -> int:
        return len(self._memory.events)

    def extend(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the features of rows, and remember these.

        Parameters
        ----------
        rows : DataFrame
            With the columns of entities, time and amount, in any order of time. Rows without an
            entity have no history there.

        Returns
        -------
        DataFrame
            Float32, with the index of the rows; NaN where there is nothing to tell.

        Raises
        ------
        DataError
            When a column is missing, or a time, or one is not of its kind. Nothing is remembered then.
        """
        made = self.take(self._moves_of(rows))
        return pd.DataFrame(made, columns=self.feature_names, index=rows.index, copy=False)

    def take(self, moves: Moves) -> NDArray[np.float32]:
        """Return the features of rows, of shape (n_rows, n_features), and remember these."""
        events = self._events_of(moves)
        places = np.arange(len(events), dtype=np.int64)
        if (events.times[1:] < events.times[:-1]).any():
            places = np.argsort(events.times, kind="stable")
            events = events.at(places)
        events = self._without_repeats(events)
        out = np.empty((len(events), len(self._is_shown)), np.float32)
        latest = self._memory.latest
        if latest is None or not len(events) or events.times[0] >= latest:
            self._memory.extend(events, places, out)
        else:
            self._take_late(events, places, out)
        self._forget_the_old()
        return out if self._is_shown.all() else out[:, self._is_shown]

    def step(
        self,
        values: Sequence[Hashable],
        time: int,
        amount: float = math.nan,
        place: tuple[float, float] = (math.nan, math.nan),
        key: int = 0,
    ) -> NDArray[np.float32]:
        """Return the features of one row, of shape (n_features,), and remember it.

        It is what `take` returns for the same row, in microseconds where that takes milliseconds. A
        row before the latest time seen goes that way, and takes the longer the more is remembered.

        Parameters
        ----------
        values : sequence
            The entities, then the partners; None or NaN where there is none.
        time : int
            Microseconds.
        amount : float, default=nan
        place : tuple of two floats, default=(nan, nan)
            Latitude and longitude, degrees.
        key : int, default=0
            As in `Moves`.
        """
        latest = self._memory.latest
        is_repeat = key != 0 and self._is_repeat(key, time)
        if latest is not None and (time < latest or is_repeat):
            return self.take(_one_move(self, values, time, amount, place, key))[0]
        if key:
            self._keys[key] = time
        codes = []
        for vocabulary, value in zip(self._vocabularies, values, strict=True):
            if value is None or value != value:
                codes.append(-1)
            else:
                codes.append(vocabulary.setdefault(value, len(vocabulary)))
        in_hundredths = None
        if math.isfinite(amount) and self.amount is not None:
            in_hundredths = round(max(-_MOST, min(_MOST, amount * 100)))
        out = np.empty((1, len(self._is_shown)), np.float32)
        self._memory.step(time, in_hundredths, place, key, codes, out)
        self._forget_the_old()
        return out[0] if self._is_shown.all() else out[0, self._is_shown]

    def forget(self, entity: str, value: Any) -> int:
        """Forget the events of one entity, and return how many there were."""
        if entity not in self.entities:
            raise OptionError(
                f"there is no entity {entity!r}; there are: {', '.join(self.entities)}"
            )
        place = self.entities.index(entity)
        code = self._vocabularies[place].get(value)
        if code is None:
            return 0
        events = self._memory.events
        is_its = events.codes[:, place] == code
        self._restart(events.at(~is_its))
        return int(is_its.sum())

    @property
    def latest(self) -> int | None:
        """The latest time seen, microseconds."""
        return self._memory.latest

    def forget_from(self, time: int) -> None:
        """Forget the events from a time on, microseconds."""
        if self.latest is not None and self.latest >= time:
            events = self._memory.events
            self._restart(events.at(events.times < time))

    def to_table(self) -> pa.Table:
        """Return what is remembered, an event a row, with entities and partners as text."""
        events = self._memory.events
        columns: dict[str, Any] = {
            "time": events.times,
            "amount": pa.array(events.amounts, mask=~events.has_amount),
            "label": pa.array(events.labels, mask=events.labels < 0),
            "latitude": pa.array(events.latitudes, from_pandas=True),
            "longitude": pa.array(events.longitudes, from_pandas=True),
            "key": events.keys,
        }
        named = zip(self._texts_of_state, self._vocabularies, strict=True)
        for number, (name, vocabulary) in enumerate(named):
            codes = events.codes[:, number]
            texts = pa.array([str(value) for value in vocabulary], pa.string())
            columns[name] = texts.take(pa.array(codes, mask=codes < 0))
        return pa.table(columns)

    def restore(self, table: pa.Table) -> None:
        """Remember what `to_table` returned, in the place of what is remembered.

        Raises
        ------
        DataError
            When the table is no such one.
        """
        if table.column_names != [*_OF_STATE, *self._texts_of_state]:
            raise DataError("it does not remember the entities of this run")
        self._vocabularies = [{} for _ in self._vocabularies]
        try:
            events = self._events_of_table(table)
        except (pa.ArrowException, ValueError) as error:
            raise DataError(f"its columns are not as they were written ({error})") from error
        if (np.diff(events.times) < 0).any():
            raise DataError("its events are not in the order of time")
        self._keys = _times_of_keys(events)
        self._memory.restart(events, np.full(len(events), -1), self._nothing)

    @property
    def _texts_of_state(self) -> list[str]:
        names = [*self.entities, *self.partners]
        return [f"{number} {name}" for number, name in enumerate(names)]

    def _events_of_table(self, table: pa.Table) -> Events:
        types = [*_OF_STATE.values(), *[pa.string()] * len(self._vocabularies)]
        table = table.cast(pa.schema(list(zip(table.column_names, types, strict=True))))
        table = table.combine_chunks()
        if table["time"].null_count or table["key"].null_count:
            raise DataError("it has an event without a time")
        times = table["time"].to_numpy()
        if len(times) and max(abs(int(times.min())), abs(int(times.max()))) > _LATEST:
            raise DataError("it has a time that cannot be")
        return Events(
            times,
            np.clip(table["amount"].fill_null(0).to_numpy(), -MOST_HUNDREDTHS, MOST_HUNDREDTHS),
            table["amount"].is_valid().to_numpy(),
            np.clip(table["label"].fill_null(-1).to_numpy(), -1, 1),
            table["latitude"].to_numpy(),
            table["longitude"].to_numpy(),
            table["key"].to_numpy(),
            np.ones(table.num_rows, np.bool_),
            self._codes([table[name] for name in self._texts_of_state]),
        )

    @property
    def _nothing(self) -> NDArray[np.float32]:
        return np.empty((0, len(self._is_shown)), np.float32)

    def _take_late(self, events: Events, places: NDArray[np.int64], out: Any) -> None:
        """Take in events of which some lie before what was seen: all steps are taken again."""
        known = self._memory.events
        both = known.followed_by(events)
        places = np.concatenate([np.full(len(known), -1), places])
        in_time = np.argsort(both.times, kind="stable")
        self._memory.restart(both.at(in_time), places[in_time], out)
        if any(len(each) > _MANY_TIMES * len(both) + _MANY for each in self._vocabularies):
            self._restart(self._memory.events)

    def _restart(self, events: Events) -> None:
        """Remember these events alone, and only their values."""
        codes = np.empty_like(events.codes)
        for place, vocabulary in enumerate(self._vocabularies):
            values = list(vocabulary)
            there, new = np.unique(events.codes[:, place], return_inverse=True)
            n_missing = int(bool(len(there)) and there[0] < 0)
            self._vocabularies[place] = {
                values[code]: number for number, code in enumerate(there[n_missing:].tolist())
            }
            codes[:, place] = new - n_missing
        self._keys = _times_of_keys(events)
        kept = replace(events, codes=codes)
        self._memory.restart(kept, np.full(len(kept), -1), self._nothing)

    def _events_of(self, moves: Moves) -> Events:
        n_rows = len(moves.times)
        if moves.amounts is None:
            amounts, has_amount = np.zeros(n_rows, np.int64), np.zeros(n_rows, np.bool_)
        else:
            amounts, has_amount = hundredths(moves.amounts)
        nowhere = np.full(n_rows, np.nan)
        keys = np.zeros(n_rows, np.uint64) if moves.keys is None else moves.keys
        latitudes, longitudes = moves.places or (nowhere, nowhere)
        labels = np.full(n_rows, -1, np.int8) if moves.labels is None else moves.labels
        return Events(
            moves.times,
            amounts,
            has_amount,
            labels,
            latitudes,
            longitudes,
            keys,
            np.ones(n_rows, np.bool_),
            self._codes(moves.values),
        )

    def _is_repeat(self, key: int, time: int) -> bool:
        """Return whether a row of the key came within what any row can see, before this one."""
        first = self._keys.get(key)
        return first is not None and first > time - self._horizon

    def _without_repeats(self, events: Events) -> Events:
        """Return events of which repeats do not count; they may bring the label of the first."""
        if not events.keys.any():
            return events
        counts, told = np.ones(len(events), np.bool_), {}
        keys = events.keys.tolist()
        moments, labels = events.times.tolist(), events.labels.tolist()
        for place, (key, time, label) in enumerate(zip(keys, moments, labels, strict=True)):
            if key == 0:
                continue
            if self._is_repeat(key, time):
                counts[place] = False
                if label >= 0:
                    told[key] = label
            else:
                self._keys[key] = time
        if told:
            known = self._memory.events
            changed = _labelled(known, told)
            if (changed.labels != known.labels).any():
                self._memory.restart(changed, np.full(len(changed), -1), self._nothing)
            events = _labelled(events, told)
        return replace(events, counts=counts)

    def _forget_the_old(self) -> None:
        """Give up what no row will see any more, if that is worth it."""
        if self._memory.forget_the_old():
            seen = zip(self._vocabularies, self._memory.values_seen(), strict=True)
            if any(len(each) > _MANY_TIMES * n + _MANY for each, n in seen):
                self._restart(self._memory.events)
        if len(self._keys) > _MANY_TIMES * self._memory.n + _MANY:
            self._keys = _times_of_keys(self._memory.events)

    def _codes(self, columns: Sequence[Any]) -> NDArray[np.int32]:
        made = []
        for vocabulary, values in zip(self._vocabularies, columns, strict=True):
            places, there = _factorized(values)
            known = list(map(vocabulary.get, there))
            if None in known:
                known = [vocabulary.setdefault(value, len(vocabulary)) for value in there]
            made.append(np.array([*known, -1], np.int32)[places])
        return np.stack(made, axis=1)

    def _moves_of(self, rows: pd.DataFrame) -> Moves:
        names = [self.time, self.amount, self.label, self.id, *(self.places or ())]
        needed = [*self.entities, *self.partners, *(name for name in names if name is not None)]
        for name in needed:
            if name not in rows:
                near = nearest(name, [str(each) for each in rows.columns])
                hint = f"; did you mean {near!r}?" if near else ""
                raise DataError(f"the rows have no column {name!r}{hint}")
        amounts = None
        if self.amount is not None:
            amounts = _numbers(rows[self.amount], f"the amounts {self.amount!r}")
        places = None
        if self.places:
            latitude, longitude = (_numbers(rows[n], f"the places {n!r}") for n in self.places)
            places = latitude, longitude
        labels = None
        if self.label is not None:
            given = _numbers(rows[self.label], f"the labels {self.label!r}")
            is_none = np.isnan(given)
            if not np.isin(given[~is_none], (0, 1)).all():
                raise DataError(f"the labels {self.label!r} are not 0, 1 or missing")
            labels = np.where(is_none, -1, given).astype(np.int8)
        return Moves(
            values=[rows[name].reset_index(drop=True) for name in (*self.entities, *self.partners)],
            times=self._ticks_of(rows[self.time]),
            amounts=amounts,
            labels=labels,
            places=places,
            keys=None if self.id is None else keys_of([rows[self.id]]),
        )

    def _ticks_of(self, times: pd.Series) -> NDArray[np.int64]:
        if isinstance(times.dtype, pd.DatetimeTZDtype):
            times = times.dt.tz_convert("UTC").dt.tz_localize(None)
        if times.isna().any():
            place = int(times.isna().to_numpy().argmax())
            raise DataError(f"row {place} has no time {self.time!r}; leave such rows out")
        if pd.api.types.is_datetime64_dtype(times.dtype):
            return times.to_numpy("datetime64[us]").astype(np.int64)
        moments = seconds(_numbers(times, f"the times {self.time!r}"))
        if not is_time(moments).all():
            place = int((~is_time(moments)).argmax())
            raise DataError(
                f"row {place} has no time that can be in {self.time!r}: {moments[place]:g}"
            )
        return ticks(moments)


def ticks(moments: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return seconds in microseconds."""
    return np.round(moments * MICROSECONDS).astype(np.int64)


def is_time(moments: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which numbers of seconds are times that can be."""
    return np.abs(moments) <= _LATEST_SECOND


def keys_of(ids: Iterable[Any]) -> NDArray[np.uint64]:
    """Return a number for each row that tells it from rows with other ids; 0 where one is missing."""
    keys: Any = 0
    is_missing: Any = False
    for column in ids:
        series = pd.Series(column).astype("string").reset_index(drop=True)
        hashed = pd.util.hash_array(series.to_numpy(object, na_value=""), categorize=False)
        keys = keys * np.uint64(31) + hashed
        is_missing = is_missing | series.isna().to_numpy()
    return np.asarray(np.where(is_missing, np.uint64(0), keys | np.uint64(1)), np.uint64)


def _labelled(events: Events, told: Mapping[int, int]) -> Events:
    """Return the events with the labels that were told of their keys."""
    pairs = zip(events.keys.tolist(), events.labels.tolist(), strict=True)
    labels = np.array([told.get(key, label) for key, label in pairs], np.int8)
    return replace(events, labels=labels)


def _times_of_keys(events: Events) -> dict[int, int]:
    pairs = zip(events.keys.tolist(), events.times.tolist(), strict=True)
    return {key: time for key, time in pairs if key}


def _factorized(values: Any) -> tuple[NDArray[np.int64], Sequence[Hashable]]:
    """Return the place of each value among those that are there, -1 where it is missing."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        encoded = values.dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return places, encoded.dictionary.to_pylist()
    codes, there = pd.factorize(values)
    return codes, there.tolist()


def _one_move(
    history: History,
    values: Sequence[Hashable],
    time: int,
    amount: float,
    place: tuple[float, float],
    key: int,
) -> Moves:
    return Moves(
        values=[pd.Series([value], dtype=object) for value in values],
        times=np.array([time], np.int64),
        amounts=np.array([amount], np.float64) if history.amount is not None else None,
        places=(np.array([place[0]]), np.array([place[1]])) if history.places else None,
        keys=np.array([key], np.uint64) if key else None,
    )


def _numbers(column: pd.Series, what: str) -> NDArray[np.float64]:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        raise DataError(f"{what} are no numbers but {column.dtype}; convert them first")
    return column.to_numpy(np.float64, na_value=np.nan)
