"""Scoring in memory."""

from __future__ import annotations

from joblib import parallel_config
from sklearn.ensemble import IsolationForest

from anomaly import Autoencoder
from benchmarks.speed import data, peers
from benchmarks.speed.networks import Rows, seconds
from benchmarks.speed.results import Measured
from benchmarks.speed.rows import Row, take_turns
from benchmarks.speed.settings import Settings
from benchmarks.speed.table import shown


def measure(settings: Settings) -> Measured:
    """Measure the rows of this part."""
    rows = data.all_rows()[: settings.rows(data.ALL_ROWS)]
    detector = Autoencoder(epochs=1, batch_size=1024, random_state=0).fit(rows)
    forest = IsolationForest(n_jobs=2, random_state=0).fit(rows)
    pyod_is_there = peers.are_there("scores-pyod")
    with peers.Pyod(rows) as pyod:
        contestants = {
            "ours": lambda: seconds(lambda: detector.anomaly_score(rows)),
            "forest": lambda: seconds(lambda: forest.score_samples(rows)),
            "threads": lambda: _seconds_in_threads(forest, rows),
        }
        detector.anomaly_score(rows)
        found = take_turns(
            contestants | ({"pyod": pyod.scores} if pyod_is_there else {}), settings.turns
        )
    work = f"scores of {len(rows):,} rows in memory, classic network"
    peer = "scikit-learn `IsolationForest(n_jobs=2).score_samples`, which takes one thread"
    measured = []
    if pyod_is_there:
        name = "PyOD `AutoEncoder.decision_function`"
        measured.append(
            Row("scores-pyod", work, name, "s", found["ours"], found["pyod"], target=500)
        )
        work = "the same"
    measured.append(
        Row("scores-forest", work, peer, "s", found["ours"], found["forest"], target=20)
    )
    peer = "the same in two threads, by `joblib.parallel_config`"
    measured.append(
        Row("scores-forest-threads", "the same", peer, "s", found["ours"], found["threads"])
    )
    return Measured([shown(row) for row in measured], data.source(), versions=peers.versions())


def _seconds_in_threads(forest: IsolationForest, rows: Rows) -> float:
    # Scoring does not heed the forest's own n_jobs.
    with parallel_config("threading", n_jobs=2):
        return seconds(lambda: forest.score_samples(rows))
