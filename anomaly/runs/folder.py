"""The run folder: the names of its files, and their content, loaded and checked."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomaly.errors import DataError, RunError
from anomaly.features.behaviour.settings import Behaviour
from anomaly.features.features import Features
from anomaly.schema.columns import Schema
from anomaly.scoring.graph import Graph
from anomaly.utils.parallel import locked_property

if TYPE_CHECKING:
    import pyarrow as pa

    from anomaly.features.behaviour.history import History
    from thresholds import SmallTable

FORMAT = 1
#: What scoring needs, and nothing else.
DETAILS, GRAPH = "run.json", "model.onnx"
#: The graph's network for Keras users, its losses by epoch, and what `train --json` prints.
NETWORK, HISTORY, METRICS = "model.keras", "history.json", "metrics.json"
#: The validation and test rows with their scores, and some of them with all their columns.
SCORES, SAMPLE = "scores.parquet", "sample.parquet"
#: What `pick-threshold --json` printed last, and each time.
THRESHOLD, THRESHOLDS = "threshold.json", "thresholds.json"
#: Cautions that somebody knows, and why the run is used all the same.
ACKNOWLEDGED = "acknowledged.json"
REPORT = "report.html"
#: What is remembered of the entities, which scoring goes on from.
BEHAVIOUR = "behaviour.parquet"
#: In `run.json`, false where there is no graph that could score other rows.
EXPORTED = "exported"
#: In `run.json`, what a run without a graph holds: the scores of a classifier of a comparison, where it
#: is not said, or `SCORES_ALONE`, which came with the table.
ORIGIN, SCORES_ALONE = "origin", "scores"
#: In `metrics.json`, what is known of labels that came later.
LABELS = "labels"


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
        self._check_folder(DETAILS)
        self.details = self._read(DETAILS)
        self._check_format()
        if self.has_model:
            self._check_folder(GRAPH)
        try:
            self.schema = Schema.from_dict(self.details["schema"])
            self.features = Features.from_list(self.schema, self.details["features"])
            self.indicated: list[int] = self.details["indicated"]
            behaviour = self.details.get("behaviour")
            #: What the run looks at of the history of its entities; None where it does not.
            self.behaviour = None if behaviour is None else Behaviour.from_dict(behaviour)
        except (KeyError, TypeError) as error:
            raise RunError(
                f"{self.folder}/{DETAILS} is damaged ({error!r}); train again"
            ) from error

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy a run as its folder, so that other processes may open it anew."""
        return type(self), (self.folder.absolute(),)

    def _check_folder(self, needed: str) -> None:
        if not self.folder.exists():
            raise RunError(f"there is no run {self.folder}; train one with: anomaly train DATA")
        if not (self.folder / needed).is_file():
            missing = [name for name in (DETAILS, GRAPH) if not (self.folder / name).is_file()]
            raise RunError(
                f"{self.folder} is no run: it has no {' and no '.join(missing)}; "
                "name the folder that anomaly train wrote"
            )

    def _check_format(self) -> None:
        number = self.details.get("format")
        if not isinstance(number, int):
            raise RunError(f"{self.folder}/{DETAILS} names no format; train again")
        if number > FORMAT:
            raise RunError(
                f"{self.folder} has format {number}, written by anomaly "
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
    def has_model(self) -> bool:
        """Whether it has a graph that can score other rows."""
        return bool(self.details.get(EXPORTED, True))

    @property
    def is_of_scores(self) -> bool:
        """Whether it holds scores that came from elsewhere, of which no more is known."""
        return not self.has_model and self.details.get(ORIGIN) == SCORES_ALONE

    @property
    def is_of_classifier(self) -> bool:
        """Whether a comparison left it, without a graph that could score other rows."""
        return not self.has_model and not self.is_of_scores

    @property
    def label(self) -> str | None:
        """The label's column: of the table, or else of the labels that came later."""
        later = self.metrics.get(LABELS) or {}
        return self.schema.label or later.get("column")

    def require_model(self) -> None:
        """Raise `RunError` where there is none that could score other rows."""
        if self.is_of_scores:
            raise RunError(
                f"{self.folder} holds scores that came from {self.details['data']['name']}, and no "
                "model that could score other rows; score with what made them, or train a detector "
                "with: anomaly train DATA"
            )
        if not self.has_model:
            raise RunError(
                f"{self.folder} is the run of {self.details['detector']['name']} in a comparison, "
                "and a classifier leaves no graph that could score other rows; score with the run "
                "of a detector"
            )

    @locked_property
    def graph(self) -> Graph:
        """The scoring graph."""
        self.require_model()
        graph = Graph(self.folder / GRAPH)
        n_features = len(self.features.names)
        if graph.n_features != n_features:
            raise RunError(
                f"{self.folder}/{GRAPH} takes {graph.n_features} features and {DETAILS} names "
                f"{n_features}, so they are of different runs; train again"
            )
        return graph

    def open_history(self) -> History | None:
        """Return the history of the run's entities, as far as the run remembers it; None without.

        Raises
        ------
        RunError
            When it is missing or damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self.behaviour is None:
            return None
        self.require_model()
        history, path = self.behaviour.history(), self.folder / BEHAVIOUR
        if not path.is_file():
            raise RunError(f"{path} is missing, and scores need it; train again")
        try:
            history.restore(pq.read_table(path))
        except (pa.ArrowException, OSError, DataError) as error:
            raise RunError(f"{path} is damaged ({_first_line(error)}); train again") from error
        return history

    @property
    def readings(self) -> tuple[str, ...]:
        """What was taken for what to read the training data, a sentence each."""
        return tuple(self.details["data"].get("readings", ()))

    @property
    def metrics(self) -> dict[str, Any]:
        """The figures that `anomaly train --json` prints."""
        return self._read(METRICS)

    @property
    def history(self) -> dict[str, Any]:
        """Losses by epoch."""
        return self._read(HISTORY)

    @cached_property
    def threshold(self) -> dict[str, Any] | None:
        """What `anomaly pick-threshold --json` printed last; None before."""
        path = self.folder / THRESHOLD
        if not path.exists():
            return None
        again = f"pick it again with: anomaly pick-threshold {self.folder}"
        content = self._read(THRESHOLD, again)
        if not isinstance(content.get("threshold"), int | float):
            raise RunError(f"{path} is damaged (it names no threshold); {again}")
        return content

    @property
    def threshold_value(self) -> float | None:
        """An alert is a score at or above this; None before a threshold is picked."""
        return None if self.threshold is None else float(self.threshold["threshold"])

    @property
    def threshold_history(self) -> list[dict[str, Any]]:
        """Every threshold that was picked or set, with the time (UTC); the last one counts."""
        path = self.folder / THRESHOLDS
        try:
            entries = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (ValueError, OSError):
            entries = None
        if not isinstance(entries, list) or not all(
            isinstance(entry, dict) and "threshold" in entry and "time" in entry
            for entry in entries
        ):
            raise RunError(f"{path} is damaged; remove it, and the history begins anew")
        return entries

    def scores(self, split: str | None = None, *, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the scored validation and test rows.

        Parameters
        ----------
        split : {"validation", "test"}, optional
            One of the two parts; both by default.
        columns : sequence of str, optional
            Those to read, of which `split` has to be one to choose a part; by default all.

        Returns
        -------
        pyarrow.Table
            `row`, `split`, `label`, `score`, the time, amount, ids and entities where there are
            any, and the `reasons` of the highest scores.
        """
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        path = self.folder / SCORES
        if not path.exists():
            raise RunError(f"{path} is missing; train again")
        try:
            table = pq.read_table(path, columns=columns)
            return table if split is None else table.filter(pc.field("split") == split)
        except (pa.ArrowException, OSError) as error:
            raise RunError(f"{path} is damaged ({_first_line(error)}); train again") from error

    def __repr__(self) -> str:
        return str(self._small_table())

    def _repr_html_(self) -> str:
        return self._small_table().to_html()

    def _small_table(self) -> SmallTable:
        from thresholds import SmallTable

        try:
            return SmallTable(f"Run {self.folder}", self._shown())
        except (RunError, KeyError, AttributeError) as error:
            # It is damaged: that is shown, not raised.
            return SmallTable(f"Run {self.folder}", [("damaged", _first_line(error))])

    def _shown(self) -> list[tuple[str, str]]:
        rows, found = self.metrics["rows"], self.metrics.get("test", {})
        lines = [
            ("rows", ", ".join(f"{count:,} {split}" for split, count in rows.items())),
            ("scores", f"{self.schema.score} of {self.details['data']['name']}")
            if self.is_of_scores
            else ("features", f"{self.metrics['features']:,}"),
        ]
        if found.get("average_precision") is not None:
            lines.append(("average precision, test", f"{found['average_precision']:.3f}"))
        picked = self.threshold
        said = "none yet: pick_threshold()"
        if picked is not None:
            said = f"{picked['threshold']:.4g} for {picked['objective']}"
        return [*lines, ("threshold", said)]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
