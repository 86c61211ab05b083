"""Checks at the door: everything behind it may trust labels and scores."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thresholds.errors import ThresholdError

Flags = NDArray[np.bool_]
Floats = NDArray[np.floating[Any]]

_SCORE_DTYPES = (np.float16, np.float32, np.float64)


def as_scores(scores: ArrayLike) -> Floats:
    """Return the scores as one row of floats, in their own precision.

    Parameters
    ----------
    scores : array-like, shape (n,)
        float16, float32 and float64 stay what they are; integers and booleans become float64.
        Infinities are scores like any other. NaN is looked for later, where it costs nothing.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ThresholdError
        Not one-dimensional, empty, or not numbers.
    """
    array = _one_row(scores, "scores")
    if array.dtype.type in _SCORE_DTYPES:
        # In the byte order of the machine.
        return array.astype(array.dtype.type, copy=False)
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise ThresholdError(
        f"scores hold {array.dtype}, not numbers of at most 64 bits; convert them to float64"
    )


def as_flags(labels: ArrayLike, rows: int) -> Flags:
    """Return the labels as booleans, true where the label is 1.

    Parameters
    ----------
    labels : array-like, shape (rows,)
        0 for normal and 1 for an anomaly, as booleans, integers or floats.
    rows : int
        The number of scores.

    Returns
    -------
    ndarray of bool, shape (rows,)

    Raises
    ------
    ThresholdError
        Another shape or length, or a label that is neither 0 nor 1.
    """
    array = _one_row(labels, "labels")
    if array.size != rows:
        raise ThresholdError(
            f"{array.size} labels for {rows} scores; give one label and one score a row"
        )
    if array.dtype.kind not in "biuf":
        raise ThresholdError(f"labels hold {array.dtype}, not numbers; give 0 or 1 a row")
    if array.dtype.kind == "b":
        return array
    flags: Flags = array == 1
    normal = array == 0
    if np.count_nonzero(flags) + np.count_nonzero(normal) < rows:
        first = int(np.flatnonzero(~(flags | normal))[0])
        raise ThresholdError(
            f"labels[{first}] is {array[first]}, neither 0 (normal) nor 1 (anomaly); "
            "drop or relabel such rows"
        )
    return flags


def ascending(scores: Floats) -> Floats:
    """Return a sorted copy of checked scores.

    Raises
    ------
    ThresholdError
        A score is NaN. Sorting puts NaN last, so that one look finds it.
    """
    ordered = np.sort(scores)
    if np.isnan(ordered[-1]):
        refuse_nan(scores)
    return ordered


def refuse_nan(scores: Floats) -> None:
    """Raise a ThresholdError that names the first NaN among the scores, if there is one."""
    if np.isnan(scores.min()):
        missing = np.isnan(scores)
        raise ThresholdError(
            f"scores[{int(missing.argmax())}] is NaN ({np.count_nonzero(missing)} of "
            f"{scores.size} scores are); drop those rows or score them again"
        )


def _one_row(values: ArrayLike, name: str) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ThresholdError(f"{name} are no array: {error}") from error
    if array.ndim != 1:
        raise ThresholdError(
            f"{name} have shape {array.shape}, not one dimension; give one number a row"
        )
    if array.size == 0:
        raise ThresholdError(f"{name} are empty; give at least one row")
    return array
