"""How well the classic autoencoder ranks the credit-card frauds, over five splits.

Random stratified 60/20/20; trained on the normal rows of train; the threshold picked for F1 on
validation; every figure on test. Time is left out, as in the published notebook.

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


def measure(seed: int, folder: Path) -> dict[str, Any]:
    """Train and pick with one seed, and return the figures on test."""
    run = anomaly.train(
        data_folder() / "creditcard.parquet",
        label="Class",
        drop="Time",
        split="random",
        seed=seed,
        out=folder / f"seed-{seed}",
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
    columns = ("average_precision", "roc_auc", "precision", "recall", "f1")
    print("seed " + "".join(f"{name:>19}" for name in (*columns, "epochs", "fit_seconds")))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.seeds):
            figures = measure(seed, Path(folder))
            found.append(figures)
            shown = "".join(f"{figures[name]:>19.3f}" for name in columns)
            print(f"{seed:>4} {shown}{figures['epochs']:>19}{figures['fit_seconds']:>19.1f}")
    means = {name: statistics.mean(figures[name] for figures in found) for name in columns}
    print("mean " + "".join(f"{means[name]:>19.3f}" for name in columns))
    record(arguments.out, {"seeds": found, "mean": means}, ("tensorflow", "keras", "numpy"))


if __name__ == "__main__":
    main()
