"""Labels and scores in, a threshold out.

A score is one float per row and higher is more anomalous; an alert is ``score >= threshold``.
The package needs NumPy and SciPy alone and knows nothing of models or files.

>>> from thresholds import pick
>>> threshold = pick([0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5])
>>> threshold.value, threshold.alerts, round(threshold.f1, 3)
(0.25, 3, 0.8)
"""

from thresholds import limits as limits  # importing them registers them
from thresholds import objectives as objectives
from thresholds import repicking as repicking
from thresholds import unlabelled as unlabelled
from thresholds.curve import PrecisionRecallCurve
from thresholds.errors import ThresholdError
from thresholds.evaluation import Evaluation, evaluate
from thresholds.picking import Threshold, pick, pick_on
from thresholds.plan import Plan
from thresholds.registry import OBJECTIVES, PICK_OPTIONS, find_objective
from thresholds.sketch import ScoreSketch

__all__ = [
    "OBJECTIVES",
    "PICK_OPTIONS",
    "Evaluation",
    "Plan",
    "PrecisionRecallCurve",
    "ScoreSketch",
    "Threshold",
    "ThresholdError",
    "evaluate",
    "find_objective",
    "pick",
    "pick_on",
]
