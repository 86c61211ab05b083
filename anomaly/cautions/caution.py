"""A caution: its code, its sentences, how grave it is, and whether it was acknowledged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

#: Every code with its title, as docs/cautions.md has them.
TITLES = {
    "AN001": "few positives",
    "AN002": "few normal rows for so many features",
    "AN003": "the scores of normal rows drift",
    "AN004": "features leave their range of training",
    "AN005": "one entity makes most of the alerts",
    "AN006": "the split is random though the time is known",
    "AN007": "the training was stopped by hand",
    "AN008": "rows without a score",
    "AN009": "infinite scores",
    "AN010": "all scores are equal",
    "AN011": "few alerts",
    "AN012": "validation promised more",
    "AN013": "values are missing as they were not in training",
    "AN014": "columns give the label away",
    "AN015": "the time may count another unit",
}


class Gravity(IntEnum):
    """How much a caution takes from the figures.

    HIGH: they may not hold at all. MEDIUM: they hold less exactly than they look. LOW: good to know.
    """

    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """That somebody knows a caution, and goes on.

    Attributes
    ----------
    time : str
        In UTC, as ISO 8601 text.
    reason : str
    """

    time: str
    reason: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What must be known before a figure is believed.

    Attributes
    ----------
    code : str
        One of `TITLES`.
    text : str
        One sentence or more, with the figure that called for it.
    gravity : Gravity
    figures : mapping of str to float or str
        What the text says in numbers.
    acknowledged : Acknowledgement or None
    """

    code: str
    text: str
    gravity: Gravity
    figures: Mapping[str, float | str] = field(default_factory=dict)
    acknowledged: Acknowledgement | None = None

    @property
    def title(self) -> str:
        return TITLES[self.code]

    def to_dict(self) -> dict[str, Any]:
        """Return the caution for JSON."""
        known = self.acknowledged
        return {
            "code": self.code,
            "title": self.title,
            "text": self.text,
            "gravity": self.gravity.name.lower(),
            "figures": dict(self.figures),
            "acknowledged": None if known is None else {"time": known.time, "reason": known.reason},
        }


def merged(cautions: Iterable[Caution]) -> list[Caution]:
    """Return one caution a code, the gravest first: texts of the same code follow each other."""
    by_code: dict[str, Caution] = {}
    for caution in cautions:
        other = by_code.get(caution.code)
        by_code[caution.code] = (
            caution
            if other is None
            else Caution(
                caution.code,
                f"{other.text} {caution.text}",
                max(other.gravity, caution.gravity),
                {**other.figures, **caution.figures},
            )
        )
    return sorted(by_code.values(), key=lambda caution: (-caution.gravity, caution.code))
