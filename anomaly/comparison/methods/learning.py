"""From training rows to a classifier that scores others.

What is fitted here is given training rows and nothing else: no sampler, scaler or network can see
a row of validation or test, or a label of theirs.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.comparison.methods.encoding import Floats, Layout
from anomaly.comparison.methods.estimators import check_fit, new_classifier, one_line, resampled
from anomaly.comparison.methods.interruption import raise_if_interrupted
from anomaly.comparison.methods.names import BALANCED_BAGGING, GENERATORS, RESAMPLERS, Method

#: Share of the training rows on which the networks stop early. It is not validation, which thus
#: picks the threshold and does nothing else.
HELD_BACK = 0.15
#: How the names of what a sampler kept by epoch begin.
SAMPLER = "sampler_"


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """The rows of train, with their labels.

    Attributes
    ----------
    rows : ndarray of shape (n, n_columns), float32
        Without gaps and on one scale.
    labels : ndarray of shape (n,), int8
    layout : Layout
    steps : int or None
        Columns are those of so many transactions of one entity, the oldest first.
    """

    rows: Floats
    labels: NDArray[np.int8]
    layout: Layout
    steps: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Generated:
    """Rows that a sampler made, and what it had learned from.

    Attributes
    ----------
    rows : ndarray of shape (n, n_columns), float32
    positives : ndarray of shape (m, n_columns), float32
        The positive rows that it was given.
    """

    rows: Floats
    positives: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What a method made of the training rows.

    Attributes
    ----------
    score : callable
        From rows with the columns of the training rows to scores of shape (n,).
    seconds : float
        To fit, sampling included.
    rows, positives : int
        That the classifier was given, after sampling and without those held back.
    history : dict of str to list of float
        Losses and metrics by epoch, of a network; those of a sampler begin with `sampler_`.
    notes : list of str
        What the sampler and the classifier warned of.
    model : object
    generated : Generated or None
        What the sampler made.
    """

    score: Callable[[Floats], NDArray[np.float64]]
    seconds: float
    rows: int
    positives: int
    history: dict[str, list[float]]
    notes: list[str]
    model: Any
    generated: Generated | None = None


def learn(method: Method, train: TrainingRows, seed: int, *, ratio: float | None = None) -> Learned:
    """Fit a classifier, with its sampler, on training rows.

    Parameters
    ----------
    method : Method
        One with a classifier.
    train : TrainingRows
    seed : int
    ratio : float, optional
        Positive rows for each normal one that a sampler makes.

    Returns
    -------
    Learned
    """
    started = time.perf_counter()
    check_fit(method, train.labels, train.layout, ratio)
    rows, labels, more = train.rows, train.labels, {}
    generated, of_sampler = None, {}
    if method.is_network and method.sampler != BALANCED_BAGGING:
        is_held = _held_back(labels, seed)
        more["validation_data"] = (rows[is_held], labels[is_held])
        rows, labels = rows[~is_held], labels[~is_held]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if method.sampler in RESAMPLERS:
            sampler = str(method.sampler)
            n_real, positives = len(rows), rows[labels == 1]
            rows, labels, fitted = resampled(sampler, rows, labels, train.layout, seed, ratio)
            of_sampler = {f"{SAMPLER}{name}": kept for name, kept in _history(fitted).items()}
            if sampler in GENERATORS:
                generated = Generated(rows[n_real:], positives)
        model = new_classifier(method, labels, seed, ratio, train.steps)
        model.fit(rows, labels, **more)
    raise_if_interrupted(model)

    def score(others: Floats) -> NDArray[np.float64]:
        return np.asarray(model.predict_proba(others)[:, 1], dtype=np.float64)

    return Learned(
        score=score,
        seconds=time.perf_counter() - started,
        rows=len(labels),
        positives=int(labels.sum()),
        history=_history(model) | of_sampler,
        notes=one_line(caught),
        model=model,
        generated=generated,
    )


def _held_back(labels: NDArray[np.int8], seed: int) -> NDArray[np.bool_]:
    """Return a mask of some rows of each class, at least one of each, drawn at random."""
    random = np.random.default_rng([seed, 1])
    is_held = np.zeros(len(labels), dtype=bool)
    for value in (0, 1):
        members = random.permutation(np.flatnonzero(labels == value))
        is_held[members[: max(1, round(HELD_BACK * len(members)))]] = True
    return is_held


def _history(model: Any) -> dict[str, list[float]]:
    """Return what a network keeps by epoch, of bagged ones the first, as plain numbers."""
    members: Any = getattr(model, "estimators_", ())
    if len(members) and hasattr(members[0], "named_steps"):
        model = members[0][-1]
    history = getattr(model, "history_", None)
    losses = getattr(history, "losses", history)
    if losses is None:
        return {}
    return {name: [float(value) for value in values] for name, values in losses.items()}
