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
from thresholds.counting.rows import ScoredRows
from thresholds.errors import ThresholdError
from thresholds.objectives.cost import CostTerms
from thresholds.objectives.registry import OBJECTIVES, PICK_OPTIONS, find_objective
from thresholds.picking.evaluation import Evaluation, evaluate
from thresholds.picking.pick import Threshold, pick, pick_on
from thresholds.picking.plan import Plan
from thresholds.sketch.sketch import ScoreSketch
from thresholds.uncertainty.exact import (
    FEWEST_ANOMALIES,
    ends_that_hold,
    intervals_that_hold,
)
from thresholds.uncertainty.paired import (
    Difference,
    Figures,
    PairedFigures,
    Prices,
    difference,
    figures_on_resamples,
    over_seeds,
)
from thresholds.uncertainty.percentile import Ends, Interval, interval_of, middle
from thresholds.uncertainty.ranking import ranking_intervals
from thresholds.uncertainty.resampling import resamples

__all__ = [
    "FEWEST_ANOMALIES",
    "OBJECTIVES",
    "PICK_OPTIONS",
    "CostTerms",
    "Counts",
    "Difference",
    "Ends",
    "Evaluation",
    "Figures",
    "Interval",
    "PairedFigures",
    "Plan",
    "PrecisionRecallCurve",
    "Prices",
    "ScoreSketch",
    "ScoredRows",
    "Threshold",
    "ThresholdError",
    "above",
    "curve_of",
    "difference",
    "ends_that_hold",
    "evaluate",
    "figures_on_resamples",
    "find_objective",
    "interval_of",
    "intervals_that_hold",
    "middle",
    "over_seeds",
    "pick",
    "pick_on",
    "ranking_intervals",
    "resamples",
]
