"""What commands take and say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomaly.terminal.completion import detectors, methods, objectives
from anomaly.terminal.config import take_config
from anomaly.terminal.fast_arguments import without_validation
from anomaly.terminal.help import GroupedCommand
from anomaly.terminal.table_options import SCORED, SOURCE, TABLE, takes
from anomaly.utils.lazy import lazy_face

if TYPE_CHECKING:
    from anomaly.terminal.comparison_words import words_of_comparison
    from anomaly.terminal.forgetting import forgotten, words_of_forgetting
    from anomaly.terminal.inspection_words import words_of_inspection
    from anomaly.terminal.policies import with_options
    from anomaly.terminal.report_request import ReportRequest
    from anomaly.terminal.run_words import words_of_training
    from anomaly.terminal.scoring_words import words_of_scoring
    from anomaly.terminal.threshold_request import ThresholdRequest

# What a command does not need delays it.
_HOMES = {
    "ReportRequest": "anomaly.terminal.report_request",
    "ThresholdRequest": "anomaly.terminal.threshold_request",
    "forgotten": "anomaly.terminal.forgetting",
    "with_options": "anomaly.terminal.policies",
    "words_of_comparison": "anomaly.terminal.comparison_words",
    "words_of_forgetting": "anomaly.terminal.forgetting",
    "words_of_inspection": "anomaly.terminal.inspection_words",
    "words_of_scoring": "anomaly.terminal.scoring_words",
    "words_of_training": "anomaly.terminal.run_words",
}

__all__ = [
    "SCORED",
    "SOURCE",
    "TABLE",
    "GroupedCommand",
    "ReportRequest",
    "ThresholdRequest",
    "detectors",
    "forgotten",
    "methods",
    "objectives",
    "take_config",
    "takes",
    "with_options",
    "without_validation",
    "words_of_comparison",
    "words_of_forgetting",
    "words_of_inspection",
    "words_of_scoring",
    "words_of_training",
]

__getattr__, __dir__ = lazy_face(__name__, _HOMES)
