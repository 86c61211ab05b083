"""From a table and a run to scored rows, as a stream: alerts, reasons, and problems kept."""

from __future__ import annotations

import glob
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from anomaly.errors import DataError, OptionError
from anomaly.runs.behaviour_state import write_behaviour
from anomaly.runs.folder import SCORES, RunFolder
from anomaly.schema import columns as roles
from anomaly.scoring.reason_texts import as_json
from anomaly.scoring.reasons import REASONS_TYPE, Reasoner
from anomaly.tables import (
    AS_IT_IS,
    Batch,
    Sink,
    Source,
    Table,
    data_name,
    is_url,
    open_sink,
    open_table,
)
from anomaly.tables.clocked import with_clock
from anomaly.utils.arrow import from_numpy, from_texts, mask_from_numpy, null_where
from anomaly.utils.files import written_or_explained
from anomaly.utils.parallel import map_in_order
from anomaly.utils.progress import ProgressDisplay
from anomaly.utils.stopwatch import Stopwatch

if TYPE_CHECKING:
    import pandas

    from anomaly.features.behaviour.history import History


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """What `score` did.

    Attributes
    ----------
    rows : int
        Rows read, and written.
    scored : int
        Rows with a score.
    problems : int
        Rows that are kept without a score.
    alerts : int or None
        Rows at or above the threshold; None where there is none.
    threshold : float or None
        The given one, or else the run's.
    data : str
        What was read: the file's name, or the database's without its password.
    out : str
        Where the rows went: the file or the table written.
    first_problem : str or None
        The problem of the first row that has one.
    missing_ids : tuple of str
        Id columns of the training data that these data lack.
    new_columns : tuple of str
        Columns that the training data did not have; they are left out.
    readings : tuple of str
        What was taken for what to read the data, a sentence each.
    seconds : dict of str to float
        `read`, `score`, `write` and `total`. The stages overlap, and `score` adds up the
        seconds of several threads.
    """

    rows: int
    scored: int
    problems: int
    alerts: int | None
    threshold: float | None
    data: str
    out: str
    first_problem: str | None
    missing_ids: tuple[str, ...]
    new_columns: tuple[str, ...]
    readings: tuple[str, ...]
    seconds: dict[str, float]


class Scorer:
    """Turns batches of a table into batches of scored rows.

    Parameters
    ----------
    run : RunFolder
    table : Table
        Must have the columns that the run was trained on.
    reasons : int
        How many reasons each row gets.
    reasons_as_text : bool
        Write the reasons as JSON text, for CSV.
    threshold : float, optional
        In place of the run's own.
    history : History, optional
        Of the run's entities, where it looks at that; it goes on with the rows.
    keeps_history : bool
        Whether the history is kept afterwards.
    """

    def __init__(
        self,
        run: RunFolder,
        table: Table,
        reasons: int = 0,
        *,
        reasons_as_text: bool = False,
        threshold: float | None = None,
        history: History | None = None,
        keeps_history: bool = False,
    ) -> None:
        if reasons < 0:
            raise OptionError(f"--reasons {reasons}: give 0 or a positive number")
        if threshold is not None and not math.isfinite(threshold):
            raise OptionError(f"--threshold {threshold}: give a finite number")
        table = with_clock(table, run.schema.time, run.schema.clock)
        if run.behaviour is not None and history is not None:
            table = _with_history(table, run, history, keeps_history)
        self.threshold = run.threshold_value if threshold is None else float(threshold)
        self.new_columns = tuple(run.schema.check_columns(table))
        ids = run.schema.named(roles.ID)
        self.missing_ids = tuple(name for name in ids if name not in table.column_names)
        self._run = run
        self._reasons = reasons
        self._reasons_as_text = reasons_as_text
        self._reasoner = Reasoner(run.features, run.indicated, reasons)
        self._ids = [name for name in ids if name not in self.missing_ids]
        self._columns = [column.name for column in run.schema.inputs] + self._ids
        self._table = table
        self._types = run.schema.reading_types()

    def batches(self) -> Iterator[Batch]:
        """Read the columns that scores and ids need; one batch without rows where there are none."""
        return self._table.batches(self._columns, self._types, may_be_empty=True)

    @property
    def readings(self) -> tuple[str, ...]:
        """What was taken for what so far, a sentence each."""
        return self._table.readings

    def score(self, batch: Batch) -> pa.RecordBatch:
        """Return the batch's rows with `score`, `alert`, `reasons` and `problem`.

        A row that cannot be scored has nulls and its problem in words.
        """
        if not batch.data.num_rows:
            no_scores = np.empty(0, np.float64)
            return self._assemble(batch, no_scores, pa.nulls(0, self._reasons_type), {})
        matrix = self._run.features.transform(batch.data)
        broken = {
            offset: f"{self._table.place(batch.first_row + offset)}: {problem}"
            for offset, problem in batch.problems.items()
        }
        problems = matrix.problems | broken
        features = matrix.values
        if problems:
            features[list(problems)] = 0
        reasons: pa.Array = pa.nulls(batch.data.num_rows, self._reasons_type)
        if self._reasons:
            explanation = self._run.graph.explain(features)
            scores = explanation.scores
            explained = self._reasoner.reasons(batch.data, explanation)
            reasons = _without(problems, as_json(explained) if self._reasons_as_text else explained)
        else:
            scores = self._run.graph.scores(features, threads=1)
        return self._assemble(batch, scores, reasons, problems)

    @property
    def _reasons_type(self) -> pa.DataType:
        return pa.string() if self._reasons_as_text else REASONS_TYPE

    def _assemble(
        self, batch: Batch, scores: Any, reasons: pa.Array, problems: dict[int, str]
    ) -> pa.RecordBatch:
        rows = batch.data.num_rows
        alerts: pa.Array = pa.nulls(rows, pa.bool_())
        if self.threshold is not None:
            alerts = _without(problems, mask_from_numpy(scores >= self.threshold))
        words = pa.nulls(rows, pa.string())
        if problems:
            words = from_texts([problems.get(row) for row in range(rows)])
        named: dict[str, pa.Array] = (
            {name: batch.data.column(name) for name in self._ids}
            if self._ids
            else {"row": from_numpy(np.arange(batch.first_row, batch.first_row + rows))}
        )
        named |= {
            "score": _without(problems, from_numpy(scores)),
            "alert": alerts,
            "reasons": reasons,
            "problem": words,
        }
        return pa.RecordBatch.from_pydict(named)


def _without(problems: dict[int, str], array: pa.Array) -> pa.Array:
    """Return the array with nulls in the rows that have a problem."""
    if not problems:
        return array
    has_problem = np.zeros(len(array), dtype=bool)
    has_problem[list(problems)] = True
    return null_where(mask_from_numpy(has_problem), array)


def score_frame(
    run: RunFolder,
    data: Any,
    reasons: int = 0,
    *,
    threshold: float | None = None,
    source: Source = AS_IT_IS,
) -> pandas.DataFrame:
    """Score a table and return it as a pandas data frame; see `score_file`."""
    run.require_model()
    history = run.open_history()
    table = open_table(data, source)
    scorer = Scorer(run, table, reasons, threshold=threshold, history=history)
    batches = [scorer.score(batch) for batch in scorer.batches()]
    frame = pa.Table.from_batches(batches).to_pandas()
    is_frame = type(data).__module__.startswith("pandas")
    return frame.set_axis(data.index) if is_frame else frame


def score_file(
    run: RunFolder,
    data: Any,
    out: str | os.PathLike[str] | Sink | None = None,
    reasons: int = 0,
    *,
    threshold: float | None = None,
    source: Source = AS_IT_IS,
    out_table: str | None = None,
    if_exists: str | None = None,
    update_behaviour: bool = False,
    progress: bool | None = None,
) -> ScoreSummary:
    """Score a table of any size into a file or a table of a database, in constant memory.

    Parameters
    ----------
    run : RunFolder
    data : path, `-`, or table
        The transactions; see `anomaly.tables.open_table`.
    out : path, str or Sink, optional
        A path ends in `.csv` or `.parquet`. The file appears when every row is written. Or the
        URL of a database, which gets all rows in one transaction. By default a file in the current
        folder that is not there yet, named after the data: `NAME-scores.csv`, or `.parquet` where the
        data are Parquet.
    reasons : int, default=0
        How many reasons each row gets.
    threshold : float, optional
        In place of the run's own.
    source : Source, optional
        What the user says about the form of the data.
    out_table : str, optional
        Of a database: the table to write.
    if_exists : {"fail", "append", "replace"}, optional
        Of a database: where the table exists already, refuse (the default), add the rows to it,
        or put them in the place of its rows.
    update_behaviour : bool, default=False
        Once all rows are written, keep in the run what the history of the entities is after them;
        labels in the data are learned from once they are as old as `--label-delay` says.
    progress : bool, optional
        Show progress on standard error; by default in notebooks.

    Raises
    ------
    DataError
        When the table cannot be read or lacks a column.
    OptionError
        When `out` cannot be written, or is the data itself, or the run looks at no history that
        could be kept.
    """
    run.require_model()
    watch = Stopwatch("read", "score", "write")
    if out is None and out_table is not None:
        raise OptionError("--out-table needs --out with the URL of the database")
    sink = open_sink(_free_name(data, source) if out is None else out, out_table, if_exists)
    _refuse_to_replace(sink, data, run)
    if update_behaviour and run.behaviour is None:
        raise OptionError(
            f"--update-behaviour: {run.folder} looks at no history of entities; train with --entity"
        )
    table = open_table(data, source)
    history = run.open_history()
    scorer = Scorer(
        run,
        table,
        reasons,
        reasons_as_text=not sink.has_lists,
        threshold=threshold,
        history=history,
        keeps_history=update_behaviour,
    )
    results = _scored(scorer, watch)
    first = next(results)
    rows = problems = alerts = 0
    first_problem: str | None = None
    display = ProgressDisplay(shown=progress)
    with display.rows("Scoring") as show, sink.open(first.schema) as writer:
        for result in chain([first], results):
            with watch.time("write"):
                writer.write_batch(result)
            rows += result.num_rows
            problems += result.num_rows - result.column("problem").null_count
            alerts += result.column("alert").true_count
            if first_problem is None and problems:
                first_problem = next(iter(result.column("problem").drop_null().to_pylist()))
            show(rows)
    if update_behaviour and history is not None:
        with written_or_explained(run.folder):
            write_behaviour(run.folder, history)
    return ScoreSummary(
        rows=rows,
        scored=rows - problems,
        problems=problems,
        alerts=alerts if scorer.threshold is not None else None,
        threshold=scorer.threshold,
        data=table.name,
        out=sink.name,
        first_problem=first_problem,
        missing_ids=scorer.missing_ids,
        new_columns=scorer.new_columns,
        readings=scorer.readings,
        seconds=watch.seconds(),
    )


def _with_history(table: Table, run: RunFolder, history: History, are_kept: bool) -> Table:
    """Return the table with the features of its entities' history as columns."""
    from anomaly.features.behaviour.table import HistoryTable, RollingHistory

    assert run.behaviour is not None
    needed = [name for name in run.behaviour.needed(None) if name not in run.behaviour.ids]
    missing = [name for name in needed if name not in table.column_names]
    if missing:
        raise DataError(
            f"{table.name} lacks the column {missing[0]!r}, which the run's history is made of; give every "
            "column of the training data (the label may be left out)"
        )
    made = RollingHistory(history, run.behaviour, run.schema, are_kept=are_kept)
    return HistoryTable(table, run.behaviour, run.schema, made)


def _scored(scorer: Scorer, watch: Stopwatch) -> Iterator[pa.RecordBatch]:
    """Read in one thread and score in others, while the caller writes."""

    def read() -> Iterator[Batch]:
        batches = scorer.batches()
        while True:
            with watch.time("read"):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def score(batch: Batch) -> pa.RecordBatch:
        with watch.time("score"):
            return scorer.score(batch)

    return map_in_order(score, read(), "score")


def _refuse_to_replace(sink: Sink, data: Any, run: RunFolder) -> None:
    """Raise when the output would replace what is read, or the scores that the run keeps."""
    if any(map(sink.replaces, _files_of(data))):
        raise OptionError(f"--out {sink.name}: that is the data itself; name another file")
    scores = run.folder / SCORES
    if scores.exists() and sink.replaces(scores):
        raise OptionError(f"--out {sink.name}: that is a file of the run; name another")


def _free_name(data: Any, source: Source) -> Path:
    """Return a file of the current folder that is not there yet, named after the data."""
    is_parquet = Path(str(data)).suffix.lower() in (".parquet", ".pq")
    name, ending = f"{data_name(data, source)}-scores", ".parquet" if is_parquet else ".csv"
    path, number = Path(name + ending), 1
    while os.path.lexists(path):
        number += 1
        path = Path(f"{name}-{number}{ending}")
    return path


def _files_of(data: Any) -> list[Path]:
    if not isinstance(data, str | os.PathLike) or is_url(data):
        return []
    name = os.fspath(data)
    # pathlib has no glob for a pattern that may be absolute.
    names = [name] if Path(name).exists() else glob.glob(name, recursive=True)  # noqa: PTH207
    return [path for path in map(Path, names) if path.exists()]
