"""Curves over all thresholds, thinned to what a screen shows."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.content.scores import Scores
from thresholds import PrecisionRecallCurve

SCREEN_COLUMNS = 250
MOST_POINTS = 4 * SCREEN_COLUMNS
"""Lines of up to so many points are drawn whole."""


def curve(scores: Scores | None) -> PrecisionRecallCurve | None:
    """The curve of a split; None unless it has labels of both classes on rows with a score."""
    if scores is None or scores.labels is None:
        return None
    known = ~np.isnan(scores.scores)
    labels = scores.labels[known].astype(bool)
    if labels.all() or not labels.any():
        return None
    return PrecisionRecallCurve.from_scores(labels, scores.scores[known])


def thin(
    x: NDArray[Any], ys: Iterable[NDArray[Any]], columns: int = SCREEN_COLUMNS
) -> NDArray[np.intp]:
    """Indices that draw the same lines as all points would.

    Cuts the range of `x` into columns no wider than a pixel and keeps, in each, the first and the
    last point and the lowest and the highest of every line.

    Parameters
    ----------
    x : ndarray of shape (k,)
        Finite and monotonic, rising or falling.
    ys : iterable of ndarray of shape (k,)
        The lines that share `x`.
    columns : int, default=250
        Number of columns.

    Returns
    -------
    ndarray of int
        Ascending; at most ``columns * (2 + 2 * len(ys))`` of them.

    References
    ----------
    Jugel, Jerzak, Hackenbroich, Markl: M4: A Visualization-Oriented Time Series Data Aggregation.
    PVLDB 7(10), 2014.
    """
    lines = list(ys)
    if x.size <= MOST_POINTS:
        return np.arange(x.size)
    low, width = np.min(x), np.ptp(x)
    column = np.minimum((x - low) / (width or 1) * columns, columns - 1).astype(np.intp)
    starts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
    ends = np.append(starts[1:], x.size)
    extremes = [
        start + pick(line[start:end])
        for start, end in zip(starts, ends, strict=True)
        for line in lines
        for pick in (np.argmin, np.argmax)
    ]
    return np.unique(np.concatenate([starts, ends - 1, np.asarray(extremes, dtype=np.intp)]))


def corners(steps: str, points: int) -> str:
    """The style of a line of steps through so many points."""
    # Between thinned points a step would draw corners that are not there.
    return steps if points <= MOST_POINTS else "default"
