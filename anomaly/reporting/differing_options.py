"""In what runs differ, and what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anomaly.runs.folder import RunFolder
from anomaly.runs.noun import noun_of_runs
from anomaly.terminal import figures
from anomaly.terminal.run_words import words_of_features, words_of_policy
from reports import plural_of


@dataclass(frozen=True, slots=True)
class Common:
    """What is the same in every run: properties, and versions of packages."""

    properties: dict[str, Any]
    versions: dict[str, str]


def differing_options(runs: Sequence[RunFolder]) -> tuple[dict[str, list[Any]], Common]:
    """Return the properties in which runs differ, with a value for each run, and the others.

    Parameters
    ----------
    runs : sequence of RunFolder

    Returns
    -------
    (dict of str to list, Common)
    """
    differing, same = _by_difference([_properties(run) for run in runs])
    packages = [
        {"anomaly": run.details["version"]} | run.details.get("packages", {}) for run in runs
    ]
    newer, versions = _by_difference(packages)
    return differing | {f"version of {name}": found for name, found in newer.items()}, Common(
        same, versions
    )


def _by_difference(
    runs: Sequence[Mapping[str, Any]],
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    names = dict.fromkeys(name for each in runs for name in each)
    values = {name: [each.get(name) for each in runs] for name in names}
    differing = {name: ours for name, ours in values.items() if any(v != ours[0] for v in ours)}
    same = {
        name: ours[0]
        for name, ours in values.items()
        if name not in differing and _says_something(ours[0])
    }
    return differing, same


def _says_something(value: Any) -> bool:
    return value is not None and value is not False and value not in ("", [])


def _properties(run: RunFolder) -> dict[str, Any]:
    details, metrics = run.details, run.metrics
    options = dict(details["options"])
    # Of a method of a comparison, the option says which detector gives it a score.
    for name in ("detector", "split"):  # these are told by themselves
        options.pop(name, None)
    several = plural_of(noun_of_runs([run]))
    rows, positives = metrics["rows"], metrics["positives"]
    return {
        **({} if run.is_of_scores else {"detector": details["detector"]["name"]}),
        "threshold": _threshold(run),
        "data": details["data"]["name"],
        "rows": f"{details['data']['rows']:,}",
        "fingerprint": details["data"]["fingerprint"][:12],
        "features": words_of_features(run),
        "split by": details["split"]["method"],
        **{f"{part} rows": _counted(rows[part], positives[part], several) for part in rows},
        "epochs": metrics.get("epochs") or None,
        "made" if run.is_of_scores else "trained": details["created"][:16].replace("T", " "),
        **{name.replace("_", " "): value for name, value in options.items()},
    }


def _counted(rows: int, positives: int | None, several: str) -> str:
    return f"{rows:,}" if positives is None else f"{rows:,}, {positives:,} of them {several}"


def _threshold(run: RunFolder) -> str:
    value = run.threshold_value
    if run.threshold is None or value is None:
        return "none yet"
    return f"{figures.threshold(value)} ({words_of_policy(run.threshold)})"
