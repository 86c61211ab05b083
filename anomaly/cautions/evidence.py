"""What cautions are judged from: plain data, whether a run has left them or a file of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Entities:
    """The customer, card or terminal of each row.

    Attributes
    ----------
    codes : ndarray of shape (n,), int64
        Places in `names`; -1 where a row names none.
    names : sequence of str
    """

    codes: NDArray[np.int64]
    names: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPart:
    """The scored rows of validation or of test.

    Attributes
    ----------
    scores : ndarray of shape (n,)
        Higher is more anomalous; NaN for a row that could not be scored.
    labels : ndarray of shape (n,) or None
        1 for a positive row, 0 for a normal one.
    moments : ndarray of shape (n,), float64, or None
        Seconds; NaN where a time is missing.
    entities : mapping of str to Entities
        By column.
    """

    scores: NDArray[Any]
    labels: NDArray[Any] | None = None
    moments: NDArray[np.float64] | None = None
    entities: Mapping[str, Entities] = field(default_factory=dict)

    @property
    def is_normal(self) -> NDArray[np.bool_]:
        """Whether each row has a score and is labelled 0; without labels all count as normal."""
        is_scored = ~np.isnan(self.scores)
        return is_scored if self.labels is None else is_scored & (self.labels == 0)


@dataclass(frozen=True, slots=True, eq=False)
class SampledColumn:
    """A column of the held-out normal rows, or of a sample of them, beside what training had.

    Attributes
    ----------
    name : str
    missing : float
        Share of the rows without a value.
    rows : int
        Rows looked at, those without a value too.
    missing_in_training : float or None
    values : ndarray of shape (n_with_a_value,), float32, or None
        For a number.
    range_in_training : (float, float) or None
        The least and the greatest number of `rows_in_training` normal rows.
    rows_in_training : int
    """

    name: str
    missing: float
    rows: int
    missing_in_training: float | None = None
    values: NDArray[np.float32] | None = None
    range_in_training: tuple[float, float] | None = None
    rows_in_training: int = 0


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What the threshold does on a part.

    Attributes
    ----------
    alerts : int
    tp, fp, fn : int or None
        None without labels.
    """

    alerts: int
    tp: int | None = None
    fp: int | None = None
    fn: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """Everything that cautions look at; what is not known is None or empty.

    Attributes
    ----------
    noun : str
        What a row with label 1 is called.
    validation, test : ScoredPart or None
    split_method : str
        ``time`` or ``random``.
    knows_time : bool
        Whether the transactions have a time by which they could be split.
    time_feature : str or None
        A column that tells a time, where none is named as that of the transaction.
    normal_train_rows, n_features : int or None
        Of a detector.
    stopped_after : int or None
        Epochs after which the training was stopped by hand.
    columns : sequence of SampledColumn
    leaks : mapping of str to str
        Columns that give the label away, and why they are held to.
    n_rows : int
        Of the whole table.
    seconds_spanned : float or None
        By the table's times, where they are numbers whose unit nobody named.
    threshold : float or None
    at_threshold : mapping of str to AtThreshold
        By part.
    """

    noun: str = "anomaly"
    validation: ScoredPart | None = None
    test: ScoredPart | None = None
    split_method: str = ""
    leaks: Mapping[str, str] = field(default_factory=dict)
    n_rows: int = 0
    seconds_spanned: float | None = None
    knows_time: bool = False
    time_feature: str | None = None
    normal_train_rows: int | None = None
    n_features: int | None = None
    stopped_after: int | None = None
    columns: Sequence[SampledColumn] = ()
    threshold: float | None = None
    at_threshold: Mapping[str, AtThreshold] = field(default_factory=dict)

    @property
    def parts(self) -> dict[str, ScoredPart]:
        """The parts that there are, by name."""
        parts = {"validation": self.validation, "test": self.test}
        return {name: part for name, part in parts.items() if part is not None}
