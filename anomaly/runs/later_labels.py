"""Labels that came later: joined to the held-out rows of a run by their ids, and kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.dataset.splits import PARTS
from anomaly.errors import DataError, OptionError
from anomaly.runs.figures import figures_where_known
from anomaly.runs.folder import LABELS, METRICS, SAMPLE, SCORES, RunFolder
from anomaly.runs.writing import labels_for_file
from anomaly.schema.broken_rows import refuse_many
from anomaly.schema.columns import ID, UNLABELLED
from anomaly.schema.inference import positive_among
from anomaly.tables import AS_IT_IS, Source, Table, kinds, open_table, parquet_writer
from anomaly.utils.arrow import pc
from anomaly.utils.files import replaced_when_done, write_json
from anomaly.utils.spelling import nearest

_ROW = "row"
_BETWEEN = "\x1f"  # joins the ids of a row, none of which has it
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class LaterLabels:
    """What became of labels that came later.

    Attributes
    ----------
    data : str
        Where they came from.
    column : str
        That held them.
    positive : str
        Its value that marks an anomaly.
    given : int
        Rows with a label in the data.
    labelled : int
        Rows of the run that got one of them.
    positives : int
        Of those, the anomalies.
    changed : int
        Of those, the rows that had another label before.
    unknown : int
        Rows with a label whose ids no held-out row has: of train, of other data, or without an id.
    unlabelled : int
        Held-out rows that have no label now.
    time : str
        When, in UTC.
    """

    data: str
    column: str
    positive: str
    given: int
    labelled: int
    positives: int
    changed: int
    unknown: int
    unlabelled: int
    time: str


def add_labels(
    run: RunFolder, data: Any, label: str | None = None, source: Source = AS_IT_IS
) -> LaterLabels:
    """Give held-out rows of a run the labels that a table has for their ids.

    Rows that the table does not name stay as they are. A label of the table wins over one that the
    row had.

    Parameters
    ----------
    run : RunFolder
    data : path or table
        Ids and labels; of a run without ids, the column `row` with the numbers of the rows.
    label : str, optional
        Column of the labels, by default the run's, or the only one beside the ids.
    source : Source, optional
        What the user says about the form of the data.

    Raises
    ------
    DataError
        When labels contradict each other, an id stands in several rows of the run, none is known,
        or no value is plainly that of anomalies.
    OptionError
        When there is no column of that name, or one has to be named.
    """
    table = open_table(data, source)
    scored = run.scores()
    ids = _id_columns(run, table)
    column = _label_column(run, table, ids, label)
    names, texts = _read(table, ids, column)
    positive = _positive(run, table, column, texts)
    labels = np.asarray(pc.equal(texts, positive).to_numpy(zero_copy_only=False), np.int8)
    places = _places(names, _names_of(scored, ids), labels, table, ids)
    known = np.flatnonzero(places >= 0)
    if not len(known):
        raise DataError(
            f"{table.name}: none of its {len(texts):,} labelled rows has an id of a held-out row of "
            f"{run.folder} (by {' and '.join(ids)}); give labels of rows that the run has scored"
        )
    before = scored.column("label").fill_null(UNLABELLED).to_numpy().astype(np.int8)
    after = before.copy()
    after[places[known]] = labels[known]
    got = np.unique(places[known])
    done = LaterLabels(
        data=table.name,
        column=column,
        positive=positive,
        given=len(texts),
        labelled=len(got),
        positives=int((after[got] == 1).sum()),
        changed=int(((before != after) & (before != UNLABELLED)).sum()),
        unknown=len(texts) - len(known),
        unlabelled=int((after == UNLABELLED).sum()),
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    _write(run, scored, after, done)
    return done


def _id_columns(run: RunFolder, table: Table) -> list[str]:
    own = run.schema.named(ID)
    ids = [name for name in own if name in table.column_names]
    if ids:
        return ids
    if _ROW in table.column_names:
        return [_ROW]
    some = ", ".join(table.column_names[:_MOST_NAMED])
    if own:
        raise OptionError(
            f"--labels {table.name}: it has none of the run's ids ({', '.join(own)}), and its columns "
            f"are: {some}; name the column of ids as the run does"
        )
    raise OptionError(
        f"--labels {table.name}: {run.folder} has no ids to join labels by; give a column `{_ROW}` "
        "with the numbers of the rows from 0, as alerts have them"
    )


def _label_column(run: RunFolder, table: Table, ids: Sequence[str], label: str | None) -> str:
    others = [name for name in table.column_names if name not in ids]
    if label is not None:
        if label in others:
            return label
        near = nearest(label, others, cutoff=0.4)
        hint = f"did you mean {near!r}?" if near else f"its columns are: {', '.join(others[:12])}"
        raise OptionError(f"--label: there is no column {label!r} in {table.name}; {hint}")
    if run.label in others:
        return str(run.label)
    if len(others) == 1:
        return others[0]
    if not others:
        raise OptionError(f"--labels {table.name}: it has no column beside the ids; add the labels")
    raise OptionError(
        f"--labels {table.name}: say with --label which column holds the labels: "
        f"{', '.join(others[:12])}"
    )


def _read(table: Table, ids: Sequence[str], column: str) -> tuple[pa.Array, pa.Array]:
    """Return the ids, joined, and the labels as texts, of the rows that have a label."""
    problems: dict[int, str] = {}
    names, texts, n_rows = [], [], 0
    types = dict.fromkeys([*ids, column], pa.string())
    for batch in table.batches([*ids, column], types):
        problems |= {batch.first_row + at: why for at, why in batch.problems.items()}
        n_rows += batch.data.num_rows
        text = kinds.as_text(batch.data.column(column))
        is_known = pc.is_valid(text)
        names.append(_names_of(batch.data, ids).filter(is_known))
        texts.append(text.filter(is_known))
    refuse_many(problems, n_rows, table)
    labels = pa.chunked_array(texts, pa.string()).combine_chunks()
    if not len(labels):
        raise DataError(f"{table.name}: no row has a label in {column!r}; give one to some rows")
    return pa.chunked_array(names, pa.string()).combine_chunks(), labels


def _names_of(data: pa.RecordBatch | pa.Table, ids: Sequence[str]) -> pa.Array:
    """Return the ids of each row as one text; null where one is missing."""
    texts = [kinds.as_text(data.column(name)) for name in ids]
    joined: Any = pc.binary_join_element_wise(*texts, _BETWEEN)
    return joined


def _positive(run: RunFolder, table: Table, column: str, texts: pa.Array) -> str:
    values = pc.unique(texts).to_pylist()
    some = ", ".join(sorted(values)[:_MOST_NAMED])
    if len(values) > 2:
        raise DataError(
            f"{table.name}: the label {column!r} has more than two values ({some}); write 1 for an "
            "anomaly, 0 for a normal row, and nothing where nobody knows"
        )
    earlier = run.metrics.get(LABELS) or {}
    positive = positive_among(values, run.schema.positive or earlier.get("positive"))
    if positive is None:
        raise DataError(
            f"{table.name}: the label {column!r} has {some}, and it is not plain which marks an "
            "anomaly; write 1 for an anomaly, and 0 for a normal row"
        )
    return positive


def _places(
    names: pa.Array, scored: pa.Array, labels: NDArray[np.int8], table: Table, ids: Sequence[str]
) -> NDArray[np.int64]:
    """Return the place of each labelled row among those of the run, -1 where it is unknown."""
    encoded = names.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    by = " and ".join(ids)
    is_named = codes >= 0
    most, least = (np.full(len(encoded.dictionary), start, np.int8) for start in (-1, 2))
    np.maximum.at(most, codes[is_named], labels[is_named])
    np.minimum.at(least, codes[is_named], labels[is_named])
    contradicted = np.flatnonzero(most != least)
    if len(contradicted):
        shown = encoded.dictionary[int(contradicted[0])].as_py().replace(_BETWEEN, ", ")
        more = f" (and {len(contradicted) - 1:,} more)" if len(contradicted) > 1 else ""
        raise DataError(f"{table.name}: {by} {shown}{more} has both labels; keep one for each row")
    found = pc.index_in(scored, value_set=encoded.dictionary, skip_nulls=True)
    code_of_row = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    times = np.bincount(code_of_row[code_of_row >= 0], minlength=len(encoded.dictionary))
    if (times > 1).any():
        first = int((times > 1).argmax())
        shown = encoded.dictionary[first].as_py().replace(_BETWEEN, ", ")
        raise DataError(
            f"{table.name}: {by} {shown} stands in {times[first]:,} rows of the run, and a label is of "
            "one; give further columns of ids that tell them apart"
        )
    place_of = np.full(len(encoded.dictionary) + 1, -1, np.int64)
    rows = np.flatnonzero(code_of_row >= 0)
    place_of[code_of_row[rows]] = rows
    return place_of[codes]  # -1 is the last one, which no row has


def _write(run: RunFolder, scored: pa.Table, labels: NDArray[np.int8], done: LaterLabels) -> None:
    """Write the labels into the scores, the sample and the figures: all, or none where one fails."""
    labelled = _with_labels(scored, labels)
    metrics = {**run.metrics, LABELS: asdict(done)}
    positives = dict(metrics["positives"])
    split = scored.column("split").cast(pa.string())
    scores = scored.column("score").to_numpy()
    for part in PARTS[1:]:
        is_of_part = pc.equal(split, part).to_numpy()
        own = labels[is_of_part]
        positives[part] = int((own == 1).sum()) if (own != UNLABELLED).any() else None
        metrics[part] = figures_where_known(own, scores[is_of_part])
    metrics["positives"] = positives
    with replaced_when_done(run.folder / METRICS) as partial:
        write_json(partial, metrics)
        sample = run.folder / SAMPLE
        if sample.exists():
            with replaced_when_done(sample) as partial_sample:
                _write_table(partial_sample, _labelled_sample(sample, scored, labels))
                _replace_scores(run, labelled)
        else:
            _replace_scores(run, labelled)


def _replace_scores(run: RunFolder, labelled: pa.Table) -> None:
    with replaced_when_done(run.folder / SCORES) as partial:
        _write_table(partial, labelled)


def _write_table(path: Path, table: pa.Table) -> None:
    with parquet_writer(path, table.schema) as writer:
        for batch in table.to_batches():
            writer.write_batch(batch)


def _with_labels(table: pa.Table, labels: NDArray[np.int8]) -> pa.Table:
    place = table.column_names.index("label")
    return table.set_column(place, "label", labels_for_file(labels))


def _labelled_sample(path: Path, scored: pa.Table, labels: NDArray[np.int8]) -> pa.Table:
    """Return the sample with the labels of its rows, all of which are held out."""
    import pyarrow.parquet as pq

    sample = pq.read_table(path)
    places = pc.index_in(
        sample.column("row").combine_chunks(), value_set=scored.column("row").combine_chunks()
    )
    own = labels[places.to_numpy(zero_copy_only=False).astype(np.int64)]
    return _with_labels(sample, own)
