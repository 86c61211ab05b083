"""AN011 and AN012: few alerts on test, or clearly worse ones than validation promised."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence
from anomaly.cautions.words import plural

FEW, PROMISED = "AN011", "AN012"
FEW_ALERTS = 30
#: How rarely chance alone is to make test so much worse.
CHANCE = 0.005


def few_alerts(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution where the precision on test is counted from a handful of alerts."""
    test = evidence.at_threshold.get("test")
    if test is not None and test.tp is not None and 0 < test.alerts < FEW_ALERTS:
        yield Caution(
            FEW,
            f"On test the threshold raises only {plural(test.alerts, 'alert')}: the precision "
            "there is uncertain.",
            Gravity.LOW,
            {"alerts": test.alerts},
        )


def promised_more(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution for precision and for recall that fell by more than chance explains."""
    validation, test = (evidence.at_threshold.get(name) for name in ("validation", "test"))
    if validation is None or test is None or None in (validation.tp, test.tp):
        return
    for name, others in (("precision", "fp"), ("recall", "fn")):
        hits, misses = zip(*((p.tp, getattr(p, others)) for p in (validation, test)), strict=True)
        totals = [hit + miss for hit, miss in zip(hits, misses, strict=True)]
        if not all(totals):
            continue
        before, now = (hit / total for hit, total in zip(hits, totals, strict=True))
        if now >= before or chance_of_so_few(hits[1], totals[1], hits[0], totals[0]) >= CHANCE:
            continue
        yield Caution(
            PROMISED,
            f"On validation the {name} was {before:.3f}, more than chance explains of the "
            f"{now:.3f} on test: expect test's.",
            Gravity.HIGH,
            {f"{name}_validation": before, f"{name}_test": now},
        )


def chance_of_so_few(hits: int, of: int, other_hits: int, other_of: int) -> float:
    """Return how likely chance gives so few of all hits to one part: Fisher's exact test, one-sided.

    Parameters
    ----------
    hits, of : int
        Of the part, both counts at least 0.
    other_hits, other_of : int

    References
    ----------
    R. A. Fisher, "On the interpretation of chi-squared from contingency tables, and the calculation
    of P", *Journal of the Royal Statistical Society* 85, 1922.
    """
    all_hits, everything = hits + other_hits, of + other_of
    fewest = max(0, all_hits - other_of)
    counts = range(fewest, hits + 1)
    logs = [_log_choices(of, count) + _log_choices(other_of, all_hits - count) for count in counts]
    return float(np.exp(np.array(logs) - _log_choices(everything, all_hits)).sum())


def _log_choices(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)
