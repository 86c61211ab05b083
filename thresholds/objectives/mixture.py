"""Objectives that need no labels: a threshold from what the scores look like.

Each rests on an assumption about the scores, which its result states.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.boundary import above, between, everything
from thresholds.counting.counts import Ratios
from thresholds.counting.inputs import Floats, as_scores
from thresholds.errors import ThresholdError
from thresholds.objectives.gaussians import TwoGaussians, log_likelihood_of_one
from thresholds.objectives.pareto import GeneralisedPareto
from thresholds.objectives.registry import placed

# A normal distribution has this many median absolute deviations in a standard deviation.
MAD_TO_DEVIATION = 1.4826022185056018
FEWEST_EXCESSES = 10
FEWEST_FOR_A_MIXTURE = 100
FEWEST_IN_A_GROUP = 5
CLEANLY_APART = 2.0
# Five numbers describe two groups, two describe one.
EVIDENCE = 3


@placed
def mad(ordered: Floats, *, deviations: float = 3.5) -> float:
    """Alert above the median by a number of robust standard deviations.

    ``median + deviations * 1.4826 * MAD``, where MAD is the median absolute deviation from the
    median. Up to half of the rows may be anomalies without moving it far.

    Assumes that the scores of normal rows are normally distributed: then 3.5 deviations leave
    2 false alarms in 10,000 rows. Skewed scores give more.

    Parameters
    ----------
    ordered : ndarray of float, shape (n,)
        Ascending.
    deviations : float, default=3.5
        Above 0.

    Returns
    -------
    float

    Raises
    ------
    ThresholdError
        More than half of the scores are equal, so that the MAD is 0, or too many are infinite.

    References
    ----------
    B. Iglewicz and D. C. Hoaglin, *How to Detect and Handle Outliers*, ASQC Quality Press, 1993.
    """
    if not 0 < deviations < np.inf:
        raise ThresholdError(f"`deviations` is {deviations}; give a number above 0, such as 3.5")
    wide = ordered.astype(np.float64)
    # Infinities less infinities are NaN, which is refused below.
    with np.errstate(invalid="ignore", over="ignore"):
        middle = np.median(wide)
        spread = np.median(np.abs(wide - middle))
        value = middle + deviations * MAD_TO_DEVIATION * spread
    if spread == 0:
        raise ThresholdError(
            f"more than half of the scores are {middle:.6g}, so their median absolute deviation "
            "is 0; pick with objective 'contamination'"
        )
    if not np.isfinite(value):
        raise ThresholdError(
            "too many scores are infinite for a median absolute deviation; "
            "pick with objective 'contamination'"
        )
    return _in_precision_of(ordered, value)


@placed
def evt(ordered: Floats, *, probability: float = 1e-4, tail: float = 0.02) -> float:
    """Alert on what extreme value theory expects of a share `probability` of the rows.

    Peaks over threshold: of `n` rows, the `N` highest, a share `tail`, exceed a start `t`. A
    generalised Pareto distribution with shape `g` and scale `s` is fitted to their excesses, and
    the threshold is ``t + s / g * ((probability * n / N)^-g - 1)``. It can lie above every score.

    Assumes that the rows are independent and drawn from one distribution, whose tail is near a
    generalised Pareto distribution (theorem of Pickands, Balkema and de Haan). Anomalies among the
    rows make the tail look heavier and raise the threshold: best are rows held to be normal.

    Parameters
    ----------
    ordered : ndarray of float, shape (n,)
        Ascending.
    probability : float, default=1e-4
        Share of rows like these that should alert. Above 0 and below `tail`.
    tail : float, default=0.02
        Share of rows that the tail is fitted on. Above 0 and below 1.

    Returns
    -------
    float

    Raises
    ------
    ThresholdError
        An option out of range, fewer than 10 rows in the tail, an infinite score in it, or a threshold
        beyond the range of floats.

    References
    ----------
    A. Siffer, P.-A. Fouque, A. Termier and C. Largouët, "Anomaly detection in streams with extreme
    value theory", *KDD* 2017.
    """
    if not 0 < tail < 1:
        raise ThresholdError(f"`tail` is {tail}; give a number between 0 and 1, such as 0.02")
    if not 0 < probability < tail:
        raise ThresholdError(
            f"`probability` is {probability}; give a number above 0 and below `tail`, which is {tail}"
        )
    rows = ordered.size
    start, highest = tail_of(ordered, tail)
    if highest.size < FEWEST_EXCESSES:
        raise ThresholdError(
            f"{highest.size} of {rows} scores are in the tail above {start:.6g}, and a fit needs "
            f"{FEWEST_EXCESSES}; give more rows, or raise `tail`"
        )
    if np.isinf(highest[-1]) or np.isinf(start):
        raise ThresholdError(
            "the tail holds infinite scores, which no distribution fits; drop those rows, "
            "or pick with objective 'contamination'"
        )
    if probability * rows >= highest.size:
        # Ties at the start have left fewer rows above it than should alert.
        return between(start, highest[0])
    # Halves: the difference of two large scores could overflow.
    halves = highest.astype(np.float64) / 2 - float(start) / 2
    excess = 2 * GeneralisedPareto.fit(halves).exceeded_with(probability * rows / highest.size)
    value = _in_precision_of(ordered, float(start) + excess)
    if np.isinf(value):
        raise ThresholdError(
            f"the threshold is beyond the range of {ordered.dtype}, so heavy is the tail; "
            "pick from the logarithms of the scores, or with objective 'contamination'"
        )
    return value


@placed
def mixture(ordered: Floats, *, posterior: float = 0.5) -> float:
    """Alert where a row more likely belongs to the upper of two groups of scores.

    Two normal distributions are fitted by maximum likelihood, to the logarithms of the scores where
    all are above 0 and to the scores themselves otherwise. The threshold is the score between the
    two means at which the upper group has the probability `posterior`.

    Assumes that the (log) scores of normal rows and of anomalies are each normally distributed, and
    that anomalies are the fewer. Two groups found need not be normal rows and anomalies.

    It refuses to pick where two groups describe the scores no better than one (by the Bayesian
    information criterion), do not stand apart (means at most 2 deviations from each other), or the
    upper one holds most rows or fewer than 5.

    Parameters
    ----------
    ordered : ndarray of float, shape (n,)
        Ascending.
    posterior : float, default=0.5
        Between 0 and 1. Higher alerts on fewer rows.

    Returns
    -------
    float

    Raises
    ------
    ThresholdError
        Fewer than 100 rows, infinite scores, or no two groups.

    References
    ----------
    J. Gao and P.-N. Tan, "Converting output scores from outlier detection algorithms into
    probability estimates", *ICDM* 2006. G. Schwarz, *Annals of Statistics* 6, 1978.
    """
    if not 0 < posterior < 1:
        raise ThresholdError(f"`posterior` is {posterior}; give a number between 0 and 1")
    if ordered.size < FEWEST_FOR_A_MIXTURE:
        raise ThresholdError(
            f"{ordered.size} scores are too few for a mixture; give at least {FEWEST_FOR_A_MIXTURE}"
        )
    if np.isinf(ordered[0]) or np.isinf(ordered[-1]):
        raise ThresholdError(
            "infinite scores fit no mixture; drop those rows, or pick with objective "
            "'contamination'"
        )
    scale = Scale.of(ordered)
    if scale.span == 0:
        raise _no_two_groups(f"all are near {ordered[0]:.6g}")
    relative = scale.relative(ordered)
    fitted = TwoGaussians.fit(relative)
    _refuse_unclear(fitted, relative)
    reached = fitted.reaching(posterior)
    if reached is None:
        raise _no_two_groups(f"the upper one reaches no posterior of {posterior:.6g}")
    return _in_precision_of(ordered, float(scale.score(reached)))


@placed
def conformal(ordered: Floats, *, normal: ArrayLike, at_most: float = 0.05) -> float:
    """Alert on as many rows as a false discovery rate allows.

    The p-value of a row is ``(1 + normal scores at or above its score) / (1 + normal scores)``. Of
    the `n` rows, those up to the largest `k` alert whose `k`-th smallest p-value is at most
    ``at_most * k / n`` (Benjamini and Hochberg). Where there is none, nothing alerts and the
    threshold is the next number above the highest score.

    Assumes that normal rows and the held-back ones are exchangeable: scored by the same model, none
    of them trained on, from the same time and process. Then, on average over such sets of rows, no
    larger share of the alerts is false than was asked for. It holds for these rows together, not
    for other rows at the same threshold.

    Parameters
    ----------
    ordered : ndarray of float, shape (n,)
        Ascending.
    normal : array-like, shape (m,)
        Scores of held-back normal rows, which are not among the scores to pick from. The
        smallest p-value is ``1 / (m + 1)``.
    at_most : float, default=0.05
        The false discovery rate: the expected share of alerts that are false. Between 0 and 1.

    Returns
    -------
    float

    Raises
    ------
    ThresholdError
        Unusable normal scores or rate, or no alert where the highest score is infinite.

    References
    ----------
    S. Bates, E. Candès, L. Lei, Y. Romano and M. Sesia, "Testing for outliers with conformal
    p-values", *Annals of Statistics* 51, 2023. Y. Benjamini and Y. Hochberg, *Journal of the Royal
    Statistical Society B* 57, 1995.
    """
    if not 0 < at_most < 1:
        raise ThresholdError(f"`at_most` is {at_most}; give a number between 0 and 1, such as 0.05")
    try:
        held_back = np.sort(as_scores(normal))
    except ThresholdError as error:
        raise ThresholdError(f"`normal`: {error}") from error
    if np.isnan(held_back[-1]):
        raise ThresholdError("`normal` holds NaN; drop those rows or score them again")
    rows = ordered.size
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    as_high = held_back.size - np.searchsorted(held_back, ordered[first])
    p_values = (1 + as_high) / (1 + held_back.size)
    rejected = np.flatnonzero(p_values <= at_most * (rows - first) / rows)
    if rejected.size == 0:
        if np.isposinf(ordered[-1]):
            raise ThresholdError(
                "no row may alert, but the highest score is infinite and no threshold is above it; "
                "give more normal scores, or raise `at_most`"
            )
        return above(ordered[-1])
    lowest = first[rejected[0]]
    return everything(ordered[0]) if lowest == 0 else between(ordered[lowest - 1], ordered[lowest])


def tail_of(ordered: Floats, tail: float) -> tuple[np.floating[Any], Floats]:
    """Return the score at which a share `tail` of the rows starts, and the scores above it."""
    start = ordered[ordered.size - int(tail * ordered.size) - 1]
    return start, ordered[np.searchsorted(ordered, start, side="right") :]


@dataclass(frozen=True, slots=True)
class Scale:
    """Scores, or their logarithms where all are above 0, as numbers from 0 to 1.

    So no square overflows or vanishes.

    Attributes
    ----------
    logarithmic : bool
    lowest, span : float
        Half of the lowest number and half of the range, as the range itself could overflow.
    """

    logarithmic: bool
    lowest: float
    span: float

    @classmethod
    def of(cls, ordered: Floats) -> Self:
        """Return the scale of ascending scores; its span is 0 where it cannot tell them apart."""
        logarithmic = bool(ordered[0] > 0)
        ends = ordered[[0, -1]].astype(np.float64)
        low, high = (np.log(ends) if logarithmic else ends) / 2
        return cls(logarithmic, float(low), float(high - low))

    def relative(self, ordered: Floats) -> Ratios:
        """Return the scores on the scale."""
        values = ordered.astype(np.float64)
        if self.logarithmic:
            np.log(values, out=values)
        return (values / 2 - self.lowest) / self.span

    def score(self, relative: Ratios | float) -> Ratios:
        """Return the scores of numbers on the scale."""
        values = 2 * (self.lowest + self.span * np.asarray(relative))
        return np.exp(values) if self.logarithmic else values


def _refuse_unclear(fitted: TwoGaussians, values: Floats) -> None:
    """Raise a ThresholdError where the two groups are no groups, or the upper is not the smaller."""
    evidence = 2 * (fitted.log_likelihood - log_likelihood_of_one(values))
    if evidence <= EVIDENCE * np.log(values.size):
        raise _no_two_groups("one group describes them as well")
    if fitted.separation <= CLEANLY_APART:
        raise _no_two_groups(
            f"the groups are {fitted.separation:.2f} deviations apart, not more than 2"
        )
    in_upper = fitted.weights[1] * values.size
    if not FEWEST_IN_A_GROUP <= in_upper <= values.size / 2:
        raise _no_two_groups(f"the upper one holds {in_upper:.0f} of {values.size}")


def _no_two_groups(why: str) -> ThresholdError:
    return ThresholdError(
        f"the scores do not fall into two groups: {why}; pick with objective 'contamination'"
    )


def _in_precision_of(scores: Floats, value: float) -> float:
    """Return the threshold rounded to the scores' dtype, so that it splits them as written."""
    with np.errstate(over="ignore"):
        return float(scores.dtype.type(value))
