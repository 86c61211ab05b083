"""AN015: times that span so little, or so much, that their numbers may count another unit."""

from __future__ import annotations

from collections.abc import Iterator

from anomaly.cautions.caution import Caution, Gravity
from anomaly.cautions.evidence import Evidence
from anomaly.cautions.words import duration

CODE = "AN015"
_DAY, _YEAR = 86_400.0, 365.25 * 86_400
_FEWEST_ROWS = 100
_LONGEST_YEARS = 60


def odd_time_span(evidence: Evidence) -> Iterator[Caution]:
    """Yield a caution where numbers taken for seconds span less than a day, or more than a life."""
    span = evidence.seconds_spanned
    if span is None or evidence.n_rows < _FEWEST_ROWS or _DAY <= span <= _LONGEST_YEARS * _YEAR:
        return
    yield Caution(
        CODE,
        f"The {evidence.n_rows:,} transactions lie within {duration(span)}, if the numbers of their time "
        "are seconds. Where they count another unit, say which one with --time-unit, such as hours.",
        Gravity.MEDIUM,
        {"seconds": span, "rows": evidence.n_rows},
    )
