"""What a user may say about a table, the same for training, comparing and inspecting."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, TypeVar

from anomaly.schema.roles import Roles, roles_for
from anomaly.schema.schema_file import with_schema
from anomaly.tables import Source
from anomaly.utils.spelling import nearest

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Names = str | Sequence[str]


class TableOptions(TypedDict, total=False):
    """What columns are, how values are written and data are read, where a table leaves it open.

    Attributes
    ----------
    entity, id, drop, category, number : str or sequence of str
        Columns whose history matters, that name a row, to leave out, to take as categories,
        to take as numbers. Everything else is inferred.
    positive : str, optional
        The label's value that marks an anomaly, where it is not plain from the values.
    unlabelled : str, optional
        The label's value that says that nobody knows, as an empty label does. Such rows are learned
        from as rows without labels are, and judge nothing.
    clock : str, optional
        Column with the time of day, where `time` has the date alone.
    amount : str, optional
        Column of amounts, for the history of entities, where its name does not tell.
    windows : str or sequence of str
        Of the history of entities, by default `1h,1d,7d,30d`.
    label_delay : str, optional
        How long after its transaction a label is known, such as `7d`. With it the frauds that an
        entity is known for by then are features too.
    behaviour : {"history", "none"}, optional
        `none` makes no features of the history of entities. By default they are made where
        entities and a time are named, and rows are split by time.
    decimal : {".", ","}, optional
        What stands before decimals, where a column leaves it open.
    date_order : {"dmy", "mdy", "ymd"}, optional
        The order of day, month and year, where a column leaves it open.
    time_unit : str, optional
        Of the numbers in `time`: `seconds`, `minutes`, `hours`, `days` or `weeks` from any start,
        `epoch-seconds` (-milliseconds, -microseconds, -nanoseconds) since 1970, `excel` or `compact`.
    missing : str or sequence of str
        Words that say that a value is missing, beside the usual ones.
    schema : path, optional
        A schema file, as `anomaly.inspect` writes it; other options go before it.
    encoding, delimiter, sheet : str, optional
        Of a text file, a CSV file, a workbook, where what the file shows is wrong.
    table, query : str, optional
        Of a database: the table to read, or the SELECT whose rows to read.
    """

    entity: _Names
    id: _Names
    drop: _Names
    category: _Names
    number: _Names
    positive: str | None
    unlabelled: str | None
    clock: str | None
    amount: str | None
    windows: _Names
    label_delay: str | None
    behaviour: str | None
    decimal: str | None
    date_order: str | None
    time_unit: str | None
    missing: _Names
    schema: str | os.PathLike[str] | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    table: str | None
    query: str | None


def with_table_options(function: _Function) -> _Function:
    """Show what a function takes as `**table` option by option, to `help` and to editors."""
    signature = inspect.signature(function)
    *own, _ = signature.parameters.values()
    by_name = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind.__forward_arg__
        )
        for name, kind in TableOptions.__annotations__.items()
    ]
    vars(function)["__signature__"] = signature.replace(parameters=[*own, *by_name])
    return function


def roles_and_source(
    function: str,
    data: Any,
    label: str | None,
    time: str | None,
    options: Mapping[str, Any],
    *,
    drop_leaks: bool = False,
    score: str | None = None,
) -> tuple[Roles, Source]:
    """Return what options say about columns, and about how the data are to be read.

    Parameters
    ----------
    function : str
        The name of the one that was called, for its errors.
    data : object
        As in `anomaly.train`.
    label, time : str or None
        Columns.
    options : mapping
        `TableOptions`.
    drop_leaks : bool
        As in `anomaly.train`.
    score : str or None
        Column of scores, where they came with the table.

    Raises
    ------
    TypeError
        When there is no such option.
    OptionError
        When an option cannot be met.
    """
    for name in options.keys() - TableOptions.__annotations__.keys():
        near = nearest(name, [*TableOptions.__annotations__, "label", "time"])
        hint = f"; did you mean {near}?" if near else ""
        raise TypeError(f"{function}() has no option {name!r}{hint}")
    source = Source(**{name: options[name] for name in Source.__slots__ if name in options})
    of_columns = {
        name: value
        for name, value in options.items()
        if name not in Source.__slots__ and name != "schema"
    }
    roles = Roles.from_options(
        label=label, score=score, time=time, drop_leaks=drop_leaks, **of_columns
    )
    roles = with_schema(roles_for(data, roles), options.get("schema"))
    roles.check()
    return roles, source
