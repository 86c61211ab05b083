"""A published mistake, repeated on purpose: generated rows mixed in before the split.

A known notebook trains a conditional variational autoencoder on frauds, each row scaled to unit
norm, adds 10,000 generated frauds in that scale to the raw rows, and then divides all of them at
random. What it reports is mostly how well generated rows can be told from real ones.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.dataset.prepared import Dataset
from anomaly.schema.columns import UNLABELLED

_GENERATED = 10_000
_TEST_SHARE = 0.25
_WHY = (
    "Generated rows look like each other and not like real ones, so a classifier that meets them "
    "in training and in test finds them easily; that says nothing of the real positive rows, which "
    "are all that will ever come."
)


def leak_shown(dataset: Dataset, seed: int) -> dict[str, Any]:
    """Judge a method on a test set with generated rows in it, and on the real rows of that.

    Parameters
    ----------
    dataset : Dataset
    seed : int

    Returns
    -------
    dict
        `method`, `generated` (rows made), `test` (`rows`, `generated`), `with_generated` and
        `real` (`precision`, `recall` and `f1` at 0.5), `without_generated` (the same on the real
        rows, by a classifier that learned from real rows alone), `why`.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split

    rows, labels = _raw(dataset)
    made = _generated(rows, labels, min(_GENERATED, len(rows) // 2), seed)
    mixed = np.vstack([rows, made])
    marks = np.concatenate([labels, np.ones(len(made), dtype=labels.dtype)])
    is_made = np.arange(len(mixed)) >= len(rows)
    train, test = train_test_split(np.arange(len(mixed)), test_size=_TEST_SHARE, random_state=seed)
    of_real = train[~is_made[train]]
    with warnings.catch_warnings():
        # The notebook's solver does not converge on raw columns either.
        warnings.simplefilter("ignore")
        is_alert, is_plain_alert = (
            LogisticRegression().fit(mixed[rows], marks[rows]).predict(mixed[test]) == 1
            for rows in (train, of_real)
        )
    is_real = ~is_made[test]
    return {
        "method": "cvae+logistic, generated before the split",
        "generated": len(made),
        "test": {"rows": len(test), "generated": int((~is_real).sum())},
        "with_generated": _figures(is_alert, marks[test]),
        "real": _figures(is_alert[is_real], marks[test][is_real]),
        "without_generated": _figures(is_plain_alert[is_real], marks[test][is_real]),
        "why": _WHY,
    }


def _raw(dataset: Dataset) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return the columns as the notebook has them: as they are, the time among them."""
    assert dataset.rows.labels is not None
    parts = [place for place, f in enumerate(dataset.features.features) if f.part == "value"]
    every = np.flatnonzero(dataset.rows.labels != UNLABELLED)
    values = np.nan_to_num(dataset.matrix.take(every)[:, parts].astype(np.float64))
    moments = dataset.rows.moments
    if moments is not None:
        values = np.column_stack([moments[every] - moments.min(), values])
    return values, dataset.rows.labels[every]


def _generated(
    rows: NDArray[np.float64], labels: NDArray[np.int8], n_rows: int, seed: int
) -> NDArray[np.float64]:
    """Return positive rows as the notebook's network makes them: of unit norm."""
    from anomaly.samplers import SAMPLERS

    sampler: Any = SAMPLERS["cvae"](preset="notebook", random_state=seed)
    return sampler.fit(rows, labels).sample(n_rows, 1)


def _figures(is_alert: NDArray[np.bool_], labels: NDArray[np.int8]) -> Mapping[str, float]:
    tp = int((is_alert & (labels == 1)).sum())
    alerts, positives = int(is_alert.sum()), int(labels.sum())
    return {
        "precision": tp / max(alerts, 1),
        "recall": tp / max(positives, 1),
        "f1": 2 * tp / max(alerts + positives, 1),
    }
