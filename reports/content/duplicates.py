"""How many held-out transactions stand in train already."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Rows of a part that equal a training row in every feature.

    Attributes
    ----------
    part : str
    rows : int
        Of the part.
    duplicates : int
    positives : int or None
        Rows with label 1 among the duplicates; None where there are no labels.
    contradictions : int
        Duplicates of a training row, none of which has their label.
    """

    part: str
    rows: int
    duplicates: int
    positives: int | None
    contradictions: int
