"""How data are to be read, where that is not told from the data themselves."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anomaly.errors import OptionError


@dataclass(frozen=True, slots=True)
class Source:
    """What the user says about the form of the data; None leaves it to what the data show.

    Attributes
    ----------
    encoding : str or None
        Of a text file, such as `latin-1`.
    delimiter : str or None
        Between the values of a CSV file.
    sheet : str or None
        Of a workbook.
    table, query : str or None
        Of a database: the table to read, or the SELECT whose rows to read.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    table: str | None = None
    query: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """The options that have a value, by name."""
        every = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in every.items() if value is not None}

    def check(self, name: str, form: str, *used: str) -> None:
        """Raise `OptionError` where an option is given that says nothing about the form.

        Parameters
        ----------
        name : str
            Of the data.
        form : str
            What they are, such as `a Parquet file`.
        *used : str
            The options that the form has.
        """
        for option in self.given:
            if option not in used:
                raise OptionError(
                    f"--{option} says nothing about {name}, which is {form}; leave it out"
                )


AS_IT_IS = Source()


def is_url(data: Any) -> bool:
    """Whether data, or where to write, are named by a URL, of a database or of something else."""
    return isinstance(data, str) and re.match(r"[A-Za-z][\w+.-]*://", data) is not None


def data_name(data: Any, source: Source = AS_IT_IS) -> str:
    """Return what to name a folder after: the file or the table, in letters, digits, - and _."""
    if is_url(data):
        from anomaly.tables.sql import short_name

        return _in_plain_letters(short_name(data, source.table))
    if not isinstance(data, str | os.PathLike) or os.fspath(data) == "-":
        return "run"
    stem = Path(os.fspath(data)).name.partition(".")[0]
    return _in_plain_letters(stem)


def _in_plain_letters(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "" for c in name) or "run"
