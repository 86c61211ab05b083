"""The scored validation and test rows of a run, with what thresholds look at besides scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import thresholds
from anomaly.errors import DataError, OptionError, RunError
from anomaly.runs.folder import SCORES, RunFolder
from anomaly.tables import kinds
from anomaly.tables.times import DAY, seconds
from anomaly.utils.arrow import pc


@dataclass(frozen=True, slots=True, eq=False)
class ScoredRows:
    """The rows of validation or of test, with what thresholds look at.

    Attributes
    ----------
    rows : ndarray of shape (n,), int64
        Their positions in the table.
    labels : ndarray of shape (n,), int8, or None
    scores : ndarray of shape (n,), float64
    part : str
        Whose rows they are, where that is told.
    n_unlabelled : int
        Rows of the part without a label, which judge nothing where others have one, and are left out.
    moments : ndarray of shape (n,), float64, or None
        Seconds, where the split is by time: one at random holds only some rows of each day.
    amounts : ndarray of shape (n,), float64, or None
        What each positive row costs where it is missed; 0 for the others.
    entities : ndarray of shape (n,), int64, or None
        A number for each card or customer.
    """

    rows: NDArray[np.int64]
    labels: Any
    scores: NDArray[np.float64]
    part: str = ""
    n_unlabelled: int = 0
    moments: NDArray[np.float64] | None = None
    amounts: NDArray[np.float64] | None = None
    entities: NDArray[np.int64] | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """What `thresholds.pick` takes of the rows besides labels and scores."""
        return {"amounts": self.amounts, "days": self.days, "entities": self.entities}

    @property
    def days(self) -> NDArray[np.float64] | None:
        """The time of each row in days, of UTC where its time has a zone."""
        return None if self.moments is None else self.moments / DAY

    @property
    def n_days(self) -> float | None:
        """Days that figures a day are divided by; None where they are not known, or too short."""
        return thresholds.ScoredRows.checked(None, self.scores, days=self.days).n_days

    @property
    def notes(self) -> list[str]:
        """What to know of the figures: which rows they are of, and how they are made figures a day."""
        labelled, every = len(self.rows), len(self.rows) + self.n_unlabelled
        told = (
            f"Of {every:,} {self.part} rows {labelled:,} have a label: the figures are of those "
            "alone. Where rows were labelled because of their scores, recall looks better than it is."
        )
        return [*([told] if self.n_unlabelled else []), *self.day_notes]

    @property
    def day_notes(self) -> list[str]:
        """What to know of the figures a day."""
        if self.moments is None:
            return []
        n_days = self.n_days
        if n_days is None:
            return [f"The {self.part} rows span less than an hour: too short for figures a day."]
        if n_days >= 1:
            return []
        return [
            f"The {self.part} rows span {24 * n_days:.1f} hours: their figures a day are scaled up "
            "to 24 hours, as if the hours left out were like these."
        ]


class HeldOut:
    """The validation and test rows that a run keeps.

    Parameters
    ----------
    run : RunFolder
    columns : sequence of str, optional
        Of the scored rows, those to read; by default all.
    """

    def __init__(self, run: RunFolder, columns: Sequence[str] | None = None) -> None:
        self.folder = run.folder
        #: What to do for other rows, columns or labels.
        self.remedy = "report again" if run.is_of_scores else "train"
        self.made = "reported on" if run.is_of_scores else "trained"
        self.is_of_scores = run.is_of_scores
        self.is_split_by_time = run.details["split"]["method"] == "time"
        self._schema = run.schema
        self._table = run.scores(columns=columns)
        self._parts: dict[str, pa.Table] = {}

    @property
    def has_labels(self) -> bool:
        """Whether there are labels to pick by: any of validation."""
        return self.knows_labels("validation")

    def knows_labels(self, name: str) -> bool:
        """Whether any row of a part has a label; then the others judge nothing."""
        labels = self.table(name).column("label")
        # A part without rows lacks no label either.
        return not len(labels) or labels.null_count < len(labels)

    def n_unlabelled(self, name: str) -> int:
        """Return how many rows of a part have no label though others have."""
        return self.table(name).column("label").null_count if self.knows_labels(name) else 0

    @property
    def is_partly_labelled(self) -> bool:
        """Whether rows of a part have no label though others have."""
        return any(self.n_unlabelled(name) for name in ("validation", "test"))

    def judged(self, name: str) -> pa.Table:
        """Return the rows of a part that figures are of: those with a label where there are any."""
        table = self.table(name)
        if not self.n_unlabelled(name):
            return table
        return table.filter(table.column("label").is_valid())

    @property
    def amount(self) -> str | None:
        """The column of amounts."""
        return self._schema.amount

    @property
    def has_time(self) -> bool:
        return self._schema.time is not None

    def table(self, name: str) -> pa.Table:
        """Return the rows of a part, validation or test, as the run keeps them."""
        if name not in self._parts:
            is_of_part = pc.equal(self._table.column("split"), name)
            self._parts[name] = self._table.filter(is_of_part)
        return self._parts[name]

    def days(self, name: str) -> NDArray[np.float64] | None:
        """Return the time of each judged row of a part in days, where all of its time are judged."""
        moments = self._moments(self.judged(name), name)
        return None if moments is None else moments / DAY

    def n_days(self, name: str) -> float | None:
        """Return the days that figures a day of a part are divided by (see `ScoredRows.n_days`)."""
        return self.part(name).n_days if self.table(name).num_rows else None

    def notes(self, name: str) -> list[str]:
        """Return what to know of the figures a day of a part."""
        return self.part(name).day_notes if self.table(name).num_rows else []

    def entities(self, name: str) -> dict[str, NDArray[np.int64]]:
        """Return a number for the card or customer of each judged row of a part, by their column."""
        table = self.judged(name)
        named = [entity for entity in self._schema.named("entity") if entity in table.column_names]
        return {entity: self._entities(table, entity) for entity in named}

    def moments(self, name: str) -> NDArray[Any] | None:
        """Return the time of each judged row of a part: calendar times, or numbers in seconds."""
        time = self._schema.time
        if time is None:
            return None
        column = self._schema.column(time)
        times = self._seconds(self.judged(name))
        if column.kind != kinds.TIME:
            return times
        return times.astype("datetime64[s]")  # NaN becomes NaT

    def part(
        self,
        name: str,
        *,
        missed_cost_column: str | None = None,
        entity: str | None = None,
        by_scores_alone: bool = False,
    ) -> ScoredRows:
        """Return the rows of a part that have a score; with labels, those that are judged.

        Parameters
        ----------
        name : {"validation", "test"}
        missed_cost_column : str, optional
            Holds what a missed positive row costs.
        entity : str, optional
            Names the card or customer of each row.
        by_scores_alone : bool, default=False
            Give all rows, and no labels.

        Raises
        ------
        OptionError
            The run keeps no such column.
        RunError
            The run was written before entities were kept.
        DataError
            The part is empty, or a positive row has no usable cost.
        """
        table = self.table(name) if by_scores_alone else self.judged(name)
        if not table.num_rows:
            raise DataError(f"{self.folder} has no {name} rows; {self.remedy} with more rows")
        table = self._scored(table, name)
        is_labelled = self.knows_labels(name) and not by_scores_alone
        labels = table.column("label").to_numpy() if is_labelled else None
        return ScoredRows(
            rows=table.column("row").to_numpy(),
            labels=labels,
            scores=table.column("score").to_numpy(),
            part=name,
            n_unlabelled=0 if by_scores_alone else self.n_unlabelled(name),
            moments=self._seconds_of_split(table)
            if by_scores_alone
            else self._moments(table, name),
            amounts=None
            if missed_cost_column is None or labels is None
            else self._amounts(table, missed_cost_column, name, labels == 1),
            entities=None if entity is None else self._entities(table, entity),
        )

    def only_entity(self) -> str:
        """Return the column of the entities, where there is one and no more.

        Raises
        ------
        OptionError
            There is none, or one has to be chosen.
        """
        entities = self._schema.named("entity")
        if not entities:
            raise OptionError(
                f"cards are counted by the entity column, and {self.folder} has none; "
                f"{self.remedy} with --entity COL"
            )
        if len(entities) > 1:
            raise OptionError(
                f"the run has several entities; give one of them as `entity`: {', '.join(entities)}"
            )
        return entities[0]

    def _scored(self, table: pa.Table, name: str) -> pa.Table:
        is_missing = np.isnan(table.column("score").to_numpy())
        if not is_missing.any():
            return table
        if is_missing.all():
            raise DataError(f"no {name} row of {self.folder} has a score; give scores")
        return table.filter(pa.array(~is_missing))

    def _moments(self, table: pa.Table, name: str) -> NDArray[np.float64] | None:
        return None if self.n_unlabelled(name) else self._seconds_of_split(table)

    def _seconds_of_split(self, table: pa.Table) -> NDArray[np.float64] | None:
        time = self._schema.time
        if time is None or not self.is_split_by_time:
            return None
        return self._seconds(table)

    def _seconds(self, table: pa.Table) -> NDArray[np.float64]:
        assert self._schema.time is not None
        column = self._schema.column(self._schema.time)
        return seconds(column.convert(table.column(column.name)).values) * column.seconds_of_unit

    def _entities(self, table: pa.Table, name: str) -> NDArray[np.int64]:
        codes = self._column(table, "entity", name, self._schema.names).combine_chunks()
        numbers = pc.dictionary_encode(codes.cast(pa.string())).indices
        # A row that names no card is a card of its own.
        own = np.arange(len(numbers)) + len(numbers)
        return np.where(numbers.is_null(), own, numbers.fill_null(0)).astype(np.int64)

    def _amounts(
        self, table: pa.Table, name: str, part: str, is_positive: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        option = f"`missed_cost_column` {name}"
        amount = [self._schema.amount] if self._schema.amount else []
        column = self._column(table, "missed_cost_column", name, [*amount, *self._schema.names])
        try:
            numbers = column.cast(pa.float64()).to_numpy()
        except pa.ArrowInvalid:
            raise OptionError(f"{option}: it holds names, not money; name another") from None
        amounts = np.where(is_positive, numbers, 0.0)
        unusable = ~(np.isfinite(amounts) & (amounts >= 0))
        if unusable.any():
            row = table.column("row")[int(unusable.argmax())].as_py()
            value = amounts[unusable.argmax()]
            raise DataError(
                f"{option}: row {row}, a positive one of {part}, has "
                f"{'no value' if np.isnan(value) else f'{value:g}'} there; what it costs to miss a "
                "row is a finite number from 0, so correct the data and train again, or give "
                "`missed_cost`"
            )
        return amounts

    def _column(self, table: pa.Table, option: str, name: str, known: list[str]) -> pa.ChunkedArray:
        if name not in known:
            there = f"it has {', '.join(known)}" if known else "it has none that would do"
            is_in_data = any(column.name == name for column in self._schema.columns)
            advice = f"; {self.remedy} with --entity {name} to keep it" if is_in_data else ""
            raise OptionError(
                f"`{option}` {name}: {self.folder} keeps no such column; {there}{advice}"
            )
        if name not in table.column_names:
            raise RunError(
                f"{self.folder}/{SCORES} lacks the column {name!r}: an older version "
                "wrote it; train again"
            )
        return table.column(name)
