"""What a reader must know before believing a figure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caution:
    """A caution, as it was raised elsewhere.

    Attributes
    ----------
    code : str
        By which the documents explain it.
    text : str
        One sentence or more.
    acknowledged_at, reason : str
        When somebody said that it is known, as ISO 8601 text, and why the figures are used all the
        same; empty where nobody did.
    """

    code: str
    text: str
    acknowledged_at: str = ""
    reason: str = ""
