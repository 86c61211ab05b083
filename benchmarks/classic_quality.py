"""How well the classic autoencoder ranks the credit-card frauds, over five splits.

60/20/20, at random and stratified (Time left out, as in the published notebook) and by time;
trained on the normal rows of train; the threshold picked for F1 on validation; every figure on
test, with a mean over the seeds. By time the seeds differ in the initial weights alone.

    python benchmarks/classic_quality.py [--seeds N] [--out FILE]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

from recording import FOLDER, data_folder, record

import anomaly

FIGURES = ("average_precision", "roc_auc", "precision", "recall", "f1")
SPLITS: dict[str, dict[str, str]] = {"random": {"drop": "Time"}, "time": {"time": "Time"}}


def measure(split: str, seed: int, folder: Path) -> dict[str, Any]:
    """Train and pick with one seed, and return the figures on test."""
    run = anomaly.train(
        data_folder() / "creditcard.parquet",
        label="Class",
        detector="autoencoder",
        **SPLITS[split],
        split=split,
        seed=seed,
        out=folder / f"{split}-{seed}",
    )
    run.pick_threshold("f1")
    assert run.threshold is not None
    test = run.threshold["test"]
    return {
        "seed": seed,
        "epochs": run.metrics["epochs"],
        "fit_seconds": run.metrics["seconds"]["fit"],
        **run.metrics["test"],
        **{name: test[name] for name in ("precision", "recall", "f1", "alerts")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=FOLDER / "classic_quality.json")
    arguments = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for split in SPLITS:
            print(f"\nsplit {split:<7}" + "".join(f"{name:>19}" for name in (*FIGURES, "epochs")))
            found = [measure(split, seed, Path(folder)) for seed in range(arguments.seeds)]
            for figures in found:
                print(_line(f"seed {figures['seed']}", figures) + f"{figures['epochs']:>19}")
            means = {name: statistics.mean(figures[name] for figures in found) for name in FIGURES}
            print(_line("mean", means))
            results[split] = {"seeds": found, "mean": means}
    record(arguments.out, results, ("tensorflow", "keras", "numpy"))


def _line(name: str, figures: dict[str, Any]) -> str:
    return f"{name:<13}" + "".join(f"{figures[column]:>19.3f}" for column in FIGURES)


if __name__ == "__main__":
    main()
