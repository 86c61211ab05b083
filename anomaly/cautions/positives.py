"""AN001: so few positive rows that what is counted of them may be chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence
from anomaly.cautions.words import plural, plural_of
from thresholds import FEWEST_ANOMALIES

CODE = "AN001"
FEW_POSITIVES = 30


def few_positives(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution for each part with labels and fewer than `FEW_POSITIVES` positive rows."""
    noun = evidence.noun
    for name, part in evidence.parts.items():
        if part.labels is None:
            continue
        positives = int(np.count_nonzero(part.labels))
        figures = {f"{name}_positives": positives}
        if positives == 0:
            text = f"The {name} split holds no {noun}, so nothing can be said about what is caught."
            yield Caution(CODE, text, Gravity.HIGH, figures)
        elif positives < FEW_POSITIVES:
            is_hopeless = positives < FEWEST_ANOMALIES
            advice = (
                "too few for intervals that hold, but for those of recall and precision, which "
                "are wide"
                if is_hopeless
                else f"every figure about {plural_of(noun)} is uncertain. Read the intervals, not "
                "the figures"
            )
            text = f"The {name} split holds only {plural(positives, noun)}: {advice}."
            yield Caution(CODE, text, Gravity.HIGH if is_hopeless else Gravity.MEDIUM, figures)
