"""Fitting the detector that the options name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

from anomaly.dataset.prepared import Dataset
from anomaly.errors import InstallError, OptionError
from anomaly.features.behaviour.names import LOWER
from anomaly.runs.options import EFFORTS, Options
from anomaly.utils.files import written_or_explained
from anomaly.utils.interruption import interruption_insisted_on
from anomaly.utils.progress import ProgressDisplay


def new_detector(options: Options) -> Any:
    """Return the untrained detector with the parameters that the options give."""
    from anomaly.detectors import TrainedDetector, detector_class

    length = next((name for name in EFFORTS if getattr(options, name)), "")
    given = {
        "epochs": ("--epochs", options.epochs),
        "effort": (f"--{length}", options.effort),
        "batch_size": ("--batch-size", options.batch_size),
    }
    kind = detector_class(options.detector)
    for parameter, (option, value) in given.items():
        if value is not None and parameter not in signature(kind).parameters:
            raise OptionError(
                f"{option} says nothing to the detector {options.detector}"
                f"{'' if issubclass(kind, TrainedDetector) else ', which is not trained in epochs'}; "
                "leave it out, or choose another with --detector"
            )
    parameters = {name: value for name, (_, value) in given.items() if value is not None}
    return kind(random_state=options.seed, **parameters)


def check_length(options: Options) -> None:
    """Raise `OptionError` where the detector has no such length, before any data are read."""
    if any(value is not None for value in (options.epochs, options.effort, options.batch_size)):
        new_detector(options)


def fit_detector(
    dataset: Dataset, options: Options, display: ProgressDisplay, callbacks: Sequence[Any] = ()
) -> Any:
    """Train the detector of the options on the normal rows of train, and on nothing else.

    What it watches and calibrates on is of train too, so that the scores of normal rows of
    validation and of test have one distribution.
    """
    with interruption_insisted_on():
        from anomaly.detectors import TrainedDetector

        plain = new_detector(options)
    detector = with_signs(plain, dataset)
    train, frauds = dataset.normal("train"), _known_frauds(detector, dataset)
    if not isinstance(plain, TrainedDetector):
        if callbacks:
            raise OptionError(
                f"the detector {options.detector} is not trained in epochs, so that callbacks and "
                "--log-dir have nothing to see; leave them out, or choose another with --detector"
            )
        with display.stage("Solving for the detector"), interruption_insisted_on():
            return detector.fit(train, **frauds)
    with display.epochs(plain.planned_epochs(len(train))) as drawn:
        detector.fit(train, callbacks=[*drawn, *callbacks], **frauds)
    return detector


def with_signs(detector: Any, dataset: Dataset) -> Any:
    """Return the detector of what is of the row itself, beside the signs of its entities' history."""
    told = dataset.rows.history
    if told is None:
        return detector
    from anomaly.detectors.with_signs import DetectorWithSigns, Sign

    sign_of = {
        feature.name: Sign(feature.name, feature.side == LOWER, feature.subject)
        if feature.side
        else None
        for feature in told.history.features
    }
    features = dataset.features.features
    n_own = sum(feature.column not in sign_of for feature in features)
    signs = [sign_of[feature.column] for feature in features[n_own:]]
    return DetectorWithSigns(detector, n_own, signs) if any(signs) and n_own else detector


def _known_frauds(detector: Any, dataset: Dataset) -> dict[str, Any]:
    """Return the frauds of train for a detector that weighs signs by them."""
    from anomaly.detectors.with_signs import DetectorWithSigns

    labels = dataset.rows.labels
    if labels is None or not isinstance(detector, DetectorWithSigns):
        return {}
    return {"frauds": dataset.matrix.chosen(dataset.split.has("train") & (labels == 1))}


def log_callbacks(log_dir: str | os.PathLike[str] | None, run: Path) -> list[Any]:
    """Return the callbacks that write TensorBoard logs; none where no folder is named for them.

    Raises
    ------
    InstallError
        When TensorBoard is not installed.
    OptionError
        When the folder is inside of the run, or cannot be made.
    """
    if log_dir is None:
        return []
    if find_spec("tensorboard") is None:
        raise InstallError("--log-dir needs TensorBoard; install it with: pip install tensorboard")
    folder = Path(log_dir)
    if folder.resolve().is_relative_to(run.resolve()):
        raise OptionError(f"--log-dir {folder}: it is inside of the run; name a folder outside")
    with written_or_explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    from anomaly.utils.backend import keras

    return [keras.callbacks.TensorBoard(str(folder), write_graph=False)]
