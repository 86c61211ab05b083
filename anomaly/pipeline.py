"""The main job: from a table of transactions to a run folder."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly import defaults
from anomaly._version import __version__
from anomaly.errors import DataError, InstallError, OptionError
from anomaly.features import Features
from anomaly.files import growing_folder, write_json, written_or_explained
from anomaly.fitting import fit_features
from anomaly.matrices import FeatureMatrix, empty_matrix
from anomaly.parallel import map_in_order
from anomaly.progress import ProgressDisplay
from anomaly.results import (
    RESULT_COLUMNS,
    counts_of,
    figures_of,
    parts_of,
    reasons_of_highest,
    write_scores,
)
from anomaly.rows import Rows, read_rows
from anomaly.run import Run, next_free_folder, put_in_place, refuse_existing, save_details
from anomaly.schema import Roles, Schema, infer_schema
from anomaly.scoring import Graph
from anomaly.splits import (
    METHODS,
    PARTS,
    Split,
    check_fractions,
    check_labels,
    split_at_random,
    split_by_time,
)
from anomaly.stopwatch import Stopwatch
from anomaly.tables import Batch, open_table

EFFORTS = {"fast": 0.25, "thorough": 4.0}
_MOST_POSITIVE = 0.5
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
    given = Roles(
        label=label,
        time=time,
        entity=_names(entity),
        id=_names(id),
        drop=_names(drop),
        category=_names(category),
        number=_names(number),
        positive=positive,
    )
    roles = _with_known_roles(given, data)
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
    folder = Path(out) if out is not None else next_free_folder(_data_name(data))
    refuse_existing(folder, overwrite=overwrite)
    logs = _log_callbacks(log_dir, folder)
    job = _Job(options, ProgressDisplay(shown=progress), [*logs, *callbacks])
    with growing_folder(folder) as partial:
        job.run(data, partial, folder)
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


class _Job:
    """The steps of one training, each from what the one before made."""

    def __init__(
        self, options: Options, display: ProgressDisplay, callbacks: Sequence[Any]
    ) -> None:
        self._options = options
        self._display = display
        self._callbacks = callbacks
        self._watch = Stopwatch("read", "fit", "score")

    def run(self, data: Any, folder: Path, target: Path) -> None:
        """Read, split, train, score, and write everything into what will be the target."""
        watch, display = self._watch, self._display
        with display.stage("Reading the transactions"), watch.time("read"):
            rows = self._rows(data)
            split = self._split(rows)
            features = fit_features(rows.schema, rows.chosen(split.has("train")), rows.table.name)
        with empty_matrix(rows.n_rows, len(features.names), folder, target) as matrix:
            with display.stage("Making the features"), watch.time("read"):
                fingerprint = _transform(features, rows, matrix)
            with watch.time("fit"):
                detector = self._fit(matrix, split, rows.labels)
            with display.stage("Scoring"), watch.time("score"):
                scores = _scores(detector.onnx_, matrix, split)
                reasons = reasons_of_highest(rows, split, scores, features, detector, matrix)
        with display.stage("Writing the run"), written_or_explained(target):
            write_scores(folder / "scores.parquet", rows, split, scores, reasons)
            (folder / "model.onnx").write_bytes(detector.onnx_)
            detector.model_.save(folder / "model.keras")
            write_json(folder / "history.json", detector.history_.losses)
            details = self._details(rows, fingerprint, split, features, detector)
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
            save_details(folder, details | {"seconds": figures["seconds"]})

    def _rows(self, data: Any) -> Rows:
        roles = self._options.roles
        table = open_table(data)
        schema = infer_schema(table, roles)
        _check_names(schema, table.name)
        rows = read_rows(table, schema)
        _check_rarity(rows, schema, roles, table.name)
        return rows

    def _split(self, rows: Rows) -> Split:
        options = self._options
        fractions = options.fractions
        if options.split == "time":
            assert rows.moments is not None
            split = split_by_time(rows.moments, fractions)
        else:
            split = split_at_random(rows.n_rows, fractions, options.seed, rows.labels)
        if rows.labels is not None:
            check_labels(split, rows.labels)
        return split

    def _fit(self, matrix: FeatureMatrix, split: Split, labels: NDArray[np.int8] | None) -> Any:
        detector = _untrained(self._options)
        train = matrix.chosen(_normal(split.has("train"), labels))
        with self._display.epochs(detector.planned_epochs(len(train))) as drawn:
            detector.fit(
                train,
                validation_data=matrix.chosen(_normal(split.has("validation"), labels)),
                callbacks=[*drawn, *self._callbacks],
            )
        return detector

    def _details(
        self,
        rows: Rows,
        fingerprint: str,
        split: Split,
        features: Features,
        detector: Any,
    ) -> dict[str, Any]:
        """Return the content of `run.json`."""
        options = asdict(self._options)
        roles = options.pop("roles")
        return {
            "version": __version__,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "data": {
                "name": rows.table.name,
                "rows": rows.n_rows,
                "fingerprint": fingerprint,
            },
            "options": roles | options,
            "seed": self._options.seed,
            "schema": features.schema.to_dict(),
            "features": features.to_list(),
            "indicated": detector.indicated_,
            "split": {"method": split.method, "parts": parts_of(split, rows)},
            "detector": {"name": self._options.detector, "parameters": detector.get_params()},
            "packages": {"python": platform.python_version()}
            | {name: version_of(name) for name in _PACKAGES},
        }


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _with_known_roles(given: Roles, data: Any) -> Roles:
    """Add what a built-in set knows of the columns that the user says nothing about."""
    known = _built_in_roles(data) if isinstance(data, str) and not Path(data).is_file() else Roles()
    named = {name for names in given.by_option().values() for name in names}

    def rest(names: Sequence[str | None]) -> tuple[str, ...]:
        return tuple(name for name in names if name is not None and name not in named)

    return replace(
        given,
        label=given.label or next(iter(rest([known.label])), None),
        time=given.time or next(iter(rest([known.time])), None),
        entity=given.entity or rest(known.entity),
        id=given.id or rest(known.id),
        drop=given.drop + rest(known.drop),
    )


def _built_in_roles(name: str) -> Roles:
    if name == "simulated":
        from anomaly.simulation import ROLES

        roles: dict[str, Any] = {o: n if isinstance(n, str) else tuple(n) for o, n in ROLES.items()}
        return Roles(**roles)
    return Roles(label="Class", time="Time") if name == "creditcard" else Roles()


def _check_rarity(rows: Rows, schema: Schema, roles: Roles, table_name: str) -> None:
    """Raise when most rows would be anomalies: the label is then likely the other way round."""
    if rows.labels is None or roles.positive is not None or rows.labels.mean() <= _MOST_POSITIVE:
        return
    raise DataError(
        f"{table_name}: the label {schema.label!r} is {schema.positive!r} in "
        f"{rows.labels.mean():.0%} of the rows, and anomalies are rare; "
        "say with --positive which value marks them"
    )


def _check_names(schema: Schema, table_name: str) -> None:
    """Raise when a column that results carry along is named like one of their own."""
    for name in (schema.time, *schema.names):
        if name in RESULT_COLUMNS:
            raise DataError(
                f"{table_name}: the column {name!r} is named like a column of "
                f"the results; rename it, or leave it out with --drop {name}"
            )


def _data_name(data: Any) -> str:
    if not isinstance(data, str | os.PathLike) or os.fspath(data) == "-":
        return "run"
    stem = Path(os.fspath(data)).name.partition(".")[0]
    return "".join(c if c.isalnum() or c in "-_" else "" for c in stem) or "run"


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
    from anomaly.backend import keras

    return [keras.callbacks.TensorBoard(str(folder), write_graph=False)]


def _untrained(options: Options) -> Any:
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


def _transform(features: Features, rows: Rows, matrix: FeatureMatrix) -> str:
    """Write the features of all rows, and return the SHA-256 of what training sees.

    That is the features, then the labels and the times.
    """
    digest = hashlib.sha256()

    def transform(batch: Batch) -> NDArray[np.float32]:
        made = features.transform(batch.data)
        if made.problems:
            offset, problem = min(made.problems.items())
            place = rows.table.place(batch.first_row + offset)
            raise DataError(f"{place}: {problem}; correct it or leave it empty")
        return made.values

    for values in map_in_order(transform, rows.batches(), "features"):
        matrix.append(values)
        digest.update(np.ascontiguousarray(values).data)
    for array in (rows.labels, rows.moments):
        if array is not None:
            digest.update(array.data)
    return digest.hexdigest()


def _scores(onnx: bytes, matrix: FeatureMatrix, split: Split) -> NDArray[np.float32]:
    """Return the scores of validation and test in the places of their rows, NaN elsewhere."""
    graph = Graph(onnx)
    is_scored = ~split.has("train")
    scores = np.full(matrix.shape[0], np.nan, dtype=np.float32)
    for start, block in matrix.blocks():
        places = start + np.flatnonzero(is_scored[start : start + len(block)])
        if len(places):
            scores[places] = graph.scores(block[places - start])
    return scores


def _normal(is_member: NDArray[np.bool_], labels: NDArray[np.int8] | None) -> NDArray[np.bool_]:
    return is_member if labels is None else is_member & (labels == 0)
