"""Spans of time as people write them: `30m`, `1h`, `7d`."""

from __future__ import annotations

import re

from anomaly.errors import OptionError

_SPAN = re.compile(r"([1-9]\d{0,5})([smhd])")
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def seconds_of_window(text: str) -> int:
    """Return the seconds of `30m`, `1h`, `7d`.

    Raises
    ------
    OptionError
    """
    if not (found := _SPAN.fullmatch(str(text).strip())):
        raise OptionError(f"no window of time: {text!r}; it is a number and s, m, h or d, as in 7d")
    size = {unit[0]: size for size, unit in _UNITS}[found[2]]
    return int(found[1]) * size


def words_of_window(seconds: int) -> str:
    """Return `7 days`, `1 hour`."""
    size, unit = next(each for each in _UNITS if seconds % each[0] == 0)
    number = seconds // size
    return f"{number} {unit}" + ("s" if number > 1 else "")
