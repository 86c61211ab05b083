"""One method with one seed: from prepared rows to a trial, and to the run folder of the method."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.api.run import Run
from anomaly.api.train import (
    Options,
    details_of,
    fit_detector,
    held_out_scores,
    new_detector,
    write_run,
)
from anomaly.comparison.folder.store import Part, Trial
from anomaly.comparison.methods.crossfit import CrossFitted, cross_fitted
from anomaly.comparison.methods.encoding import Floats, Layout, Scaler, with_column
from anomaly.comparison.methods.estimators import check_fit
from anomaly.comparison.methods.generated_quality import generated_quality
from anomaly.comparison.methods.interruption import raise_if_interrupted
from anomaly.comparison.methods.learning import SAMPLER, Generated, Learned, TrainingRows, learn
from anomaly.comparison.methods.names import SEQUENTIAL, Method
from anomaly.dataset.prepared import Prepared
from anomaly.dataset.splits import PARTS
from anomaly.runs.folder import EXPORTED, put_in_place, save_details
from anomaly.runs.sample import SAMPLE, sampled_rows, write_sample
from anomaly.runs.writing import counts_of, figures_of, write_scores
from anomaly.schema.columns import ENTITY
from anomaly.utils.files import growing_folder, write_json
from anomaly.utils.progress import ProgressDisplay
from anomaly.utils.stopwatch import Stopwatch

Scores = NDArray[np.float64]
#: Transactions of an entity that a network reads as a sequence.
STEPS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What a method did, before it is kept.

    Attributes
    ----------
    trial : Trial
    write : callable
        Writes the files of a run into a folder, given also the name that it will have.
    """

    trial: Trial
    write: Callable[[Path, Path], None]


class Ground:
    """The rows of one seed, and what methods share of what is made of them.

    Parameters
    ----------
    prepared : Prepared
        With its features in memory.
    options : Options
        Of the detectors, with the seed.
    ratio : float or None
        Positive rows for each normal one that samplers make.
    """

    def __init__(self, prepared: Prepared, options: Options, ratio: float | None) -> None:
        assert prepared.rows.labels is not None
        self.prepared = prepared
        self.labels: NDArray[np.int8] = prepared.rows.labels
        self._options = options
        self._ratio = ratio

    @cached_property
    def _scaled(self) -> tuple[Floats, Layout]:
        """All rows as classifiers take them; fills and scales are those of the training rows."""
        train = self._raw(self.prepared.split.train)
        scaler = Scaler(train, Layout.of(self.prepared.features))
        return scaler(self._raw(np.arange(self.prepared.rows.n_rows))), scaler.layout

    @cached_property
    def _entity(self) -> Any:
        """Whose transaction each row is, where its last ones may be looked at; None elsewhere.

        Only in a split by time is what lies before a training row a training row.
        """
        rows = self.prepared.rows
        entities = rows.schema.named(ENTITY)
        if not entities or rows.moments is None or self.prepared.split.method != "time":
            return None
        found = [batch.data.column(0) for batch in rows.batches(entities[:1])]
        return pa.chunked_array(found).to_pandas()

    @property
    def entity_digest(self) -> str:
        """What tells these entities from others; empty where none are looked at."""
        if self._entity is None:
            return ""
        hashes = pd.util.hash_pandas_object(self._entity, index=False)
        return hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()[:16]

    @cached_property
    def _cross_fitted(self) -> tuple[Floats, CrossFitted]:
        """A detector's score of every row, for the methods that take it, and where it is from."""
        train = self.prepared.split.train
        others = np.flatnonzero(~self.prepared.split.has("train"))
        found = cross_fitted(
            lambda: new_detector(self._options),
            self._raw(train),
            self.labels[train],
            self._raw(others),
            self._options.seed,
        )
        scores = np.empty(self.prepared.rows.n_rows, dtype=np.float32)
        scores[train], scores[others] = found.of_train, found.of_others
        return scores, found

    def _raw(self, rows: NDArray[np.int64]) -> Floats:
        return self.prepared.matrix.take(rows)

    def _inputs(self, method: Method) -> tuple[Floats, Layout, int | None]:
        """Return all rows as the method takes them, and how their columns are laid out."""
        rows, layout = self._scaled
        if method.with_score:
            rows = with_column(rows, self._cross_fitted[0])
        if method.classifier not in SEQUENTIAL or self._entity is None:
            return rows, layout, None
        from anomaly.classifiers import last_transactions

        moments = self.prepared.rows.moments
        assert moments is not None
        beside = last_transactions(rows, self._entity, moments, STEPS)
        width = beside.shape[1] // STEPS
        # The last column of each transaction is the flag that tells it from a repetition.
        own = Layout((*layout.flags, width - 1), layout.categories)
        return beside, own.repeated(STEPS, width), STEPS

    def training_rows(self, method: Method) -> tuple[TrainingRows, Floats]:
        """Return all that a method may learn from, and the rows of the table to be scored."""
        rows, layout, steps = self._inputs(method)
        members = self.prepared.split.train
        return TrainingRows(rows[members], self.labels[members], layout, steps), rows

    def check(self, method: Method) -> None:
        """Raise where the method cannot learn from these rows; see `estimators.check_fit`."""
        labels = self.labels[self.prepared.split.train]
        check_fit(method, labels, self._scaled[1], self._ratio)

    def attempt(self, method: Method) -> Attempt:
        """Let a method learn from train, and score validation and test."""
        if method.detector is not None:
            return self._detect(method)
        return self._classify(method)

    def _detect(self, method: Method) -> Attempt:
        options = replace(self._options, detector=str(method.detector))
        watch = Stopwatch("read", "fit", "score")
        with watch.time("fit"):
            detector = fit_detector(self.prepared, options, ProgressDisplay())
        raise_if_interrupted(detector)
        started = time.perf_counter()
        scores = held_out_scores(detector.onnx_, self.prepared.matrix, self.prepared.split)
        seconds = {"fit": watch.seconds()["fit"], "score": time.perf_counter() - started}
        training = {"rows": len(self.prepared.normal("train")), "positives": 0}
        found = self._trial(method, scores, seconds, training, detector.history_.losses, ())

        def write(folder: Path, target: Path) -> None:
            write_run(self.prepared, options, detector, folder, target, watch)

        return Attempt(found, write)

    def _classify(self, method: Method) -> Attempt:
        train, rows = self.training_rows(method)
        learned = learn(method, train, self._options.seed, ratio=self._ratio)
        started = time.perf_counter()
        scores = np.full(self.prepared.rows.n_rows, np.nan)
        for part in PARTS[1:]:
            members = getattr(self.prepared.split, part)
            scores[members] = learned.score(rows[members])
        seconds = {"fit": learned.seconds, "score": time.perf_counter() - started}
        if method.with_score:
            before = self._cross_fitted[1]
            seconds["fit"] += before.fit_seconds
            seconds["score"] += before.score_seconds
        training = {"rows": learned.rows, "positives": learned.positives}
        history, notes = learned.history, (*self._notes(method), *learned.notes)
        found = self._trial(method, scores, seconds, training, history, notes)
        if learned.generated is not None:
            validation = self.prepared.split.validation
            unseen = rows[validation[self.labels[validation] == 1]]
            quality = self._quality(learned.generated, unseen, train.layout)
            found = replace(found, generated=quality)

        def write(folder: Path, target: Path) -> None:
            self._write_classifier(method, learned, found, scores, folder, target)

        return Attempt(found, write)

    def _quality(
        self, generated: Generated, unseen: Floats, layout: Layout
    ) -> dict[str, dict[str, float | None]]:
        positives = {"train": generated.positives, "validation": unseen}
        return generated_quality(generated.rows, positives, layout, self._options.seed)

    def _notes(self, method: Method) -> tuple[str, ...]:
        """Say what a network reads as a sequence."""
        if method.classifier not in SEQUENTIAL:
            return ()
        if self._entity is None:
            return (
                "it reads the features of a transaction as a sequence; with --time and --entity it "
                "reads the last transactions of the entity",
            )
        entity = self.prepared.rows.schema.named(ENTITY)[0]
        return (f"it reads the last {STEPS} transactions of the same {entity}",)

    def _trial(
        self,
        method: Method,
        scores: NDArray[Any],
        seconds: dict[str, float],
        training: dict[str, int],
        history: Mapping[str, list[float]],
        notes: tuple[str, ...],
    ) -> Trial:
        split = self.prepared.split
        if not np.isfinite(scores[~split.has("train")]).all():
            raise ValueError("some of its scores are no numbers")
        parts: dict[str, Any] = {
            name: Part(rows, self.labels[rows], scores[rows].astype(np.float64))
            for name, rows in (("validation", split.validation), ("test", split.test))
        }
        return Trial(
            method=method.name,
            seed=self._options.seed,
            is_probability=method.detector is None,
            seconds=seconds,
            training=training,
            history=_finite(history),
            notes=notes,
            **parts,
        )

    def _write_classifier(
        self,
        method: Method,
        learned: Learned,
        trial: Trial,
        scores: Scores,
        folder: Path,
        target: Path,
    ) -> None:
        prepared = self.prepared
        write_scores(folder / "scores.parquet", prepared.rows, prepared.split, scores)
        chosen = sampled_rows(prepared.rows, prepared.split, self._options.seed)
        write_sample(folder / SAMPLE, prepared.rows, chosen, prepared.rows.take(chosen))
        write_json(folder / "history.json", trial.history)
        of_classifier = [
            kept for name, kept in trial.history.items() if not name.startswith(SAMPLER)
        ]
        seconds = {"read": 0.0, **trial.seconds, "total": sum(trial.seconds.values())}
        figures = {
            "run": str(target),
            **counts_of(prepared.split, self.labels),
            "features": len(prepared.features.names) + method.with_score,
            "epochs": max(map(len, of_classifier), default=0),
            "interrupted": False,
            "seconds": seconds,
            **{
                part: figures_of(self.labels, scores, getattr(prepared.split, part))
                for part in PARTS[1:]
            },
        }
        write_json(folder / "metrics.json", figures)
        parameters = _plain(learned.model.get_params(deep=False))
        details = details_of(prepared, self._options, method.name, parameters)
        save_details(folder, details | {"indicated": [], "seconds": seconds, EXPORTED: False})


def write_run_folder(attempt: Attempt, folder: Path) -> None:
    """Write a run with its threshold, whole or not at all; an older one of the name goes."""
    with growing_folder(folder) as partial:
        attempt.write(partial, folder)
        Run(partial).pick_threshold("f1")
        put_in_place(partial, folder, overwrite=True)


def _finite(history: Mapping[str, list[float]]) -> dict[str, list[float | None]]:
    return {
        name: [float(value) if np.isfinite(value) else None for value in values]
        for name, values in history.items()
    }


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON takes them: what is no number, text or None, in words."""
    found = {}
    for name, value in parameters.items():
        is_plain = value is None or isinstance(value, bool | int | str)
        is_plain |= isinstance(value, float) and np.isfinite(value)
        found[name] = value if is_plain else repr(value)
    return found
