"""What the commands take about a table, declared once for all of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from anomaly.terminal.completion import columns

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _option(
    name: str, kind: Any, words: str, *names: str, complete: Callable[..., Any] | None = None
) -> inspect.Parameter:
    default: Any = [] if kind == list[str] else None
    annotation = Annotated[kind, typer.Option(*names, help=words, autocompletion=complete)]
    keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, keyword, default=default, annotation=annotation)


def _column(name: str, kind: Any, words: str) -> inspect.Parameter:
    return _option(name, kind, words, complete=columns)


_TEXT = str | None

#: How the data are to be read.
SOURCE: Final = (
    _option("encoding", _TEXT, "Encoding of a text file, where what its bytes show is wrong."),
    _option("delimiter", _TEXT, "What stands between values, where what the file shows is wrong."),
    _option("sheet", _TEXT, "Sheet of a workbook."),
    _option("table", _TEXT, "Table of a database.", "--table"),
    _option("query", _TEXT, "SELECT whose rows are the data.", "--query"),
)

#: What the columns are, how their values are written, and how the data are to be read.
TABLE: Final = (
    _column("label", _TEXT, "Column that marks anomalies."),
    _column("time", _TEXT, "Column that orders the rows."),
    _column("entity", list[str], "Column whose history matters: a customer, a card."),
    _column("id", list[str], "Column that names a row."),
    _column("drop", list[str], "Column to leave out."),
    _column("category", list[str], "Column to take as a category."),
    _column("number", list[str], "Column to take as a number."),
    _option("positive", _TEXT, "The label's value that marks an anomaly."),
    _option("unlabelled", _TEXT, "The label's value that says that nobody knows."),
    _column("clock", _TEXT, "Column with the time of day, where --time has the date alone."),
    _column("amount", _TEXT, "Column of amounts, where its name does not tell."),
    _option("windows", _TEXT, "Of the history of entities, such as 1h,1d,7d,30d."),
    _option("label_delay", _TEXT, "How long after its transaction a label is known, such as 7d."),
    _option("behaviour", _TEXT, "none makes no features of the history of entities."),
    _option("decimal", _TEXT, "Before decimals stands . or , where it is open."),
    _option("date_order", _TEXT, "dmy, mdy or ymd, where dates leave it open."),
    _option(
        "time_unit",
        _TEXT,
        "Of the numbers in --time: seconds, minutes, hours, days, weeks, epoch-seconds, "
        "epoch-milliseconds, epoch-microseconds, epoch-nanoseconds, excel, compact (20240301).",
    ),
    _option("missing", list[str], "Word that says that a value is missing."),
    _option(
        "schema",
        Path | None,
        "What `anomaly inspect --out` wrote; other options go before it.",
    ),
    *SOURCE,
)


_OF_SCORES = (
    *("label", "time", "amount", "entity", "id", "positive", "unlabelled"),
    *("clock", "decimal", "date_order", "time_unit", "missing"),
)

#: What a table of scores needs said.
SCORED: Final = (*(option for option in TABLE if option.name in _OF_SCORES), *SOURCE)


def takes(options: Sequence[inspect.Parameter], before: str) -> Callable[[_Function], _Function]:
    """Declare options that a command hands on as `**`, to be listed before another of its own."""

    def declared(command: _Function) -> _Function:
        signature = inspect.signature(command, eval_str=True)
        *own, _ = signature.parameters.values()
        place = list(signature.parameters).index(before)
        parameters = [*own[:place], *options, *own[place:]]
        vars(command)["__signature__"] = signature.replace(parameters=parameters)
        return command

    return declared
