"""A run beside others: its test rows, and what is said of it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.cautions.positives import FEW_POSITIVES
from anomaly.picking.policy import SET
from anomaly.runs.folder import RunFolder
from anomaly.runs.noun import noun_of_runs
from reports import plural_of
from thresholds import MethodFigures


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A run with its test rows.

    Attributes
    ----------
    name : str
        Tells it from the others.
    run : RunFolder
    table : pyarrow.Table
        The test rows as the run keeps them, by their number.
    labels : ndarray of int8 of shape (n,), or None
    threshold : dict or None
        Content of `threshold.json`.
    """

    name: str
    run: RunFolder
    table: pa.Table
    labels: NDArray[np.int8] | None
    threshold: dict[str, Any] | None

    @property
    def scores(self) -> NDArray[np.float64]:
        return self.table.column("score").to_numpy().astype(np.float64)

    @property
    def rows(self) -> NDArray[np.int64]:
        return self.table.column("row").to_numpy()

    @property
    def has_both_kinds(self) -> bool:
        """Whether there are positive rows and normal ones, so that there is an average precision."""
        return self.labels is not None and 0 < self.positives < len(self.labels)

    @property
    def positives(self) -> int:
        return 0 if self.labels is None else int(self.labels.sum())

    @property
    def detector(self) -> str:
        return self.run.details["detector"]["name"]

    @property
    def fingerprint(self) -> str:
        return self.run.details["data"]["fingerprint"]

    @property
    def objective(self) -> str | None:
        """What the threshold was picked for; None where there is none."""
        return None if self.threshold is None else str(self.threshold.get("objective"))

    @property
    def judged_on(self) -> str:
        """How many test rows, in words."""
        rows = _counted(self.table.num_rows, "test row")
        return rows if self.labels is None else f"{rows}, {self.counted_positives}"

    @property
    def counted_positives(self) -> str:
        """How many positive test rows, in the words of the data."""
        return _counted(self.positives, noun_of_runs([self.run]))

    def judged(self) -> MethodFigures:
        """The figures of the test rows."""
        assert self.labels is not None
        value = self.run.threshold_value
        return MethodFigures(self.labels, self.scores, {} if value is None else {"": value})


def about(sides: Sequence[Side], are_same_rows: bool) -> str:
    """Say what the runs are judged on, and at which thresholds."""
    elsewhere = any(side.run.is_of_scores for side in sides)
    number = f"{len(sides)} runs, {'' if elsewhere else 'trained each by itself, '}"
    if not are_same_rows:
        return f"{number}each judged on its own test rows, at its own threshold."
    words = (
        f"{number}judged on the same {sides[0].judged_on}, each at its own threshold. "
        "Intervals are 95 %"
    )
    if not sides[0].has_both_kinds:
        return words.removesuffix(" Intervals are 95 %")
    return f"{words}; those of differences are paired, row by row."


def honesty(sides: Sequence[Side]) -> str:
    """Say what has seen the test rows."""
    words = (
        "No run learned from its own test rows, and no threshold that was picked has seen their "
        "labels."
    )
    elsewhere = [side.name for side in sides if side.run.is_of_scores]
    if elsewhere:
        words = "No threshold that was picked on a run has seen the labels of its test rows."
        if len(elsewhere) < len(sides):
            words = (
                "No run that was trained here learned from its own test rows, and no threshold that "
                "was picked on a run has seen their labels."
            )
        words += (
            f" The scores of {_listed(elsewhere)} came from elsewhere: what made them may have learned "
            "from those rows."
        )
    given = [side.name for side in sides if (side.threshold or {}).get("given")]
    if given:
        words += f" The threshold of {_listed(given)} came as it is, and may have been picked on those rows."
    by_hand = [side.name for side in sides if side.objective == SET]
    if by_hand:
        are = "was" if len(by_hand) == 1 else "were"
        words += (
            f" The threshold of {_listed(by_hand)} {are} set by hand: whoever set it may have "
            "looked at them."
        )
    return words


def warnings(sides: Sequence[Side], groups: Sequence[Sequence[Side]]) -> list[str]:
    """Say what to know before reading the figures; `groups` are runs with figures, by their rows."""
    sentences = []
    if len(groups) > 1:
        told = "; ".join(
            f"{_listed([side.name for side in group])} on {group[0].judged_on}" for group in groups
        )
        sentences.append(
            f"These figures are of different test rows ({told}), and cannot be compared across them. "
            "Runs on the same data, with the same split, fractions and, where the split "
            "is at random, seed, have the same test rows."
        )
    for group in groups:
        if len({side.fingerprint for side in group}) > 1:
            made = any(side.run.is_of_scores for side in group)
            sentences.append(
                f"{_listed([side.name for side in group])} {'hold' if made else 'learned from'} other "
                "columns, or the data have changed between them: their fingerprints differ. Their test rows have "
                "the same numbers and labels, and are taken for the same transactions."
            )
    few = [group[0] for group in groups if group[0].positives < FEW_POSITIVES]
    if few:
        told = " and ".join(side.counted_positives for side in few)
        sentences.append(
            f"Only {told} among the test rows: every figure is uncertain. Read the intervals."
        )
    known = [side for group in groups for side in group]
    unknown = [side for side in sides if side not in known]
    if unknown:
        sentences.append(
            f"The test rows of {_listed([side.name for side in unknown])} have no labels, or "
            "labels of one kind only, so how good the scores are is not known."
        )
    sentences += [
        f"{side.name} has no threshold yet; pick one with: "
        f"anomaly pick-threshold {shlex.quote(str(side.run.folder))}"
        for side in sides
        if side.threshold is None
    ]
    objectives = {side.objective for side in known if side.objective is not None}
    if len(objectives) > 1:
        sentences.append(
            "The thresholds were picked for different objectives, so precision, recall and F1 say "
            "as much about those as about the detectors; average precision does not depend on them."
        )
    return sentences


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else plural_of(one)}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
