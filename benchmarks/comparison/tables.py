"""The methods of `anomaly compare` side by side, as the section of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.shared.markdown import PAGE, Section, circumstances, table

SECTION = Section("comparison")
SCORE = "+anomaly-score"
HYBRIDS = ("none+xgboost", "none+random-forest", "none+logistic")
#: The methods in the table; all are in the JSON.
SHOWN = (
    *(name + more for name in HYBRIDS for more in ("", SCORE)),
    *("class-weight+xgboost", "smote+xgboost", "cvae+xgboost", "cgan+xgboost"),
    *("none+mlp", "focal+mlp", "none+cnn1d", "smote+logistic", "denoising", "autoencoder"),
)


def sections(document: Mapping[str, Any]) -> dict[tuple[Path, Section], str]:
    """Return the section of the page from the stored results."""
    return {(PAGE, SECTION): shown(document)}


def shown(results: Mapping[str, Any]) -> str:
    """Return the section."""
    sets = results["sets"]
    head = ["method", *(f"{name}: AP" for name in sets), "F1", "seconds a fit"]
    lines = [
        [
            f"`{name}`",
            *(_with_interval(of["methods"].get(name)) for of in sets.values()),
            *_of_the_first(next(iter(sets.values()))["methods"].get(name)),
        ]
        for name in SHOWN
    ]
    around = circumstances(results)
    hybrids = "\n".join(_hybrid(name, sets) for name in HYBRIDS)
    return f"{table(head, lines)}\n\n{hybrids}\n{_time_taken(sets)}\n\n{around}"


def _time_taken(sets: Mapping[str, Any]) -> str:
    told = [
        f"{of['seconds_of_a_seed'] / 60:.0f} minutes on {name} ({of['rows']:,} rows)"
        for name, of in sets.items()
        if of["seconds_of_a_seed"]
    ]
    return f"- All default methods on one split took {', '.join(told)}." if told else ""


def _of_the_first(method: Mapping[str, Any] | None) -> tuple[str, str]:
    if method is None:
        return "–", "–"
    return f"{method['figures']['f1']:.3f}", f"{method['fit_seconds']:.1f}"


def _hybrid(name: str, sets: Mapping[str, Any]) -> str:
    """Say what the score of a detector adds to the average precision of a classifier."""
    told = []
    for of_set, figures in sets.items():
        for each in figures["differences"]:
            pair = {each["better"], each["other"]}
            if each["figure"] == "average_precision" and pair == {name, name + SCORE}:
                sign = 1 if each["better"] == name + SCORE else -1
                low, high = sorted(sign * end for end in each["interval"])
                told.append(
                    f"{of_set} {sign * each['difference']:+.3f} ({low:+.3f} to {high:+.3f})"
                )
    return f"- `{SCORE}` adds to the AP of `{name}`: {'; '.join(told)}."


def _with_interval(method: Mapping[str, Any] | None) -> str:
    if method is None:
        return "–"
    low, high = method["intervals"]["average_precision"]
    return f"{method['figures']['average_precision']:.3f} ({low:.3f} to {high:.3f})"
