"""The default detector with columns of many values in several forms, and without them."""

from __future__ import annotations

import tempfile
import time
import warnings
from argparse import Namespace
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.categories.data import SETS, embedded, hashed
from benchmarks.quality.methods import configuration
from benchmarks.shared import work
from benchmarks.shared.commands import Subject
from benchmarks.shared.markdown import PAGE, Section, table
from benchmarks.shared.markdown import circumstances as around
from benchmarks.shared.measurements import Key, Measured, Result, results_of
from benchmarks.shared.results import FOLDER, circumstances

SECTION = Section("categories")
_LEFT_OUT, _COMMONNESS, _HASHED, _EMBEDDED = "left out", "commonness", "hashed", "embedded"
_METHODS = (_LEFT_OUT, _COMMONNESS, _HASHED, _EMBEDDED)
_IN_WORDS = {
    _LEFT_OUT: "left out",
    _COMMONNESS: "frequent ones as levels, and how common the value is (the product's way)",
    _HASHED: "32 buckets of the hashing trick as levels",
    _EMBEDDED: "an embedding of four numbers, learned",
}
#: Share of the values of a stream that are replaced by new ones.
_SHARE_OF_NEW = 0.05
_ALERTS = 0.01
_LEGEND = """\
AP on test by the default detector with labels for the choice of normal rows, 20,000 rows, split at random;
after ± twice the standard error over the seeds. Rises tells by how much the rate of alerts grows where 5 %
of the values of test are replaced by ones that nobody has seen, at the threshold with 1 % alerts."""


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure what is missing in the results."""
    keys = [
        Key(part, name, seed, method)
        for part in parts
        for name in SETS
        for method in _METHODS
        for seed in range(options.seeds)
    ]
    own = configuration(version("anomaly"), {})
    work.measure(
        dict.fromkeys(keys, own),
        lambda key: work.attempted(key, own, lambda: _measured(key)),
        options.out,
        circumstances(("tensorflow", "keras", "numpy", "scikit-learn")),
    )


def _measured(key: Key) -> Measured:
    """Train with the columns in one form, and score test with 5 % of their values new."""
    import anomaly

    frame, columns = SETS[key.set]()
    if key.method == _HASHED:
        frame = frame.assign(**{name: hashed(frame[name]) for name in columns})
    if key.method == _EMBEDDED:
        frame, columns = embedded(frame, columns, "fraud", key.seed), []
    roles = {"drop": columns} if key.method == _LEFT_OUT else {"category": columns}
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", anomaly.AssumptionWarning)
        out = Path(folder) / "run"
        run = anomaly.train(frame, "fraud", split="random", seed=key.seed, out=out, **roles)
        seconds = time.perf_counter() - started
        figures = {"average_precision": run.metrics["test"]["average_precision"]}
        rows = {"train": run.metrics["rows"]["train"]}
        if key.method == _COMMONNESS:
            figures["rise"] = _rise(run, frame, columns, key.seed)
    return Measured(figures, seconds, 0.0, rows)


def _rise(run: Any, frame: Any, columns: Sequence[str], seed: int) -> float:
    """Return how many times as many alerts there are with 5 % of the values new."""
    before = run.score(frame)["score"].to_numpy()
    threshold = np.quantile(before, 1 - _ALERTS)
    random = np.random.default_rng(seed)
    changed = frame.copy()
    for name in columns:
        is_new = random.random(len(frame)) < _SHARE_OF_NEW
        changed[name] = changed[name].where(~is_new, "new " + changed.index.astype(str))
    after = run.score(changed)["score"].to_numpy()
    return float((after >= threshold).sum() / (before >= threshold).sum())


def tables(document: Mapping[str, Any]) -> dict[tuple[Path, Section], str]:
    """Return the section of docs/benchmarks.md."""
    found = [result for result in results_of(document).values() if result.measured is not None]
    rows = []
    for name in SETS:
        cells = [_mean(found, name, method, "average_precision") for method in _METHODS]
        rows.append([name, *cells, _mean(found, name, _COMMONNESS, "rise")])
    head = [
        "columns of many values",
        *(_IN_WORDS[method] for method in _METHODS),
        "alerts with new values",
    ]
    return {(PAGE, SECTION): "\n\n".join([table(head, rows), _LEGEND, around(document)])}


def _mean(found: Sequence[Result], name: str, method: str, figure: str) -> str:
    values = np.array(
        [
            each.measured.figures[figure]
            for each in found
            if each.measured and (each.key.set, each.key.method) == (name, method)
        ]
    )
    if not len(values):
        return "–"
    error = 2 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return f"{values.mean():.3f}" + (f" ± {error:.3f}" if np.isfinite(error) else "")


SUBJECT = Subject(
    title="Measure what categories of many values add to the default detector.",
    parts=("ap",),
    results=FOLDER / "categories.json",
    measure=measure,
    options={"--seeds": {"type": int, "default": 5, "help": "from 0"}},
    tables=tables,
)
