"""From a run folder to the plain data of its report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import reports
from anomaly.cautions.caution import Caution
from anomaly.cautions.of_run import KEY, cautions_of
from anomaly.picking.policy import CONFORMAL, SET
from anomaly.reporting.alerts import highest_alerts, positive_rows
from anomaly.reporting.comparison_of_run import comparison_for
from anomaly.reporting.sample import sample_of
from anomaly.runs.folder import RunFolder
from anomaly.runs.held_out import HeldOut
from anomaly.runs.noun import noun_of
from anomaly.schema.assumptions import Assumption
from anomaly.schema.columns import Column
from anomaly.terminal.run_words import words_of_features, words_of_policy
from thresholds import CostTerms


def report_of(run: RunFolder, comparison: str | os.PathLike[str] | None = None) -> reports.Report:
    """Gather what the report shows from the files of a run.

    Parameters
    ----------
    run : RunFolder
    comparison : path, optional
        Folder of a comparison to show; by default the one that left the run, if one did.

    Returns
    -------
    reports.Report
    """
    details, metrics = run.details, run.metrics
    name = details["data"]["name"]
    compared, unread = comparison_for(run, comparison)
    held_out = HeldOut(run)
    parts = {part: held_out.judged(part) for part in ("validation", "test")}
    scores = {part: _scores(parts[part], held_out, part, run) for part in parts}
    return reports.Report(
        title=f"Anomalies in {Path(name).name}",
        detector=details["detector"]["name"],
        data_name=name,
        created=details["created"],
        version=details["version"],
        seed=details["seed"],
        fingerprint=details["data"]["fingerprint"],
        splits=[_split(part, held_out, metrics) for part in details["split"]["parts"]],
        split_method=details["split"]["method"],
        validation=scores["validation"],
        test=scores["test"],
        run=str(run.folder),
        columns=_columns(run),
        features=words_of_features(run),
        history=run.history,
        metrics={part: reports.Metrics(**metrics[part]) for part in parts},
        threshold=_threshold(run.threshold),
        alerts=highest_alerts(run, held_out.table("test")),
        misses=positive_rows(run, parts["test"]),
        sample=sample_of(run),
        duplicates=_duplicates(details),
        seconds=details["seconds"],
        versions=details["packages"],
        options={key: value for key, value in details["options"].items() if value},
        cautions=[_caution(caution) for caution in cautions_of(run, run.threshold, held_out)],
        warnings=[*_about_labels(held_out), *unread],
        assumed=[str(Assumption(**each)) for each in details.get("assumed", ())],
        day_notes=[note for part in parts for note in held_out.notes(part)],
        learned_labels=run.is_of_classifier,
        score_column=run.schema.score or "",
        comparison=compared,
        amount_column=run.schema.amount or "",
        noun=noun_of(name, run.label),
    )


def _split(part: dict[str, Any], held_out: HeldOut, metrics: dict[str, Any]) -> reports.Split:
    """Return a part with the rows that judge, and the labels that it has by now."""
    name = part["name"]
    rows = part["rows"] if name == "train" else held_out.judged(name).num_rows
    return reports.Split(**{**part, "rows": rows, "positives": metrics["positives"][name]})


def _about_labels(held_out: HeldOut) -> list[str]:
    """Say which rows have no label, where others have one."""
    sentences = []
    for part in ("test", "validation"):
        every, unknown = held_out.table(part).num_rows, held_out.n_unlabelled(part)
        if unknown:
            sentences.append(
                f"{unknown:,} of {every:,} {part} transactions have no label. Figures and charts are of "
                f"the other {every - unknown:,}; if those were labelled because of their scores, recall "
                "looks better than it is. The list of the highest scores is of all, "
                "and so is a budget of alerts that the command picks."
            )
    return sentences


def _caution(caution: Caution) -> reports.Caution:
    known = caution.acknowledged
    told = () if known is None else (known.time, known.reason)
    return reports.Caution(caution.code, caution.text, *told)


def _duplicates(details: dict[str, Any]) -> list[reports.Duplicates] | None:
    """Return the counts of duplicates, None for a run of an older version."""
    if "duplicates" not in details:
        return None
    has_labels = details["split"]["parts"][0]["positives"] is not None
    return [
        reports.Duplicates(**part if has_labels else part | {"positives": None})
        for part in details["duplicates"]
    ]


def _scores(table: pa.Table, held_out: HeldOut, part: str, run: RunFolder) -> reports.Scores:
    labels = table.column("label")
    return reports.Scores(
        scores=table.column("score").to_numpy(),
        labels=None if labels.null_count else labels.to_numpy(),
        days=held_out.days(part),
        amounts=_money(table, run.schema.amount),
        missed_costs=_money(table, _missed_cost_column(run)),
        moments=held_out.moments(part),
        entities=held_out.entities(part),
    )


def _columns(run: RunFolder) -> list[reports.Column]:
    trained = run.details.get("normal", {}).get("columns", {})
    return [
        reports.Column(
            c.name, _role(c, run), c.kind, c.note, trained.get(c.name, {}).get("missing")
        )
        for c in run.schema.columns
    ]


def _role(column: Column, run: RunFolder) -> str:
    """Return what a column is for: with scores that came from elsewhere nothing is a feature."""
    is_amount = run.is_of_scores and column.name == run.schema.amount
    return "amount" if is_amount else column.role


def _money(table: pa.Table, column: str | None) -> NDArray[np.float64] | None:
    """Return a column of money, NaN where there is none; None where it is no number."""
    if column is None or column not in table.column_names:
        return None
    try:
        return table.column(column).cast(pa.float64()).to_numpy()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _threshold(content: dict[str, Any] | None) -> reports.Threshold | None:
    if content is None:
        return None
    splits = {}
    for part in ("validation", "test"):
        figures = {key: value for key, value in content[part].items() if key != "rows"}
        intervals = figures.pop("intervals")
        if KEY not in content:
            intervals = {}  # Those of older versions hold the truth too rarely.
        known = {
            key: tuple(pair)
            for key, pair in intervals.items()
            if pair is not None and None not in pair and key != "threshold"
        }
        splits[part] = reports.ThresholdFigures(**figures, intervals=known)
    notes = [*content.get("of_all", ()), *content.get("notes", ())]
    if content["objective"] == SET:
        return reports.Threshold("", content["threshold"], splits, "set by hand", notes=notes)
    is_calibrated = content["objective"] == CONFORMAL
    origin = f"{'calibrated' if is_calibrated else 'picked'} on validation"
    if content.get("given"):
        origin = "taken as it was given"
    return reports.Threshold(
        objective=words_of_policy(content),
        value=content["threshold"],
        splits=splits,
        origin=origin,
        cost_terms=CostTerms.from_options(content["options"]),
        picks=_ends(content["validation"]["intervals"].get("threshold")),
        as_good=_ends(content.get("as_good")),
        assumption=content.get("assumption") or "",
        notes=notes,
    )


def _ends(pair: Sequence[float | None] | None) -> tuple[float | None, float | None] | None:
    return None if pair is None else (pair[0], pair[1])


def _missed_cost_column(run: RunFolder) -> str | None:
    """Return the column that the threshold was picked by, where it is not that of the amounts."""
    options = {} if run.threshold is None else run.threshold.get("options", {})
    name: str | None = options.get("missed_cost_column")
    return None if name == run.schema.amount else name
