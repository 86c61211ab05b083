"""What the user says about columns, and what a built-in set knows of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from anomaly.errors import OptionError
from anomaly.schema.columns import FEATURE, IGNORED, Column
from anomaly.tables import BUILT_IN
from anomaly.tables.forms.times import ORDERS, UNITS
from anomaly.tables.kinds import TIME
from anomaly.tables.spans import seconds_of_window

# Options that say something of what another one names.
_NEEDS = (
    ("time_unit", "time"),
    ("clock", "time"),
    ("unlabelled", "label"),
    ("label_delay", "label"),
    ("label_delay", "entity"),
    ("label_delay", "time"),
    ("windows", "entity"),
    ("windows", "time"),
)
#: Options that say how values are written, and what they may be.
FORMS: Final = {"decimal": (".", ","), "date_order": ORDERS, "time_unit": UNITS}
_OF_ONE_VALUE = (
    "label",
    "score",
    "time",
    "clock",
    "amount",
    "label_delay",
    "behaviour",
    "positive",
    "unlabelled",
    *FORMS,
)
#: Whether the history of entities is looked at.
BEHAVIOURS: Final = ("history", "none")


@dataclass(frozen=True, slots=True)
class Roles:
    """What the user says about columns; everything else is inferred.

    Attributes
    ----------
    label, score, time : str or None
        The label's column; that of scores which came with the table; the column that orders the rows.
    entity, id, drop : tuple of str
        Columns whose history matters; columns that name a row; columns to leave out.
    category, number : tuple of str
        Columns to take as features of that kind, whatever they look like.
    positive : str or None
        The value of the label that marks an anomaly, where it is not plain.
    unlabelled : str or None
        The value of the label that says that nobody knows; an empty label says so too.
    clock : str or None
        The column with the time of day, where `time` has the date alone.
    amount : str or None
        The column of amounts, where its name does not tell.
    windows : tuple of str
        Of the history of entities, such as `1h`.
    label_delay : str or None
        How long after its transaction a label is known.
    behaviour : str or None
        `none` where the history of entities is not looked at.
    decimal : str or None
        What stands before decimals, `.` or `,`, where a column leaves it open.
    date_order : str or None
        `dmy`, `mdy` or `ymd`, where a column leaves it open.
    time_unit : str or None
        Of the numbers in `time`: a name in `anomaly.tables.forms.times.UNITS`.
    missing : tuple of str
        Words that say that a value is missing.
    drop_leaks : bool
        Whether columns that give the label away are left out.
    columns : tuple of Column
        As a schema file describes them; other options go before it.
    """

    label: str | None = None
    score: str | None = None
    time: str | None = None
    entity: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    positive: str | None = None
    unlabelled: str | None = None
    clock: str | None = None
    amount: str | None = None
    windows: tuple[str, ...] = ()
    label_delay: str | None = None
    behaviour: str | None = None
    decimal: str | None = None
    date_order: str | None = None
    time_unit: str | None = None
    missing: tuple[str, ...] = ()
    drop_leaks: bool = False
    columns: tuple[Column, ...] = ()

    @classmethod
    def from_options(cls, *, drop_leaks: bool = False, **options: Any) -> Self:
        """Return the roles of `anomaly.train`'s options, in which a column may stand alone."""
        windows = options.get("windows")
        if isinstance(windows, str):
            options["windows"] = [each.strip() for each in windows.split(",")]
        values: dict[str, Any] = {
            option: (
                _one_of(option, value) if option in _OF_ONE_VALUE else _several_of(option, value)
            )
            for option, value in options.items()
        }
        return cls(**values, drop_leaks=drop_leaks)

    def check(self) -> None:
        """Raise `OptionError` where a form is none that there is."""
        for option, known in {**FORMS, "behaviour": BEHAVIOURS}.items():
            value = getattr(self, option)
            if value is not None and value not in known:
                words = ", ".join(known)
                raise OptionError(f"--{option.replace('_', '-')} {value}: choose one of {words}")
        for option, other in _NEEDS:
            if getattr(self, option) and not getattr(self, other):
                name = option.replace("_", "-")
                raise OptionError(f"--{name} needs --{other}: name the column that it is about")
        for window in (*self.windows, *filter(None, [self.label_delay])):
            seconds_of_window(window)

    @property
    def described(self) -> dict[str, Column]:
        """The features, the time and what is left out, as a schema file describes them, by name."""
        return {
            column.name: column
            for column in self.columns
            if column.role in (FEATURE, TIME, IGNORED)
            and self.option_of(column.name) in (None, "time")
        }

    def by_option(self) -> dict[str, tuple[str, ...]]:
        """Return the columns that each option names."""
        return {
            "label": () if self.label is None else (self.label,),
            "score": () if self.score is None else (self.score,),
            # Elsewhere an amount is a feature like others, and may be named by an option of those.
            "amount": () if self.amount is None or self.score is None else (self.amount,),
            "time": () if self.time is None else (self.time,),
            "clock": () if self.clock is None else (self.clock,),
            "entity": self.entity,
            "id": self.id,
            "drop": self.drop,
            "category": self.category,
            "number": self.number,
        }

    def option_of(self, name: str) -> str | None:
        """Return the option that names the column, if any does."""
        return next((o for o, names in self.by_option().items() if name in names), None)


def _one_of(option: str, value: Any) -> str | None:
    """Return what an option of one value names; columns may be named by numbers or tuples."""
    if value is None:
        return None
    if hasattr(value, "__len__") and not isinstance(value, str | tuple):
        raise OptionError(
            f"--{option} is {type(value).__name__} with {len(value)} values; "
            "give the name of a column of the data"
        )
    if value == "":
        raise OptionError(f"--{option} is empty; name a column of the data, or leave it out")
    return str(value)


def _several_of(option: str, value: Any) -> tuple[str, ...]:
    """Return the names of an option, which may be one alone, or an array of them."""
    if value is None:
        return ()
    if isinstance(value, str | int) or np.ndim(value) == 0:
        return (str(value),)
    if np.ndim(value) > 1 and not isinstance(value, list | tuple):
        raise OptionError(f"--{option} has {np.ndim(value)} dimensions; give a list of columns")
    return tuple(str(each) for each in value)


def names_of(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return names as a tuple, also where one stands alone."""
    return (names,) if isinstance(names, str) else tuple(names)


def roles_for(data: Any, roles: Roles) -> Roles:
    """Return what the user says of the columns, and what a built-in set knows of the others."""
    if not isinstance(data, str) or data not in BUILT_IN or Path(data).is_file():
        return roles
    options: dict[str, Any] = dict(BUILT_IN[data].roles())
    known = Roles.from_options(**options)
    named = {name for names in roles.by_option().values() for name in names}

    def rest(names: Sequence[str | None]) -> tuple[str, ...]:
        return tuple(name for name in names if name is not None and name not in named)

    return replace(
        roles,
        label=next(iter([roles.label] if roles.label is not None else rest([known.label])), None),
        time=next(iter([roles.time] if roles.time is not None else rest([known.time])), None),
        entity=roles.entity or rest(known.entity),
        id=roles.id or rest(known.id),
        drop=roles.drop + rest(known.drop),
    )
