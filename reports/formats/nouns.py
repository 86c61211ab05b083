"""Nouns: a count with what it counts, their plural and their article."""

from reports.formats.numbers import count


def plural(number_of: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{count(number_of)} {one if number_of == 1 else many or plural_of(one)}"


def plural_of(noun: str) -> str:
    """More than one of it: frauds of a fraud, anomalies of an anomaly."""
    is_vowel_before_y = noun[-2:-1] in "aeiou"
    return f"{noun[:-1]}ies" if noun.endswith("y") and not is_vowel_before_y else f"{noun}s"


def with_article(noun: str) -> str:
    """One of it: a fraud, an anomaly."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
