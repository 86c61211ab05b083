"""AN005: one customer, card or terminal that makes most of the alerts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence
from anomaly.cautions.words import percent

CODE = "AN005"
#: Of the alerts: fewer of them show no pattern.
FEWEST_ALERTS = 10
MOST_OF = 0.5
#: An entity with a larger share of the rows makes many alerts because it makes many rows.
LARGE_ENTITY = 0.25


def one_entity(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution for each kind of entities of which one makes more than half of the alerts."""
    if evidence.threshold is None or not evidence.parts:
        return
    name, part = list(evidence.parts.items())[-1]
    is_alert = part.scores >= evidence.threshold
    alerts = int(is_alert.sum())
    if alerts < FEWEST_ALERTS:
        return
    for column, entities in part.entities.items():
        codes = entities.codes[is_alert]
        counts = np.bincount(codes[codes >= 0], minlength=1)
        most = int(counts.argmax())
        share_of_rows = float((entities.codes == most).mean())
        if counts[most] <= MOST_OF * alerts or share_of_rows >= LARGE_ENTITY:
            continue
        yield Caution(
            CODE,
            f"{counts[most]:,} of the {alerts:,} {name} alerts are of one {column}, "
            f"{entities.names[most]}, which has {percent(share_of_rows)} of the transactions: "
            "what the figures say of alerts, they say of it.",
            Gravity.MEDIUM,
            {column: entities.names[most], "alerts": int(counts[most]), "of": alerts},
        )
