"""From scores that came from elsewhere to a run without a model, and its report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from anomaly.api.run import Run
from anomaly.api.table_options import TableOptions, roles_and_source, with_table_options
from anomaly.cautions.of_run import put_into_metrics
from anomaly.dataset.splits import split_in_halves
from anomaly.errors import OptionError
from anomaly.runs.new_folder import new_run, next_free_folder, refuse_existing
from anomaly.runs.scores_alone import read_scores, scores_of, write_scores_run
from anomaly.schema.assumptions import Assumption, warn_of
from anomaly.tables import data_name
from anomaly.utils.stopwatch import Stopwatch

if TYPE_CHECKING:
    from thresholds import Threshold

_OF_FEATURES = ("drop", "category", "number", "windows", "label_delay", "behaviour", "schema")


@with_table_options
def report_scores(
    data: Any,
    label: str | None = None,
    time: str | None = None,
    *,
    score: str,
    threshold: float | Threshold | None = None,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    **table: Unpack[TableOptions],
) -> Run:
    """Write the report on scores of scikit-learn, PyOD, or anything else.

    It leaves a run without a model: thresholds are picked on it, it is reported on and put beside
    other runs, labels may come later; it scores no other rows. The rows are halved into validation,
    which thresholds are picked on, and test: by time where a time is named, else at random.

    Parameters
    ----------
    data : path, pandas.DataFrame or Arrow table
        A row for each transaction, as in `anomaly.train`.
    label : str, optional
        Column that marks anomalies, as numbers or words; some may be missing.
    time : str, optional
        Column of times, or of numbers in seconds.
    score : str
        Column of scores, higher for the more anomalous. A row without one stays, and is counted; so
        are infinite scores.
    threshold : float or thresholds.Threshold, optional
        Where the alerts begin, as it was set or picked elsewhere.
    seed : int, default=0
        Of a split at random.
    out : path, optional
        The run folder, by default `runs/NAME-1` or the next number.
    overwrite : bool, default=False
        Replace a run of that name once the new one is complete.
    **table
        Further columns (`amount`, `entity`, `id`), how values are written, and how the data are to be
        read: `anomaly.api.table_options.TableOptions`, but for those of features.

    Returns
    -------
    Run
        With `report.html` in its folder; `run.report()` writes it anew, and a notebook shows it.

    Raises
    ------
    DataError
        When the table cannot be read or halved, or a score is no number.
    OptionError
        When an option cannot be met.
    RunError
        When the run folder exists already.
    """
    roles, source = roles_and_source("report_scores", data, label, time, table, score=score)
    if useless := [name for name in _OF_FEATURES if table.get(name)]:
        raise OptionError(
            f"--{useless[0].replace('_', '-')} is of features, and scores that came from elsewhere "
            "have none; leave it out"
        )
    if out is not None and Path(out).suffix.lower() in (".html", ".htm", ".pdf"):
        raise OptionError(
            f"--out {out}: of scores it is the folder of a run, in which the page is; name a folder"
        )
    folder = Path(out) if out is not None else next_free_folder(data_name(data, source))
    refuse_existing(folder, overwrite=overwrite)
    watch = Stopwatch("read")
    with new_run(folder, overwrite=overwrite) as growing:
        with watch.time("read"):
            rows = read_scores(data, roles, source)
            scores = scores_of(rows)
        split = split_in_halves(rows.n_rows, rows.is_usable, rows.moments, rows.labels, seed)
        write_scores_run(rows, scores, split, roles, seed, watch.seconds(), growing, folder)
        put_into_metrics(growing)
        if threshold is not None:
            Run(growing).set_threshold(threshold)
    run = Run(folder)
    run.report()
    warn_of([Assumption(**each) for each in run.metrics["assumed"]])
    return run
