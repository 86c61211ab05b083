"""AN007: a training that was stopped by hand."""

from __future__ import annotations

from collections.abc import Iterator

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence

CODE = "AN007"


def interruption(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution where the training did not come to its end."""
    if evidence.stopped_after is not None:
        yield Caution(
            CODE,
            f"The training was stopped by hand after {evidence.stopped_after} epochs; longer "
            "training may give a better detector.",
            Gravity.LOW,
            {"epochs": evidence.stopped_after},
        )
