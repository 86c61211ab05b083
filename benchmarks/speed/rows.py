"""A row of the benchmark: what was measured, against what, and how the two compare."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Goal = Literal["times faster", "times as much", "at most"]


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of work, measured several times in turn with its peer.

    Attributes
    ----------
    name : str
        Unique; notes refer to it.
    work, peer : str
        In words, as Markdown; the peer is empty where there is none.
    unit : str
        Of the figures: `s`, `µs`, `MiB`.
    ours, theirs : sequence of float
        The figure of each turn.
    goal : str
        What the ratio says: how many `times faster` ours is, or how many `times as much` it
        takes as the peer. Without a peer ours alone is compared: `at most` the target.
    target : float or None
        At least so many times faster, or at most so many times as much; None asks for nothing.
    """

    name: str
    work: str
    peer: str
    unit: str
    ours: Sequence[float]
    theirs: Sequence[float] = ()
    goal: Goal = "times faster"
    target: float | None = None

    @property
    def ratio(self) -> float | None:
        """The ratio of the medians; None without a peer."""
        if not self.theirs:
            return None
        return self._ratio(statistics.median(self.ours), statistics.median(self.theirs))

    @property
    def spread(self) -> tuple[float, float] | None:
        """The smallest and the largest ratio of a turn; None without a peer."""
        if not self.theirs:
            return None
        ratios = [self._ratio(*turn) for turn in zip(self.ours, self.theirs, strict=True)]
        return min(ratios), max(ratios)

    @property
    def reaches_target(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        found = statistics.median(self.ours) if self.ratio is None else self.ratio
        return found >= self.target if self.goal == "times faster" else found <= self.target

    def _ratio(self, ours: float, theirs: float) -> float:
        return theirs / ours if self.goal == "times faster" else ours / theirs

    def to_dict(self) -> dict[str, Any]:
        """Return the row for JSON, with what follows from its figures."""
        return {
            "name": self.name,
            "work": self.work,
            "peer": self.peer,
            "unit": self.unit,
            "ours": list(self.ours),
            "theirs": list(self.theirs),
            "goal": self.goal,
            "target": self.target,
            "ratio": self.ratio,
            "spread": None if self.spread is None else list(self.spread),
            "reaches_target": self.reaches_target,
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Row:
        """Return the row that `to_dict` made."""
        names = ("name", "work", "peer", "unit", "ours", "theirs", "goal", "target")
        return cls(**{name: content[name] for name in names})


def take_turns(
    contestants: Mapping[str, Callable[[], float]], turns: int
) -> dict[str, list[float]]:
    """Measure one contestant after another, again and again, so that a busy machine hits all."""
    figures: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(turns):
        for name, measure in contestants.items():
            # What one leaves behind is not to be cleared away in the time of the next.
            gc.collect()
            figures[name].append(measure())
    return figures
