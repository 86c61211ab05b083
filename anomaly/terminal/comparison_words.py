"""What `anomaly compare` tells a person."""

from __future__ import annotations

from collections.abc import Sequence

from anomaly.comparison.folder.result import Comparison
from anomaly.comparison.judging.summary import Interval
from anomaly.terminal.assumption_words import words_of_assumptions, words_of_leaks
from anomaly.terminal.figures import money, ratio

_COSTS = {"cost": "cost here", "least_cost": "at its cheapest"}
_HEADS = ("", "AP", "95 %", "ROC AUC", "precision", "recall", "F1", "at 0.5: F1", "fit", "score")


def words_of_comparison(comparison: Comparison) -> str:
    """Tell the table, what is clearly better, what is in train too, and where the page is."""
    data = comparison.data
    test = data["parts"][2]
    seeds = comparison.options["seeds"]
    lines = [
        f"{data['name']}: {test['rows']:,} test rows, {test['positives']:,} positive, "
        f"split {'by time' if data['split'] == 'time' else 'at random'}"
        + (f", means of {seeds} seeds" if seeds > 1 else ""),
        "",
    ]
    costs = [
        name for name in _COSTS if any(name in result.figures for result in comparison.methods)
    ]
    table: list[Sequence[str]] = [[*_HEADS, *(_COSTS[name] for name in costs)]]
    for result in comparison.methods:
        f = result.figures
        row = [
            result.method,
            ratio(f["average_precision"]),
            _interval(result.intervals["average_precision"]),
            *(ratio(f[name]) for name in ("roc_auc", "precision", "recall", "f1")),
            ratio(f.get("f1_at_half")),
            f"{result.fit_seconds:.1f} s",
            f"{result.score_seconds:.2f} s",
        ]
        table.append([*row, *(money(f.get(name)) for name in costs)])
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    lines += [
        "  "
        + "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    lines += [
        "",
        *_priced(comparison),
        *_best(comparison),
        *_duplicates(comparison),
        *_leak(comparison),
        *words_of_leaks(data.get("leaks", {})),
        *words_of_assumptions(data.get("assumed", ())),
    ]
    if comparison.unfinished:
        lines.append(f"Unfinished: {comparison.unfinished} to go.")
    return "\n".join([*lines, f"Page: {comparison.page}"])


def _priced(comparison: Comparison) -> list[str]:
    """Say what the costs are made of, and at which thresholds."""
    terms = comparison.cost_terms
    if terms is None:
        return []
    return [
        f"Cost on test: {terms.in_words()}. Here: at the threshold of precision, recall and F1, "
        "picked for F1; and at the one that is cheapest for the method. Both picked on validation."
    ]


def _best(comparison: Comparison) -> list[str]:
    """Say from which methods the first one cannot be told."""
    if len(comparison.methods) < 2:
        return []
    first = comparison.methods[0].method
    clear = {
        difference.other
        for difference in comparison.differences
        if difference.figure == "average_precision"
        and difference.better == first
        and difference.is_clear
    }
    near = [each.method for each in comparison.methods[1:] if each.method not in clear]
    if not near:
        return [f"{first} has a clearly higher AP than every other method."]
    shown = ", ".join(near[:6]) + (f" and {len(near) - 6} more" if len(near) > 6 else "")
    return [
        f"{first} has the highest AP, but no clearly higher one than {shown}: there the 95 % "
        "interval of the difference has zero in it, or the test rows are too few for one."
    ]


def _duplicates(comparison: Comparison) -> list[str]:
    found = next(part for part in comparison.duplicates if part.part == "test")
    if not found.duplicates:
        return []
    return [
        f"{found.duplicates:,} of {found.rows:,} test rows ({found.positives:,} positive) equal a "
        "training row in every feature."
    ]


def _leak(comparison: Comparison) -> list[str]:
    if comparison.leak is None:
        return []
    leak = comparison.leak
    return [
        f"Leak on purpose: F1 {ratio(leak['with_generated']['f1'])} with generated rows in the test "
        f"set, {ratio(leak['real']['f1'])} on its real rows, where a classifier that learned from "
        f"nothing generated has {ratio(leak['without_generated']['f1'])}. {leak['why']}"
    ]


def _interval(ends: Interval | None) -> str:
    return "" if ends is None else f"{ratio(ends[0])} to {ratio(ends[1])}"
