"""AN008, AN009, AN010: scores that are missing, infinite, or all the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence
from anomaly.cautions.words import plural

UNSCORED, INFINITE, EQUAL = "AN008", "AN009", "AN010"


def odd_scores(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution for each kind of scores from which no figure can be made."""
    for name, part in evidence.parts.items():
        values = part.scores
        unknown, infinite = int(np.isnan(values).sum()), int(np.isinf(values).sum())
        if unknown:
            text = (
                f"{plural(unknown, 'transaction')} of the {name} split "
                f"{'has no score and is' if unknown == 1 else 'have no score and are'} left out of "
                "the curves."
            )
            yield Caution(UNSCORED, text, Gravity.MEDIUM, {f"{name}_rows": unknown})
        if infinite:
            text = (
                f"{plural(infinite, 'score')} of the {name} split "
                f"{'is' if infinite == 1 else 'are'} infinite; the charts draw them at the edge."
            )
            yield Caution(INFINITE, text, Gravity.LOW, {f"{name}_scores": infinite})
        if values.size > 1 and not unknown and values.min() == values.max():
            text = f"All {name} scores are equal: they tell no transaction from another."
            yield Caution(EQUAL, text, Gravity.HIGH)
