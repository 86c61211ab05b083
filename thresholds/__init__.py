"""Labels and scores in, a threshold out.

A score is one float per row and higher is more anomalous; an alert is ``score >= threshold``.
The package needs NumPy and SciPy alone and knows nothing of models or files.

>>> from thresholds import pick
>>> threshold = pick([0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5])
>>> threshold.value, threshold.alerts, round(threshold.f1, 3)
(0.25, 3, 0.8)
"""

from thresholds.counting.curve import PrecisionRecallCurve
from thresholds.errors import ThresholdError
from thresholds.objectives import f_scores as f_scores
from thresholds.objectives import mixture as mixture
from thresholds.objectives import precision_recall as precision_recall
from thresholds.objectives.registry import OBJECTIVES, PICK_OPTIONS, find_objective
from thresholds.picking.evaluation import Evaluation, evaluate
from thresholds.picking.pick import Threshold, pick, pick_on
from thresholds.picking.plan import Plan
from thresholds.sketch.sketch import ScoreSketch
from thresholds.uncertainty import grouped_scores as grouped_scores

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
