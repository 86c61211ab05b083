"""What was left out of a table, or taken for something, in words: nothing is lost in silence."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from anomaly.errors import AssumptionWarning
from anomaly.schema.columns import FEATURE, ID, IGNORED, Column, Schema
from anomaly.schema.names_and_codes import CODES_BEGIN_WITH
from anomaly.tables import kinds

#: Of an assumption: what became of what it is about.
LEFT_OUT, READ_AS, NAMES_ROWS = "left out", "read as", "names the rows"
_SELF_EXPLAINING = ("left out by --drop", "constant")
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that was left out or taken for something else.

    Attributes
    ----------
    about : str
        A column's name, or `the file`, `some rows`.
    what : str
        `left out`, `read as` or `names the rows`.
    why : str
    remedy : str
        What to do where that is wrong; empty where the reason says it.
    """

    about: str
    what: str
    why: str
    remedy: str = ""

    @property
    def is_notable(self) -> bool:
        """Whether it may surprise: constant columns and names of rows do not."""
        return self.what != NAMES_ROWS and self.why not in _SELF_EXPLAINING

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        if self.what == READ_AS:
            return f"{self.about}: {self.why}{remedy}"
        return (
            f"{self.about} {'is ' if self.what == LEFT_OUT else ''}{self.what}: {self.why}{remedy}"
        )


def assumptions_of(
    schema: Schema,
    readings: Sequence[str],
    problems: Mapping[int, str],
    n_unlabelled: int,
    place: Callable[[int], str],
) -> list[Assumption]:
    """Return what was assumed of a table, first of the file, then of its columns and rows.

    Parameters
    ----------
    schema : Schema
    readings : sequence of str
        Of the table.
    problems : mapping of int to str
        Rows that cannot be read, and why.
    n_unlabelled : int
        Rows without a label, where there are labels.
    place : callable
        Says where a row is.
    """
    found = [Assumption("the file", READ_AS, reading) for reading in readings]
    found += filter(None, map(_of_column, (c for c in schema.columns if not c.is_of_history)))
    if problems:
        some = "; ".join(f"{place(row)}: {problems[row]}" for row in sorted(problems)[:_NAMED])
        found.append(Assumption(_rows(len(problems)), LEFT_OUT, some, "correct them in the file"))
    if n_unlabelled:
        found.append(
            Assumption(
                _rows(n_unlabelled),
                READ_AS,
                "without a label: learned from as rows that are not known to be anomalies, and judging "
                "nothing",
            )
        )
    return found


def _of_column(column: Column) -> Assumption | None:
    name = column.name
    if column.role == IGNORED:
        return Assumption(name, LEFT_OUT, column.note)
    if column.role == ID and column.note:
        remedy = f"--category {name} or --number {name} makes it a feature"
        return Assumption(name, NAMES_ROWS, column.note, remedy)
    if column.role == FEATURE and column.note.startswith(CODES_BEGIN_WITH):
        return Assumption(name, READ_AS, column.note, f"--number {name} takes it as a quantity")
    if column.form is not None and column.note:
        remedy = f"--category {name} takes it as text" if column.kind != kinds.CATEGORY else ""
        return Assumption(name, READ_AS, column.note, remedy)
    return None


def _rows(count: int) -> str:
    return f"{count:,} row{'s' if count != 1 else ''}"


def warn_of(assumptions: Sequence[Assumption]) -> None:
    """Warn, once and in one line, of what may surprise."""
    notable = [str(each) for each in assumptions if each.is_notable]
    if notable:
        warnings.warn("; ".join(notable), AssumptionWarning, stacklevel=3)
