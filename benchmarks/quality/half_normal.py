"""Protocols B and C: half of the normal rows train, the rest and the anomalies test.

B is that of Livernoche et al., 'On Diffusion Modeling for Anomaly Detection' (ICLR 2024), for the
credit-card set: 50,000 rows drawn at random, the anomalies among them to test. The draw follows the
authors' code, so the same seed takes the same rows. C is the same on the sets of ADBench.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.quality import data, figures
from benchmarks.quality.data import LabelledRows, counted
from benchmarks.quality.drawing import half_of
from benchmarks.quality.methods import Method
from benchmarks.quality.settings import Settings
from benchmarks.shared.measurements import Measured

MOST_ROWS = {data.CREDIT_CARD: 50_000}
MOST_ROWS_ADBENCH = 20_000


@dataclass(frozen=True, slots=True)
class Halved:
    """Normal rows that train, and rows that test."""

    train: LabelledRows
    test: LabelledRows


def sets_of_b() -> list[str]:
    """Return the one set of protocol B."""
    return [data.CREDIT_CARD]


def prepare(name: str, seed: int, settings: Settings) -> Halved:
    """Draw the rows and halve the normal ones."""
    table = data.load(name).thinned(settings.normal_rows)
    return Halved(*half_of(table, MOST_ROWS.get(name, MOST_ROWS_ADBENCH), seed))


def measure(method: Method, halved: Halved, seed: int) -> Measured:
    """Train on one half and rank the other with the anomalies."""
    found = method.scores(halved.train.rows, [halved.test.rows], seed)
    figures.refuse_unusable(found.scores)
    return Measured(
        figures.ranking(halved.test.labels, found.scores[0]),
        found.fit_seconds,
        found.score_seconds,
        counted(halved.train.rows, halved.test),
    )
