"""The role and the kind of each column of a table.

A role says what a column is for (feature, label, time, id, entity, ignored), a kind what its
values are (number, category, flag, time). Both are inferred over the whole table, overridden by
options, stored in the run, and enforced at scoring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.errors import DataError
from anomaly.tables import Table, kinds
from anomaly.tables.forms.form import Form
from anomaly.tables.forms.times import COUNTED
from anomaly.utils.arrow import null_where, pc
from anomaly.utils.spelling import nearest

TIMES, SHARE, COUNT = "times", "share", "count"

FEATURE = "feature"
LABEL = "label"
ENTITY = "entity"
ID = "id"
SCORE = "score"
IGNORED = "ignored"

UNLABELLED = -1


@dataclass(frozen=True, slots=True)
class Column:
    """A column's part in the run.

    Attributes
    ----------
    name : str
    role : str
        `feature`, `label`, `time`, `id`, `entity`, `ignored`, or `score` of one that came with the
        table.
    kind : str
        `number`, `category`, `flag` or `time`; empty for a column that is not read.
    note : str
        Why the column has its role, where that was inferred and may surprise.
    form : Form or None
        How its values are written, where not plainly.
    measure : str
        `times`, `share` or `count` where a number is written so for people.
    partner : str
        The column whose value a share is of, or whose count is held against the usual one; it is told
        with the share, or in place of the number.
    is_of_history : bool
        Whether it is no column of the table, but told of the history of its entities.
    """

    name: str
    role: str
    kind: str
    note: str = ""
    form: Form | None = None
    measure: str = ""
    partner: str = ""
    is_of_history: bool = False

    def convert(self, array: pa.Array | pa.ChunkedArray) -> kinds.Converted:
        """Return the values of the column; see `anomaly.tables.kinds.convert`."""
        if self.role == SCORE:
            return kinds.convert_scores(array, self.name, self.form)
        return kinds.convert(array, self.kind, self.name, self.form)

    @property
    def seconds_of_unit(self) -> float:
        """Of numbers that are times: how many seconds one of them is."""
        unit = None if self.form is None else self.form.unit
        return COUNTED.get(unit or "", 1.0)

    def to_dict(self) -> dict[str, Any]:
        content: dict[str, Any] = {
            "name": self.name,
            "role": self.role,
            "kind": self.kind,
            "note": self.note,
        }
        if self.measure:
            content["measure"] = self.measure
        if self.partner:
            content["partner"] = self.partner
        if self.is_of_history:
            content["is_of_history"] = True
        return content if self.form is None else content | {"form": self.form.to_dict()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        form = content.get("form")
        return cls(**{**content, "form": None if form is None else Form.from_dict(form)})


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a table with their roles and kinds.

    Attributes
    ----------
    columns : tuple of Column
        In the order of the table.
    positive : str or None
        The label's value, as text, that marks an anomaly.
    amount : str or None
        The column that holds the transaction's amount, where one is named like it.
    unlabelled : str or None
        The label's value, as text, that says that nobody knows; an empty label says so too.
    clock : str or None
        The column with the time of day, where the time's column has the date alone.
    """

    columns: tuple[Column, ...]
    positive: str | None = None
    amount: str | None = None
    unlabelled: str | None = None
    clock: str | None = None

    def named(self, role: str) -> list[str]:
        """Return the names of the columns with the role."""
        return [column.name for column in self.columns if column.role == role]

    @property
    def names(self) -> list[str]:
        """The columns whose values are names: the ids and the entities."""
        return [*self.named(ID), *self.named(ENTITY)]

    @property
    def label(self) -> str | None:
        return next(iter(self.named(LABEL)), None)

    @property
    def score(self) -> str | None:
        """The column of scores, where they came with the table."""
        return next(iter(self.named(SCORE)), None)

    @property
    def time(self) -> str | None:
        return next(iter(self.named(kinds.TIME)), None)

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that features are made of: the features and the time."""
        return tuple(c for c in self.columns if c.role in (FEATURE, kinds.TIME))

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def kind(self, name: str) -> str:
        return self.column(name).kind

    def without(self, notes: Mapping[str, str]) -> Schema:
        """Return the schema with the named features ignored, each for the reason given."""
        columns = tuple(
            replace(c, role=IGNORED, note=notes[c.name])
            if c.name in notes and c.role == FEATURE
            else c
            for c in self.columns
        )
        return replace(self, columns=columns)

    def followed_by(self, columns: Sequence[Column]) -> Schema:
        """Return the schema with more columns."""
        return replace(self, columns=(*self.columns, *columns))

    def noted(self, notes: Mapping[str, str]) -> Schema:
        """Return the schema with more to know of the named columns."""
        columns = tuple(
            replace(c, note="; ".join(filter(None, (c.note, notes.get(c.name)))))
            for c in self.columns
        )
        return replace(self, columns=columns)

    def reading_types(self) -> dict[str, pa.DataType]:
        """Return the types to read text formats with: the fast path where the data fits."""
        fast = {kinds.NUMBER: pa.float64(), kinds.FLAG: pa.bool_()}
        types = dict.fromkeys((column.name for column in self.columns), pa.string())
        scores = [column for column in self.columns if column.role == SCORE]
        for column in (*self.inputs, *scores):
            if column.form is not None and column.form.is_of_text:
                continue  # else a point might be taken for a decimal one
            if column.kind in fast:
                types[column.name] = fast[column.kind]
            elif column.form is not None and column.form.unit is not None:
                types[column.name] = pa.float64()
        return types

    def check_columns(self, table: Table) -> list[str]:
        """Return the names of columns that are new, or raise when one is missing.

        Raises
        ------
        DataError
            When a column that scores are made of is missing from the table.
        """
        there = table.column_names
        missing = [column.name for column in self.inputs if column.name not in there]
        if missing:
            raise DataError(_missing(missing, table))
        known = {column.name for column in self.columns}
        return [name for name in there if name not in known]

    def to_dict(self) -> dict[str, Any]:
        return {
            "columns": [column.to_dict() for column in self.columns],
            "positive": self.positive,
            "amount": self.amount,
            "unlabelled": self.unlabelled,
            "clock": self.clock,
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Schema:
        columns = tuple(Column.from_dict(column) for column in content["columns"])
        return cls(
            columns,
            content["positive"],
            content["amount"],
            content.get("unlabelled"),
            content.get("clock"),
        )


def _missing(missing: Sequence[str], table: Table) -> str:
    names = ", ".join(repr(name) for name in missing)
    word = "column" if len(missing) == 1 else "columns"
    near = nearest(missing[0], table.column_names)
    hint = f" (was it renamed to {near!r}?)" if near else ""
    return (
        f"{table.name} lacks the {word} {names} that the run was trained on{hint}; "
        "give every column of the training data (the label may be left out)"
    )


def labels_of(
    array: pa.Array | pa.ChunkedArray, positive: str, unlabelled: str | None = None
) -> NDArray[np.int8]:
    """Return the label column as 1 and 0, and `UNLABELLED` where nobody knows, of shape (n_rows,)."""
    text = kinds.as_text(array)
    if unlabelled is not None:
        text = null_where(pc.equal(text, unlabelled), text)
    is_positive = pc.equal(text, positive).cast(pa.int8())
    return np.asarray(is_positive.fill_null(UNLABELLED).to_numpy(zero_copy_only=False), np.int8)
