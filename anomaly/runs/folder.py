"""The run folder: what training leaves behind, loaded and checked."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from anomaly.errors import RunError
from anomaly.features.features import Features
from anomaly.schema.columns import Schema
from anomaly.scoring.graph import Graph
from anomaly.utils.files import is_being_written, put_folder, write_json, written_or_explained
from anomaly.utils.parallel import locked_property

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1
_DETAILS, _GRAPH = "run.json", "model.onnx"
#: In `run.json`, false where a method of a comparison left no graph that could score others.
EXPORTED = "exported"


class RunFolder:
    """What is kept of a run.

    Parameters
    ----------
    folder : path

    Attributes
    ----------
    folder, details, schema, features
        See `anomaly.Run`.
    indicated : list of int
        Positions of the features with an indicator, in the order of the graph.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._check_folder(_DETAILS)
        self.details = self._read(_DETAILS)
        self._check_format()
        if not self.is_of_classifier:
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

    @property
    def is_of_classifier(self) -> bool:
        """Whether a comparison left it, without a graph that could score other rows."""
        return not self.details.get(EXPORTED, True)

    @locked_property
    def graph(self) -> Graph:
        """The scoring graph."""
        if self.is_of_classifier:
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

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


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
