"""Whether normal rows score alike on validation and on test, and how many rows a feature needs."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from benchmarks.quality.methods import configuration
from benchmarks.shared import work
from benchmarks.shared.commands import Subject
from benchmarks.shared.markdown import PAGE, Section, table
from benchmarks.shared.markdown import circumstances as around
from benchmarks.shared.measurements import Key, Measured, Result, results_of
from benchmarks.shared.results import FOLDER, circumstances
from benchmarks.validation.data import SETS

SECTION = Section("validation")
#: Rows and features of the sets whose validation is held against test.
_SHIFT = {"noise": (1000, 60), "insurance": (1000, 144)}
_FEW_FEATURES = {"latent": 40, "insurance": 144}
_ROWS_A_FEATURE = (1, 2, 5, 10, 20, 40)
_TEST_ROWS = 4000
# What looks at rows is fitted after the training, and to it the network matters little.
_SMALLEST = {"epochs": 1, "width": 16, "depth": 1, "batch_size": 512}
_METHODS = ("train alone", "validation seen")
_IN_WORDS = {_METHODS[0]: "not read", _METHODS[1]: "seen by the fit"}
_LEGEND = """\
Shift is the mean score of the normal rows of test less that of validation, in standard deviations;
after ± twice the standard error over the seeds. The detector is `denoising`; what it would be if validation
rows were seen is shown by `deep-denoising`, which can be given them, with its smallest network."""
_FIGURES = ("shift", "validation_average_precision", "average_precision")
_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn")


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure what is missing in the results."""
    keys = [key for part in parts for key in _keys(part, options.seeds)]
    work.measure(
        {key: _configuration(key) for key in keys},
        lambda key: work.attempted(key, _configuration(key), lambda: _measured(key)),
        options.out,
        circumstances(_PACKAGES),
    )


def _keys(part: str, n_seeds: int) -> list[Key]:
    if part == "few":
        return [
            Key(part, f"{name} {ratio}", seed, _METHODS[0])
            for name in _FEW_FEATURES
            for ratio in _ROWS_A_FEATURE
            for seed in range(max(1, n_seeds // 10))
        ]
    # What validation rows that were seen do is plain from few seeds.
    n_of = dict(zip(_METHODS, (n_seeds, max(1, n_seeds // 5)), strict=True))
    return [Key(part, part, seed, method) for method in _METHODS for seed in range(n_of[method])]


def _parameters(key: Key) -> dict[str, Any]:
    return _SMALLEST if key.method == _METHODS[1] else {}


def _configuration(key: Key) -> str:
    return configuration(version("anomaly"), _parameters(key))


def _measured(key: Key) -> Measured:
    return _few(key) if key.protocol == "few" else _shift(key)


def _shift(key: Key) -> Measured:
    """Train on 60 %, and hold the scores of 20 % and 20 % against each other."""
    rows, labels = SETS[key.set](*_SHIFT[key.set], key.seed)
    train, validation, test = np.split(
        np.random.default_rng(key.seed).permutation(len(rows)),
        [round(0.6 * len(rows)), round(0.8 * len(rows))],
    )
    normal = {name: part[labels[part] == 0] for name, part in (("t", train), ("v", validation))}
    seen = rows[normal["v"]] if key.method == _METHODS[1] else None
    score, seconds = _fitted(rows[normal["t"]], key, seen)
    scores = score(rows)
    of_parts = [scores[part[labels[part] == 0]] for part in (validation, test)]
    spread = np.sqrt(np.mean([part.var() for part in of_parts]))
    return Measured(
        {
            "shift": float((of_parts[1].mean() - of_parts[0].mean()) / spread),
            "validation_average_precision": float(
                average_precision_score(labels[validation], scores[validation])
            ),
            "average_precision": float(average_precision_score(labels[test], scores[test])),
        },
        seconds,
        0.0,
        {"train": len(normal["t"])},
    )


def _few(key: Key) -> Measured:
    """Train on so many normal rows a feature."""
    name, ratio = key.set.split()
    n_features = _FEW_FEATURES[name]
    n_train = n_features * int(ratio)
    rows, labels = SETS[name](round(1.2 * n_train) + _TEST_ROWS, n_features, key.seed)
    is_train = np.zeros(len(rows), dtype=bool)
    is_train[np.flatnonzero(labels == 0)[:n_train]] = True
    score, seconds = _fitted(rows[is_train], key, None)
    test = average_precision_score(labels[~is_train], score(rows[~is_train]))
    return Measured({"average_precision": float(test)}, seconds, 0.0, {"train": n_train})


def _fitted(normal: NDArray[Any], key: Key, seen: NDArray[Any] | None) -> tuple[Any, float]:
    """Return what scores rows, by the default detector, and the seconds of its fit."""
    from anomaly import DeepDenoisingAutoencoder, DenoisingAutoencoder

    started = time.perf_counter()
    if key.method == _METHODS[1]:
        trained = DeepDenoisingAutoencoder(**_SMALLEST, random_state=key.seed)
        detector = trained.fit(normal, validation_data=seen)
    else:
        detector = DenoisingAutoencoder(random_state=key.seed).fit(normal)
    return detector.anomaly_score, time.perf_counter() - started


def tables(document: Mapping[str, Any]) -> dict[tuple[Path, Section], str]:
    """Return the section of docs/benchmarks.md."""
    found = [result for result in results_of(document).values() if result.measured is not None]
    head = ["set", "validation rows", "seeds", "shift", "AP, validation", "AP, test"]
    shifts = [
        _shift_cells(name, method, [each for each in found if _is_of(each, name, method)])
        for name in _SHIFT
        for method in _METHODS
    ]
    ratios = ["normal training rows a feature", *map(str, _ROWS_A_FEATURE)]
    few = [_few_cells(name, found) for name in _FEW_FEATURES]
    parts = [table(head, shifts), _LEGEND, table(ratios, few), around(document)]
    return {(PAGE, SECTION): "\n\n".join(parts)}


def _is_of(result: Result, name: str, method: str) -> bool:
    return (result.key.set, result.key.method) == (name, method)


def _shift_cells(name: str, method: str, own: Sequence[Result]) -> list[str]:
    n_rows, n_features = _SHIFT[name]
    means = [_mean(own, figure) for figure in _FIGURES]
    return [f"{name}, {n_rows:,} x {n_features}", _IN_WORDS[method], str(len(own)), *means]


def _few_cells(name: str, found: Sequence[Result]) -> list[str]:
    sets = [f"{name} {ratio}" for ratio in _ROWS_A_FEATURE]
    means = [_mean([each for each in found if each.key.set == of], _FIGURES[-1]) for of in sets]
    return [f"AP on test, {name}, {_FEW_FEATURES[name]} features", *means]


def _mean(results: Sequence[Result], figure: str) -> str:
    """Return the mean over seeds with twice its standard error."""
    if not results:
        return "–"
    values = np.array([each.measured.figures[figure] for each in results if each.measured])
    error = 2 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return f"{values.mean():.3f}" + (f" ± {error:.3f}" if np.isfinite(error) else "")


SUBJECT = Subject(
    title="Measure whether validation looks better than test, and what few rows cost. What is "
    "measured already is not measured again.",
    parts=("noise", "insurance", "few"),
    results=FOLDER / "validation.json",
    measure=measure,
    options={
        "--seeds": {
            "type": int,
            "default": 50,
            "help": "from 0; of them a fifth with validation seen, a tenth for few",
        }
    },
    tables=tables,
)
