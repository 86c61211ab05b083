"""What the features of one column have to offer: learned once, then made for a batch or one row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.commonness import Commonness
from anomaly.schema.columns import Column, Schema


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the matrix.

    Attributes
    ----------
    name : str
        What reports call it.
    column : str
        The table's column that it is made of.
    part : str
        What it takes from that column: `value` (number or flag), `level` (1 where the
        category is `level`), `other` (1 where it is a category not among the levels),
        `missing` (1 where a category is missing), `common` (logarithm of the share of training
        rows with the category), `sin_day`, `cos_day`, `sin_week`, `cos_week` (place in the cycle),
        or `days_before` (days from this time to the transaction's).
    level : str or None
        The category's value, for the part `level`.
    commonness : Commonness or None
        For the parts `common` and `other`: what values training had.
    offset : float
        Of numbers that vary little beside their size: what is taken off them, so that float32 holds
        how they vary.
    """

    name: str
    column: str
    part: str
    level: str | None = None
    commonness: Commonness | None = None
    offset: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        content: dict[str, Any] = {
            "name": self.name,
            "column": self.column,
            "part": self.part,
            "level": self.level,
        }
        if self.offset:
            content["offset"] = self.offset
        if self.commonness is not None:
            content["commonness"] = self.commonness.to_dict()
        return content

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        common = content.get("commonness")
        made = None if common is None else Commonness(**common)
        return cls(**{**content, "commonness": made})


class Fitter(ABC):
    """Sees a column of the training rows batch by batch, then says what is made of it."""

    def __init__(self, column: Column, schema: Schema) -> None:
        self._column = column
        self._name = column.name
        self._schema = schema

    @property
    def why_none(self) -> str:
        """Why the column has no features, where it has none."""
        return "constant in the training rows"

    @property
    def note(self) -> str:
        """What to know of the features that were made, or not made; empty for nothing."""
        return ""

    def _converted(self, array: pa.Array) -> Any:
        return self._column.convert(array).values

    @abstractmethod
    def add(self, array: pa.Array) -> None:
        """Take in the column's values of one batch."""

    @abstractmethod
    def features(self) -> list[Feature]:
        """Return the features of the column, none where it says nothing."""


class Part(ABC):
    """The features of one column, made for a batch of rows or for one row: the same bits.

    Parameters
    ----------
    column : Column
    features : sequence of Feature
        Those of the column, in order.
    """

    fitter: ClassVar[type[Fitter]]

    def __init__(self, column: Column, features: Sequence[Feature]) -> None:
        self.column = column
        self.features = tuple(features)

    @abstractmethod
    def fill(
        self,
        block: NDArray[np.float32],
        values: Any,
        now: NDArray[np.float64] | None,
        is_own: NDArray[np.bool_] | None = None,
    ) -> None:
        """Write the features of a batch.

        Parameters
        ----------
        block : ndarray of shape (n_rows, n_features_of_the_column), float32
            Written to.
        values : ndarray of shape (n_rows,) or pyarrow.Array
            The column, as `kinds.convert` gives it.
        now : ndarray of shape (n_rows,), float64, or None
            Seconds of the transactions, where they have a time.
        is_own : ndarray of shape (n_rows,), bool, optional
            Which of the rows are those that the features were learned from; none by default.
        """

    @abstractmethod
    def read(self, value: Any, now: float) -> Iterable[float]:
        """Return the features of one row.

        Parameters
        ----------
        value : object
            A plain Python value.
        now : float
            Seconds of the transaction; NaN where no feature looks at them.

        Raises
        ------
        UnusualValueError
            When the value has to go the way of a table with one row.
        """
