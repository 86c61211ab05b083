"""AN014: columns that give the label away, so that what they find will not be found again."""

from __future__ import annotations

from collections.abc import Iterator

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence

CODE = "AN014"


def leaks(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution for columns that tell the label by themselves."""
    if not evidence.leaks:
        return
    named = "; ".join(f"{name!r} {why}" for name, why in evidence.leaks.items())
    yield Caution(
        CODE,
        f"These columns give the label away: {named}. What is known only once a case is decided finds "
        "nothing among new transactions; leave them out with --drop-leaks, or one by one with --drop.",
        Gravity.HIGH,
        dict(evidence.leaks),
    )
