"""The CGAN study: samplers by classifiers, judged by average precision; no figures published."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import RandomUnderSampler

from anomaly.comparison.methods.estimators import new_classifier
from anomaly.comparison.methods.names import find_method
from anomaly.samplers import CGANSampler
from benchmarks.published import rows
from benchmarks.published.judging import Scored
from benchmarks.published.settings import Settings
from benchmarks.published.sources import CLASSIFIERS, SAMPLERS, method
from benchmarks.published.variants import HONEST, Variant
from benchmarks.quality.data import LabelledRows, counted
from benchmarks.shared.measurements import Measured

# Frauds for each normal row that SMOTE and the CGAN fill up to.
_RATIO = 0.1
_SAMPLERS: Mapping[str, Callable[[int, Settings], Any]] = {
    "under": lambda seed, settings: RandomUnderSampler(random_state=seed),
    "smote": lambda seed, settings: SMOTE(sampling_strategy=_RATIO, random_state=seed),
    "cgan": lambda seed, settings: CGANSampler(
        sampling_strategy=_RATIO, epochs=settings.epochs(200), random_state=seed
    ),
}
_NETWORKS = {
    "mlp": {"epochs": 50, "batch_size": 512, "patience": 5},
    "cnn1d": {"epochs": 20, "batch_size": 1024, "patience": 3},
    "lstm": {"epochs": 10, "batch_size": 2048, "patience": 3},
}
# Under-sampling leaves some 600 rows: larger batches would be no more than a few steps.
_OF_FEW_ROWS = {"epochs": 40, "batch_size": 32, "patience": 5}


def measure(seed: int, settings: Settings, sampler: str, classifier: str) -> Measured:
    """Train on sampled rows of train; the networks stop on validation."""
    _, validation, test = _parts(seed, settings)
    train = _sampled(sampler, seed, settings)
    model = new_classifier(find_method(f"none+{classifier}"), train.labels, seed)
    more = {}
    if classifier == "xgboost":
        # Its threads wait for each other at every node: with others at work, for minutes.
        model.set_params(n_jobs=1)
    if classifier in _NETWORKS:
        given = _OF_FEW_ROWS if sampler == "under" else _NETWORKS[classifier]
        model.set_params(**{**given, "epochs": settings.epochs(given["epochs"])})
        more["validation_data"] = (validation.rows, validation.labels)
    started = time.perf_counter()
    model.fit(train.rows, train.labels, **more)
    fit_seconds = time.perf_counter() - started
    scored = Scored(test.labels, model.predict_proba(test.rows)[:, 1])
    score_seconds = time.perf_counter() - started - fit_seconds
    return Measured(scored.ranking, fit_seconds, score_seconds, counted(train.rows, test))


@lru_cache(maxsize=1)
def _parts(seed: int, settings: Settings) -> list[LabelledRows]:
    parts = rows.honest_parts(seed, settings)
    asked = [parts.train, parts.validation, parts.test]
    scaled = rows.standardised(parts.train.rows, asked)
    return [rows.with_rows(each, each.rows.astype(np.float32)) for each in scaled]


@lru_cache(maxsize=1)
def _sampled(sampler: str, seed: int, settings: Settings) -> LabelledRows:
    train = _parts(seed, settings)[0]
    if sampler not in _SAMPLERS:
        return train
    return LabelledRows(*_SAMPLERS[sampler](seed, settings).fit_resample(train.rows, train.labels))


VARIANTS = [
    Variant(
        HONEST,
        method(sampler, classifier),
        partial(measure, sampler=sampler, classifier=classifier),
    )
    for sampler in SAMPLERS
    for classifier in CLASSIFIERS
]
