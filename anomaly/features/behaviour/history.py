"""The history of entities: what was remembered, and features of rows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from anomaly.errors import DataError, OptionError
from anomaly.features.behaviour import windows as kernel
from anomaly.features.behaviour.names import feature_names, seconds_of_window
from anomaly.tables.times import seconds
from anomaly.utils.spelling import nearest

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Events:
    """Rows as the history sees them.

    Attributes
    ----------
    entities : sequence of Series
        The values of each entity column; missing where there is none.
    times : ndarray of shape (n_rows,), int64
        Microseconds.
    amounts : ndarray of shape (n_rows,), int64
        Hundredths.
    has_amount : ndarray of shape (n_rows,), bool
    """

    entities: Sequence[pd.Series]
    times: NDArray[np.int64]
    amounts: NDArray[np.int64]
    has_amount: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.times)

    def chosen(self, places: NDArray[Any]) -> Events:
        """Return the events at some places, in their order, or where a mask is true."""
        return Events(
            [values[places].reset_index(drop=True) for values in self.entities],
            self.times[places],
            self.amounts[places],
            self.has_amount[places],
        )

    def followed_by(self, others: Events) -> Events:
        """Return these and others."""
        pairs = zip(self.entities, others.entities, strict=True)
        return Events(
            [_joined(mine, theirs) for mine, theirs in pairs],
            np.concatenate([self.times, others.times]),
            np.concatenate([self.amounts, others.amounts]),
            np.concatenate([self.has_amount, others.has_amount]),
        )


class History:
    """What customers, cards or terminals did lately, and features of new rows from it.

    Features of a row come from rows of strictly earlier times alone. What is remembered are the
    events within the longest window before the latest time seen, so that an entity that falls silent
    is forgotten. Features are the same to the last bit whether rows come as one table, in pieces or
    one by one, as long as no piece holds a time before that of a piece that went ahead.

    A row that comes late gets the features of its own time, from what is still remembered, and counts
    for later rows from then on; features that were given out before do not change. A row that comes
    twice counts twice.

    Parameters
    ----------
    entities : sequence of str
        Names of columns. Where there are several, each is the others' partner: how many different
        ones there were, whether this one is new, and how usual it is.
    time : str
        The column of times: of dates and times, or of numbers, which are seconds.
    amount : str, optional
        The column of amounts, which count to the hundredth. NaN and infinities are no amounts.
    windows : sequence of str, default=("1d", "7d", "30d")
        Such as `30m`, `1h`, `7d`. An event as old as a window is out of it.

    Attributes
    ----------
    feature_names : list of str
    remembered : int
        Events.

    Raises
    ------
    OptionError
        When a window cannot be read, or no entity or window is named.

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
        windows: Sequence[str] = ("1d", "7d", "30d"),
    ) -> None:
        if isinstance(entities, str) or not entities:
            raise OptionError("name the entities as a list of columns, such as ['customer_id']")
        if isinstance(windows, str) or not windows:
            raise OptionError("name the windows as a list, such as ['1d', '7d']")
        self.entities, self.time, self.amount = list(dict.fromkeys(entities)), time, amount
        self.windows = sorted({seconds_of_window(each) for each in windows})
        names = feature_names(self.entities, self.windows)
        self._is_shown = np.array([amount is not None or not of_amount for _, of_amount in names])
        self.feature_names = [
            name for (name, _), is_shown in zip(names, self._is_shown, strict=True) if is_shown
        ]
        self._ticks = np.array([each * _MICROSECONDS for each in self.windows], np.int64)
        self._events: Events | None = None

    @property
    def remembered(self) -> int:
        return 0 if self._events is None else len(self._events)

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
        new = self._events_of(rows)
        known = new if self._events is None else self._events.followed_by(new)
        places = np.arange(len(new) - len(known), len(new), dtype=np.int64)
        if (np.diff(known.times) < 0).any():
            in_time = np.argsort(known.times, kind="stable")
            known, places = known.chosen(in_time), places[in_time]
        out = self._features(known, places, len(new))
        if len(known):
            self._events = known.chosen(known.times > known.times[-1] - self._ticks[-1])
        shown = out if self._is_shown.all() else out[:, self._is_shown]
        return pd.DataFrame(shown, columns=self.feature_names, index=rows.index, copy=False)

    def forget(self, entity: str, value: Any) -> int:
        """Forget the events of one entity, and return how many there were."""
        if self._events is None:
            return 0
        is_its = (self._events.entities[self.entities.index(entity)] == value).to_numpy(bool)
        self._events = self._events.chosen(~is_its)
        return int(is_its.sum())

    def _events_of(self, rows: pd.DataFrame) -> Events:
        for name in [*self.entities, self.time, *([self.amount] if self.amount else [])]:
            if name not in rows:
                near = nearest(name, [str(each) for each in rows.columns])
                hint = f"; did you mean {near!r}?" if near else ""
                raise DataError(f"the rows have no column {name!r}{hint}")
        if self.amount is None:
            given = np.full(len(rows), np.nan)
        else:
            given = _numbers(rows[self.amount], f"the amounts {self.amount!r}")
        in_hundredths, has_amount = kernel.hundredths(given)
        columns = [rows[name].reset_index(drop=True) for name in self.entities]
        return Events(columns, self._ticks_of(rows[self.time]), in_hundredths, has_amount)

    def _ticks_of(self, times: pd.Series) -> NDArray[np.int64]:
        if isinstance(times.dtype, pd.DatetimeTZDtype):
            times = times.dt.tz_convert("UTC").dt.tz_localize(None)
        if times.isna().any():
            place = int(times.isna().to_numpy().argmax())
            raise DataError(f"row {place} has no time {self.time!r}; leave such rows out")
        if pd.api.types.is_datetime64_dtype(times.dtype):
            return times.to_numpy("datetime64[us]").astype(np.int64)
        moments = seconds(_numbers(times, f"the times {self.time!r}"))
        return np.round(moments * _MICROSECONDS).astype(np.int64)

    def _features(
        self, known: Events, places: NDArray[np.int64], n_rows: int
    ) -> NDArray[np.float32]:
        """Return the features of the events that have a place from 0; they are in the order of time."""
        out = np.empty((n_rows, len(self._is_shown)), dtype=np.float32)
        width = out.shape[1] // len(self.entities)
        codes = [pd.factorize(values) for values in known.entities]
        logs = kernel.parts_of_log(known.amounts)
        for at, (own, values) in enumerate(codes):
            others = [code for place, (code, _) in enumerate(codes) if place != at]
            partners = np.array(others, dtype=np.int64).reshape(len(others), len(own)).T
            order, starts = kernel.by_entity(own.astype(np.int64), len(values))
            part = out[:, at * width : (at + 1) * width]
            part[places[(own < 0) & (places >= 0)]] = np.nan
            kernel.fill_features(
                starts,
                known.times[order],
                known.amounts[order],
                logs[order],
                known.has_amount[order],
                partners[order],
                int(partners.max(initial=0)) + 1,
                places[order],
                self._ticks,
                part,
            )
        return out


def _joined(mine: pd.Series, theirs: pd.Series) -> pd.Series:
    if not len(mine):
        return theirs
    return pd.concat([mine, theirs], ignore_index=True)


def _numbers(column: pd.Series, what: str) -> NDArray[np.float64]:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        raise DataError(f"{what} are no numbers but {column.dtype}; convert them first")
    return column.to_numpy(np.float64, na_value=np.nan)
