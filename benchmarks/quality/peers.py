"""Detectors of PyOD, which run in an environment of their own.

kNN, LOF, isolation forest, PCA, MCD and OCSVM are scikit-learn's inside.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.data import Matrix
from benchmarks.quality.figures import Scores
from benchmarks.quality.methods import Scored, configuration
from benchmarks.shared import peers as peers_environment

_WORKER = Path(__file__).with_name("peer_worker.py")


@dataclass(frozen=True)
class Peer:
    """A detector of PyOD with its default parameters, on standardised rows.

    Attributes
    ----------
    name, title : str
        In options and results; in tables.
    place : str
        Module and class in the package.
    parameters : dict
        Those that change no score.
    takes_seed : bool
        Whether it has a `random_state`.
    most_rows : int or None
        Trained on so many rows at most, drawn from those given.
    is_slow : bool
        Takes minutes on a hundred thousand rows.
    package : str
        Where the module is: a folder of PyOD, or empty for one beside this.
    needs : str
        What must be installed for it.
    """

    name: str
    title: str
    place: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    takes_seed: bool = False
    most_rows: int | None = None
    is_slow: bool = False
    package: str = "pyod.models."
    needs: str = "pyod"

    @cached_property
    def configuration(self) -> str:
        """Version and parameters."""
        name = "PyOD" if self.needs == "pyod" else self.needs
        version = f"{name} {peers_environment.versions().get(self.needs)}"
        words = [self.place, self.parameters, self.takes_seed, self.most_rows]
        return configuration(version, dict(enumerate(map(str, words))))

    def scores(self, training: Matrix, asked: Sequence[Matrix], seed: int) -> Scored:
        """Train on rows and score others, both standardised by those that train.

        Raises
        ------
        PeerError
            When the detector fails.
        """
        rows = standardised(thinned(training, self.most_rows, seed), asked)
        seeded = {"random_state": seed} if self.takes_seed else {}
        found = _worker.ask(self.package + self.place, {**self.parameters, **seeded}, rows)
        return replace(found, scores=[finite(part) for part in found.scores])


PEERS = (
    Peer("knn", "kNN", "knn.KNN", most_rows=25_000),
    Peer("knn_1", "kNN, the nearest", "knn.KNN", {"n_neighbors": 1}, most_rows=25_000),
    # The authors' own word for it: kNN with the mean distance gives the same.
    Peer("dte_np", "DTE-NP", "knn.KNN", {"method": "mean"}, most_rows=25_000),
    Peer("lof", "LOF", "lof.LOF", most_rows=25_000),
    Peer("isolation_forest", "isolation forest", "iforest.IForest", takes_seed=True),
    Peer("pca", "PCA", "pca.PCA", takes_seed=True),
    Peer("mcd", "MCD", "mcd.MCD", takes_seed=True),
    Peer(
        "robustcov",
        "robustcov",
        "robust_covariance.FastMCD",
        takes_seed=True,
        package="",
        needs="robustcov",
    ),
    Peer("ecod", "ECOD", "ecod.ECOD"),
    Peer("hbos", "HBOS", "hbos.HBOS"),
    Peer("ocsvm", "OCSVM", "ocsvm.OCSVM", most_rows=10_000),
    Peer(
        "pyod_autoencoder",
        "PyOD AutoEncoder",
        "auto_encoder.AutoEncoder",
        {"verbose": 0},
        takes_seed=True,
        is_slow=True,
    ),
    Peer("pyod_vae", "PyOD VAE", "vae.VAE", {"verbose": 0}, takes_seed=True, is_slow=True),
    Peer(
        "kdsm",
        "K-DSM",
        "kurtosis_dsm.KDSM",
        takes_seed=True,
        is_slow=True,
        package="",
        needs="torch",
    ),
    Peer(
        "kdsm_teacher",
        "K-DSM with a teacher",
        "kurtosis_dsm.KDSM",
        {"teacher": True},
        takes_seed=True,
        is_slow=True,
        package="",
        needs="torch",
    ),
)


class PeerError(Exception):
    """A peer that gave no scores, and why."""


def all_peers() -> list[Peer]:
    """Return the peers that can be run; say so where there are none."""
    if versions := peers_environment.versions():
        return [peer for peer in PEERS if peer.needs in versions]
    print("left out: every peer, since .venv-peers has no working PyOD; make bench-quality tries")
    return []


def thinned(rows: Matrix, most: int | None, seed: int) -> Matrix:
    """Return at most so many rows, drawn at random."""
    if most is None or len(rows) <= most:
        return rows
    return rows[np.random.default_rng(seed).choice(len(rows), most, replace=False)]


def standardised(training: Matrix, asked: Sequence[Matrix]) -> list[Matrix]:
    """Return training rows, then the others, by mean and deviation of the training rows."""
    mean, deviation = training.mean(axis=0), training.std(axis=0)
    deviation[deviation == 0] = 1
    return [(rows - mean) / deviation for rows in (training, *asked)]


def finite(scores: Scores) -> Scores:
    """Put the largest number in place of infinity, and 0 in place of what is no number.

    PyOD's PCA divides by variances that are 0 where features are collinear.
    """
    return np.nan_to_num(scores, nan=0.0)


class Worker:
    """One process for all fits: to import PyOD takes longer than most of them."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, place: str, parameters: Mapping[str, Any], rows: Sequence[Matrix]) -> Scored:
        """Train on the first matrix and score the others."""
        with tempfile.TemporaryDirectory() as folder:
            given, made = Path(folder) / "rows.npz", Path(folder) / "scores.npz"
            np.savez(given, *rows)
            answer = self._answer(
                {
                    "place": place,
                    "parameters": dict(parameters),
                    "rows": str(given),
                    "scores": str(made),
                }
            )
            if "failed" in answer:
                raise PeerError(answer["failed"])
            with np.load(made) as arrays:
                found = [arrays[name] for name in arrays.files]
        return Scored(found, answer["fit_seconds"], answer["score_seconds"])

    def _answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        return json.loads(line) if line else {"failed": f"it ended with status {process.wait()}"}

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            command = [str(peers_environment.PYTHON), "-W", "ignore", str(_WORKER)]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        return self._process


_worker = Worker()
