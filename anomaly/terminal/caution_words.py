"""What commands tell a person of the cautions of a run, as lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MOST_IN_FULL = 3


def words_of_cautions(cautions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Tell the gravest in full, the rest and those acknowledged by their codes; none for none.

    Parameters
    ----------
    cautions : sequence of mapping
        As JSON has them: the gravest first, those acknowledged last.
    """
    unknown = [caution for caution in cautions if caution["acknowledged"] is None]
    lines = [f"  {caution['code']}  {caution['text']}" for caution in unknown[:MOST_IN_FULL]]
    if others := unknown[MOST_IN_FULL:]:
        codes = ", ".join(caution["code"] for caution in others)
        lines.append(f"  and {len(others)} more: {codes}")
    lines += [
        f"  {caution['code']}  {caution['title']} (acknowledged: {caution['acknowledged']['reason']})"
        for caution in cautions
        if caution["acknowledged"] is not None
    ]
    return ["Before you rely on this:", *lines] if lines else []


def words_of_acknowledgement(folder: Path, code: str, cautions: Sequence[Mapping[str, Any]]) -> str:
    """Tell what is known from now on, and what is left."""
    return "\n".join([f"Acknowledged {code} of {folder}", "", *words_of_cautions(cautions)])
