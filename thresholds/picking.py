"""From labels and scores to a threshold."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from thresholds.errors import ThresholdError
from thresholds.evaluation import Evaluation, figures_at
from thresholds.inputs import as_flags, as_scores, refuse_nan
from thresholds.intervals import Bootstrap
from thresholds.registry import OBJECTIVES, Objective, complete, find


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Evaluation):
    """A picked threshold, with its figures on the rows it was picked on.

    Attributes
    ----------
    value : float
        A row alerts where ``score >= value``. It keeps clear of the scores it was picked from
        (see `thresholds.boundary.between`).
    objective : str
        What it was picked for.
    options : dict
        The options of the objective, defaults included.
    bootstrap : Bootstrap
        How its intervals were drawn, and those of `evaluate` are.
    rows, alerts, tp, fp, fn, tn, precision, recall, f1, intervals
        As in `Evaluation`.
    """

    value: float
    objective: str
    options: dict[str, Any]
    bootstrap: Bootstrap

    def evaluate(self, labels: ArrayLike | None, scores: ArrayLike) -> Evaluation:
        """Return the figures of the same threshold on other rows.

        Alerts are NumPy's own ``scores >= value``, in the dtype of these scores.

        Parameters
        ----------
        labels : array-like, shape (n,), or None
            1 for an anomaly, 0 for a normal row. One class alone will do.
        scores : array-like, shape (n,)
            Higher is more anomalous.

        Returns
        -------
        Evaluation

        Raises
        ------
        ThresholdError
            Unusable labels or scores.

        Examples
        --------
        >>> threshold = pick([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4])
        >>> test = threshold.evaluate([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4])
        >>> test.alerts, test.precision, test.recall
        (2, 0.5, 0.5)
        """
        scores = as_scores(scores)
        flags = None if labels is None else as_flags(labels, scores.size)
        refuse_nan(scores)
        return Evaluation(**figures_at(self.value, flags, scores, self.bootstrap))


def pick(
    labels: ArrayLike | None,
    scores: ArrayLike,
    objective: str = "f1",
    *,
    confidence: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
    **options: Any,
) -> Threshold:
    """Pick the threshold that serves an objective best.

    Parameters
    ----------
    labels : array-like, shape (n,), or None
        1 for an anomaly, 0 for a normal row. None for the objectives that need none.
    scores : array-like, shape (n,)
        Higher is more anomalous. Infinities are allowed, NaN is not.
    objective : str, default="f1"
        `f1` maximises F1 over all distinct scores; of equals, the highest threshold wins.
        `contamination`, which needs no labels, alerts on the most rows that are at most the option
        `share` of all. `thresholds.OBJECTIVES` holds them all.
    confidence : float, default=0.95
        Confidence of the intervals.
    replicates : int, default=1000
        Bootstrap resamples behind the intervals.
    seed : int, default=0
        The same seed gives the same intervals. The threshold does not depend on it.
    **options
        Options of the objective.

    Returns
    -------
    Threshold

    Raises
    ------
    ThresholdError
        Unusable labels or scores, one class alone where the objective needs both, or an unknown
        objective or option.

    Examples
    --------
    >>> threshold = pick([0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5])
    >>> threshold.value, threshold.tp, threshold.fp, threshold.fn
    (0.25, 2, 1, 0)
    >>> pick(None, [0.1, 0.2, 0.3, 0.4, 0.5], "contamination", share=0.4).alerts
    2
    """
    chosen = find(objective)
    completed = complete(chosen, options)
    bootstrap = Bootstrap(confidence, replicates, seed)
    scores = as_scores(scores)
    flags = None if labels is None else as_flags(labels, scores.size)
    if flags is None and chosen.needs_labels:
        raise ThresholdError(_needs_labels(chosen))
    value = chosen.value(flags, scores, completed)
    return Threshold(
        value=value,
        objective=chosen.name,
        options=completed,
        bootstrap=bootstrap,
        **figures_at(value, flags, scores, bootstrap),
    )


def _needs_labels(objective: Objective) -> str:
    free = ", ".join(sorted(o.name for o in OBJECTIVES.values() if not o.needs_labels))
    return f"objective {objective.name!r} needs labels; give them, or choose one of: {free}"
