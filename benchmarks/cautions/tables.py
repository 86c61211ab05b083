"""False alarms and found drifts, as the section of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.shared.markdown import PAGE, Section, circumstances, table

SECTION = Section("cautions")


def sections(document: Mapping[str, Any]) -> dict[tuple[Path, Section], str]:
    """Return the section of the page from the stored results."""
    parts = [_clean(document["clean"])] if "clean" in document else []
    parts += [_drift(document["drift"])] if "drift" in document else []
    return {(PAGE, SECTION): "\n\n".join([*parts, circumstances(document)])}


def _clean(found: Mapping[str, Any]) -> str:
    resamples = max(each["resamples"] for each in found.values())
    lines = [
        [
            name,
            f"{each['any'] / each['resamples']:.1%}".replace("%", " %"),
            ", ".join(f"{code} {count}" for code, count in each["by_code"].items()) or "none",
        ]
        for name, each in found.items()
    ]
    head = ["rows in which nothing is wrong", "with any caution", "how many with each"]
    return f"Of {resamples} resamples each:\n\n{table(head, lines)}"


def _drift(found: list[Mapping[str, Any]]) -> str:
    factors = list(found[0]["found"])
    lines = [
        [
            f"{each['how']}, {2 * each['rows']:,} rows",
            f"{each['spread']:g}",
            *(f"{each['found'][factor]:.0%}".replace("%", " %") for factor in factors),
        ]
        for each in found
    ]
    head = ["scores of normal rows grow", "spread", *(f"{factor} times" for factor in factors)]
    return (
        f"How often AN003 is raised, of {found[0]['resamples']} resamples each; the spread is the "
        f"standard deviation of the scores' logarithm:\n\n{table(head, lines)}"
    )
