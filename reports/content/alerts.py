"""A transaction with a high score, and the reasons for the score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from thresholds import Interval


@dataclass(frozen=True, slots=True)
class Reason:
    """One column's part in a score.

    Attributes
    ----------
    column : str
        Name of the column.
    share : float
        Its part of the score, in units of the score. The shares of a row sum to the score.
    seen, expected : object
        The value in the row and the one the detector expected: number, text, or None if missing.
    normal : (float, float) or None
        Where the middle 90 % of the normal training rows have the number, if known.
    frequency : float or None
        Share of the normal training rows with the category, 0 for a rare one, if known.
    """

    column: str
    share: float
    seen: object
    expected: object
    normal: Interval | None = None
    frequency: float | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One of the highest-scoring transactions.

    Attributes
    ----------
    row : int
        Position in the data, from 0.
    split : str
        Name of its split.
    score : float
        Higher is more anomalous.
    is_alert : bool or None
        Whether the score reaches the threshold; None where none is picked.
    label : int or None
        1 for a positive row, 0 for a normal one, None where unknown.
    time : str or None
        When it happened, as text.
    amount : float or None
        Its amount, in the unit of the data.
    ids : mapping of str to object
        Value of each id column.
    reasons : sequence of Reason
        Largest shares first; may leave out small ones.
    entities : mapping of str to object
        Value of each column that names a card, a customer or a terminal.
    kinds : mapping of str to str
        Value of each column that has few of them, such as a channel; empty where not known.
    """

    row: int
    split: str
    score: float
    is_alert: bool | None = None
    label: int | None = None
    time: str | None = None
    amount: float | None = None
    ids: Mapping[str, object] = field(default_factory=dict)
    reasons: Sequence[Reason] = ()
    entities: Mapping[str, object] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
