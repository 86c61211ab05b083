"""The run folder: what training leaves behind, loaded, checked, and put to use."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from anomaly.errors import DataError, OptionError, RunError
from anomaly.features import Features
from anomaly.files import write_json, written_or_explained
from anomaly.schema import Schema
from anomaly.scoring import Graph
from thresholds import OBJECTIVES, Threshold, ThresholdError, pick

if TYPE_CHECKING:
    import pandas
    import pyarrow as pa

    from anomaly.alerts import ScoreSummary

FORMAT = 1
_WHOLE_RUN = ("run.json", "model.onnx")


class Run:
    """A trained detector with its schema, scores and threshold.

    Parameters
    ----------
    folder : path
        What `anomaly.train` or `anomaly train` wrote.

    Attributes
    ----------
    folder : pathlib.Path
    details : dict
        Content of `run.json`.
    schema : Schema
        Role and kind of each column.
    features : Features
        What the detector's input is made of.

    Raises
    ------
    RunError
        When the folder is missing, is no run, is damaged, or has a newer format.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._check_folder()
        self.details = self._read("run.json")
        self._check_format()
        try:
            self.schema = Schema.from_dict(self.details["schema"])
            self.features = Features.from_list(self.schema, self.details["features"])
            self.indicated: list[int] = self.details["indicated"]
        except (KeyError, TypeError) as error:
            raise RunError(f"{self.folder}/run.json is damaged ({error!r}); train again") from error

    def _check_folder(self) -> None:
        if not self.folder.exists():
            raise RunError(f"there is no run {self.folder}; train one with: anomaly train DATA")
        missing = [name for name in _WHOLE_RUN if not (self.folder / name).is_file()]
        if missing:
            raise RunError(
                f"{self.folder} is no run: it has no {' and no '.join(missing)}; "
                "name the folder that anomaly train wrote"
            )

    def _check_format(self) -> None:
        found = self.details.get("format")
        if not isinstance(found, int):
            raise RunError(f"{self.folder}/run.json names no format; train again")
        if found > FORMAT:
            raise RunError(
                f"{self.folder} has format {found}, written by anomaly "
                f"{self.details.get('version')}, and this version reads up to {FORMAT}; "
                "update anomaly"
            )

    def _read(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RunError(f"{path} is missing; train again") from None
        except (ValueError, OSError) as error:
            raise RunError(f"{path} is damaged ({error}); train again") from error
        if not isinstance(content, dict):
            raise RunError(f"{path} is damaged (no JSON object); train again")
        return content

    @cached_property
    def graph(self) -> Graph:
        """The scoring graph."""
        return Graph(self.folder / "model.onnx")

    @property
    def metrics(self) -> dict[str, Any]:
        """The figures that `anomaly train --json` prints."""
        return self._read("metrics.json")

    @property
    def history(self) -> dict[str, Any]:
        """Losses by epoch."""
        return self._read("history.json")

    @cached_property
    def threshold(self) -> dict[str, Any] | None:
        """What `anomaly pick-threshold --json` printed last; None before."""
        if not (self.folder / "threshold.json").is_file():
            return None
        return self._read("threshold.json")

    @property
    def threshold_value(self) -> float | None:
        """An alert is a score at or above this; None before a threshold is picked."""
        return None if self.threshold is None else float(self.threshold["threshold"])

    def scores(self, split: str | None = None) -> pa.Table:
        """Return the scored validation and test rows.

        Parameters
        ----------
        split : {"validation", "test"}, optional
            One of the two parts; both by default.

        Returns
        -------
        pyarrow.Table
            `row`, `split`, `label`, `score`, the time, amount and ids where there are any, and
            the `reasons` of the highest scores.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / "scores.parquet"
        try:
            table = pq.read_table(path)
        except (pa.ArrowException, OSError) as error:
            raise RunError(f"{path} is missing or damaged ({error}); train again") from error
        if split is None:
            return table
        is_part = pa.compute.equal(table.column("split"), split)
        return table.filter(is_part)

    def labels_and_scores(self, split: str) -> tuple[np.ndarray | None, np.ndarray]:
        """Return a part's labels, None where there are none, and its scores."""
        table = self.scores(split)
        labels = table.column("label")
        scores = table.column("score").to_numpy()
        return (None if labels.null_count else labels.to_numpy()), scores

    def pick_threshold(self, objective: str = "f1", **options: Any) -> Threshold:
        """Pick the threshold on validation, report it on test, and keep it in the run.

        Parameters
        ----------
        objective : str, default="f1"
            A name in `thresholds.OBJECTIVES`.
        **options
            Options of the objective; see `thresholds.pick`.

        Returns
        -------
        Threshold
            With its figures on validation. `run.threshold` has those on test too.

        Raises
        ------
        OptionError
            When there is no such objective or option.
        DataError
            When the objective needs labels and the run has none.
        """
        labels, scores = self.labels_and_scores("validation")
        if labels is None and objective in OBJECTIVES and OBJECTIVES[objective].needs_labels:
            free = ", ".join(name for name, o in OBJECTIVES.items() if not o.needs_labels)
            raise DataError(
                f"{self.folder} was trained without labels, and the objective {objective} needs "
                f"them; train with --label, or use an objective that needs none: {free}"
            )
        try:
            found = pick(labels, scores, objective, **options)
            test = found.evaluate(*self.labels_and_scores("test"))
        except ThresholdError as error:
            raise OptionError(str(error)) from error
        content = {
            "objective": found.objective,
            "threshold": found.value,
            "options": found.options,
            "validation": found.to_dict(),
            "test": test.to_dict(),
        }
        write_json(self.folder / "threshold.json", content)
        self.__dict__.pop("threshold", None)
        return found

    def score(self, data: Any, reasons: int = 0) -> pandas.DataFrame:
        """Score transactions.

        Parameters
        ----------
        data : path, pandas.DataFrame or Arrow table
            Rows with the columns that the run was trained on; the label may be left out.
        reasons : int, default=0
            How many reasons each row gets.

        Returns
        -------
        pandas.DataFrame
            One row for each row of the data: the ids (or `row`), `score`, `alert`, `reasons`
            and `problem`. A row that cannot be scored has no score, and its problem in words.
        """
        from anomaly.alerts import score_frame

        return score_frame(self, data, reasons)

    def score_file(self, data: Any, out: str | os.PathLike[str], reasons: int = 0) -> ScoreSummary:
        """Score transactions of any number into a CSV or Parquet file, in constant memory."""
        from anomaly.alerts import score_file

        return score_file(self, data, Path(out), reasons)

    def report(self, out: str | os.PathLike[str] | None = None) -> Path:
        """Write the HTML report and return its path, by default `report.html` in the run."""
        from anomaly.reporting import report_of
        from reports import write

        path = Path(out) if out is not None else self.folder / "report.html"
        with written_or_explained(path):
            return write(report_of(self), path)

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"


def load(folder: str | os.PathLike[str]) -> Run:
    """Open a run that `train` wrote; see `Run`."""
    return Run(folder)


def next_free_folder(name: str) -> Path:
    """Return `runs/NAME-1`, or the first after it that is not taken."""
    number = 1
    while (folder := Path("runs") / f"{name}-{number}").exists():
        number += 1
    return folder


def refuse_existing(folder: Path, *, overwrite: bool) -> None:
    """Raise `RunError` when something is in the way of a new run.

    Only a run is ever overwritten: any other folder or file stays.
    """
    if not folder.exists():
        return
    is_run = all((folder / name).is_file() for name in _WHOLE_RUN)
    if not is_run:
        raise RunError(f"{folder} exists and is no run; name another folder with --out")
    if not overwrite:
        raise RunError(f"the run {folder} exists; add --overwrite, or name another with --out")


def put_in_place(partial: Path, folder: Path, *, overwrite: bool) -> None:
    """Rename a finished folder to its name; a run that is replaced stays whole until then."""
    refuse_existing(folder, overwrite=overwrite)
    with written_or_explained(folder):
        if folder.exists():
            old = folder.with_name(f".{folder.name}.partial-{os.getpid()}-old")
            folder.replace(old)
            partial.replace(folder)
            shutil.rmtree(old)
        else:
            partial.replace(folder)


def save_details(folder: Path, details: Mapping[str, Any]) -> None:
    """Write `run.json`."""
    write_json(folder / "run.json", {"format": FORMAT, **details})
