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
        Normal rows that a data set is thinned out to; None keeps all.
    sets_each : int or None
        Sets of a protocol; None takes all.
    """

    seeds: int = 5
    normal_rows: int | None = None
    sets_each: int | None = None


QUICK = Settings(seeds=1, normal_rows=1_000, sets_each=2)
