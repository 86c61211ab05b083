"""The cautions of a run: its evidence gathered from its files, and what was acknowledged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.cautions.caution import TITLES, Acknowledgement, Caution
from anomaly.cautions.evidence import (
    AtThreshold,
    Entities,
    Evidence,
    SampledColumn,
    ScoredPart,
)
from anomaly.cautions.raised import cautions_from
from anomaly.dataset.splits import PARTS
from anomaly.errors import OptionError, RunError
from anomaly.features.normal_ranges import whole_range
from anomaly.runs.folder import ACKNOWLEDGED, METRICS, THRESHOLD, RunFolder
from anomaly.runs.held_out import HeldOut
from anomaly.runs.noun import noun_of
from anomaly.runs.sample import read_sample
from anomaly.schema.columns import FEATURE
from anomaly.tables import kinds
from anomaly.utils.arrow import pc, to_numpy
from anomaly.utils.files import replaced_when_done, write_json

KEY = "cautions"


def cautions_of(
    run: RunFolder,
    threshold: Mapping[str, Any] | None = None,
    held_out: HeldOut | None = None,
) -> list[Caution]:
    """Return the cautions of a run, the gravest first and those acknowledged last.

    Parameters
    ----------
    run : RunFolder
    threshold : mapping, optional
        What the run keeps, or is to keep, of its threshold; without it nothing is said of alerts.
    held_out : HeldOut, optional
        The scored rows, where they are read already.

    Raises
    ------
    RunError
        A file of the run is damaged.
    """
    known = acknowledged(run)
    raised = cautions_from(evidence_of(run, threshold, held_out))
    cautions = [replace(each, acknowledged=known.get(each.code)) for each in raised]
    return sorted(cautions, key=lambda caution: caution.acknowledged is not None)


def put_into_metrics(folder: Path) -> None:
    """Write the cautions that need no threshold into the figures of a run not yet in its place."""
    run = RunFolder(folder)
    schema = run.schema
    columns = ["split", "label", "score", *filter(None, [schema.time])]
    cautions = cautions_of(run, held_out=HeldOut(run, columns))
    write_json(folder / METRICS, run.metrics | {KEY: in_plain(cautions)})


def in_plain(cautions: list[Caution]) -> list[dict[str, Any]]:
    """Return cautions for JSON."""
    return [caution.to_dict() for caution in cautions]


def acknowledge(run: RunFolder, code: str, reason: str) -> Caution:
    """Keep in a run that somebody knows one of its cautions; see `anomaly.api.run.Run.acknowledge`."""
    held_out = HeldOut(run)
    code, reason = code.strip().upper(), " ".join(reason.split())
    if code not in TITLES:
        codes = list(TITLES)
        raise OptionError(f"there is no caution {code}; the codes are {codes[0]} to {codes[-1]}")
    raised = [caution.code for caution in cautions_of(run, run.threshold, held_out)]
    if code not in raised:
        has = f"it has {', '.join(sorted(raised))}" if raised else "it has none"
        raise OptionError(f"{run.folder} has no caution {code}; {has}")
    if not reason:
        raise OptionError(f"{code} is acknowledged with a reason; give one as `reason`")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entries = {c: _plain(known) for c, known in acknowledged(run).items()}
    with replaced_when_done(run.folder / ACKNOWLEDGED) as partial:
        write_json(partial, entries | {code: {"time": now, "reason": reason}})
    refresh(run, held_out)
    return next(c for c in cautions_of(run, run.threshold, held_out) if c.code == code)


def acknowledged(run: RunFolder) -> dict[str, Acknowledgement]:
    """Return what was acknowledged, by code.

    Raises
    ------
    RunError
        The file is damaged.
    """
    path = run.folder / ACKNOWLEDGED
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {
            code: Acknowledgement(str(known["time"]), str(known["reason"]))
            for code, known in content.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, OSError, TypeError, KeyError, AttributeError):
        raise RunError(f"{path} is damaged; remove it, and acknowledge the cautions anew") from None


def evidence_of(
    run: RunFolder,
    threshold: Mapping[str, Any] | None = None,
    held_out: HeldOut | None = None,
) -> Evidence:
    """Gather what cautions are judged from; see `cautions_of`."""
    details, metrics = run.details, run.metrics
    held_out = held_out or HeldOut(run)
    train = details["split"]["parts"][0]
    return Evidence(
        noun=noun_of(details["data"]["name"], run.label),
        validation=_part(run, held_out, "validation"),
        test=_part(run, held_out, "test"),
        split_method=details["split"]["method"],
        knows_time=any(part["start"] is not None for part in details["split"]["parts"]),
        time_feature=_time_feature(run),
        normal_train_rows=train["rows"] - (train["positives"] or 0) if run.has_model else None,
        n_features=metrics["features"] if run.has_model else None,
        stopped_after=metrics["epochs"] if metrics.get("interrupted") else None,
        columns=_columns(run),
        leaks=run.details.get("leaks", {}),
        n_rows=run.details["data"]["rows"],
        seconds_spanned=run.details["data"].get("seconds_spanned"),
        threshold=None if threshold is None else float(threshold["threshold"]),
        at_threshold={}
        if threshold is None
        else {name: _at_threshold(threshold[name]) for name in PARTS[1:]},
    )


def _plain(known: Acknowledgement) -> dict[str, str]:
    return {"time": known.time, "reason": known.reason}


def refresh(run: RunFolder, held_out: HeldOut) -> None:
    """Write the cautions anew where commands have printed them."""
    metrics = run.metrics | {KEY: in_plain(cautions_of(run, held_out=held_out))}
    with replaced_when_done(run.folder / METRICS) as partial:
        write_json(partial, metrics)
    threshold = run.threshold
    if threshold is not None:
        content = threshold | {KEY: in_plain(cautions_of(run, threshold, held_out))}
        with replaced_when_done(run.folder / THRESHOLD) as partial:
            write_json(partial, content)
        vars(run).pop("threshold", None)  # so that it is read anew


def _part(run: RunFolder, held_out: HeldOut, name: str) -> ScoredPart | None:
    table = held_out.judged(name)
    if not table.num_rows:
        return None
    moments = held_out.moments(name)
    return ScoredPart(
        scores=table.column("score").to_numpy(),
        labels=table.column("label").to_numpy() if held_out.knows_labels(name) else None,
        moments=None if moments is None else _seconds(moments),
        entities={
            column: _entities(table.column(column))
            for column in run.schema.named("entity")
            if column in table.column_names
        },
    )


def _seconds(moments: NDArray[Any]) -> NDArray[np.float64]:
    if not np.issubdtype(moments.dtype, np.datetime64):
        return moments
    whole = moments.astype("datetime64[s]")
    return np.where(np.isnat(whole), np.nan, whole.astype(np.int64).astype(np.float64))


def _entities(column: pa.ChunkedArray) -> Entities:
    encoded = pc.dictionary_encode(column.combine_chunks().cast(pa.string()))
    codes = to_numpy(encoded.indices, null=-1).astype(np.int64)
    return Entities(codes, encoded.dictionary.to_pylist())


def _time_feature(run: RunFolder) -> str | None:
    if run.schema.time:
        return None
    times = (c.name for c in run.schema.columns if c.kind == kinds.TIME and c.role == FEATURE)
    return next(times, None)


def _at_threshold(figures: Mapping[str, Any]) -> AtThreshold:
    counts = {name: figures[name] for name in ("tp", "fp", "fn")}
    return AtThreshold(figures["alerts"], **counts)


def _columns(run: RunFolder) -> list[SampledColumn]:
    """Return the held-out normal rows that the run keeps, column by column."""
    try:
        sample = read_sample(run)
    except RunError:
        # It serves the report, which says that it is damaged; a pick does without.
        sample = None
    if sample is None:
        return []
    data, labels = sample
    normal = data if labels is None else data.filter(pa.array(labels == 0))
    trained = run.details.get("normal", {})
    return [
        _column(normal.column(name), run.schema.kind(name), name, trained)
        for name in normal.schema.names
    ]


def _column(array: pa.Array, kind: str, name: str, trained: Mapping[str, Any]) -> SampledColumn:
    before = trained.get("columns", {}).get(name, {})
    values, ends = None, whole_range(before)
    if ends is not None and kind == kinds.NUMBER:
        numbers = np.asarray(kinds.convert(array, kind, name).values, np.float64)
        with np.errstate(over="ignore"):
            values = numbers[~np.isnan(numbers)].astype(np.float32)
    return SampledColumn(
        name=name,
        missing=array.null_count / max(len(array), 1),
        rows=len(array),
        missing_in_training=before.get("missing"),
        values=values,
        range_in_training=ends,
        rows_in_training=round(trained.get("rows", 0) * (1 - before.get("missing", 0.0))),
    )
