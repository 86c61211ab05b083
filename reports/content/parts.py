"""The parts that a report is made from: plain data, with no knowledge of where they came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
"""Lower and upper end of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the data.

    Attributes
    ----------
    name : str
        Name as in the file.
    role : str
        What it is used for: ``feature``, ``label``, ``time``, ``id``, ``entity``, ``ignored``.
    kind : str
        What it holds: ``number``, ``category``, ``flag``, ``time``.
    note : str
        Anything a reader should know, such as why a column is ignored.
    missing : float or None
        Share of the normal training rows without a value, where known.
    """

    name: str
    role: str
    kind: str
    note: str = ""
    missing: float | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """One part of the data.

    Attributes
    ----------
    name : str
        ``train``, ``validation`` or ``test``.
    rows : int
        Number of transactions.
    positives : int or None
        Number of frauds; None where there are no labels.
    start, end : str or None
        First and last time in the split, as text; None where time is unknown.
    """

    name: str
    rows: int
    positives: int | None = None
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of a split, and its labels where there are any.

    Attributes
    ----------
    scores : ndarray of shape (n,)
        Higher is more anomalous. NaN marks a row that could not be scored.
    labels : ndarray of shape (n,) or None
        1 for a fraud, 0 for a normal transaction.
    days : ndarray of int of shape (n,) or None
        The day of each row, where the split holds whole days.
    amounts : ndarray of shape (n,) or None
        The amount of each row, in the unit of the data; NaN where it is missing.
    moments : ndarray of shape (n,) or None
        The time of each row: datetime64, or float64 seconds since an unknown start.
    entities : mapping of str to ndarray of int of shape (n,)
        By column, a number for the card or customer of each row.
    """

    scores: NDArray[Any]
    labels: NDArray[Any] | None = None
    days: NDArray[Any] | None = None
    amounts: NDArray[Any] | None = None
    moments: NDArray[Any] | None = None
    entities: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if np.ndim(self.scores) != 1:
            raise ValueError(f"scores must have one dimension, not {np.ndim(self.scores)}")
        columns = {name: getattr(self, name) for name in ("labels", "days", "amounts", "moments")}
        for name, column in (columns | dict(self.entities)).items():
            if column is not None and np.shape(column) != np.shape(self.scores):
                raise ValueError(
                    f"{name} and scores must have the same shape, not {np.shape(column)} "
                    f"and {np.shape(self.scores)}"
                )
        if self.labels is not None and not np.isin(self.labels, (0, 1)).all():
            raise ValueError("labels must be 0 or 1")

    @property
    def known(self) -> "Scores":
        """The rows that could be scored."""
        is_known = ~np.isnan(self.scores)
        if is_known.all():
            return self
        names = ("labels", "days", "amounts", "moments")
        further = {name: getattr(self, name) for name in names}
        return Scores(
            self.scores[is_known],
            **{name: column[is_known] for name, column in further.items() if column is not None},
            entities={name: column[is_known] for name, column in self.entities.items()},
        )


@dataclass(frozen=True, slots=True)
class Metrics:
    """How well the scores rank one split; None where there are no labels."""

    average_precision: float | None = None
    roc_auc: float | None = None


@dataclass(frozen=True, slots=True)
class ThresholdFigures:
    """What a threshold does on one split.

    Attributes
    ----------
    alerts : int
        Rows at or above the threshold.
    precision, recall, f1 : float or None
        None where there are no labels.
    tp, fp, fn, tn : int or None
        Frauds caught, false alarms, frauds missed, normal rows left alone.
    alerts_per_day : float or None
        Where the days of the rows are known.
    cost : float or None
        Of false alarms and missed frauds, where the threshold was picked for the least of it.
    card_precision : float or None
        Share of the alerted cards that are compromised, where the threshold was picked for it.
    intervals : mapping of str to (float, float)
        95 % intervals of ``precision``, ``recall``, ``f1``, ``alerts_per_day`` and ``cost``, where
        known.
    """

    alerts: int
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    tp: int | None = None
    fp: int | None = None
    fn: int | None = None
    tn: int | None = None
    alerts_per_day: float | None = None
    cost: float | None = None
    card_precision: float | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold, what it was picked for, and what it does on each split.

    Attributes
    ----------
    objective : str
        What it was picked for; empty where it was not picked.
    value : float
        A score at or above it alerts.
    splits : mapping of str to ThresholdFigures
        Keys as in `Split.name`.
    origin : str
        Where it comes from, in words.
    unit_costs : (float, float) or None
        Of a false alarm and of a missed fraud, where it was picked for the least cost.
    picks : (float or None, float or None) or None
        Where picks on resamples fall (95 %); None for an end beyond all scores.
    as_good : (float or None, float or None) or None
        The thresholds that are as good within one standard error.
    assumption : str
        What has to hold for the objective to mean what it says; empty for none.
    notes : sequence of str
        What else to know of its figures.
    """

    objective: str
    value: float
    splits: Mapping[str, ThresholdFigures]
    origin: str = "picked on validation"
    unit_costs: tuple[float, float] | None = None
    picks: tuple[float | None, float | None] | None = None
    as_good: tuple[float | None, float | None] | None = None
    assumption: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One column's part in a score.

    Attributes
    ----------
    column : str
        Name of the column.
    share : float
        Its part of the score, in units of the score. The shares of a row sum to the score.
    seen, expected : object
        The value in the row and the one the detector expected: number, text, or None if missing.
    normal : (float, float) or None
        Where the middle 90 % of the normal training rows have the number, if known.
    frequency : float or None
        Share of the normal training rows with the category, 0 for a rare one, if known.
    """

    column: str
    share: float
    seen: object
    expected: object
    normal: Interval | None = None
    frequency: float | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One of the highest-scoring transactions.

    Attributes
    ----------
    row : int
        Position in the data, from 0.
    split : str
        Name of its split.
    score : float
        Higher is more anomalous.
    is_alert : bool or None
        Whether the score reaches the threshold; None where none is picked.
    label : int or None
        1 for a fraud, 0 for a normal transaction, None where unknown.
    time : str or None
        When it happened, as text.
    amount : float or None
        Its amount, in the unit of the data.
    ids : mapping of str to object
        Value of each id column.
    reasons : sequence of Reason
        Largest shares first; may leave out small ones.
    """

    row: int
    split: str
    score: float
    is_alert: bool | None = None
    label: int | None = None
    time: str | None = None
    amount: float | None = None
    ids: Mapping[str, object] = field(default_factory=dict)
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SampledColumn:
    """One column of a sample of transactions.

    Attributes
    ----------
    name : str
        Name as in the file.
    values : ndarray of shape (n,), float64
        Numbers; or positions in `levels`; NaN where a value is missing.
    levels : sequence of str
        The values of a category or a flag; empty for numbers.
    is_time : bool
        Whether the numbers are seconds since 1970.
    """

    name: str
    values: NDArray[np.float64]
    levels: Sequence[str] = ()
    is_time: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some of the held-out transactions, drawn at random within each class.

    Attributes
    ----------
    columns : sequence of SampledColumn
        Those that the detector reads.
    labels : ndarray of shape (n,) or None
        1 for a fraud, 0 for a normal transaction.
    shares : ndarray of shape (n, n_columns) or None
        Each column's part of the score, in units of the score.
    """

    columns: Sequence[SampledColumn]
    labels: NDArray[Any] | None = None
    shares: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        sizes = {len(column.values) for column in self.columns}
        sizes |= {len(rows) for rows in (self.labels, self.shares) if rows is not None}
        if len(sizes) > 1:
            raise ValueError(f"all columns must have the same number of rows, not {sorted(sizes)}")
        if self.shares is not None and self.shares.shape[1:] != (len(self.columns),):
            raise ValueError("shares must have a column for each column of the sample")
