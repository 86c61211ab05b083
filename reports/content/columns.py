"""A column of the data: its name, what it is used for and what it holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the data.

    Attributes
    ----------
    name : str
        Name as in the file.
    role : str
        What it is used for: ``feature``, ``label``, ``time``, ``id``, ``entity``, ``ignored``.
    kind : str
        What it holds: ``number``, ``category``, ``flag``, ``time``.
    note : str
        Anything a reader should know, such as why a column is ignored.
    missing : float or None
        Share of the normal training rows without a value, where known.
    """

    name: str
    role: str
    kind: str
    note: str = ""
    missing: float | None = None
