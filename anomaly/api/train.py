"""The main job: from a table of transactions to a run folder."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly import defaults
from anomaly._version import __version__
from anomaly.api.run import Run
from anomaly.dataset.prepared import (
    Prepared,
    checked_rows,
    data_name,
    divided,
    transformed,
)
from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import (
    METHODS,
    PARTS,
    Split,
    check_fractions,
)
from anomaly.errors import InstallError, OptionError
from anomaly.features.fitting import fit_features
from anomaly.features.matrix import FeatureMatrix, empty_matrix
from anomaly.features.normal_ranges import normality_of
from anomaly.runs.folder import next_free_folder, put_in_place, refuse_existing, save_details
from anomaly.runs.sample import SAMPLE, sampled_rows, write_sample
from anomaly.runs.writing import (
    Reasons,
    counts_of,
    figures_of,
    parts_of,
    rows_to_explain,
    write_scores,
)
from anomaly.schema.roles import Roles, roles_for
from anomaly.scoring.graph import Graph
from anomaly.scoring.reasons import reasons_of
from anomaly.utils.files import growing_folder, write_json, written_or_explained
from anomaly.utils.progress import ProgressDisplay
from anomaly.utils.stopwatch import Stopwatch

EFFORTS = {"fast": 0.25, "thorough": 4.0}
_PACKAGES = ("tensorflow", "keras", "numpy", "pandas", "pyarrow", "scikit-learn", "onnxruntime")


def train(
    data: Any,
    label: str | None = None,
    time: str | None = None,
    *,
    entity: str | Sequence[str] = (),
    id: str | Sequence[str] = (),
    drop: str | Sequence[str] = (),
    category: str | Sequence[str] = (),
    number: str | Sequence[str] = (),
    positive: str | None = None,
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
    progress: bool = False,
) -> Run:
    """Train a detector on a table of transactions and write a run folder.

    Parameters
    ----------
    data : path, pandas.DataFrame or Arrow table
        Transactions, a row each; also a glob, `-`, or a built-in set (`simulated`,
        `creditcard`), which knows its own roles.
    label : str, optional
        Column that marks anomalies. With it, training uses the normal rows only.
    time : str, optional
        Column that orders the rows: times, or numbers in seconds. With it the split is by time.
    entity, id, drop, category, number : str or sequence of str
        Columns whose history matters, that name a row, to leave out, to take as categories,
        to take as numbers. Everything else is inferred.
    positive : str, optional
        The label's value that marks an anomaly, where it is not plain from the values.
    split : {"time", "random"}, optional
        By default `time` where a time column is named, else `random` (stratified).
    fractions : tuple of three floats, default=(0.6, 0.2, 0.2)
        Shares of train, validation and test.
    detector : str, default="denoising"
        A name in `anomaly.detectors.DETECTORS`.
    epochs, batch_size : int, optional
        By default the detector's own.
    fast, thorough : bool, default=False
        Train for a quarter of the detector's usual length, or for four times as long; one of
        them, and not together with `epochs`.
    seed : int, default=0
        The same seed gives the same run.
    out : path, optional
        The run folder, by default `runs/NAME-1` or the next number.
    overwrite : bool, default=False
        Replace a run of that name once the new one is complete.
    log_dir : path, optional
        Folder for TensorBoard logs.
    callbacks : sequence of keras.callbacks.Callback
    progress : bool, default=False
        Show progress on standard error, if that is a terminal.

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
    roles = Roles.from_options(
        label=label,
        time=time,
        entity=entity,
        id=id,
        drop=drop,
        category=category,
        number=number,
        positive=positive,
    )
    roles = roles_for(data, roles)
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
    )
    options.check()
    folder = Path(out) if out is not None else next_free_folder(data_name(data))
    refuse_existing(folder, overwrite=overwrite)
    logs = _log_callbacks(log_dir, folder)
    display = ProgressDisplay(shown=progress)
    with growing_folder(folder) as partial:
        _run(data, options, partial, folder, display, [*logs, *callbacks])
        put_in_place(partial, folder, overwrite=overwrite)
    return Run(folder)


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that settles a training but the data."""

    roles: Roles
    split: str
    fractions: tuple[float, float, float]
    detector: str
    epochs: int | None
    fast: bool
    thorough: bool
    batch_size: int | None
    seed: int

    @property
    def effort(self) -> float | None:
        """How many times as long to train as usual; None leaves it to the detector."""
        return next((EFFORTS[name] for name in EFFORTS if getattr(self, name)), None)

    def check(self) -> None:
        """Raise `OptionError` when an option cannot be met, before any data are read."""
        if self.split not in METHODS:
            raise OptionError(f"--split {self.split}: choose {' or '.join(METHODS)}")
        if self.split == "time" and not self.roles.time:
            raise OptionError("--split time needs --time: name the column that orders the rows")
        if not 0 <= self.seed < 2**32:
            raise OptionError(f"--seed {self.seed}: give a whole number from 0 to {2**32 - 1}")
        for name in ("epochs", "batch_size"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(f"--{name.replace('_', '-')} {value}: give 1 or more")
        lengths = [f"--{name}" for name in (*EFFORTS, "epochs") if getattr(self, name)]
        if len(lengths) > 1:
            raise OptionError(f"{' and '.join(lengths)}: each says how long to train; give one")
        check_fractions(self.fractions)
        if self.detector not in defaults.DETECTORS:
            from anomaly.detectors import detector_class

            detector_class(self.detector)  # unless it was added, this says which name is near


def _run(
    data: Any,
    options: Options,
    folder: Path,
    target: Path,
    display: ProgressDisplay,
    callbacks: Sequence[Any],
) -> None:
    """Read, split, train, score, and write everything into what will be the target."""
    watch = Stopwatch("read", "fit", "score")
    with display.stage("Reading the transactions"), watch.time("read"):
        rows = checked_rows(data, options.roles)
        split = divided(rows, options.split, options.fractions, options.seed)
        features = fit_features(rows.schema, rows.chosen(split.has("train")), rows.table.name)
    with empty_matrix(rows.n_rows, len(features.names), folder, target) as matrix:
        with display.stage("Making the features"), watch.time("read"):
            fingerprint = transformed(features, rows, matrix)
        prepared = Prepared(rows, split, features, matrix, fingerprint)
        with watch.time("fit"):
            detector = fit_detector(prepared, options, display, callbacks)
        with display.stage("Scoring"):
            write_run(prepared, options, detector, folder, target, watch)


def fit_detector(
    prepared: Prepared, options: Options, display: ProgressDisplay, callbacks: Sequence[Any] = ()
) -> Any:
    """Train the detector of the options on normal rows; early stopping watches validation."""
    detector = new_detector(options)
    train = prepared.normal("train")
    with display.epochs(detector.planned_epochs(len(train))) as drawn:
        detector.fit(
            train,
            validation_data=prepared.normal("validation"),
            callbacks=[*drawn, *callbacks],
        )
    return detector


def write_run(
    prepared: Prepared,
    options: Options,
    detector: Any,
    folder: Path,
    target: Path,
    watch: Stopwatch,
) -> None:
    """Score validation and test, and write all files of the run into what will be the target."""
    rows, split, features = prepared.rows, prepared.split, prepared.features
    with watch.time("score"):
        scores = held_out_scores(detector.onnx_, prepared.matrix, split)
        chosen = rows_to_explain(rows, split, scores), sampled_rows(rows, split, options.seed)
        explained, sampled = taken(rows, *chosen)
        reasons = explain(prepared, detector, chosen[0], explained)
    with written_or_explained(target):
        write_scores(folder / "scores.parquet", rows, split, scores, reasons)
        write_sample(folder / SAMPLE, rows, chosen[1], sampled)
        (folder / "model.onnx").write_bytes(detector.onnx_)
        detector.model_.save(folder / "model.keras")
        write_json(folder / "history.json", detector.history_.losses)
        figures = {
            "run": str(target),
            **counts_of(split, rows.labels),
            "features": len(features.names),
            "epochs": detector.history_.epochs,
            "best_epoch": detector.best_epoch_,
            "interrupted": detector.history_.interrupted,
            "seconds": watch.seconds(),
            **{p: figures_of(rows.labels, scores, getattr(split, p)) for p in PARTS[1:]},
        }
        write_json(folder / "metrics.json", figures)
        details = details_of(prepared, options, options.detector, detector.get_params())
        normal = normality_of(features, prepared.normal("train"), options.seed)
        more = {
            "indicated": detector.indicated_,
            "normal": normal,
            "seconds": figures["seconds"],
        }
        save_details(folder, details | more)


def taken(rows: Rows, *chosen: NDArray[np.int64]) -> list[pa.Table]:
    """Return the rows of several selections, each a table, in one pass over the data."""
    found = rows.take(np.concatenate(chosen))
    ends = np.cumsum([len(places) for places in chosen])
    return [
        found.slice(end - len(places), len(places))
        for places, end in zip(chosen, ends, strict=True)
    ]


def explain(
    prepared: Prepared, detector: Any, chosen: NDArray[np.int64], data: pa.Table
) -> Reasons:
    """Return the reasons of the rows of these positions, which are `data`."""
    features = prepared.features
    explanation = detector.explain(prepared.matrix.take(chosen))
    count = len(features.names)
    return Reasons(chosen, reasons_of(data, features, detector.indicated_, explanation, count))


def details_of(
    prepared: Prepared, options: Options, name: str, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Return the content of `run.json` but what is known of detectors alone."""
    rows, split = prepared.rows, prepared.split
    given = asdict(options)
    roles = given.pop("roles")
    return {
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": {
            "name": rows.table.name,
            "rows": rows.n_rows,
            "fingerprint": prepared.fingerprint,
        },
        "options": roles | given,
        "seed": options.seed,
        "schema": prepared.features.schema.to_dict(),
        "features": prepared.features.to_list(),
        "split": {"method": split.method, "parts": parts_of(split, rows)},
        "duplicates": [asdict(part) for part in prepared.duplicates],
        "detector": {"name": name, "parameters": parameters},
        "packages": {"python": platform.python_version()}
        | {name: version_of(name) for name in _PACKAGES},
    }


def _log_callbacks(log_dir: str | os.PathLike[str] | None, run: Path) -> list[Any]:
    if log_dir is None:
        return []
    if find_spec("tensorboard") is None:
        raise InstallError("--log-dir needs TensorBoard; install it with: pip install tensorboard")
    folder = Path(log_dir)
    if folder.resolve().is_relative_to(run.resolve()):
        raise OptionError(f"--log-dir {folder}: it is inside of the run; name a folder outside")
    with written_or_explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    from anomaly.utils.backend import keras

    return [keras.callbacks.TensorBoard(str(folder), write_graph=False)]


def new_detector(options: Options) -> Any:
    """Return the chosen detector, with the parameters that the options give."""
    from anomaly.detectors import detector_class

    chosen = {
        "epochs": options.epochs,
        "effort": options.effort,
        "batch_size": options.batch_size,
    }
    given = {name: value for name, value in chosen.items() if value is not None}
    named = detector_class(options.detector)
    if "effort" in given and "effort" not in signature(named).parameters:
        length = "--fast" if options.fast else "--thorough"
        raise OptionError(
            f"{length}: the detector {options.detector} has no such length; use --epochs"
        )
    return named(random_state=options.seed, **given)


def held_out_scores(onnx: bytes, matrix: FeatureMatrix, split: Split) -> NDArray[np.float32]:
    """Return the scores of validation and test in the places of their rows, NaN elsewhere."""
    graph = Graph(onnx)
    is_scored = ~split.has("train")
    scores = np.full(matrix.shape[0], np.nan, dtype=np.float32)
    for start, block in matrix.blocks():
        places = start + np.flatnonzero(is_scored[start : start + len(block)])
        if len(places):
            scores[places] = graph.scores(block[places - start])
    return scores
