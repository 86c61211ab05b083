"""What a threshold is picked for: one function an objective.

To add an objective that needs labels, write its utility: a function from `Counts` to one number
for each, higher is better and never NaN, and put ``@maximised`` over it. Its keyword-only arguments are its
options. Only the corners of the curve are offered (see `PrecisionRecallCurve.corners`), so a false
alarm must never raise the utility.

    @maximised
    def youden(counts: Counts) -> Ratios:
        "Maximise recall minus the false positive rate."
        return counts.recall - counts.false_positive_rate

To add one that needs no labels, write a function from the ascending scores to the threshold, and
put ``@placed`` over it; `contamination` below is one. Either way the function's name is the
objective's name, with a hyphen for each underscore, and nothing else has to be changed.
"""

import numpy as np

from thresholds.boundary import above, between
from thresholds.counts import Counts, Ratios
from thresholds.errors import ThresholdError
from thresholds.inputs import Floats
from thresholds.registry import maximised, placed


@maximised
def f1(counts: Counts) -> Ratios:
    """Maximise F1, the harmonic mean of precision and recall."""
    return counts.f_beta(1)


@placed
def contamination(ordered: Floats, *, share: float) -> float:
    """Alert on as many rows as possible, but on no more than a share of them.

    The alerts are the largest number of highest scores, equal scores together, that is at most
    `share` of the rows. Where even the rows of the highest score are too many, nothing alerts and
    the threshold is the next number above that score.

    Parameters
    ----------
    ordered : ndarray of float, shape (n,)
        Ascending.
    share : float
        Above 0 and at most 1.

    Returns
    -------
    float
    """
    if not 0 < share <= 1:
        raise ThresholdError(f"share is {share}; give a number above 0 and at most 1, such as 0.01")
    rows = ordered.size
    nearest = round(share * rows)
    allowed = nearest if nearest / rows <= share else nearest - 1
    if allowed == rows:
        return float(ordered[0])
    highest_quiet = ordered[rows - allowed - 1]
    lowest_alert = np.searchsorted(ordered, highest_quiet, side="right")
    if lowest_alert < rows:
        return between(highest_quiet, ordered[lowest_alert])
    if np.isposinf(highest_quiet):
        raise ThresholdError(
            f"more than {share:.6g} of the scores are infinite and no threshold is above them; "
            "raise share"
        )
    return above(highest_quiet)
