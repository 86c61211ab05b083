"""What `anomaly compare` finds and takes: the default methods on three sets, over several splits.

The credit-card set without its time and thyroid of ADBench are split at random, another time for
each seed; simulated card transactions are split by time, once. What is done stays in the folder, so
that a stopped run goes on; `seconds_of_a_seed` is the time of one seed that was run whole.

    python benchmarks/comparison.py [PART...] [--seeds N] [--folder FOLDER] [--out FILE]

The part `table` puts what is there into the README.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from markers import Section, circumstances, table
from quality.data import adbench
from recording import FOLDER, data_folder, machine, versions, write

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "imbalanced-learn", "xgboost-cpu")
_ADBENCH = "thyroid"
_SCORE = "+anomaly-score"
HYBRIDS = ("none+xgboost", "none+random-forest", "none+logistic")
#: The methods in the README; all are in the JSON.
SHOWN = (
    *(name + more for name in HYBRIDS for more in ("", _SCORE)),
    *("class-weight+xgboost", "smote+xgboost", "cvae+xgboost", "cgan+xgboost"),
    *("none+mlp", "focal+mlp", "none+cnn1d", "smote+logistic", "denoising", "autoencoder"),
)
_FIGURES = ("average_precision", "roc_auc", "precision", "recall", "f1", "f1_at_half", "brier")


def credit_card() -> dict[str, Any]:
    """Return what `anomaly.compare` is given for the credit-card set."""
    data = data_folder() / "creditcard.parquet"
    return {"data": str(data), "label": "Class", "drop": "Time"}


def simulated() -> dict[str, Any]:
    """Return what `anomaly.compare` is given for simulated card transactions."""
    return {
        "data": "simulated",
        "label": "fraud",
        "time": "time",
        "id": "transaction_id",
        "entity": ("customer_id", "terminal_id"),
        "drop": "scenario",
    }


def thyroid() -> dict[str, Any]:
    """Return what `anomaly.compare` is given for a set of ADBench."""
    import pandas as pd

    found = adbench(_ADBENCH)
    columns = [f"x{number}" for number in range(found.rows.shape[1])]
    return {"data": pd.DataFrame(found.rows, columns=columns).assign(y=found.labels), "label": "y"}


SETS: dict[str, Callable[[], dict[str, Any]]] = {
    "creditcard": credit_card,
    "simulated": simulated,
    _ADBENCH: thyroid,
}


def measured(name: str, seeds: int, folder: Path, before: Mapping[str, Any]) -> dict[str, Any]:
    """Compare the default methods on a set.

    Parameters
    ----------
    name : str
        One of `SETS`.
    seeds : int
    folder : path
        Where comparisons are kept.
    before : mapping
        What was measured of the set before, whose seconds stay where the first seed is done.
    """
    import anomaly

    given, out = SETS[name](), folder / name
    is_new = not out.exists()
    started = time.perf_counter()
    found = anomaly.compare(**given, out=out, progress=True)
    seconds = time.perf_counter() - started if is_new else before.get("seconds_of_a_seed")
    if seeds > 1 and "time" not in given:
        found = anomaly.compare(**given, out=out, seeds=seeds, progress=True)
    best = found.methods[0].method
    return {
        "rows": found.data["rows"],
        "positives": found.data["positives"],
        "split": found.data["split"],
        "test": found.data["parts"][2],
        "seeds": found.options["seeds"],
        "seconds_of_a_seed": seconds,
        "methods": {
            m.method: {
                "figures": {name: m.figures.get(name) for name in _FIGURES},
                "intervals": {name: m.intervals.get(name) for name in _FIGURES},
                "by_seed": [result.figures["average_precision"] for result in m.by_seed],
                "fit_seconds": m.fit_seconds,
                "score_seconds": m.score_seconds,
                "generated": m.generated,
            }
            for m in found.methods
        },
        "differences": [
            {
                "figure": d.figure,
                "better": d.better,
                "other": d.other,
                "difference": d.difference,
                "interval": d.interval,
                "is_clear": d.is_clear,
            }
            for d in found.differences
            if best in (d.better, d.other) or _is_hybrid(d.better, d.other)
        ],
        "duplicates": [
            {"part": c.part, "rows": c.rows, "duplicates": c.duplicates, "positives": c.positives}
            for c in found.duplicates
        ],
        "skipped": found.skipped,
    }


def _is_hybrid(first: str, second: str) -> bool:
    """Return whether two methods differ in a detector's score as one more feature alone."""
    return first + _SCORE == second or second + _SCORE == first


def shown(found: Mapping[str, Any]) -> str:
    """Return the section of the README."""
    sets = found["sets"]
    head = ["method", *(f"{name}: AP" for name in sets), "F1", "seconds a fit"]
    lines = [
        [
            f"`{name}`",
            *(_with_interval(of["methods"].get(name)) for of in sets.values()),
            *_of_the_first(next(iter(sets.values()))["methods"].get(name)),
        ]
        for name in SHOWN
    ]
    around = circumstances(found["machine"], found["versions"])
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
    for of_set, found in sets.items():
        for each in found["differences"]:
            pair = {each["better"], each["other"]}
            if each["figure"] == "average_precision" and pair == {name, name + _SCORE}:
                sign = 1 if each["better"] == name + _SCORE else -1
                low, high = sorted(sign * end for end in each["interval"])
                told.append(
                    f"{of_set} {sign * each['difference']:+.3f} ({low:+.3f} to {high:+.3f})"
                )
    return f"- `{_SCORE}` adds to the AP of `{name}`: {'; '.join(told)}."


def _with_interval(method: Mapping[str, Any] | None) -> str:
    if method is None:
        return "–"
    low, high = method["intervals"]["average_precision"]
    return f"{method['figures']['average_precision']:.3f} ({low:.3f} to {high:.3f})"


def main() -> None:
    """Measure, write the JSON and the README's table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(SETS)}, table")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(".cache") / "comparisons")
    parser.add_argument("--out", type=Path, default=FOLDER / "comparison.json")
    options = parser.parse_args()
    parts = options.parts or [*SETS, "table"]
    if unknown := set(parts) - {*SETS, "table"}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    found = json.loads(options.out.read_text()) if options.out.exists() else {"sets": {}}
    for name in parts:
        if name == "table":
            Section("comparison").write(PAGE, shown(found))
            continue
        done = measured(name, options.seeds, options.folder, found["sets"].get(name, {}))
        found["sets"][name] = done
        found["sets"] = {part: found["sets"][part] for part in SETS if part in found["sets"]}
        write(options.out, found | {"versions": versions(_PACKAGES), "machine": machine()})
        found = json.loads(options.out.read_text())


if __name__ == "__main__":
    main()
