"""Labels and scores in, a threshold out.

A score is one float per row and higher is more anomalous; an alert is ``score >= threshold``.
The package needs NumPy and SciPy alone and knows nothing of models or files.

>>> from thresholds import pick
>>> threshold = pick([0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5])
>>> threshold.value, threshold.alerts, round(threshold.f1, 3)
(0.25, 3, 0.8)
"""

from thresholds.counting.at_thresholds import curve_of
from thresholds.counting.boundary import above
from thresholds.counting.counts import Counts
from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.counting.daily_alerts import day_counts
from thresholds.counting.rows import ScoredRows
from thresholds.errors import ThresholdError
from thresholds.objectives.cost import CostTerms
from thresholds.objectives.registry import OBJECTIVES, PICK_OPTIONS, find_objective
from thresholds.picking.evaluation import Evaluation, evaluate
from thresholds.picking.pick import Threshold, pick, pick_on
from thresholds.picking.plan import Plan
from thresholds.sketch.sketch import ScoreSketch
from thresholds.small_table import SmallTable
from thresholds.uncertainty.at_threshold import FEWEST_FOR_COST, ends_at_thresholds
from thresholds.uncertainty.paired import (
    Difference,
    MethodFigures,
    Prices,
    difference,
    mean_interval,
)
from thresholds.uncertainty.percentile import Ends, Interval
from thresholds.uncertainty.proportions import binomial_ends
from thresholds.uncertainty.ranking import FEWEST_FOR_RANKING, ranking_intervals
from thresholds.uncertainty.sums import FEWEST_DAYS, Sums, ends_of_sum

__all__ = [
    "FEWEST_DAYS",
    "FEWEST_FOR_COST",
    "FEWEST_FOR_RANKING",
    "OBJECTIVES",
    "PICK_OPTIONS",
    "CostTerms",
    "Counts",
    "Difference",
    "Ends",
    "Evaluation",
    "Interval",
    "MethodFigures",
    "Plan",
    "PrecisionRecallCurve",
    "Prices",
    "ScoreSketch",
    "ScoredRows",
    "SmallTable",
    "Sums",
    "Threshold",
    "ThresholdError",
    "above",
    "binomial_ends",
    "curve_of",
    "day_counts",
    "difference",
    "ends_at_thresholds",
    "ends_of_sum",
    "evaluate",
    "find_objective",
    "mean_interval",
    "pick",
    "pick_on",
    "ranking_intervals",
]


def __dir__() -> list[str]:
    return sorted(__all__)
