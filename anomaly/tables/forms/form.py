"""The form of a column's values, where they are not written plainly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Form:
    """How a column's values are written; settled over the whole column, and kept by the run.

    Attributes
    ----------
    decimal : str or None
        Of numbers in text: what stands before the decimals, a point or a comma. Whatever else may
        stand between digits then separates thousands.
    order : str or None
        Of dates in text: `dmy`, `mdy` or `ymd`.
    unit : str or None
        Of numbers, or texts, that are times or spans of time: a name in `anomaly.tables.forms.times.UNITS`.
    part : str or None
        Of texts with parts, the one that is taken: a name in `anomaly.tables.forms.parts.PARTS`.
    missing : tuple of str
        Words of this column that say that a value is missing, beside those known everywhere.
    """

    decimal: str | None = None
    order: str | None = None
    unit: str | None = None
    part: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_of_text(self) -> bool:
        """Whether the values have to be read as text."""
        return bool(self.decimal or self.order or self.missing or self.unit == "duration")

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        return cls(**{**content, "missing": tuple(content.get("missing", ()))})
