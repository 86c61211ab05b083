"""Protocol A: the credit-card set, 60/20/20 at random and by time, a threshold from validation."""

from __future__ import annotations

from dataclasses import dataclass

from anomaly.dataset.splits import Split, split_at_random, split_by_time
from benchmarks.quality import data, figures
from benchmarks.quality.data import LabelledRows, counted
from benchmarks.quality.methods import Method
from benchmarks.quality.settings import Settings
from benchmarks.shared.measurements import Measured

SETS = ("random", "time")
_FRACTIONS = (0.6, 0.2, 0.2)


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts; the normal rows of train are trained on."""

    train: LabelledRows
    validation: LabelledRows
    test: LabelledRows


def sets() -> list[str]:
    """Return the splits."""
    return list(SETS)


def prepare(name: str, seed: int, settings: Settings) -> Parts:
    """Split at random, with the seed, and stratified; or by time, where every seed is alike."""
    table = data.credit_card().thinned(settings.normal_rows)
    split = _split(table, name, seed)
    return Parts(*(table.chosen(places) for places in split.parts().values()))


def measure(method: Method, parts: Parts, seed: int) -> Measured:
    """Train, pick the threshold on validation, look at test."""
    asked = [parts.validation.rows, parts.test.rows]
    found = method.scores(parts.train.normal, asked, seed)
    figures.refuse_unusable(found.scores)
    on_validation, on_test = found.scores
    labels = parts.test.labels
    return Measured(
        {
            **figures.ranking(labels, on_test),
            **figures.at_picked_threshold(
                (parts.validation.labels, on_validation), (labels, on_test)
            ),
        },
        found.fit_seconds,
        found.score_seconds,
        counted(parts.train.normal, parts.test),
    )


def _split(table: LabelledRows, name: str, seed: int) -> Split:
    if name == "random":
        return split_at_random(len(table.rows), _FRACTIONS, seed, table.labels)
    assert table.moments is not None
    return split_by_time(table.moments, _FRACTIONS)
