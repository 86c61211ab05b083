"""Nouns: a count with what it counts."""

from reports.formats.numbers import count


def plural(number_of: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{count(number_of)} {one if number_of == 1 else many or one + 's'}"
