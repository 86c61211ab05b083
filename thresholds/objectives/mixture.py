"""Two groups of scores: a mixture of two normal distributions."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from thresholds.counting.boundary import in_precision_of
from thresholds.counting.counts import Ratios
from thresholds.counting.inputs import Floats
from thresholds.errors import ThresholdError
from thresholds.objectives.distributions.gaussian_mixture import (
    Refits,
    TwoGaussians,
    grouped,
    log_likelihood_of_one,
)
from thresholds.objectives.registry import from_scores, resampled
from thresholds.uncertainty.grouped_scores import draw_groups, finite_or_nan

FEWEST_FOR_A_MIXTURE = 100
FEWEST_IN_A_GROUP = 5
CLEANLY_APART = 2.0
# Five numbers describe two groups, two describe one.
EVIDENCE = 3
# Groups of rows in a resample, in value and in rank.
VALUES = 150
# Refitting takes long.
MOST_REFITS = 400


@from_scores
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
    return float(in_precision_of(ordered, scale.score(reached)))


@resampled(mixture)
def mixture_on_resamples(
    ordered: Floats, random: np.random.Generator, replicates: int, *, posterior: float
) -> Ratios:
    """Pick again by a mixture refitted to each resample, 400 at most.

    The refit starts from that of all rows (see `thresholds.objectives.distributions.gaussian_mixture.Refits`), on at most 300 groups
    of rows that are close in value and in rank.
    """
    scale = Scale.of(ordered)
    relative = scale.relative(ordered)
    values, rows = grouped(relative, VALUES)
    drawn = np.concatenate(list(draw_groups(random, rows, min(replicates, MOST_REFITS))))
    fitted = Refits.fit(TwoGaussians.fit(relative), values, drawn)
    in_upper = fitted.weights[:, 1] * ordered.size
    apart = fitted.means[:, 1] - fitted.means[:, 0]
    clear = 2 * fitted.gain > EVIDENCE * np.log(ordered.size)
    clear &= apart > CLEANLY_APART * np.sqrt(np.mean(fitted.deviations**2, axis=1))
    clear &= (in_upper >= FEWEST_IN_A_GROUP) & (in_upper <= ordered.size / 2)
    with np.errstate(over="ignore"):
        picks = scale.score(np.where(clear, fitted.reaching(posterior), np.nan))
        return finite_or_nan(in_precision_of(ordered, picks))


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
