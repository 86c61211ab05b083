"""Checks at the door: everything behind it may trust labels and scores."""

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thresholds.counting.counts import Ratios, Tallies
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
    array = one_row(scores, "scores")
    if array.dtype.type in _SCORE_DTYPES:
        # In the byte order of the machine.
        return array.astype(array.dtype.type, copy=False)
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise ThresholdError(
        f"scores hold {array.dtype}, not numbers of at most 64 bits; convert them to float64"
    )


def as_flags(labels: ArrayLike, scores: Floats) -> Flags:
    """Return the labels as booleans, true where the label is 1.

    Parameters
    ----------
    labels : array-like, shape (n,)
        0 for normal and 1 for an anomaly, as booleans, integers or floats, also as Python objects.
    scores : ndarray, shape (n,)
        What `as_scores` made of them: where all are 0 or 1 and labels are not, the two are swapped.

    Returns
    -------
    ndarray of bool, shape (n,)

    Raises
    ------
    ThresholdError
        Another shape or length, or a label that is missing or neither 0 nor 1.
    """
    array = of_length(labels, "labels", scores.size, "scores", "one label and one score a row")
    if array.dtype.kind == "O":
        array = _without_objects(array)
    _refuse_other_than(array, "labels", "biuf", "numbers; give 0 or 1 a row")
    if array.dtype.kind == "b":
        return array
    flags: Flags = array == 1
    other = ~(flags | (array == 0))
    if not other.any():
        return flags
    missing = np.isnan(array)
    if missing.any():
        raise _missing_labels(missing)
    first = int(other.argmax())
    if np.isin(scores, (0, 1)).all():
        raise ThresholdError(
            f"labels and scores seem swapped: labels[{first}] is {array[first]} and each score is "
            "0 or 1; give the labels first, then the scores"
        )
    raise ThresholdError(
        f"labels[{first}] is {array[first]}, neither 0 (normal) nor 1 (anomaly); "
        "drop or relabel such rows"
    )


def _without_objects(labels: NDArray[Any]) -> NDArray[Any]:
    """Return labels that are Python objects as floats."""
    numbers = (Real, np.bool_)
    if all(issubclass(kind, numbers) for kind in set(map(type, labels))):
        return labels.astype(np.float64)
    missing = np.fromiter((is_missing(label) for label in labels), np.bool_, labels.size)
    if missing.any():
        raise _missing_labels(missing)
    place = next(p for p, label in enumerate(labels) if not isinstance(label, numbers))
    raise ThresholdError(
        f"labels[{place}] is {labels[place]!r}, not a number; give 0 or 1 a row, or True and False"
    )


def is_missing(value: Any) -> bool:
    """Tell None, NaN, NaT, and pandas' NA, which is neither equal to itself nor unequal."""
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):
        return True


def _missing_labels(missing: Flags) -> ThresholdError:
    return ThresholdError(
        f"labels[{int(missing.argmax())}] is missing ({np.count_nonzero(missing)} of "
        f"{missing.size} labels are); drop those rows, or label them 0 or 1"
    )


def as_counts(counts: ArrayLike, name: str, levels: int) -> Tallies:
    """Return how many rows each of the levels has, as int64 or, from floats, as float64.

    Raises
    ------
    ThresholdError
        Another shape or length, or counts that are negative or not finite.
    """
    array = of_length(counts, name, levels, "levels", "one count a level")
    _refuse_other_than(array, name, "biuf", "numbers; give the rows of each level")
    array = array.astype(np.float64 if array.dtype.kind == "f" else np.int64, copy=False)
    refuse_outside(array, name)
    return array


def as_measures(values: ArrayLike, name: str, rows: int) -> Ratios:
    """Return weights or amounts as float64.

    Raises
    ------
    ThresholdError
        Another shape or length, or values that are negative or not finite.
    """
    array = of_length(values, name, rows, "scores", "one of each a row")
    _refuse_other_than(array, name, "biuf", "numbers; give a finite number from 0 a row")
    array = array.astype(np.float64, copy=False)
    refuse_outside(array, name)
    return array


def as_names(names: ArrayLike, name: str, rows: int) -> NDArray[Any]:
    """Return names of any kind, one a row.

    Raises
    ------
    ThresholdError
        Another shape or length.
    """
    return of_length(names, name, rows, "scores", "one name a row")


def refuse_outside(values: Tallies, name: str) -> None:
    """Raise a ThresholdError that names the first value below 0 or not finite, if there is one."""
    usable = np.isfinite(values) & (values >= 0)
    if not usable.all():
        first = int(np.argmin(usable))
        raise ThresholdError(
            f"{name}[{first}] is {values[first]}; give a finite number from 0, or drop that row"
        )


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


def one_row(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return an array of one dimension that is not empty, or raise a ThresholdError."""
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


def of_length(values: ArrayLike, name: str, rows: int, others: str, give: str) -> NDArray[Any]:
    """Return an array of one dimension and that length, or raise a ThresholdError."""
    array = one_row(values, name)
    if array.size != rows:
        raise ThresholdError(f"{array.size} {name} for {rows} {others}; give {give}")
    return array


def _refuse_other_than(array: NDArray[Any], name: str, kinds: str, wanted: str) -> None:
    if array.dtype.kind not in kinds:
        raise ThresholdError(f"{name} hold {array.dtype}, not {wanted}")
