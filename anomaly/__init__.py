"""Anomaly detection for transactions.

An autoencoder learns what normal looks like, what it would change in a new transaction makes the
score, a threshold picked on the precision-recall curve turns scores into alerts, and a report
shows why.

>>> import anomaly
>>> run = anomaly.train("creditcard.csv", label="Class", time="Time")  # doctest: +SKIP
>>> run.pick_threshold("f1")  # doctest: +SKIP
>>> alerts = run.score("today.csv")  # doctest: +SKIP
>>> run.report()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomaly import _siblings as _siblings  # before anything that imports a sibling
from anomaly._version import __version__
from anomaly.errors import (
    AnomalyError,
    AssumptionWarning,
    DataError,
    InstallError,
    OptionError,
    RunError,
)
from anomaly.utils.lazy import lazy_face

if TYPE_CHECKING:
    from anomaly.api.compare import compare
    from anomaly.api.inspect import inspect
    from anomaly.api.report_scores import report_scores
    from anomaly.api.run import Run, load
    from anomaly.api.train import train
    from anomaly.comparison.folder.result import Comparison
    from anomaly.detectors import (
        Autoencoder,
        DeepDenoisingAutoencoder,
        DenoisingAutoencoder,
        TrimmedGaussian,
        VariationalAutoencoder,
    )
    from anomaly.features.behaviour.history import History
    from anomaly.reporting.pages import report
    from anomaly.samplers import CGANSampler, CVAESampler
    from anomaly.simulation import simulate
    from thresholds import PrecisionRecallCurve, Threshold, pick

# TensorFlow, scikit-learn and pandas take seconds to import, so each name is fetched when used.
_HOMES = {
    "Autoencoder": "anomaly.detectors",
    "CGANSampler": "anomaly.samplers",
    "CVAESampler": "anomaly.samplers",
    "Comparison": "anomaly.comparison.folder.result",
    "DeepDenoisingAutoencoder": "anomaly.detectors",
    "DenoisingAutoencoder": "anomaly.detectors",
    "TrimmedGaussian": "anomaly.detectors",
    "History": "anomaly.features.behaviour.history",
    "PrecisionRecallCurve": "thresholds",
    "Run": "anomaly.api.run",
    "Threshold": "thresholds",
    "VariationalAutoencoder": "anomaly.detectors",
    "average_precision_scorer": "anomaly.detectors.scorer",
    "compare": "anomaly.api.compare",
    "inspect": "anomaly.api.inspect",
    "load": "anomaly.api.run",
    "pick": "thresholds",
    "report": "anomaly.reporting.pages",
    "report_scores": "anomaly.api.report_scores",
    "simulate": "anomaly.simulation",
    "train": "anomaly.api.train",
}

__all__ = [
    "AnomalyError",
    "AssumptionWarning",
    "Autoencoder",
    "CGANSampler",
    "CVAESampler",
    "Comparison",
    "DataError",
    "DeepDenoisingAutoencoder",
    "DenoisingAutoencoder",
    "History",
    "InstallError",
    "OptionError",
    "PrecisionRecallCurve",
    "Run",
    "RunError",
    "Threshold",
    "TrimmedGaussian",
    "VariationalAutoencoder",
    "__version__",
    "average_precision_scorer",
    "compare",
    "inspect",
    "load",
    "pick",
    "report",
    "report_scores",
    "simulate",
    "train",
]

__getattr__, __dir__ = lazy_face(__name__, _HOMES)
