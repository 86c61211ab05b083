"""How many rows and how many anomalies are at or above each distinct score.

Labels have to follow the scores through the sort, but sorting positions instead of scores
(`numpy.argsort`) takes several times as long. Two ways around it give the same counts:

few anomalies
    Sort all scores, sort the anomalies' scores by themselves, and look these up among all.
otherwise
    Write each label into the score. The bits of a floating-point number without its sign, read
    as an integer, have the order of the number; the place of the sign is free for the label.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import Integers
from thresholds.counting.inputs import Flags, Floats, ascending, refuse_nan

Keys = NDArray[np.unsignedinteger[Any]]

# Looking up one anomaly in this many rows costs as much as carrying all labels.
FEW = 16

_UNSIGNED = {2: np.uint16, 4: np.uint32, 8: np.uint64}


def ranked(scores: Floats, flags: Flags) -> tuple[Floats, Integers, Integers]:
    """Count rows and anomalies at or above each distinct score.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
    flags : ndarray of bool, shape (n,)
        True for an anomaly.

    Returns
    -------
    levels : ndarray of float, shape (m,)
        The distinct scores, ascending.
    alerts, tp : ndarray of int64, shape (m,)
        Rows and anomalies with ``score >= level``.

    Raises
    ------
    ThresholdError
        A score is NaN.

    Examples
    --------
    >>> import numpy as np
    >>> levels, alerts, tp = ranked(np.array([0.5, 0.1, 0.5]), np.array([True, False, False]))
    >>> levels, alerts, tp
    (array([0.1, 0.5]), array([3, 2]), array([1, 1]))
    """
    if np.count_nonzero(flags) * FEW <= scores.size:
        return ranked_by_search(scores, flags)
    return ranked_by_keys(scores, flags)


def ranked_by_search(scores: Floats, flags: Flags) -> tuple[Floats, Integers, Integers]:
    """Return what `ranked` does, in little more than one sort where few rows are anomalies."""
    levels, alerts = levels_of(ascending(scores))
    anomalies = np.sort(np.compress(flags, scores))
    last = np.searchsorted(levels, anomalies)
    # The count falls by one behind each anomaly: `spans` levels share a count.
    spans = np.diff(last, prepend=-1, append=levels.size - 1)
    return levels, alerts, np.repeat(np.arange(anomalies.size, -1, -1), spans)


def ranked_by_keys(scores: Floats, flags: Flags) -> tuple[Floats, Integers, Integers]:
    """Return what `ranked` does, in a time that does not depend on the share of anomalies."""
    refuse_nan(scores)
    ordered, ordered_flags = _sorted_together(scores, flags)
    levels, alerts = levels_of(ordered)
    # As bytes: booleans take longer.
    tp = np.cumsum(ordered_flags.view(np.int8)[::-1], dtype=np.int64)[::-1]
    return levels, alerts, tp if levels.size == tp.size else tp[tp.size - alerts]


def levels_of(ordered: Floats) -> tuple[Floats, Integers]:
    """Return the distinct scores, ascending, and how many rows are at or above each."""
    rises = np.ones(ordered.size, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=rises[1:])
    if rises.all():
        return ordered, np.arange(ordered.size, 0, -1)
    first = np.flatnonzero(rises)
    return ordered[first], np.subtract(ordered.size, first, out=first)


def _sorted_together(scores: Floats, flags: Flags) -> tuple[Floats, Flags]:
    """Return the scores in ascending order and the labels in the order of their scores."""
    keys: Keys = np.left_shift(scores.view(_UNSIGNED[scores.itemsize]), 1)
    keys |= flags.view(np.uint8)
    negative = np.signbit(scores)
    below = np.compress(negative, keys)
    rest = np.compress(~negative, keys) if below.size else keys
    below.sort()
    rest.sort()
    # Into the memory at hand: new memory costs as much as filling it.
    keys = np.concatenate((below[::-1], rest), out=keys) if below.size else rest
    ordered, ordered_flags = _scores_and_flags(keys, scores.dtype)
    np.negative(ordered[: below.size], out=ordered[: below.size])
    return ordered, ordered_flags


def _scores_and_flags(keys: Keys, dtype: np.dtype[Any]) -> tuple[Floats, Flags]:
    """Take sorted keys apart."""
    flags = np.empty(keys.size, dtype=np.bool_)
    np.bitwise_and(keys, 1, out=flags, casting="unsafe")
    keys >>= 1
    return keys.view(dtype), flags
