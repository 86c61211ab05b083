"""The CVAE notebook: generated frauds mixed in before the split."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from anomaly.samplers import CVAESampler
from benchmarks.published import rows
from benchmarks.published.judging import Scored, honest
from benchmarks.published.settings import Settings
from benchmarks.published.variants import HONEST, PUBLISHED, TRIAL, Variant
from benchmarks.quality.data import LabelledRows, Labels, Matrix, counted
from benchmarks.shared.measurements import Measured

_GENERATED = 10_000
# 400 to train and 50 to stop by, which the sampler divides.
_FRAUDS = 450
_TEST_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Mixed:
    """The test of the notebook, scored.

    Attributes
    ----------
    test : Scored
    is_real : ndarray of shape (n_rows,)
    seconds : float
    n_train : int
    """

    test: Scored
    is_real: NDArray[np.bool_]
    seconds: float
    n_train: int


def as_they_are() -> Any:
    """Return the notebook's classifier, which gets rows that are not on one scale."""
    return LogisticRegression()


def as_they_are_to_the_end() -> Any:
    """Return the same, but that its solver may go on until it is done."""
    return LogisticRegression(solver="newton-cholesky")


def scaled() -> Any:
    """Return the same for rows brought to one scale."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


def published(
    seed: int, settings: Settings, classifier: Callable[[], Any] = as_they_are
) -> Measured:
    """Repeat the notebook; the seed draws the split."""
    mixed = _mixed(seed, settings, classifier)
    return _measured(mixed, mixed.test)


def on_real_rows(
    seed: int,
    settings: Settings,
    classifier: Callable[[], Any] = as_they_are,
    where: str = "",
) -> Measured:
    """Look at the real rows of the same test alone, with the same classifier.

    `where` comes after the names of the figures.
    """
    mixed = _mixed(seed, settings, classifier)
    return _measured(mixed, mixed.test.chosen(mixed.is_real), where)


def honestly(
    seed: int, settings: Settings, generate: Callable[[LabelledRows, int, Settings], Matrix]
) -> Measured:
    """Generate from rows of train, for train; pick the threshold on validation."""
    parts = rows.honest_parts(seed, settings)
    started = time.perf_counter()
    more = generate(parts.train, seed, settings)
    found, labels = _with_frauds(parts.train, more)
    model = scaled().fit(found, labels)
    seconds = time.perf_counter() - started
    scored = [
        Scored(part.labels, model.predict_proba(part.rows)[:, 1])
        for part in (parts.validation, parts.test)
    ]
    figures = {**honest(*scored), **scored[1].above(0.5, " at 0.5")}
    return Measured(figures, seconds, 0.0, counted(found, parts.test))


@lru_cache(maxsize=1)
def _mixed(seed: int, settings: Settings, classifier: Callable[[], Any]) -> Mixed:
    started = time.perf_counter()
    table = rows.table(settings)
    assert table.moments is not None
    # Time is one of its columns.
    table = rows.with_rows(table, np.column_stack([table.moments, table.rows]))
    order = np.random.default_rng(seed).permutation(np.flatnonzero(table.labels))
    known = np.concatenate([np.flatnonzero(table.labels == 0), order[:_FRAUDS]])
    made = in_unit_norm(table.chosen(known), seed, settings)
    found, labels = _with_frauds(table, made)
    train, test = train_test_split(np.arange(len(found)), test_size=_TEST_SHARE, random_state=seed)
    with warnings.catch_warnings():
        # Its solver stops before it is done; today's says so.
        warnings.simplefilter("ignore")
        model = classifier().fit(found[train], labels[train])
    scores = model.predict_proba(found[test])[:, 1]
    seconds = time.perf_counter() - started
    return Mixed(Scored(labels[test], scores), test < len(table.rows), seconds, len(train))


def _measured(mixed: Mixed, test: Scored, where: str = "") -> Measured:
    counts = {"train": mixed.n_train, "test": len(test.labels), "anomalies": test.labels.sum()}
    figures = {**test.ranking, **test.above(0.5, where)}
    return Measured(figures, mixed.seconds, 0.0, {name: int(n) for name, n in counts.items()})


def nothing(train: LabelledRows, seed: int, settings: Settings) -> Matrix:
    """Generate no row."""
    return train.rows[:0]


def in_unit_norm(train: LabelledRows, seed: int, settings: Settings) -> Matrix:
    """Generate frauds as the notebook does, in its scale, which is not that of the real rows."""
    return _generated(train, seed, CVAESampler(preset="notebook", epochs=settings.epochs(100)))


def in_scale(train: LabelledRows, seed: int, settings: Settings) -> Matrix:
    """Generate frauds by the sampler's default."""
    return _generated(train, seed, CVAESampler(epochs=settings.epochs(50)))


def _generated(train: LabelledRows, seed: int, sampler: CVAESampler) -> Matrix:
    sampler.set_params(random_state=seed).fit(train.rows, train.labels)
    return sampler.sample(_GENERATED, 1)


def _with_frauds(table: LabelledRows, frauds: Matrix) -> tuple[Matrix, Labels]:
    marks = np.ones(len(frauds), dtype=table.labels.dtype)
    return np.vstack([table.rows, frauds]), np.concatenate([table.labels, marks])


_REAL = "real rows of the same test"
VARIANTS = [
    Variant(PUBLISHED, "CVAE", published),
    Variant(HONEST, _REAL, partial(on_real_rows, where=" at 0.5")),
    Variant(
        TRIAL, "CVAE, solved to the end", partial(published, classifier=as_they_are_to_the_end)
    ),
    Variant(TRIAL, "CVAE, standardised", partial(published, classifier=scaled)),
    Variant(TRIAL, f"CVAE, standardised, {_REAL}", partial(on_real_rows, classifier=scaled)),
    Variant(HONEST, "nothing generated", partial(honestly, generate=nothing)),
    Variant(
        HONEST, "the notebook's rows, in train alone", partial(honestly, generate=in_unit_norm)
    ),
    Variant(HONEST, "`CVAESampler`, in train alone", partial(honestly, generate=in_scale)),
]
