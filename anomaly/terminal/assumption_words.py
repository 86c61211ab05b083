"""What commands tell of what was left out of the data, or taken for something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from anomaly.schema.assumptions import Assumption


def words_of_assumptions(assumed: Iterable[Mapping[str, str]]) -> list[str]:
    """Tell each on its line; of the file itself notes have told already."""
    told = [Assumption(**each) for each in assumed]
    notable = [f"  {each}" for each in told if each.is_notable and each.about != "the file"]
    return ["", "Left out or taken for something else:", *notable] if notable else []


def words_of_leaks(leaks: Mapping[str, str]) -> list[str]:
    """Tell the columns that give the label away."""
    if not leaks:
        return []
    named = "; ".join(f"{name!r} {why}" for name, why in leaks.items())
    return [f"These columns give the label away: {named}. Leave them out with --drop-leaks."]
