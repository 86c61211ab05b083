"""Twenty million payments, in pieces: seconds of the processor, and the peak of memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np

_ROWS, _PIECE = 20_000_000, 500_000
_CUSTOMERS, _TERMINALS, _DAYS = 200_000, 20_000, 180


def memory() -> dict[str, Any]:
    """Return what a process of its own measured."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.history.memory"],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def _run() -> dict[str, Any]:
    import pandas as pd

    from anomaly import History

    history = History(["customer", "terminal"], time="time", amount="amount")
    generator = np.random.default_rng(0)
    seconds = 0.0
    for first in range(0, _ROWS, _PIECE):
        moments = first + np.sort(generator.integers(0, _PIECE, _PIECE))
        piece = pd.DataFrame(
            {
                "customer": generator.integers(_CUSTOMERS, size=_PIECE),
                "terminal": generator.integers(_TERMINALS, size=_PIECE),
                "time": moments * (_DAYS * 86_400 / _ROWS),
                "amount": np.round(generator.lognormal(3, 1, _PIECE), 2),
            }
        )
        started = time.process_time()
        history.extend(piece)
        seconds += time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "rows": _ROWS,
        "remembered": history.remembered,
        "features": len(history.feature_names),
        "processor_seconds": seconds,
        "rows_a_second_on_one_core": _ROWS / seconds,
        "peak_mib": peak,
    }


if __name__ == "__main__":
    print(json.dumps(_run()))
