"""The columns of the data as text, those of the same role, kind and note together."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.columns import Column

MOST_NAMES = 400  # in one group


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """The columns that share a role, a kind and a note."""

    role: str
    kind: str
    note: str
    number: str
    names: Sequence[str]


def column_groups(columns: Sequence[Column]) -> list[ColumnGroup]:
    """The groups, in the order of their first columns."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for column in columns:
        groups.setdefault((column.role, column.kind, column.note), []).append(column.name)
    return [
        ColumnGroup(
            role=formats.text(role),
            kind=formats.text(kind),
            note=formats.text(note),
            number=formats.count(len(names)),
            names=_first_names(names),
        )
        for (role, kind, note), names in groups.items()
    ]


def _first_names(names: Sequence[str]) -> list[str]:
    shown = [formats.text(name) for name in names[:MOST_NAMES]]
    left_out = len(names) - len(shown)
    return [*shown, f"and {formats.count(left_out)} more"] if left_out else shown
