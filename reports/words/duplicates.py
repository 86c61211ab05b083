"""Transactions that stand in more than one split, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats


@dataclass(frozen=True, slots=True)
class Copies:
    """Rows of a part that equal a training row in every feature.

    Attributes
    ----------
    part : str
    rows : int
        Of the part.
    duplicates : int
    positives : int or None
        Frauds among the duplicates; None where there are no labels.
    contradictions : int
        Duplicates of a training row, none of which has their label.
    """

    part: str
    rows: int
    duplicates: int
    positives: int | None
    contradictions: int


def told_copies(copies: Sequence[Copies]) -> list[str]:
    """Say how many rows of each part were in training already, a sentence each."""
    found = []
    for copy in copies:
        told = (
            f"{formats.count(copy.duplicates)} of {formats.plural(copy.rows, f'{copy.part} row')} "
            f"({formats.percent(copy.duplicates / max(copy.rows, 1))}) "
            f"{'equals' if copy.duplicates == 1 else 'equal'} a training row in every feature"
        )
        if copy.positives is not None and copy.duplicates:
            told += f", {formats.count(copy.positives)} of them frauds"
        if copy.contradictions:
            have = "has" if copy.contradictions == 1 else "have"
            told += f"; {formats.count(copy.contradictions)} {have} another label there"
        found.append(f"{told}.")
    return found
