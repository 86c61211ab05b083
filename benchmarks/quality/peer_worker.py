"""Fits PyOD's detectors on request; runs in the peers' own environment.

A line of JSON in (class, parameters, file of rows), a line of JSON out (seconds, or why it failed).
The imports are not in the seconds.
"""

import importlib
import json
import os
import sys
import time
from typing import Any

import numpy as np


def answer(question: dict[str, Any]) -> dict[str, Any]:
    module, _, name = question["place"].rpartition(".")
    detector = getattr(importlib.import_module(module), name)
    with np.load(question["rows"]) as arrays:
        training, *asked = (arrays[name] for name in arrays.files)
    started = time.perf_counter()
    fitted = detector(**question["parameters"])
    fitted.fit(training)
    fit_seconds = time.perf_counter() - started
    scores = [fitted.decision_function(rows) for rows in asked]
    score_seconds = time.perf_counter() - started - fit_seconds
    np.savez(question["scores"], *scores)
    return {"fit_seconds": fit_seconds, "score_seconds": score_seconds}


def main() -> None:
    # Some detectors print: what they say must not get among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            found = answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - any failure is this detector's result
            found = {"failed": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()
