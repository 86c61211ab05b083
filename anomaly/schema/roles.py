"""What the user says about columns, and what a built-in set knows of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from anomaly.tables import BUILT_IN

_OF_ONE_VALUE = ("label", "time", "positive")


@dataclass(frozen=True, slots=True)
class Roles:
    """What the user says about columns; everything else is inferred.

    Attributes
    ----------
    label, time : str or None
        The label's column; the column that orders the rows.
    entity, id, drop : tuple of str
        Columns whose history matters; columns that name a row; columns to leave out.
    category, number : tuple of str
        Columns to take as features of that kind, whatever they look like.
    positive : str or None
        The value of the label that marks an anomaly, where it is not plain.
    """

    label: str | None = None
    time: str | None = None
    entity: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    positive: str | None = None

    @classmethod
    def from_options(cls, **options: str | Sequence[str] | None) -> Self:
        """Return the roles of `anomaly.train`'s options, in which a column may stand alone."""
        values: dict[str, Any] = {
            option: value if option in _OF_ONE_VALUE else names_of(value or ())
            for option, value in options.items()
        }
        return cls(**values)

    def by_option(self) -> dict[str, tuple[str, ...]]:
        """Return the columns that each option names."""
        return {
            "label": () if self.label is None else (self.label,),
            "time": () if self.time is None else (self.time,),
            "entity": self.entity,
            "id": self.id,
            "drop": self.drop,
            "category": self.category,
            "number": self.number,
        }

    def option_of(self, name: str) -> str | None:
        """Return the option that names the column, if any does."""
        return next((o for o, names in self.by_option().items() if name in names), None)


def names_of(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return names as a tuple, also where one stands alone."""
    return (names,) if isinstance(names, str) else tuple(names)


def roles_for(data: Any, roles: Roles) -> Roles:
    """Return what the user says of the columns, and what a built-in set knows of the others."""
    if not isinstance(data, str) or data not in BUILT_IN or Path(data).is_file():
        return roles
    known = Roles.from_options(**BUILT_IN[data].roles())
    named = {name for names in roles.by_option().values() for name in names}

    def rest(names: Sequence[str | None]) -> tuple[str, ...]:
        return tuple(name for name in names if name is not None and name not in named)

    return replace(
        roles,
        label=roles.label or next(iter(rest([known.label])), None),
        time=roles.time or next(iter(rest([known.time])), None),
        entity=roles.entity or rest(known.entity),
        id=roles.id or rest(known.id),
        drop=roles.drop + rest(known.drop),
    )
