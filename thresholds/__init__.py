"""Labels and scores in, a threshold out.

A score is one float per row and higher is more anomalous; an alert is ``score >= threshold``.
The package needs NumPy alone and knows nothing of models or files.

>>> from thresholds import pick
>>> threshold = pick([0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5])
>>> threshold.value, threshold.alerts, round(threshold.f1, 3)
(0.25, 3, 0.8)
"""

from thresholds import objectives as objectives  # importing them registers them
from thresholds.curve import PrecisionRecallCurve
from thresholds.errors import ThresholdError
from thresholds.evaluation import Evaluation
from thresholds.picking import Threshold, pick
from thresholds.registry import OBJECTIVES

__all__ = [
    "OBJECTIVES",
    "Evaluation",
    "PrecisionRecallCurve",
    "Threshold",
    "ThresholdError",
    "pick",
]
