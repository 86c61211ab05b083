"""From a table and its roles to a dataset: rows, their split, and the matrix of their features."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from anomaly.dataset.duplicates import Duplicates, count_duplicates
from anomaly.dataset.leaks import find_leaks
from anomaly.dataset.rows import Rows, read_rows
from anomaly.dataset.splits import (
    Split,
    check_labels,
    split_at_random,
    split_by_time,
    with_others,
)
from anomaly.errors import DataError
from anomaly.features.behaviour.settings import Behaviour, EntityHistory, with_history_columns
from anomaly.features.features import Features
from anomaly.features.fitting import fit_features
from anomaly.features.matrix import FeatureMatrix, FeatureRows, HeldMatrix
from anomaly.schema.assumptions import Assumption, assumptions_of
from anomaly.schema.columns import UNLABELLED, Schema
from anomaly.schema.inference import check_names, infer_schema
from anomaly.schema.roles import Roles
from anomaly.tables import AS_IT_IS, Batch, Source, Table, open_table
from anomaly.tables.clocked import with_clock
from anomaly.utils.parallel import map_in_order

#: Columns of a run's scores and of `score`'s output; no other that they carry is named like one.
RESULT_COLUMNS = ("row", "split", "label", "score", "alert", "reasons", "problem")
_MOST_POSITIVE = 0.5


@dataclass(frozen=True, eq=False)
class Dataset:
    """What a training starts from; left, it gives up its matrix.

    Attributes
    ----------
    rows : Rows
    split : Split
    features : Features
        Fitted on the training rows.
    matrix : FeatureMatrix
        Of all rows, in their order.
    fingerprint : str
        SHA-256 of the features, the labels and the times.
    """

    rows: Rows
    split: Split
    features: Features
    matrix: FeatureMatrix
    fingerprint: str

    @cached_property
    def duplicates(self) -> tuple[Duplicates, ...]:
        """How many rows of validation and of test equal a training row."""
        schema, features = self.features.schema, self.features.features
        is_own = [not schema.column(each.column).is_of_history for each in features]
        return count_duplicates(self.matrix, self.split, self.rows.labels, np.array(is_own))

    @cached_property
    def leaks(self) -> dict[str, str]:
        """Columns that give the label away, and why they are held to."""
        labels = self.rows.labels
        if labels is None:
            return {}
        return find_leaks(self.matrix, self.features, self.split.train, labels)

    @cached_property
    def assumptions(self) -> list[Assumption]:
        """What was left out, or taken for something else."""
        rows = self.rows
        labels = rows.labels
        n_unlabelled = 0 if labels is None else int(((labels == UNLABELLED) & rows.is_usable).sum())
        return assumptions_of(
            self.features.schema,
            rows.table.readings,
            rows.problems,
            n_unlabelled,
            rows.table.place,
        )

    def normal(self, part: str) -> FeatureRows:
        """Return the features of a part's rows, but for those known to be anomalies."""
        is_member, labels = self.split.has(part), self.rows.labels
        return self.matrix.chosen(is_member if labels is None else is_member & (labels != 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.matrix.close()


def read_transactions(data: Any, roles: Roles, source: Source = AS_IT_IS) -> Rows:
    """Read a table for training, and settle the roles of its columns.

    Raises
    ------
    DataError
        When it cannot be read, or its label is likely the other way round.
    """
    table = open_table(data, source)
    check_names(table, roles)
    # It is read more than once.
    table = with_clock(table.snapshot(), roles.time, roles.clock)
    schema = infer_schema(table, replace(roles, clock=None) if roles.clock else roles)
    schema = replace(schema, clock=roles.clock)
    check_result_names(schema, table.name)
    told = _history_of(table, schema, roles)
    if told is not None:
        table, schema = told.table, told.schema
    rows = read_rows(table, schema)
    _check_rarity(rows, schema, roles, table.name)
    return rows if told is None else replace(rows, history=told.history)


@dataclass(frozen=True, slots=True)
class _TableWithHistory:
    """A table with the history of its entities."""

    table: Table
    schema: Schema
    history: EntityHistory


def _history_of(table: Table, schema: Schema, roles: Roles) -> _TableWithHistory | None:
    """Return the table with the history of its entities; None where nothing is asked of it."""
    behaviour = Behaviour.of(schema, roles.windows, roles.label_delay)
    if behaviour is None or roles.behaviour == "none":
        return None
    # Imported with entities alone: compiled code takes a second.
    from anomaly.features.behaviour.table import HistoryTable, precomputed_history

    history = behaviour.history()
    taken = set(history.feature_names) & set(table.column_names)
    if taken:
        raise DataError(
            f"{table.name}: the column {min(taken)!r} is named like a feature of history; rename it, "
            "or leave history out with --behaviour none"
        )
    made = precomputed_history(table, behaviour, schema, history)
    wide = HistoryTable(table, behaviour, schema, made)
    extended = with_history_columns(schema, history.features)
    return _TableWithHistory(wide, extended, EntityHistory(behaviour, history))


def split_rows(rows: Rows, method: str, fractions: tuple[float, float, float], seed: int) -> Split:
    """Divide the rows by `time` or at `random`, and check that each part can do its work.

    Rows without a label judge nothing: those before validation, or all where the split is at random,
    belong to train, and the later ones to no part.
    """
    labels, moments = rows.labels, rows.moments
    is_usable = rows.is_usable
    is_known = is_usable if labels is None else is_usable & (labels != UNLABELLED)
    if method == "time":
        assert moments is not None
        split = split_by_time(moments[is_known], fractions)
    else:
        known = None if labels is None else labels[is_known]
        split = split_at_random(int(is_known.sum()), fractions, seed, known)
    if labels is not None:
        check_labels(split, labels[is_known])
    return with_others(split, is_known, is_usable & ~is_known, moments)


def make_dataset(
    rows: Rows,
    split: Split,
    new_matrix: Callable[[int, int], FeatureMatrix] = HeldMatrix,
    *,
    drop_leaks: bool = False,
) -> Dataset:
    """Make the features of all rows, fitted on those of train.

    Parameters
    ----------
    rows : Rows
    split : Split
    new_matrix : callable
        Gives an empty matrix for so many rows and features; by default one in memory.
    drop_leaks : bool, default=False
        Leave out columns that give the label away.

    Raises
    ------
    DataError
        When no column is worth a feature, or a value does not fit its column.
    """
    train = rows.chosen(split.has("train"))
    features = fit_features(rows.schema, train, rows.table.name)
    matrix = new_matrix(rows.n_rows, len(features.names))
    try:
        fingerprint = fill_matrix(matrix, features, rows, split.has("train"))
    except BaseException:
        matrix.close()
        raise
    dataset = Dataset(rows, split, features, matrix, fingerprint)
    if not drop_leaks or not dataset.leaks:
        return dataset
    matrix.close()
    notes = {name: f"{why}; left out by --drop-leaks" for name, why in dataset.leaks.items()}
    if rows.history is not None:
        made_of = rows.history.made_of(dataset.leaks)
        notes |= {
            name: f"made of {column}, left out by --drop-leaks" for name, column in made_of.items()
        }
    kept = replace(rows, schema=rows.schema.without(notes))
    if not kept.schema.inputs:
        raise DataError(f"{rows.table.name}: every column gives the label away; add columns")
    return make_dataset(kept, split, new_matrix)


def fill_matrix(
    matrix: FeatureMatrix, features: Features, rows: Rows, is_train: NDArray[np.bool_]
) -> str:
    """Write the features of all rows, and return the SHA-256 of what training sees.

    That is the features, then the labels and the times.
    """
    digest = hashlib.sha256()

    def transform(batch: Batch) -> NDArray[np.float32]:
        is_own = is_train[batch.first_row : batch.first_row + batch.data.num_rows]
        made = features.transform(batch.data, is_own)
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


def _check_rarity(rows: Rows, schema: Schema, roles: Roles, table_name: str) -> None:
    """Raise when most rows would be anomalies: the label is then likely the other way round."""
    if rows.labels is None or roles.positive is not None:
        return
    share = float((rows.labels[rows.labels != UNLABELLED] == 1).mean())
    if share <= _MOST_POSITIVE:
        return
    raise DataError(
        f"{table_name}: the label {schema.label!r} is {schema.positive!r} in "
        f"{share:.0%} of the rows, and anomalies are rare; "
        "say with --positive which value marks them"
    )


def check_result_names(schema: Schema, table_name: str) -> None:
    """Raise when a column that results carry along is named like one of their own."""
    for name in (schema.time, *schema.names):
        if name in RESULT_COLUMNS:
            raise DataError(
                f"{table_name}: the column {name!r} is named like a column of "
                f"the results; rename it, or leave it out with --drop {name}"
            )
