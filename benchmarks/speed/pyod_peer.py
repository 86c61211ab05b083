"""What PyOD takes for one epoch or for scores, as JSON; runs in the peers' own environment.

As PyOD ships it: its preprocessing, batches of 32 rows, learning rate, threads. Imports are not in
the seconds, and a small training before them pays for what PyTorch does but once.

    python pyod_peer.py epoch|scores ROWS.npy
"""

import json
import sys
import time

import numpy as np
from pyod.models.auto_encoder import AutoEncoder

WARM_UP_ROWS = 3_200


class Timed(AutoEncoder):
    """Keeps the seconds of the epochs, without the scores that PyOD computes after them."""

    def train(self, train_loader):
        started = time.perf_counter()
        super().train(train_loader)
        self.seconds = time.perf_counter() - started


def detector() -> Timed:
    return Timed(hidden_neuron_list=[14, 7], batch_size=32, epoch_num=1, verbose=0)


def epoch(rows: np.ndarray) -> float:
    return detector().fit(rows).seconds


def scores(rows: np.ndarray) -> float:
    fitted = detector().fit(rows[:WARM_UP_ROWS])
    started = time.perf_counter()
    fitted.decision_function(rows)
    return time.perf_counter() - started


def main() -> None:
    work, file = sys.argv[1:]
    rows = np.load(file)
    detector().fit(rows[:WARM_UP_ROWS])
    print(json.dumps({"seconds": {"epoch": epoch, "scores": scores}[work](rows)}))


if __name__ == "__main__":
    main()
