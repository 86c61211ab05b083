"""How much to measure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to measure.

    Attributes
    ----------
    seeds : int
        Repetitions, with the seeds from 0.
    normal_rows : int or None
        Normal rows that the data set is thinned out to; None keeps all.
    most_epochs : int or None
        What a training is cut to; None leaves every recipe its own.
    """

    seeds: int = 5
    normal_rows: int | None = None
    most_epochs: int | None = None

    def epochs(self, wanted: int) -> int:
        """Return how many epochs a recipe of so many is trained for."""
        return wanted if self.most_epochs is None else min(wanted, self.most_epochs)


QUICK = Settings(seeds=1, normal_rows=10_000, most_epochs=2)
