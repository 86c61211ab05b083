"""From a table of transactions to a run folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from anomaly import defaults
from anomaly.api.run import Run
from anomaly.api.table_options import TableOptions, roles_and_source, with_table_options
from anomaly.cautions.of_run import put_into_metrics
from anomaly.dataset.prepared import (
    make_dataset,
    read_transactions,
    split_rows,
)
from anomaly.features.matrix import empty_matrix
from anomaly.runs.fitting import check_length, fit_detector, log_callbacks
from anomaly.runs.new_folder import new_run, next_free_folder, refuse_existing
from anomaly.runs.options import Options
from anomaly.runs.trained import Trained
from anomaly.runs.writing import write_run
from anomaly.schema.assumptions import warn_of
from anomaly.tables import data_name
from anomaly.utils.interruption import interruption_insisted_on
from anomaly.utils.progress import ProgressDisplay
from anomaly.utils.stopwatch import Stopwatch


@with_table_options
def train(
    data: Any,
    label: str | None = None,
    time: str | None = None,
    *,
    drop_leaks: bool = False,
    split: str | None = None,
    fractions: tuple[float, float, float] = defaults.FRACTIONS,
    detector: str = defaults.DETECTOR,
    epochs: int | None = None,
    fast: bool = False,
    thorough: bool = False,
    batch_size: int | None = None,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    log_dir: str | os.PathLike[str] | None = None,
    callbacks: Sequence[Any] = (),
    progress: bool | None = None,
    **table: Unpack[TableOptions],
) -> Run:
    """Train a detector on a table of transactions and write a run folder.

    Parameters
    ----------
    data : path, pandas.DataFrame or Arrow table
        Transactions, a row each; also a glob, `-`, the URL of a database, or a built-in set
        (`simulated`, `creditcard`), which knows its own roles.
    label : str, optional
        Column that marks anomalies. With it, training uses the normal rows only.
    time : str, optional
        Column that orders the rows: times, or numbers in seconds. With it the split is by time.
    drop_leaks : bool, default=False
        Leave out columns that give the label away: by themselves they rank the training rows with an
        ROC AUC above 0.99, are filled for one class alone, or hold times after the transaction's.
    split : {"time", "random"}, optional
        By default `time` where a time column is named, else `random` (stratified).
    fractions : tuple of three floats, default=(0.6, 0.2, 0.2)
        Shares of train, validation and test.
    detector : str, default="denoising"
        A name in `anomaly.detectors.DETECTORS`.
    epochs, batch_size : int, optional
        By default the detector's own, where it is trained in epochs; the default one is not.
    fast, thorough : bool, default=False
        A quarter of the detector's usual effort, or four times as much; one of them, and not
        together with `epochs`.
    seed : int, default=0
        The same seed gives the same run, to the last digit with the same versions on the same type
        of processor with the same number of threads.
    out : path, optional
        The run folder, by default `runs/NAME-1` or the next number.
    overwrite : bool, default=False
        Replace a run of that name once the new one is complete.
    log_dir : path, optional
        Folder for TensorBoard logs.
    callbacks : sequence of keras.callbacks.Callback
    progress : bool, optional
        Show progress on standard error: drawn in a terminal or a notebook, else a line now and then. By
        default in notebooks.
    **table
        What columns are and how values are written, and how the data are to be read, where the
        table leaves it open: `anomaly.api.table_options.TableOptions`.

    Returns
    -------
    Run

    Raises
    ------
    DataError
        When the table cannot be read, learned from, or split.
    OptionError
        When an option cannot be met.
    RunError
        When the run folder exists already.
    """
    roles, source = roles_and_source("train", data, label, time, table, drop_leaks=drop_leaks)
    options = Options(
        roles=roles,
        split=split or ("time" if roles.time else "random"),
        fractions=fractions,
        detector=detector,
        epochs=epochs,
        fast=fast,
        thorough=thorough,
        batch_size=batch_size,
        seed=seed,
        source=source,
    )
    options.check()
    check_length(options)
    folder = Path(out) if out is not None else next_free_folder(data_name(data, source))
    refuse_existing(folder, overwrite=overwrite)
    callbacks = [*log_callbacks(log_dir, folder), *callbacks]
    with new_run(folder, overwrite=overwrite) as growing:
        _train(data, options, growing, folder, ProgressDisplay(shown=progress), callbacks)
    return Run(folder)


def _train(
    data: Any,
    options: Options,
    folder: Path,
    target: Path,
    display: ProgressDisplay,
    callbacks: Sequence[Any],
) -> None:
    """Read, split, train, score, and write everything into what will be the target."""
    watch = Stopwatch("read", "fit", "score")
    with display.stage("Reading the transactions"), watch.time("read"), interruption_insisted_on():
        rows = read_transactions(data, options.roles, options.source)
        split = split_rows(rows, options.split, options.fractions, options.seed)
    with display.stage("Making the features"), watch.time("read"), interruption_insisted_on():
        new_matrix = partial(empty_matrix, folder=folder, target=target)
        dataset = make_dataset(rows, split, new_matrix, drop_leaks=options.roles.drop_leaks)
    with dataset:
        with watch.time("fit"):
            detector = fit_detector(dataset, options, display, callbacks)
        with display.stage("Scoring"):
            trained = Trained.by_detector(options.detector, detector, dataset, watch)
            write_run(dataset, options, trained, folder, target)
    put_into_metrics(folder)
    warn_of(dataset.assumptions)
