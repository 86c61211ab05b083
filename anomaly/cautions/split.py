"""AN006: a split at random, though the time of the transactions is known."""

from __future__ import annotations

from collections.abc import Iterator

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence

CODE = "AN006"


def random_split(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution where the detector has seen the days, or the future, that it is tested on."""
    if evidence.split_method == "random" and evidence.knows_time:
        yield Caution(
            CODE,
            "The split is random though the time of each transaction is known: the detector has "
            "seen the days it is tested on, so its figures may be better than tomorrow's.",
            Gravity.HIGH,
        )
    elif evidence.time_feature is not None:
        name = evidence.time_feature
        yield Caution(
            CODE,
            f"The split is at random though the column {name} tells the time: the detector has "
            f"seen rows from the future. Train with --time {name} for figures that hold tomorrow.",
            Gravity.HIGH,
        )
