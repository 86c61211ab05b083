"""Where between two scores a threshold stands."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import Ratios
from thresholds.counting.inputs import Floats

Score = np.floating[Any]


def between(below: Score, lowest_alert: Score) -> float:
    """Return a threshold that alerts on one score and not on the next lower one.

    It is the midpoint, so that a score computed again with another rounding falls on the same
    side. It is a number of the scores' own precision: NumPy compares an array of float32 with a
    Python float in float32, and a midpoint of float64 could round onto the lower score there.

    Parameters
    ----------
    below, lowest_alert : floating
        Two scores of one dtype, ``below < lowest_alert``.

    Returns
    -------
    float
        ``below < value <= lowest_alert``. It is the lowest alert itself where the dtype has no
        number in between or `below` is minus infinity, and the largest finite number where
        the lowest alert is infinity and that number is free.

    Examples
    --------
    >>> import numpy as np
    >>> between(np.float64(1.0), np.float64(2.0))
    1.5
    >>> between(np.float32(1.0), np.nextafter(np.float32(1.0), np.float32(2.0)))
    1.0000001192092896
    >>> between(np.float64(1.0), np.float64("inf"))
    1.7976931348623157e+308
    """
    largest = np.finfo(lowest_alert.dtype).max
    if np.isposinf(lowest_alert) and below < largest:
        return float(largest)
    # Halves first: the sum of two large scores could overflow.
    middle = below / 2 + lowest_alert / 2
    return float(middle if below < middle < lowest_alert else lowest_alert)


def above(highest: Score) -> float:
    """Return the lowest threshold that alerts on no score up to `highest`.

    Examples
    --------
    >>> import numpy as np
    >>> above(np.float32(1.0))
    1.0000001192092896
    """
    # The step from the largest finite number to infinity is meant.
    with np.errstate(over="ignore"):
        return float(np.nextafter(highest, highest.dtype.type(np.inf)))


def everything(lowest: Score) -> float:
    """Return a threshold that alerts on all scores from `lowest` up: the lowest itself, if finite.

    Examples
    --------
    >>> import numpy as np
    >>> everything(np.float64("inf"))
    1.7976931348623157e+308
    """
    return float(min(lowest, np.finfo(lowest.dtype).max))


def in_precision_of(scores: Floats, thresholds: ArrayLike) -> Ratios:
    """Return thresholds rounded to the scores' dtype, so that they split the scores as written."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(thresholds).astype(scores.dtype).astype(np.float64)
