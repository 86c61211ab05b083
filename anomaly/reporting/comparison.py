"""From a comparison to the plain data of its page, and that page's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import reports
from anomaly.comparison.folder.reading import read_first_trials
from anomaly.comparison.folder.result import Comparison
from anomaly.comparison.folder.store import Trial
from anomaly.comparison.judging.summary import MethodResult
from anomaly.runs.noun import noun_of
from anomaly.utils.files import replaced_when_done


def page_of(comparison: Comparison) -> str:
    """Return the page of a comparison that was written before."""
    return reports.render_comparison(report_of(comparison, read_first_trials(comparison)))


def write_page(comparison: Comparison, first_trials: Mapping[str, Trial]) -> None:
    """Write the page of a comparison into its folder; the parameters are those of `report_of`."""
    page = reports.render_comparison(report_of(comparison, first_trials))
    with replaced_when_done(comparison.page) as partial:
        partial.write_text(page, encoding="utf-8")


def report_of(
    comparison: Comparison, first_trials: Mapping[str, Trial]
) -> reports.ComparisonReport:
    """Return what the comparison page is made from.

    Parameters
    ----------
    comparison : Comparison
    first_trials : mapping of str to Trial
        Those with the first seed, by method.

    Returns
    -------
    reports.ComparisonReport
    """
    data = comparison.data
    return reports.ComparisonReport(
        title=f"Methods on {Path(data['name']).name}",
        data_name=data["name"],
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seeds=comparison.options["seeds"],
        splits=[reports.Split(**part) for part in data["parts"]],
        split_method=data["split"],
        methods=[_method(m, first_trials[m.method]) for m in comparison.methods],
        gaps=[reports.Gap(**asdict(found)) for found in comparison.differences],
        duplicates=[reports.Duplicates(**asdict(found)) for found in comparison.duplicates],
        skipped=comparison.skipped,
        unfinished=comparison.unfinished,
        leak=_leak(comparison.leak),
        bias=_bias(comparison.bias),
        options={
            name: value
            for name, value in comparison.options.items()
            if value not in (None, False, "", [], ())
        },
        versions=comparison.packages,
        cost_terms=comparison.cost_terms,
        noun=noun_of(data["name"], comparison.options["label"]),
    )


def _method(result: MethodResult, first: Trial) -> reports.ComparedMethod:
    return reports.ComparedMethod(
        name=result.method,
        figures=result.figures,
        intervals=result.intervals,
        fit_seconds=result.fit_seconds,
        score_seconds=result.score_seconds,
        threshold=result.by_seed[0].threshold,
        cheapest_threshold=result.by_seed[0].cost_threshold,
        test=reports.Scores(first.test.scores, first.test.labels),
        calibration=result.calibration,
        history=result.history,
        notes=result.notes,
        generated=result.generated,
    )


def _leak(content: dict[str, Any] | None) -> reports.LeakPair | None:
    if content is None:
        return None
    names = ("method", "generated", "with_generated", "real", "without_generated", "why")
    return reports.LeakPair(**{name: content[name] for name in names})


def _bias(content: dict[str, Any] | None) -> reports.BiasEffect | None:
    if content is None:
        return None
    starts = {
        name: [content[name]["initial"], *content[name]["loss"]] for name in ("prior", "zero")
    }
    held_back = {f"{name}_held_back": content[name]["val_loss"] for name in starts}
    return reports.BiasEffect(method=content["method"], **starts, **held_back)
