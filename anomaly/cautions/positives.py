"""AN001: so few positive rows that what is counted of them may be chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence
from anomaly.cautions.words import plural, plural_of
from thresholds import FEWEST_FOR_COST, FEWEST_FOR_RANKING

CODE = "AN001"
FEW_POSITIVES = 30


def few_positives(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution for parts with labels and fewer than `FEW_POSITIVES` positive rows."""
    noun = evidence.noun
    counts = {
        name: int(np.count_nonzero(part.labels))
        for name, part in evidence.parts.items()
        if part.labels is not None
    }
    few: dict[bool, list[str]] = {}
    for name, positives in counts.items():
        if positives == 0:
            text = f"The {name} split holds no {noun}, so nothing can be said about what is caught."
            yield Caution(CODE, text, Gravity.HIGH, {f"{name}_positives": 0})
        elif positives < FEW_POSITIVES:
            few.setdefault(positives < FEWEST_FOR_RANKING, []).append(name)
    for is_hopeless, names in few.items():
        told = [f"the {name} split holds only {plural(counts[name], noun)}" for name in names]
        advice = (
            "too few for intervals that hold, but for those of precision, recall and F1, which are wide"
            if is_hopeless
            else f"every figure about {plural_of(noun)} is uncertain. Read the intervals, not the "
            "figures"
            + (
                "; costs and differences of methods have none"
                if min(counts[name] for name in names) < FEWEST_FOR_COST
                else ""
            )
        )
        yield Caution(
            CODE,
            f"{' and '.join(told)}: {advice}.".replace("the", "The", 1),
            Gravity.HIGH if is_hopeless else Gravity.MEDIUM,
            {f"{name}_positives": counts[name] for name in names},
        )
