"""A table as it is understood: what `anomaly inspect` shows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from anomaly.schema.assumptions import Assumption

#: The role of a column about which something has to be settled.
UNSETTLED: Final = "?"


@dataclass(frozen=True, slots=True)
class InspectedColumn:
    """One column as it is understood.

    Attributes
    ----------
    name, role, kind, note : str
        As in a run's schema; the role is `?` where something has to be settled, and the note says what.
    examples : tuple of str
        The first values.
    missing : int
        Rows without a value.
    distinct : int or None
        Different values; None for more than 1,000.
    """

    name: str
    role: str
    kind: str
    note: str
    examples: tuple[str, ...]
    missing: int
    distinct: int | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A table as it is understood.

    Attributes
    ----------
    data : str
        Name of the table.
    rows : int
    columns : tuple of InspectedColumn
        In the order of the table.
    assumptions : tuple of Assumption
        What would be left out, or taken for something else.
    questions : tuple of str
        What has to be settled before a training.
    options : tuple of str
        Options of `anomaly train` that say what was understood.
    """

    data: str
    rows: int
    columns: tuple[InspectedColumn, ...]
    assumptions: tuple[Assumption, ...]
    questions: tuple[str, ...]
    options: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what `anomaly inspect --json` prints."""
        return asdict(self)
