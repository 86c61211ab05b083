"""A part of the data: train, validation or test, with its size and its time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Split:
    """One part of the data.

    Attributes
    ----------
    name : str
        ``train``, ``validation`` or ``test``.
    rows : int
        Number of transactions.
    positives : int or None
        Rows with label 1; None where there are no labels.
    start, end : str or None
        First and last time in the split, as text; None where time is unknown.
    """

    name: str
    rows: int
    positives: int | None = None
    start: str | None = None
    end: str | None = None
