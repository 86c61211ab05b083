"""Which columns of a table are numbers and which are categories, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def categorical_mask(selection: Any, n_columns: int, names: Sequence[Any] | None) -> Mask:
    """Return which columns are categories.

    Parameters
    ----------
    selection : None, or array-like of int, bool or str
        Positions, a mask, or, where the columns have names, these.
    n_columns : int
    names : sequence, optional
        Names of the columns.

    Returns
    -------
    ndarray of shape (n_columns,), bool

    Raises
    ------
    ValueError
        When a column named is not there, or a mask has another length.
    """
    mask = np.zeros(n_columns, dtype=bool)
    columns = np.asarray([] if selection is None else selection).ravel()
    if not len(columns):
        return mask
    if columns.dtype == bool:
        if len(columns) != n_columns:
            raise ValueError(
                f"categorical_features is a mask of {len(columns)} columns, and X has {n_columns}"
            )
        return columns
    places = {name: place for place, name in enumerate(names if names is not None else ())}
    for column in columns.tolist():
        place = places.get(column) if isinstance(column, str) else column
        if not isinstance(place, int) or not -n_columns <= place < n_columns:
            raise ValueError(
                f"categorical_features names the column {column!r}, which X does not have"
            )
        mask[place] = True
    return mask


def checked_numbers(X: NDArray[Any], categorical: Mask, names: Sequence[Any] | None) -> None:
    """Raise `ValueError` unless all values are there, and those of number columns are finite."""
    for place in range(X.shape[1]):
        called = f"column {place}" if names is None else f"column {names[place]!r}"
        column = X[:, place]
        missing = pd.isna(column)
        if missing.any():
            raise ValueError(
                f"{called} of X has {missing.sum()} missing values (NaN), the first in row "
                f"{missing.argmax()}; fill them in or drop their rows before resampling"
            )
        if categorical[place]:
            continue
        try:
            numbers = column.astype(np.float64)
        except (TypeError, ValueError):
            raise ValueError(
                f"{called} of X holds values that are no numbers, such as {column[0]!r}; name it "
                "in categorical_features or leave it out"
            ) from None
        if not np.isfinite(numbers).all():
            raise ValueError(
                f"{called} of X has an infinite value in row {np.isinf(numbers).argmax()}"
            )
