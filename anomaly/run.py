"""The run folder: what training leaves behind, loaded, checked, and put to use."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from anomaly.errors import OptionError, RunError
from anomaly.features import Features
from anomaly.files import (
    is_being_written,
    put_folder,
    replaced_when_done,
    write_json,
    written_or_explained,
)
from anomaly.parallel import locked_property
from anomaly.schema import Schema
from anomaly.scoring import Graph

if TYPE_CHECKING:
    import pandas
    import pyarrow as pa

    from anomaly.alerts import ScoreSummary
    from anomaly.single import SingleScorer
    from thresholds import Threshold

FORMAT = 1
_DETAILS, _GRAPH = "run.json", "model.onnx"
#: In `run.json`, false where a method of a comparison left no graph that could score others.
EXPORTED = "exported"


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
        self._check_folder(_DETAILS)
        self.details = self._read(_DETAILS)
        self._check_format()
        if self.details.get(EXPORTED, True):
            self._check_folder(_GRAPH)
        try:
            self.schema = Schema.from_dict(self.details["schema"])
            self.features = Features.from_list(self.schema, self.details["features"])
            self.indicated: list[int] = self.details["indicated"]
        except (KeyError, TypeError) as error:
            raise RunError(f"{self.folder}/run.json is damaged ({error!r}); train again") from error

    def _check_folder(self, needed: str) -> None:
        if not self.folder.exists():
            raise RunError(f"there is no run {self.folder}; train one with: anomaly train DATA")
        if not (self.folder / needed).is_file():
            missing = [name for name in (_DETAILS, _GRAPH) if not (self.folder / name).is_file()]
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

    def _read(self, name: str, advice: str = "train again") -> dict[str, Any]:
        path = self.folder / name
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RunError(f"{path} is missing; {advice}") from None
        except (ValueError, OSError) as error:
            raise RunError(f"{path} is damaged ({_first_line(error)}); {advice}") from error
        if not isinstance(content, dict):
            raise RunError(f"{path} is damaged (no JSON object); {advice}")
        return content

    @locked_property
    def graph(self) -> Graph:
        """The scoring graph."""
        if not self.details.get(EXPORTED, True):
            raise RunError(
                f"{self.folder} is the run of {self.details['detector']['name']} in a comparison, "
                "and a classifier leaves no graph that could score other rows; score with the run "
                "of a detector"
            )
        graph = Graph(self.folder / "model.onnx")
        wanted = len(self.features.names)
        if graph.n_features != wanted:
            raise RunError(
                f"{self.folder}/model.onnx takes {graph.n_features} features and run.json names "
                f"{wanted}, so they are of different runs; train again"
            )
        return graph

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
        path = self.folder / "threshold.json"
        if not path.exists():
            return None
        again = f"pick it again with: anomaly pick-threshold {self.folder}"
        content = self._read("threshold.json", again)
        if not isinstance(content.get("threshold"), int | float):
            raise RunError(f"{path} is damaged (it names no threshold); {again}")
        return content

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
            `row`, `split`, `label`, `score`, the time, amount, ids and entities where there are
            any, and the `reasons` of the highest scores.
        """
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        path = self.folder / "scores.parquet"
        if not path.exists():
            raise RunError(f"{path} is missing; train again")
        try:
            table = pq.read_table(path)
            return table if split is None else table.filter(pc.field("split") == split)
        except (pa.ArrowException, OSError) as error:
            raise RunError(f"{path} is damaged ({_first_line(error)}); train again") from error

    def labels_and_scores(self, split: str) -> tuple[np.ndarray | None, np.ndarray]:
        """Return a part's labels, None where there are none, and its scores."""
        table = self.scores(split)
        labels = table.column("label")
        scores = table.column("score").to_numpy()
        return (None if labels.null_count else labels.to_numpy()), scores

    def pick_threshold(
        self,
        objective: str = "f1",
        *,
        also: Sequence[tuple[str, Mapping[str, Any]]] = (),
        missed_cost_column: str | None = None,
        entity: str | None = None,
        **options: Any,
    ) -> Threshold:
        """Pick the threshold on validation, report it on test, and keep it in the run.

        Days come from the time column, where the split is by time; a time that is a number is in
        seconds.

        Parameters
        ----------
        objective : str, default="f1"
            A name in `thresholds.OBJECTIVES`. `conformal` is calibrated on the normal rows of
            validation, and chooses its alerts among the rows of test.
        also : sequence of (str, mapping)
            Constraints besides, such as ``[("alerts", {"per_day": 100})]``.
        missed_cost_column : str, optional
            For `cost`: the column that holds what a missed anomaly costs. The run keeps the
            amount, the ids and the entities.
        entity : str, optional
            For `card-precision`: the column of the cards, where the run has several entities.
        **options
            Options of the objective, and `robust`, `confidence`, `replicates` and `seed`; see
            `thresholds.pick`.

        Returns
        -------
        Threshold
            With its figures on validation (for `conformal`, on test). `run.threshold` has both.

        Raises
        ------
        OptionError
            When there is no such objective, option or column, or no threshold meets the policy.
        DataError
            When the objective needs labels and the run has none.
        """
        from anomaly.held_out import HeldOut
        from anomaly.picking import Policy, picked

        policy = Policy(
            objective=objective,
            also=also,
            missed_cost_column=missed_cost_column,
            entity=entity,
            options=options,
        )
        found, content = picked(HeldOut(self), policy)
        self._keep_threshold(content)
        return found

    def set_threshold(self, value: float) -> dict[str, Any]:
        """Take a threshold by hand, and keep it in the run as a picked one.

        Parameters
        ----------
        value : float
            Finite.

        Returns
        -------
        dict
            What `threshold` holds from now on: among others, the figures on validation and test.
        """
        from anomaly.held_out import HeldOut
        from anomaly.picking import set_by_hand

        content = set_by_hand(HeldOut(self), value)
        self._keep_threshold(content)
        return content

    def compare_objectives(
        self,
        *,
        missed_cost_column: str | None = None,
        entity: str | None = None,
        **options: Any,
    ) -> list[dict[str, Any]]:
        """Pick a threshold for every objective, and keep none; see `anomaly.overview`."""
        from anomaly.overview import compare_objectives

        return compare_objectives(self, missed_cost_column, entity, options)

    @property
    def threshold_history(self) -> list[dict[str, Any]]:
        """Every threshold that was picked or set, with the time (UTC); the last one counts."""
        from anomaly.picking import history_of

        return history_of(self)

    def _keep_threshold(self, content: dict[str, Any]) -> None:
        from anomaly.picking import keep

        keep(self, content)
        self.__dict__.pop("threshold", None)

    def score(
        self, data: Any, reasons: int = 0, *, threshold: float | None = None
    ) -> pandas.DataFrame:
        """Score transactions.

        Parameters
        ----------
        data : path, pandas.DataFrame or Arrow table
            Rows with the columns that the run was trained on; the label may be left out.
        reasons : int, default=0
            How many reasons each row gets.
        threshold : float, optional
            In place of the run's own.

        Returns
        -------
        pandas.DataFrame
            One row for each row of the data: the ids (or `row`), `score`, `alert`, `reasons`
            and `problem`. A row that cannot be scored has no score, and its problem in words.
        """
        from anomaly.alerts import score_frame

        return score_frame(self, data, reasons, threshold=threshold)

    def score_one(self, transaction: Mapping[str, Any]) -> float:
        """Score one transaction in a fraction of a millisecond, for an alert desk or a payment on its way.

        The score is the one that `score` gives for the same row of a table, bit for bit. Several
        threads may call this at once.

        Parameters
        ----------
        transaction : mapping of str to float, int, bool, str, datetime or None
            The value of each column that the run was trained on, None where there is none.
            Other names (the label, ids) are not looked at.

        Returns
        -------
        float
            Higher is more anomalous; an alert is a score at or above `threshold_value`.

        Raises
        ------
        DataError
            When a column is missing, or a value does not fit its column.

        Examples
        --------
        >>> run = anomaly.load("runs/creditcard-1")  # doctest: +SKIP
        >>> run.score_one({"Time": 406.0, "V1": -2.3, ..., "Amount": 0.0})  # doctest: +SKIP
        8.417509078979492
        """
        return self._single.score(transaction)

    @locked_property
    def _single(self) -> SingleScorer:
        from anomaly.single import SingleScorer

        return SingleScorer(self.features, self.graph)

    def score_file(
        self,
        data: Any,
        out: str | os.PathLike[str],
        reasons: int = 0,
        *,
        threshold: float | None = None,
        progress: bool = False,
    ) -> ScoreSummary:
        """Score any number of transactions into a file; see `anomaly.alerts.score_file`."""
        from anomaly.alerts import score_file

        return score_file(self, data, Path(out), reasons, threshold=threshold, progress=progress)

    def report(self, out: str | os.PathLike[str] | None = None) -> Path:
        """Write the HTML report and return its path, by default `report.html` in the run."""
        from anomaly.reporting import report_of
        from reports import render

        path = Path(out) if out is not None else self.folder / "report.html"
        if path.suffix.lower() not in (".html", ".htm"):
            raise OptionError(f"--out {path}: name a file that ends in .html")
        page = render(report_of(self))
        with replaced_when_done(path) as partial:
            partial.write_text(page, encoding="utf-8")
        return path

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def load(folder: str | os.PathLike[str]) -> Run:
    """Open a run that `train` wrote; see `Run`."""
    return Run(folder)


def next_free_folder(name: str) -> Path:
    """Return `runs/NAME-1`, or the first after it that is neither taken nor being written."""
    number = 1
    while os.path.lexists(folder := Path("runs") / f"{name}-{number}") or is_being_written(folder):
        number += 1
    return folder


def refuse_existing(folder: Path, *, overwrite: bool) -> None:
    """Raise `RunError` when something is in the way of a new run.

    Only a run is ever overwritten: any other folder or file stays.
    """
    with written_or_explained(folder):
        if not folder.exists():
            return
        is_run = _is_whole(folder)
    if not is_run:
        raise RunError(f"{folder} exists and is no run; name another folder with --out")
    if not overwrite:
        raise RunError(f"the run {folder} exists; add --overwrite, or name another with --out")


def _is_whole(folder: Path) -> bool:
    if not (folder / _DETAILS).is_file():
        return False
    if (folder / _GRAPH).is_file():
        return True
    try:
        details = json.loads((folder / _DETAILS).read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return False
    return isinstance(details, dict) and details.get(EXPORTED) is False


def put_in_place(partial: Path, folder: Path, *, overwrite: bool) -> None:
    """Give a finished run its name, unless something is in the way."""
    refuse_existing(folder, overwrite=overwrite)
    put_folder(partial, folder)


def save_details(folder: Path, details: Mapping[str, Any]) -> None:
    """Write `run.json`."""
    write_json(folder / "run.json", {"format": FORMAT, **details})
