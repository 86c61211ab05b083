"""Features of history in people's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anomaly.errors import OptionError

_WINDOW = re.compile(r"([1-9]\d{0,5})([smhd])")
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def feature_names(entities: Sequence[str], windows: Sequence[int]) -> list[tuple[str, bool]]:
    """Return the name of each feature, and whether it tells of amounts, in the order of the features.

    Parameters
    ----------
    entities : sequence of str
        Names of columns.
    windows : sequence of int
        Seconds, ascending.
    """
    words = {name: word_of(name) for name in entities}
    found: list[tuple[str, bool]] = []
    for entity in entities:
        own = words[entity]
        partners = [words[other] for other in entities if other != entity]
        for window in windows:
            ago = f"in {words_of_window(window)}"
            found += [
                (f"payments of the {own} {ago}", False),
                (f"amount of the {own} {ago}", True),
                (f"mean amount of the {own} {ago}", True),
                (f"spread of the {own}'s amounts {ago}", True),
                *((f"different {partner}s of the {own} {ago}", False) for partner in partners),
            ]
        found += [
            (f"seconds since the {own}'s last payment", False),
            (f"amount against the {own}'s usual", True),
        ]
        for partner in partners:
            found += [
                (f"first time with the {partner}, for the {own}", False),
                (f"share of the {partner} in the {own}'s payments", False),
            ]
    return found


def word_of(column: str) -> str:
    """Return what a column of entities holds: the customer of `customer_id`, `CUSTOMER_ID`."""
    word = column.strip().lower().replace("_", " ")
    for ending in (" id", " number", " no"):
        word = word.removesuffix(ending)
    return word


def words_of_window(seconds: int) -> str:
    """Return `7 days`, `1 hour`."""
    size, unit = next(each for each in _UNITS if seconds % each[0] == 0)
    number = seconds // size
    return f"{number} {unit}" + ("s" if number > 1 else "")


def seconds_of_window(text: str) -> int:
    """Return the seconds of `30m`, `1h`, `7d`.

    Raises
    ------
    OptionError
    """
    if not (found := _WINDOW.fullmatch(str(text).strip())):
        raise OptionError(f"no window of time: {text!r}; it is a number and s, m, h or d, as in 7d")
    size = {unit[0]: size for size, unit in _UNITS}[found[2]]
    return int(found[1]) * size
