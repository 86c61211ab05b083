"""What `anomaly forget` takes and says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anomaly.errors import OptionError
from anomaly.runs.behaviour_state import forget
from anomaly.runs.folder import RunFolder


def forgotten(run: RunFolder, entities: Sequence[str]) -> dict[str, int]:
    """Forget entities named as `COLUMN=VALUE`; return how many transactions each had.

    Raises
    ------
    OptionError
        When one is not named so, or the run does not look at such entities.
    """
    pairs = []
    for each in entities:
        column, sign, value = each.partition("=")
        if not sign or not column or not value:
            raise OptionError(f"--entity {each}: give a column and a value, as in customer_id=C17")
        pairs.append((each, column, value))
    return {each: forget(run, column, value) for each, column, value in pairs}


def words_of_forgetting(forgotten: Mapping[str, int]) -> str:
    """Return what was forgotten, a line each."""
    lines = []
    for each, count in forgotten.items():
        word = "transaction" if count == 1 else "transactions"
        lines.append(
            f"{each}: {count:,} {word} forgotten" if count else f"{each}: nothing is remembered"
        )
    return "\n".join(lines)
