"""The name that was likely meant where another was given."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the one of the names that is spelled most like another, None where none is near."""
    known = list(names)
    for other in known:
        if other.casefold() == name.casefold():
            return other
    from difflib import get_close_matches  # few need it, and each import delays every command

    return next(iter(get_close_matches(name, known, 1, cutoff)), None)
