"""What commands tell a person about a run, as lines of text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomaly.terminal.assumption_words import words_of_assumptions
from anomaly.terminal.caution_words import words_of_cautions
from anomaly.terminal.figures import NOTHING, count, difference, money, number, ratio, threshold
from thresholds import FEWEST_DAYS, FEWEST_FOR_COST, OBJECTIVES, CostTerms

if TYPE_CHECKING:
    from anomaly.runs.folder import RunFolder
    from anomaly.schema.columns import Column

_NOT_TOLD = ("normal",)
_STRONGEST = 3
_LEAST_GROUP = 4
_RATIOS = ("precision", "recall", "f1", "card_precision")
_SHOWN = {
    "precision": "precision",
    "recall": "recall",
    "f1": "f1",
    "card_precision": "card precision",
    "alerts_per_day": "alerts a day",
    "cost": "cost",
}
_PARTS = ("validation", "test")


def words_of_training(run: RunFolder) -> str:
    """Tell the columns, the parts and how well the detector ranks them."""
    figures, details = run.metrics, run.details
    cautions = words_of_cautions(figures.get("cautions", ()))
    share = OBJECTIVES["contamination"].usual["share"]
    needs_no_labels = "" if run.schema.label else f" --objective contamination --share {share:g}"
    columns = _in_groups([column for column in run.schema.columns if not column.is_of_history])
    width = max(len(name) for name, _ in columns)
    lines = [f"Trained {details['detector']['name']} on {details['data']['name']}", ""]
    lines += [
        f"  {name:<{width}}  {c.role:<8}  {c.kind:<8}  {c.note}".rstrip() for name, c in columns
    ]
    lines += _words_of_history(run)
    lines += words_of_assumptions(figures.get("assumed", ()))
    lines += [
        "",
        *lines_of_parts(figures),
        "",
        f"{words_of_features(run)}, {_words_of_epochs(figures['epochs'])}, "
        f"{figures['seconds']['total']:.1f} s: {run.folder}",
        *(["", *cautions, ""] if cautions else ()),
        f"Next: anomaly pick-threshold {run.folder}{needs_no_labels}",
    ]
    return "\n".join(lines)


def lines_of_parts(figures: Mapping[str, Any]) -> list[str]:
    """Tell the rows and positives of each part, and how well the scores rank them."""
    lines = [f"  {'':<10}  {'rows':>11}  {'positives':>9}  average precision  ROC AUC"]
    for part, rows in figures["rows"].items():
        positives, found = figures["positives"][part], figures.get(part, {})
        shown = NOTHING if positives is None else count(positives)
        ranking = (
            f"{ratio(found['average_precision']):>17}  {ratio(found['roc_auc']):>7}"
            if found.get("average_precision") is not None
            else ""
        )
        lines.append(f"  {part:<10}  {rows:>11,}  {shown:>9}  {ranking}".rstrip())
    return lines


def _in_groups(columns: Sequence[Column]) -> list[tuple[str, Column]]:
    """Return what to call columns, and one of each group: `V1 to V28` where they are of one kind."""
    groups: list[list[Column]] = []
    for column in columns:
        if groups and _goes_on(groups[-1][-1], column):
            groups[-1].append(column)
        else:
            groups.append([column])
    named: list[tuple[str, Column]] = []
    for group in groups:
        if len(group) < _LEAST_GROUP:
            named += [(column.name, column) for column in group]
        else:
            named.append((f"{group[0].name} to {group[-1].name}", group[0]))
    return named


def _goes_on(before: Column, column: Column) -> bool:
    """Return whether a column is of the same kind as the one before, with the next number."""
    numbers = [re.fullmatch(r"(.*?)(\d{1,9})", each.name) for each in (before, column)]
    if numbers[0] is None or numbers[1] is None or numbers[0][1] != numbers[1][1]:
        return False
    is_alike = (before.role, before.kind, before.note) == (column.role, column.kind, column.note)
    return is_alike and int(numbers[1][2]) == int(numbers[0][2]) + 1


def _words_of_history(run: RunFolder) -> list[str]:
    """Tell whose history is looked at, and how much it counts."""
    behaviour = run.behaviour
    if behaviour is None:
        return []
    features = sum(column.is_of_history for column in run.schema.columns)
    names, windows = " and ".join(behaviour.entities), ", ".join(behaviour.windows)
    lines = ["", f"History of {names}: {_plural(features, 'feature')} in windows of {windows}"]
    if behaviour.label_delay is not None:
        lines[-1] += f", labels known after {behaviour.label_delay}"
    weights = run.details["detector"]["parameters"].get("weights_of_signs")
    if weights:
        strongest = sorted(weights, key=weights.__getitem__, reverse=True)[:_STRONGEST]
        lines.append(f"  weighed by the known frauds of train; most: {'; '.join(strongest)}")
    return lines


def _words_of_epochs(n_epochs: int) -> str:
    return f"epochs: {n_epochs}" if n_epochs else "solved without epochs"


def words_of_features(run: RunFolder) -> str:
    """Return how many features a run learned from, and from how many columns they were made."""
    if run.is_of_scores:
        return ""
    made = run.features.features
    of_columns = len({feature.column for feature in made})
    n_features = run.metrics["features"]
    beside = " and a detector's score" if n_features > len(made) else ""
    return f"{_plural(n_features, 'feature')} from {_plural(of_columns, 'column')}{beside}"


def words_of_threshold(folder: Path, content: Mapping[str, Any], *, can_score: bool = True) -> str:
    """Tell a threshold, what it does on validation and test, and how sure that is.

    Parameters
    ----------
    folder : path
        Of the run.
    content : mapping
        Of `threshold.json`.
    can_score : bool, default=True
        Whether the run has a model, so that scoring comes next.
    """
    optimism = content["optimism"] or {}
    rows = [["", *_PARTS, "optimism" if any(v is not None for v in optimism.values()) else ""]]
    rows.append(["alerts", *(f"{count(content[part]['alerts'])}" for part in _PARTS)])
    if content["test"]["tp"] is not None:
        caught = ((content[p]["tp"], content[p]["tp"] + content[p]["fn"]) for p in _PARTS)
        rows.append(["caught", *(f"{count(tp)} of {count(all_)}" for tp, all_ in caught)])
    for name, shown in _SHOWN.items():
        if any(content[part].get(name) is not None for part in _PARTS):
            gap = optimism.get(name)
            told = "" if gap is None else difference(gap)
            rows.append([shown, *(_with_interval(content[part], name) for part in _PARTS), told])
    what_for = words_of_policy(content)
    given = what_for if content["objective"] == "set" else f"for {what_for}"
    lines = [f"Threshold {threshold(content['threshold'])} {given}", "", *_aligned(rows), ""]
    lines += _without_interval(content)
    lines += _priced("at this threshold", content["options"])
    lines += [*_doubts(content), *content.get("of_all", ()), *content["notes"]]
    if content["assumption"]:
        lines.append(content["assumption"])
    if lines[-1]:
        lines.append("")
    if cautions := words_of_cautions(content.get("cautions", ())):
        lines += [*cautions, ""]
    scoring, reporting = f"score {folder} DATA --out alerts.csv", f"report {folder}"
    return "\n".join([*lines, f"Next: anomaly {scoring if can_score else reporting}"])


def words_of_objectives(folder: Path, rows: Sequence[Mapping[str, Any]]) -> str:
    """Tell what each objective would make of validation and test."""
    names = [n for n in (*_RATIOS[:3], "alerts_per_day", "cost") if _is_defined(rows, n)]
    heads = ["alerts", *(_SHOWN[name].removeprefix("alerts ") for name in names)]
    beside = [""] * (len(heads) - 1)
    table = [["", "", "validation", *beside, "test", *beside], ["for", "threshold", *heads * 2]]
    problems = []
    for row in rows:
        line = [_in_words(row["objective"], row["options"], row["conventional"])]
        if row["problem"] is None:
            line.append(threshold(row["threshold"]))
            for part in _PARTS:
                line.append(count(row[part]["alerts"]))
                line += [_plain(row[part].get(name), name) for name in names]
        else:
            line.append("none")
            problems.append(f"  {row['objective']}: {row['problem']}")
        table.append(line)
    lines = ["Every objective, picked on validation (* a usual value, as none was given)", ""]
    lines += [*_aligned(table, right_from=1), ""]
    if problems:
        lines += ["No threshold for:", *problems, ""]
    if "cost" in names:
        lines += _priced("at each threshold", next(row["prices"] for row in rows))
    notes = dict.fromkeys(note for row in rows for note in row["notes"])
    return "\n".join(
        [
            *lines,
            *notes,
            "The threshold of the run stays as it is.",
            f"Next: anomaly pick-threshold {folder} --objective NAME",
        ]
    )


def words_of_history(folder: Path, entries: Sequence[Mapping[str, Any]]) -> str:
    """Tell the thresholds that a run had."""
    if not entries:
        return f"No threshold was picked yet\nNext: anomaly pick-threshold {folder}"
    names = [n for n in _RATIOS[:3] if any(entry["test"][n] is not None for entry in entries)]
    table = [["time (UTC)", "for", "threshold", "alerts", *(_SHOWN[name] for name in names)]]
    for entry in entries:
        time = entry["time"].partition("+")[0].replace("T", " ")
        found = entry["test"]
        figures = [_plain(found[name], name) for name in names]
        counted = f"{count(found['alerts'])}"
        told = f"{words_of_policy(entry)}{', robust' if entry.get('robust') else ''}"
        table.append([time, told, threshold(entry["threshold"]), counted, *figures])
    lines = [
        f"{_plural(len(entries), 'threshold')}, with the figures on test; the last one counts",
        "",
    ]
    return "\n".join([*lines, *_aligned(table, right_from=2)])


def words_of_policy(content: Mapping[str, Any]) -> str:
    """Return what a threshold is for: "recall (at-least 0.8) and alerts (per-day 100)"."""
    if content["objective"] == "set":
        return "set by hand"
    # A threshold of an older version has less to tell.
    parts = [(content["objective"], content.get("options", {})), *content.get("also", ())]
    return " and ".join(_in_words(name, options) for name, options in parts)


def _plural(number: int, one: str) -> str:
    return f"{count(number)} {one}{'' if number == 1 else 's'}"


def _in_words(name: str, options: Mapping[str, Any], usual: Sequence[str] = ()) -> str:
    told = [
        f"{option.replace('_', '-')} {value if isinstance(value, str) else f'{value:g}'}"
        + ("*" if option in usual else "")
        for option, value in options.items()
        if value is not None and option not in _NOT_TOLD
    ]
    return f"{name} ({', '.join(told)})" if told else name


def _doubts(content: Mapping[str, Any]) -> list[str]:
    """Say where else the threshold could have fallen."""
    lines = []
    for part in _PARTS:
        interval = content[part]["intervals"].get("threshold")
        if interval is not None:
            lines.append(f"The best threshold may be anywhere from {_span(interval)} (95 %).")
    if content["as_good"] is not None:
        lines.append(f"As good within one standard error: {_span(content['as_good'])}.")
    return lines


def _span(ends: Sequence[float | None], word: str = "to") -> str:
    low, high = ends
    shown = [threshold(end) if end is not None else None for end in (low, high)]
    return f"{shown[0] or 'the lowest score'} {word} {shown[1] or 'above every score'}"


def _without_interval(content: Mapping[str, Any]) -> list[str]:
    """Say why figures have no interval."""
    test = content["test"]
    reasons = {
        "alerts_per_day": f"alerts a day (fewer than {FEWEST_DAYS} days)",
        "cost": f"cost (fewer than {FEWEST_FOR_COST} positives)",
    }
    missing = [
        reason
        for name, reason in reasons.items()
        if test.get(name) is not None and test["intervals"].get(name) is None
    ]
    told = "No interval of figures of validation, which has seen the pick"
    return [f"{told}; on test none of {' and '.join(missing)}." if missing else f"{told}.", ""]


def _with_interval(figures: Mapping[str, Any], name: str) -> str:
    interval = figures["intervals"].get(name)
    shown = _plain(figures.get(name), name)
    if interval is None or None in interval:
        return shown
    low, high = (_plain(end, name) for end in interval)
    return f"{shown} ({low} to {high})"


def _plain(figure: float | None, name: str) -> str:
    if figure is None:
        return NOTHING
    if name == "cost":
        return money(figure)
    return ratio(figure) if name in _RATIOS else number(figure)


def _priced(where: str, options: Mapping[str, Any] | None) -> list[str]:
    """Say what a cost is made of, where there is one."""
    terms = None if options is None else CostTerms.from_options(options)
    return [] if terms is None else [f"Cost {where}: {terms.in_words()}."]


def _is_defined(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    found = [row[part] for row in rows for part in _PARTS if row[part] is not None]
    return any(figures.get(name) is not None for figures in found)


def _aligned(rows: Sequence[Sequence[str]], right_from: int | None = None) -> list[str]:
    """Return the rows with their cells under each other, from one column on to the right."""
    widths: dict[int, int] = {}
    for row in rows:
        for place, cell in enumerate(row):
            widths[place] = max(widths.get(place, 0), len(cell))
    first = len(widths) if right_from is None else right_from
    return [
        "  "
        + "  ".join(
            cell.rjust(widths[place]) if place >= first else cell.ljust(widths[place])
            for place, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]
