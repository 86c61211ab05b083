"""One method with one seed: it learns from train, and scores validation and test."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.cautions.of_run import put_into_metrics
from anomaly.comparison.folder.store import Trial
from anomaly.comparison.methods.encoding import Floats
from anomaly.comparison.methods.entities import STEPS
from anomaly.comparison.methods.generated_quality import generated_quality
from anomaly.comparison.methods.interruption import raise_if_interrupted
from anomaly.comparison.methods.learning import SAMPLER, Learned, TrainingRows, learn
from anomaly.comparison.methods.names import SEQUENTIAL, Method
from anomaly.comparison.methods.seed_inputs import Inputs
from anomaly.dataset.prepared import Dataset
from anomaly.dataset.splits import PARTS
from anomaly.picking.history import pick_and_keep
from anomaly.picking.policy import Policy
from anomaly.runs.fitting import fit_detector
from anomaly.runs.folder import RunFolder
from anomaly.runs.held_out import ScoredRows
from anomaly.runs.new_folder import new_run
from anomaly.runs.options import Options
from anomaly.runs.trained import Trained
from anomaly.runs.writing import write_run
from anomaly.utils.progress import ProgressDisplay
from anomaly.utils.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What a method did, before it is kept.

    Attributes
    ----------
    trial : Trial
    trained : Trained
        For the run of the method.
    options : Options
        Of the run.
    """

    trial: Trial
    trained: Trained
    options: Options


def attempt(method: Method, inputs: Inputs, ratio: float | None) -> Attempt:
    """Let a method learn from train, and score validation and test.

    Parameters
    ----------
    method : Method
    inputs : Inputs
        Of the seed.
    ratio : float or None
        Positive rows for each normal one that samplers make.
    """
    if method.detector is not None:
        return _detect(method, inputs)
    return _classify(method, inputs, ratio)


def write_run_of(attempt: Attempt, inputs: Inputs, folder: Path) -> None:
    """Write a run with its threshold, whole or not at all; an older one of the name goes."""
    with new_run(folder, overwrite=True) as partial:
        write_run(inputs.dataset, attempt.options, attempt.trained, partial, folder)
        put_into_metrics(partial)
        pick_and_keep(RunFolder(partial), Policy())


def _detect(method: Method, inputs: Inputs) -> Attempt:
    name, dataset = str(method.detector), inputs.dataset
    options = replace(inputs.options, detector=name)
    watch = Stopwatch("read", "fit", "score")
    with watch.time("fit"):
        detector = fit_detector(dataset, options, ProgressDisplay())
    raise_if_interrupted(detector)
    trained = Trained.by_detector(name, detector, dataset, watch)
    timed = watch.seconds()
    trial = _trial(
        method,
        inputs,
        trained.scores,
        seconds={stage: timed[stage] for stage in ("fit", "score")},
        training={"rows": len(dataset.normal("train")), "positives": _n_weighed(dataset, detector)},
        history=trained.history,
    )
    return Attempt(trial, trained, options)


def _n_weighed(dataset: Dataset, detector: Any) -> int:
    """Return how many known frauds a detector weighed its signs by."""
    labels = dataset.rows.labels
    if labels is None or getattr(detector, "weights_", None) is None:
        return 0
    return int((labels[dataset.split.train] == 1).sum())


def _classify(method: Method, inputs: Inputs, ratio: float | None) -> Attempt:
    train, rows = inputs.of(method)
    learned = learn(method, train, inputs.options.seed, ratio=ratio)
    started = time.perf_counter()
    scores = _scores(learned, rows, inputs)
    seconds = {"fit": learned.seconds, "score": time.perf_counter() - started}
    if method.with_score:
        crossfit = inputs.detector_scores[1]
        seconds["fit"] += crossfit.fit_seconds
        seconds["score"] += crossfit.score_seconds
    trial = _trial(
        method,
        inputs,
        scores,
        seconds=seconds,
        training={"rows": learned.rows, "positives": learned.positives},
        history=learned.history,
        notes=(*_notes(method, inputs), *learned.notes),
        generated=_quality(learned, rows, train, inputs),
    )
    return Attempt(trial, _trained(method, learned, trial, scores, inputs), inputs.options)


def _scores(learned: Learned, rows: Floats, inputs: Inputs) -> NDArray[np.float64]:
    """Return the scores of validation and test in the places of their rows, NaN elsewhere."""
    scores = np.full(len(rows), np.nan)
    for part in PARTS[1:]:
        members = getattr(inputs.dataset.split, part)
        scores[members] = learned.score(rows[members])
    return scores


def _quality(
    learned: Learned, rows: Floats, train: TrainingRows, inputs: Inputs
) -> dict[str, dict[str, float | None]]:
    """Return how good the generated rows are, beside positive rows that were and were not seen."""
    if learned.generated is None:
        return {}
    validation = inputs.dataset.split.validation
    unseen = rows[validation[inputs.labels[validation] == 1]]
    positives = {"train": learned.generated.positives, "validation": unseen}
    return generated_quality(learned.generated.rows, positives, train.layout, inputs.options.seed)


def _notes(method: Method, inputs: Inputs) -> tuple[str, ...]:
    """Say what a network reads as a sequence."""
    if method.classifier not in SEQUENTIAL:
        return ()
    if inputs.entities is None:
        return (
            "it reads the features of a transaction as a sequence; with --time and --entity it "
            "reads the last transactions of the entity",
        )
    return (f"it reads the last {STEPS} transactions of the same {inputs.entities.column}",)


def _trial(
    method: Method,
    inputs: Inputs,
    scores: NDArray[Any],
    *,
    history: Mapping[str, list[float]],
    **more: Any,
) -> Trial:
    split, labels = inputs.dataset.split, inputs.labels
    if not np.isfinite(scores[np.concatenate([split.validation, split.test])]).all():
        raise ValueError("some of its scores are no numbers")
    parts: dict[str, Any] = {
        name: ScoredRows(rows, labels[rows], scores[rows].astype(np.float64))
        for name, rows in (("validation", split.validation), ("test", split.test))
    }
    return Trial(
        method=method.name,
        seed=inputs.options.seed,
        is_probability=method.detector is None,
        history={
            name: [float(value) if np.isfinite(value) else None for value in values]
            for name, values in history.items()
        },
        **parts,
        **more,
    )


def _trained(
    method: Method, learned: Learned, trial: Trial, scores: NDArray[np.float64], inputs: Inputs
) -> Trained:
    """Return a classifier as its run keeps it."""
    seconds = {"read": 0.0, **trial.seconds, "total": sum(trial.seconds.values())}
    own = [values for name, values in trial.history.items() if not name.startswith(SAMPLER)]
    return Trained(
        name=method.name,
        parameters=_plain(learned.model.get_params(deep=False)),
        n_features=len(inputs.dataset.features.names) + method.with_score,
        scores=scores,
        history=trial.history,
        epochs={"epochs": max(map(len, own), default=0), "interrupted": False},
        seconds=lambda: seconds,
    )


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON takes them: what is no number, text or None, in words."""
    plain = {}
    for name, value in parameters.items():
        is_plain = value is None or isinstance(value, bool | int | str)
        is_plain |= isinstance(value, float) and np.isfinite(value)
        plain[name] = value if is_plain else repr(value)
    return plain
