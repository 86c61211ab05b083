"""Every caution that there is, asked in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from anomaly.cautions.alerts import few_alerts, promised_more
from anomaly.cautions.caution import Caution, merged
from anomaly.cautions.drift import drift
from anomaly.cautions.entities import one_entity
from anomaly.cautions.evidence import Evidence
from anomaly.cautions.interruption import interruption
from anomaly.cautions.leaks import leaks
from anomaly.cautions.missing_values import missing_values
from anomaly.cautions.positives import few_positives
from anomaly.cautions.ranges import left_ranges
from anomaly.cautions.rows_for_features import few_rows
from anomaly.cautions.scores import odd_scores
from anomaly.cautions.split import random_split
from anomaly.cautions.time_span import odd_time_span

_SUBJECTS: tuple[Callable[[Evidence], Iterator[Caution]], ...] = (
    few_positives,
    few_rows,
    drift,
    left_ranges,
    one_entity,
    random_split,
    interruption,
    odd_scores,
    few_alerts,
    promised_more,
    missing_values,
    leaks,
    odd_time_span,
)


def cautions_from(evidence: Evidence) -> list[Caution]:
    """Return what the evidence calls for, one caution a code, the gravest first."""
    return merged(caution for subject in _SUBJECTS for caution in subject(evidence))
