"""The scores of a split with its labels, times and amounts, and how well they rank it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

_COLUMNS = ("labels", "days", "amounts", "moments", "missed_costs")


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of a split, and its labels where there are any.

    Attributes
    ----------
    scores : ndarray of shape (n,)
        Higher is more anomalous. NaN marks a row that could not be scored.
    labels : ndarray of shape (n,) or None
        1 for a positive row, 0 for a normal one.
    days : ndarray of shape (n,) or None
        The day of each row, or its time in days, where the split holds all rows of its time.
    amounts : ndarray of shape (n,) or None
        The amount of each row, in the unit of the data; NaN where it is missing.
    missed_costs : ndarray of shape (n,) or None
        What each positive row costs where it is missed, where that is not its amount.
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
    missed_costs: NDArray[Any] | None = None
    entities: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if np.ndim(self.scores) != 1:
            raise ValueError(f"scores must have one dimension, not {np.ndim(self.scores)}")
        columns = {name: getattr(self, name) for name in _COLUMNS}
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
        further = {name: getattr(self, name) for name in _COLUMNS}
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
