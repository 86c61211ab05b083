"""Values of cells and of options, whatever their type."""

from collections.abc import Mapping
from numbers import Integral, Real

import numpy as np

from reports.formats.numbers import count, money, number
from reports.formats.texts import text


def value(thing: object) -> str:
    """A value of a cell: number, text, or nothing."""
    if thing is None or thing == "" or thing != thing:
        return "missing"
    if isinstance(thing, (bool, np.bool)):
        return "yes" if thing else "no"
    if isinstance(thing, Integral):
        return count(int(thing))
    if isinstance(thing, Real):
        real = float(thing)
        if not 10 <= abs(real) < 1e9:
            # A float such as 2.0 is a whole number to a reader.
            return count(int(real)) if real.is_integer() and abs(real) < 10 else number(real)
        return count(int(real)) if real.is_integer() else money(real)
    return text(thing)


def setting(thing: object) -> str:
    """An option as it would be typed, digits and all."""
    if thing is None:
        return "none"
    if isinstance(thing, (bool, np.bool)):
        return "yes" if thing else "no"
    if isinstance(thing, Mapping):
        return text(", ".join(f"{key}: {setting(part)}" for key, part in thing.items())) or "none"
    if isinstance(thing, (list, tuple)):
        return text(", ".join(setting(part) for part in thing)) or "none"
    return text(thing)
