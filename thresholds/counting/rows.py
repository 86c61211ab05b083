"""The rows that a threshold is picked on: labels, scores, and what goes with them."""

from dataclasses import dataclass, fields
from typing import Any, Self

from numpy.typing import ArrayLike, NDArray

from thresholds.counting.counts import Integers, Ratios
from thresholds.counting.days import as_days
from thresholds.counting.elapsed import days_spanned
from thresholds.counting.inputs import (
    Flags,
    Floats,
    as_flags,
    as_measures,
    as_names,
    as_scores,
    refuse_nan,
)
from thresholds.errors import ThresholdError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoredRows:
    """Checked columns of equal length; NaN among the scores is looked for later.

    Attributes
    ----------
    scores : ndarray of float, shape (n,)
    flags : ndarray of bool, shape (n,), or None
        True for an anomaly; None without labels.
    weights : ndarray of float64, shape (n,), or None
        How much each row counts; rows of weight 0 are left out.
    amounts : ndarray of float64, shape (n,), or None
        Money at stake.
    days : ndarray of int64, shape (n,), or None
        The calendar day of each row, as days since the first one.
    times : ndarray of float64, shape (n,), or None
        Its time, in days since the midnight before the first row; None where only days are known.
    entities : ndarray, shape (n,), or None
        The card or customer of each row.
    """

    scores: Floats
    flags: Flags | None = None
    weights: Ratios | None = None
    amounts: Ratios | None = None
    days: Integers | None = None
    times: Ratios | None = None
    entities: NDArray[Any] | None = None

    @classmethod
    def checked(
        cls,
        labels: ArrayLike | None,
        scores: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        amounts: ArrayLike | None = None,
        days: ArrayLike | None = None,
        entities: ArrayLike | None = None,
    ) -> Self:
        """Check and convert the columns.

        Raises
        ------
        ThresholdError
            Unusable values, or columns of different lengths.
        """
        scores = as_scores(scores)
        n = scores.size
        numbers, times = (None, None) if days is None else as_days(days, n)
        rows = cls(
            scores=scores,
            flags=None if labels is None else as_flags(labels, scores),
            weights=None if weights is None else as_measures(weights, "weights", n),
            amounts=None if amounts is None else as_measures(amounts, "amounts", n),
            days=numbers,
            times=times,
            entities=None if entities is None else as_names(entities, "entities", n),
        )
        return rows if rows.weights is None else rows._without(rows.weights == 0)

    def _without(self, dropped: Flags) -> Self:
        if not dropped.any():
            return self
        if dropped.all():
            raise ThresholdError("all weights are 0; give some rows weight")
        refuse_nan(self.scores)
        columns: dict[str, Any] = {}
        for each in fields(self):
            column = getattr(self, each.name)
            columns[each.name] = None if column is None else column[~dropped]
        return type(self)(**columns)

    @property
    def n_days(self) -> float | None:
        """Days that the rows span (see `thresholds.counting.elapsed.days_spanned`)."""
        if self.days is None:
            return None
        return days_spanned(self.days, self.times, self.weights)

    @property
    def stakes(self) -> Ratios | None:
        """Money at stake in each row, as often as the row counts."""
        if self.amounts is None or self.weights is None:
            return self.amounts
        return self.amounts * self.weights
