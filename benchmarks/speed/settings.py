"""How much to measure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to measure.

    Attributes
    ----------
    turns : int
        How often each row is measured.
    rows_most : int
        Rows of the largest training; 0 leaves it out.
    share : int
        A row that names so many rows of data takes a `share`-th of them.
    """

    turns: int = 5
    rows_most: int = 20_000_000
    share: int = 1

    @property
    def slow_turns(self) -> int:
        """How often to measure what takes minutes."""
        return min(self.turns, 3)

    def rows(self, number: int) -> int:
        """Return how many rows to take where the work names `number`."""
        return number // self.share


QUICK = Settings(turns=1, rows_most=0, share=100)
